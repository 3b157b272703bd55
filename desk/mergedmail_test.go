package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// An answer in a merged thread that is not delivered turns the conversation red
// that it was merged into, whenever it was sent and wherever the report lands.
func TestBounceInMergedThread(t *testing.T) {
	for _, sent := range []string{"before", "since", "on the card"} {
		for _, lands := range []string{"its thread", "the kept thread", "a thread of its own"} {
			t.Run(sent+", in "+lands, func(t *testing.T) {
				h := newHouse(t)
				a, b := h.two()
				var about desk.RFCID
				if sent == "before" {
					about = lastSent(h.teamMail(b.Thread, ana))
				}
				kept := must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
				h.clock.pass(time.Minute)
				switch sent {
				case "since":
					about = lastSent(h.teamMail(b.Thread, ana))
				case "on the card":
					c := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, a.ID, 0, desk.Answer{Text: "Hello", To: []desk.Address{{Email: "carla@shop.example"}}}))
					m, f := h.mail(b.Thread, desk.Own, "Re: Order 4711 again")
					m.Intent = c.Outgoing[0].Intent
					about = lastSent(must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f)))
				}
				h.clock.pass(time.Minute)
				thread := map[string]desk.ThreadID{"its thread": b.Thread, "the kept thread": kept.Thread}[lands]
				m, f := h.report(thread, about, desk.Failure{To: "carla@shop.example", Why: desk.FailedFull})
				for range 2 { // read again, it changes nothing
					must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
				}
				got := h.record(a.ID)
				if got.Bounce == nil || got.Bounce.By != ana || got.Bounce.Why != desk.FailedFull || got.Status != desk.Open || !hasLabel(got, notDelivered) {
					t.Fatalf("%+v, %s, want it red and open", got.Bounce, got.Status)
				}
				told := 0
				for _, ev := range got.Recent {
					if ev.Kind == desk.EventBounced {
						told++
					}
				}
				if told != 1 || h.record(b.ID).Bounce != nil {
					t.Errorf("told %d times, %+v in the merged record", told, h.record(b.ID).Bounce)
				}
				must[desk.Conversation](t)(h.desk.Separate(t.Context(), ana, a.ID, b.ID))
				if a, b := h.record(a.ID), h.record(b.ID); a.Bounce != nil || b.Bounce == nil || len(b.Answers) != 1 {
					t.Errorf("separated: %+v here, %+v where it was sent, with %d answers", a.Bounce, b.Bounce, len(b.Answers))
				}
			})
		}
	}
}

// A mark that stands on the conversation that is merged goes along, and back.
func TestMergeBringsTheBounce(t *testing.T) {
	h := newHouse(t)
	a, b := h.two()
	b = h.bounced(b.Thread)
	c := must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
	if c.Bounce == nil || h.record(b.ID).Bounce != nil {
		t.Errorf("merged: %+v, and %+v in the other", c.Bounce, h.record(b.ID).Bounce)
	}
	must[desk.Conversation](t)(h.desk.Undo(t.Context(), ana, a.ID, c.EventSeq))
	if h.record(a.ID).Bounce != nil || h.record(b.ID).Bounce == nil {
		t.Errorf("undone: %+v, and %+v in the other", h.record(a.ID).Bounce, h.record(b.ID).Bounce)
	}
}

// Two answers to one mail, each in another of two merged threads, are told.
func TestDoubleAnswerInMergedThreads(t *testing.T) {
	h := newHouse(t)
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	h.clock.pass(time.Minute)
	h.teamMail(b.Thread, ana)
	h.clock.pass(time.Minute)
	got := h.teamMail(a.Thread, ben)
	two, ok := got.DoubledLately(h.clock.now())
	if !ok || two.First != ana || two.Second != ben || h.record(b.ID).Doubled != nil {
		t.Errorf("%+v, %v; in the merged record %+v", two, ok, h.record(b.ID).Doubled)
	}
}

// A draft in a merged thread is told on the card of the one that is kept.
func TestDraftInMergedThread(t *testing.T) {
	h := newHouse(t)
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
	told := func() bool {
		_, _, ok := h.desk.Drafting(mia, must[desk.View](t)(h.desk.OpenID(t.Context(), mia, b.ID)))
		return ok
	}
	h.drafted(b, 100, "+", 0)
	if !told() {
		t.Error("nobody is told of the draft")
	}
	h.drafted(b, 110, "-", 0)
	if told() {
		t.Error("a draft that is over is told of")
	}
}
