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

// A thread is taken out of a conversation while an answer to it is on its way: it
// is no longer on its way once the thread has it.
func TestReplyGoesAfterSeparate(t *testing.T) {
	h := newHouse(t)
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(t.Context(), mia, a.ID, b.ID))
	h.clock.pass(time.Minute)
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	h.clock.pass(time.Minute)
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, a.ID, 0, answer("o")))
	in := h.sent()[0]
	if in.Mail.Thread != b.Thread {
		t.Fatalf("goes into %q, want %q", in.Mail.Thread, b.Thread)
	}
	must[desk.Conversation](t)(h.desk.Separate(t.Context(), ben, a.ID, b.ID))
	h.clock.pass(time.Minute)
	for range 2 {
		h.own(b.Thread, in.ID)
	}
	if got := h.record(a.ID); got.Outgoing[0].State != desk.Sent || len(got.Sending()) != 0 {
		t.Errorf("it is %q on the card where it was written, want sent", got.Outgoing[0].State)
	}
	if got := h.record(b.ID); got.Status != desk.WaitingCustomer || !got.Unanswered.IsZero() {
		t.Errorf("the thread's own: %s, unanswered %v; want it waiting for the customer", got.Status, got.Unanswered)
	}
}
