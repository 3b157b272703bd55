package desk_test

import (
	"errors"
	"testing"

	"baton/desk"
)

// Who ends a matter or puts it aside from an older card is told when somebody
// else has made it theirs since, and who takes one, when somebody has ended it:
// whether it is dealt with, and by whom, is one question.
func TestEndingWhatSomebodyTook(t *testing.T) {
	ends := map[string]func(h *house, by desk.Email, id desk.ConversationID, seen desk.Seen) error{
		"close": func(h *house, by desk.Email, id desk.ConversationID, seen desk.Seen) error {
			_, err := h.desk.Close(h.Context(), by, id, seen)
			return err
		},
		"ignore": func(h *house, by desk.Email, id desk.ConversationID, seen desk.Seen) error {
			_, err := h.desk.SetStatus(h.Context(), by, id, seen, desk.Ignored)
			return err
		},
		"snooze": func(h *house, by desk.Email, id desk.ConversationID, seen desk.Seen) error {
			_, err := h.desk.Snooze(h.Context(), by, id, seen, desk.Nap{Morning: true})
			return err
		},
	}
	for name, end := range ends {
		for what, tc := range map[string]struct {
			since func(h *house, c desk.Conversation)
			stops bool
		}{
			"somebody took it": {func(h *house, c desk.Conversation) {
				must[desk.Conversation](h.T)(h.desk.Take(h.Context(), ana, c.ID, 0))
			}, true},
			"it was given to another": {func(h *house, c desk.Conversation) {
				must[desk.Conversation](h.T)(h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ana}))
			}, true},
			"it was given to them": {func(h *house, c desk.Conversation) {
				must[desk.Conversation](h.T)(h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ben}))
			}, false},
			"they gave it away": {func(h *house, c desk.Conversation) {
				must[desk.Conversation](h.T)(h.desk.Give(h.Context(), ben, c.ID, 0, desk.Give{To: ana}))
			}, false},
			"taken and put back": {func(h *house, c desk.Conversation) {
				must[desk.Conversation](h.T)(h.desk.Take(h.Context(), ana, c.ID, 0))
				must[desk.Conversation](h.T)(h.desk.Release(h.Context(), ana, c.ID, 0))
			}, false},
			"a note": {func(h *house, c desk.Conversation) {
				must[desk.Conversation](h.T)(h.desk.AddNote(h.Context(), ana, c.ID, "1", "n"))
			}, false},
		} {
			h := newHouse(t)
			c := h.receive("", desk.Person, "Refund")
			tc.since(h, c)
			err := end(h, ben, c.ID, c.Version)
			var conflict *desk.Conflict
			if stopped := errors.As(err, &conflict); stopped != tc.stops || err != nil && !stopped {
				t.Errorf("%s after %s: %v", name, what, err)
			}
			if conflict == nil {
				continue
			}
			if conflict.Aspect != desk.Assignment || conflict.Now.Assignee != ana || conflict.Now.Status != desk.Open {
				t.Errorf("%s after %s: %+v", name, what, conflict)
			}
			if err := end(h, ben, c.ID, conflict.Now.Version); err != nil {
				t.Errorf("%s after %s, pressed again with that in sight: %v", name, what, err)
			}
		}
	}
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Close(t.Context(), ben, c.ID, 0))
	for name, err := range map[string]error{
		"take": second(h.desk.Take(t.Context(), ana, c.ID, c.Version)),
		"give": second(h.desk.Give(t.Context(), mia, c.ID, c.Version, desk.Give{To: ana})),
	} {
		var conflict *desk.Conflict
		if !errors.As(err, &conflict) || conflict.Aspect != desk.Progress || conflict.By != ben {
			t.Errorf("%s of what was closed meanwhile: %v", name, err)
		}
	}
	if err := second(h.desk.Take(t.Context(), ben, c.ID, c.Version)); err != nil {
		t.Errorf("who closed it takes it: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }
