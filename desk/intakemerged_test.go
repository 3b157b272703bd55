package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// A thread that is handed in and was merged into another conversation meanwhile
// answers with that conversation.
func TestHandInWhatWasMerged(t *testing.T) {
	h, g := takesIn(t, 0)
	a := h.receive("", desk.Person, "Order 4711 is late")
	h.clock.pass(time.Minute)
	o := h.carlas(2)
	r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben}, o))
	must[desk.Conversation](t)(h.desk.Merge(t.Context(), mia, a.ID, r.Conversation.ID))
	again := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ben, desk.Intake{Mailbox: support}, o))
	if again.Conversation.ID != a.ID || !again.Already || g.imports != 2 {
		t.Errorf("handed in again: %q, already %v, %d imports; want the conversation that was kept, %q", again.Conversation.ID, again.Already, g.imports, a.ID)
	}
}

// What was left of an intake is handed in after its conversation was merged: it
// counts for the one that was kept, which stays with whoever holds it, and whose
// own mail stays what it was.
func TestHandInTheRestOfWhatWasMerged(t *testing.T) {
	for _, both := range []bool{false, true} { // were handed in
		h, g := takesIn(t, 0)
		var a desk.Conversation
		if both {
			other := h.carlas(1)
			other.mails[0].RFC = "other@shop.example"
			a = must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, other)).Conversation
			a = must[desk.Conversation](t)(h.desk.Release(t.Context(), ana, a.ID, 0))
		} else {
			a = h.receive("", desk.Person, "Order 4711 is late")
		}
		h.clock.pass(time.Minute)
		o, first := h.carlas(4), g.imports
		g.before = func(n int) error {
			if n > first+2 {
				return errGmail
			}
			return nil
		}
		r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben}, o))
		if r.Left != 2 {
			t.Fatalf("%d are left, want 2", r.Left)
		}
		must[desk.Conversation](t)(h.desk.Merge(t.Context(), mia, a.ID, r.Conversation.ID))
		g.before = nil
		again, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ana}, o)
		c := again.Conversation
		if err != nil || c.ID != a.ID || c.Assignee != "" || again.Left != 0 || g.imports > first+5 {
			t.Errorf("the rest: in %q, held by %q, %d left, %d imports (%v); want all in %q", c.ID, c.Assignee, again.Left, g.imports, err, a.ID)
		}
		if !c.InboundAt.Equal(a.InboundAt) || !c.OutboundAt.Equal(a.OutboundAt) {
			t.Errorf("both %v: the kept one's own mail: in %v, out %v; was %v and %v", both, c.InboundAt, c.OutboundAt, a.InboundAt, a.OutboundAt)
		}
		if got := h.record(r.Conversation.ID); got.Messages != 4 {
			t.Errorf("the thread's own record: %d messages", got.Messages)
		}
	}
}
