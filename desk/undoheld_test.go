package desk_test

import (
	"errors"
	"testing"
	"time"

	"baton/desk"
)

// reoffered is a conversation that mia gave to ana, due in an hour, and that went
// from ana to the queue because she is away. given is the number of the giving.
func (h *house) reoffered() (c desk.Conversation, given int64) {
	h.Helper()
	ctx := h.Context()
	c = h.receive("", desk.Person, "S")
	c = must[desk.Conversation](h.T)(h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ana, Due: h.clock.now().Add(time.Hour)}))
	given = c.EventSeq
	h.clock.pass(time.Minute)
	if err := h.desk.SetPresence(ctx, ana, desk.AwayReassign); err != nil {
		h.Fatal(err)
	}
	h.clock.pass(time.Minute)
	h.receive(c.Thread, desk.Person, "Re: S")
	if c = h.record(c.ID); c.Reoffered == nil || c.Assignee != "" {
		h.Fatalf("held by %q, want it offered to others", c.Assignee)
	}
	return c, given
}

// TestReofferStandsInTheWay: what was taken from somebody who is away, or taken
// back by them, is not given elsewhere by undoing what came before that.
func TestReofferStandsInTheWay(t *testing.T) {
	ctx := t.Context()
	for name, back := range map[string]bool{"offered to others": false, "taken back": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c, given := h.reoffered()
			want := desk.EventReoffered
			if back {
				c, want = must[desk.Conversation](t)(h.desk.TakeBack(ctx, ana, c.ID)), desk.EventReclaimed
			}
			v := must[desk.View](t)(h.desk.OpenID(ctx, mia, c.ID))
			if h.desk.Undoable(mia, v)[given] {
				t.Error("undoing what came before is offered")
			}
			_, err := h.desk.Undo(ctx, mia, c.ID, given)
			var conflict *desk.Conflict
			if !errors.As(err, &conflict) || conflict.Acted == nil || conflict.Acted.Kind != want {
				t.Errorf("undo: %v, want to hear of %s", err, want)
			}
			if now := h.record(c.ID); now.Version != c.Version {
				t.Errorf("it changed something: %q holds it", now.Assignee)
			}
		})
	}
}

// TestUndoKeepsWhatWasPromised: taking what an absent colleague lost, undone,
// leaves it as it was, with what they had promised.
func TestUndoKeepsWhatWasPromised(t *testing.T) {
	ctx := t.Context()
	for name, change := range map[string]func(h *house, id desk.ConversationID) (desk.Conversation, error){
		"taken": func(h *house, id desk.ConversationID) (desk.Conversation, error) { return h.desk.Take(ctx, ben, id, 0) },
		"given": func(h *house, id desk.ConversationID) (desk.Conversation, error) {
			return h.desk.Give(ctx, ben, id, 0, desk.Give{To: mia})
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			before, _ := h.reoffered()
			h.clock.pass(time.Minute)
			c := must[desk.Conversation](t)(change(h, before.ID))
			c = must[desk.Conversation](t)(h.desk.Undo(ctx, ben, c.ID, c.EventSeq))
			if d := asItWas(before, c); d != "" || !c.Due().Equal(before.Due()) {
				t.Errorf("due %v, was %v (-was +is):\n%s", c.Due(), before.Due(), d)
			}
		})
	}
}
