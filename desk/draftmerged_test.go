package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// A draft goes into the thread that the customer wrote in last, as a reply does,
// and counts as its writer's answer when it is sent there, whether Gmail kept our
// header or not.
func TestDraftSentInMergedThread(t *testing.T) {
	for _, kept := range []bool{true, false} {
		for then, want := range map[desk.Then]desk.Status{desk.ThenKeep: desk.Open, desk.ThenWait: desk.WaitingCustomer, desk.ThenClose: desk.Closed} {
			h, g := drafting(t, nil)
			a, b := h.two()
			must[desk.Conversation](t)(h.desk.Merge(t.Context(), mia, a.ID, b.ID))
			h.clock.pass(time.Minute)
			h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
			h.clock.pass(time.Minute)
			written := answer("o")
			written.Then = then
			d := h.drafts(ana, a.ID, written)
			if d.Thread != b.Thread || len(g.lie[b.Thread]) != 1 || len(g.lie[a.Thread]) != 0 {
				t.Errorf("kept %v, %s: drafts lie in %v, want one in %s, where the customer wrote", kept, then, g.lie, b.Thread)
			}
			g.lie = map[desk.ThreadID][]string{}
			in := desk.DraftID(a.ID, ana, "o")
			if !kept {
				in = ""
			}
			h.clock.pass(time.Minute)
			h.own(b.Thread, in)
			got := h.record(a.ID)
			if got.Status != want || got.Outgoing[0].State != desk.Sent || got.AnsweredBy != ana || !got.Unanswered.IsZero() {
				t.Errorf("kept %v, %s: %s, %s, answered by %q, unanswered %v; want %s and sent by ana", kept, then, got.Status, got.Outgoing[0].State, got.AnsweredBy, got.Unanswered, want)
			}
		}
	}
}

// A merged thread's own draft, begun before the merge, is sent after it.
func TestDraftFromBeforeTheMerge(t *testing.T) {
	for _, kept := range []bool{true, false} {
		h, g := drafting(t, nil)
		a, b := h.two()
		d := h.drafts(ana, b.ID, answer("o"))
		must[desk.Conversation](t)(h.desk.Merge(t.Context(), mia, a.ID, b.ID))
		h.clock.pass(time.Minute)
		g.gone(b.Thread, d.Draft)
		in := desk.DraftID(b.ID, ana, "o")
		if !kept {
			in = ""
		}
		h.own(b.Thread, in)
		got := h.record(a.ID)
		last := got.Recent[len(got.Recent)-1]
		if got.AnsweredBy != ana || last.By != ana || got.Status != desk.WaitingCustomer || h.record(b.ID).Outgoing[0].State != desk.Sent {
			t.Errorf("kept %v: %s, answered by %q, event %+v, %s", kept, got.Status, got.AnsweredBy, last, h.record(b.ID).Outgoing[0].State)
		}
		if n := len(got.Answers); n != 1 || got.Answers[0].By != ana {
			t.Errorf("kept %v: answers %+v", kept, got.Answers)
		}
	}
}
