package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// TestWroteWhileAReplyWaitedInMergedThread: what a customer wrote before a reply
// was sent, but after it was written, is not answered by it, whichever of the two
// mails is seen first, in whichever thread each is; what came before the reply
// was written is.
func TestWroteWhileAReplyWaitedInMergedThread(t *testing.T) {
	ok := must[desk.Conversation](t)
	for _, then := range []desk.Then{desk.ThenWait, desk.ThenClose, desk.ThenKeep} {
		for _, answered := range []string{"merged", "kept"} {
			for _, wrote := range []string{"merged", "kept"} {
				for _, first := range []string{"the mail", "the reply"} {
					h := newHouse(t).undoable()
					a, b := h.two()
					ok(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
					thread := map[string]desk.ThreadID{"merged": b.Thread, "kept": a.Thread}
					c := h.receive(thread[answered], desk.Person, "Re: Order")
					h.clock.pass(time.Minute)
					an := answer("o")
					an.Then = then
					c = ok(h.desk.Reply(t.Context(), ana, c.ID, 0, an))
					early, f := h.mail(thread[wrote], desk.Person, "Re: Order")
					early.At = early.At.Add(-time.Second)
					h.clock.pass(5 * time.Second)
					late, _ := h.mail(thread[wrote], desk.Person, "Re: Order")
					h.clock.pass(5 * time.Second)
					what := string(then) + ", answered in the " + answered + ", written in the " + wrote + ", first " + first
					if first == "the reply" {
						h.own(thread[answered], h.sent()[0].ID)
						got := ok(h.desk.Receive(t.Context(), early, f))
						if then != desk.ThenKeep && got.Status == desk.Open || !got.Unanswered.IsZero() {
							t.Errorf("%s: a mail from before the reply was written: %s, unanswered since %v; want it answered", what, got.Status, got.Unanswered)
						}
						c = ok(h.desk.Receive(t.Context(), late, f))
					} else {
						ok(h.desk.Receive(t.Context(), late, f))
						c = h.own(thread[answered], h.sent()[0].ID)
					}
					if c.ID != a.ID || c.Status != desk.Open || !c.Unanswered.Equal(late.At) {
						t.Errorf("%s: %s, unanswered since %v; want open, since %v", what, c.Status, c.Unanswered, late.At)
					}
					if answered != "merged" || wrote != "merged" {
						continue
					}
					ok(h.desk.Separate(t.Context(), ana, a.ID, b.ID))
					if own := h.record(b.ID); own.Status != desk.Open || !own.Unanswered.Equal(late.At) {
						t.Errorf("%s, separated: %s, unanswered since %v; want open, since %v", what, own.Status, own.Unanswered, late.At)
					}
				}
			}
		}
	}
}
