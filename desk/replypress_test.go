package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// The press that wrote a reply comes once more, from a slow phone, after the reply
// got another intent: it changes nothing, and nobody is told that nothing was sent.
func TestReplyPressedAgainLater(t *testing.T) {
	for name, play := range map[string]func(h *house, c desk.Conversation, in desk.Intent){
		"sent now": func(h *house, c desk.Conversation, in desk.Intent) {
			must[desk.Conversation](h.T)(h.desk.SendNow(h.Context(), ana, c.ID, in.ID))
		},
		"sent now, and gone": func(h *house, c desk.Conversation, in desk.Intent) {
			c = must[desk.Conversation](h.T)(h.desk.SendNow(h.Context(), ana, c.ID, in.ID))
			h.own(c.Thread, c.Outgoing[0].Intent)
		},
	} {
		h := newHouse(t).undoable()
		c := h.receive("", desk.Person, "Refund")
		a := answer("later")
		a.Later = h.clock.now().Add(23 * time.Hour)
		c = must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
		play(h, c, h.intent(c.Outgoing[0].Intent))
		before := h.record(c.ID)
		if _, err := h.desk.Reply(t.Context(), ana, c.ID, 0, a); err != nil {
			t.Errorf("%s: the same press again: %v", name, err)
		}
		if now := h.record(c.ID); now.Version != before.Version {
			t.Errorf("%s: the same press again changed the record", name)
		}
	}
}
