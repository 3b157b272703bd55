package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// However a nap ends before its time, its timer is left behind; when it rings, it
// changes nothing and writes nothing, whatever has become of the conversation.
func TestLeftTimersAreHarmless(t *testing.T) {
	type conv = desk.Conversation
	for name, end := range map[string]func(h *house, c conv) (conv, error){
		"by hand": func(h *house, c conv) (conv, error) { return h.desk.WakeNow(h.Context(), ana, c.ID, 0) },
		"by mail": func(h *house, c conv) (conv, error) { return h.receive(c.Thread, desk.Person, "Re: S"), nil },
		"closed":  func(h *house, c conv) (conv, error) { return h.desk.Close(h.Context(), ana, c.ID, 0) },
		"another nap": func(h *house, c conv) (conv, error) {
			return h.desk.Snooze(h.Context(), ben, c.ID, 0, desk.Nap{Reply: true})
		},
		"a label": func(h *house, c conv) (conv, error) { return h.sees(c, on("Status/Closed", 1)), nil },
		"undone":  func(h *house, c conv) (conv, error) { return h.desk.Undo(h.Context(), ana, c.ID, c.EventSeq) },
		"closed, undone, longer": func(h *house, c conv) (conv, error) {
			c, err := h.desk.Close(h.Context(), ana, c.ID, 0)
			if err == nil {
				c, err = h.desk.Undo(h.Context(), ana, c.ID, c.EventSeq)
			}
			if err != nil {
				return c, err
			}
			return h.desk.Snooze(h.Context(), ana, c.ID, 0, desk.Nap{Until: h.clock.now().Add(72 * time.Hour)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.snoozed()
			left := c.Nap.Timer
			h.clock.pass(10 * time.Minute)
			must[conv](t)(end(h, c))
			h.clock.pass(2 * time.Hour)
			before, costs := h.record(c.ID), h.store.Costs()
			if s := h.ring(left); s.State != "" {
				t.Errorf("it is to ring again: %+v", s)
			}
			if after := h.record(c.ID); after.Version != before.Version || h.store.Costs().Commits != costs.Commits {
				t.Errorf("version %d after %d, and %d commits; want nothing", after.Version, before.Version, h.store.Costs().Commits-costs.Commits)
			}
		})
	}
}
