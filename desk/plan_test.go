package desk_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

// working gives ana an open conversation of Billing for each subject, in turn.
func (h *house) working(n int) (out []desk.Conversation) {
	h.Helper()
	h.rules["B"] = desk.Routing{Team: "Billing", Matched: []string{"b"}, Reason: "rule b matched"}
	for range n {
		h.clock.pass(time.Minute)
		c := h.receive("", desk.Person, "B")
		out = append(out, must[desk.Conversation](h.T)(h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ana, Why: fmt.Sprint("yours", c.Version)})))
	}
	return out
}

func TestReoffer(t *testing.T) {
	h := newHouse(t)
	ok := must[desk.Conversation](t)
	p := acme()
	p.Teams[0].Members = []desk.Email{ana, ben, mia}
	h.desk.SetPolicy(p, h.rules)
	mine := h.working(3)
	loose := ok(h.desk.Take(t.Context(), ana, h.receive("", desk.Person, "no team").ID, 0))
	waits := ok(h.desk.Take(t.Context(), ana, h.receive("", desk.Person, "waits").ID, 0))
	ok(h.desk.SetStatus(t.Context(), ana, waits.ID, 0, desk.WaitingCustomer))
	if err := h.desk.SetPresence(t.Context(), ana, desk.Busy); err != nil {
		t.Fatal(err)
	}
	plan := must[desk.Plan](t)(h.desk.ReofferPlan(t.Context(), ana))
	if len(plan.Items) != 4 || plan.Kept != 1 {
		t.Fatalf("plan of %d with %d kept, want 4 and 1", len(plan.Items), plan.Kept)
	}
	if _, err := h.desk.Reoffer(t.Context(), ana, "another"); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("another plan: %v, want a conflict", err)
	}
	h.clock.pass(time.Minute)
	h.receive("", desk.Person, "B") // moves the turn; what was agreed to stays
	done := must[desk.Plan](t)(h.desk.Reoffer(t.Context(), ana, plan.Version))
	to := map[desk.Email]int{}
	for i, it := range done.Items {
		c := h.record(it.Row.ID)
		to[c.Assignee]++
		if c.Assignee != it.To || it.To != plan.Items[i].To {
			t.Errorf("%s went to %q, the plan said %q", c.Subject, c.Assignee, it.To)
		}
		if ev := c.Recent[len(c.Recent)-1]; ev.Kind != desk.EventReoffered || ev.From != string(ana) || ev.By != ana || ev.Why != "Ana Silva is away" {
			t.Errorf("event %+v", ev)
		}
	}
	if to[ana] != 0 || to[""] != 1 || to[ben]+to[mia] != 3 || to[ben] == 0 || to[mia] == 0 {
		t.Errorf("went to %v; want one to the queue and three to ben and mia in turn", to)
	}
	if h.record(loose.ID).Assignee != "" || h.record(waits.ID).Assignee != ana {
		t.Error("what has no team goes to the queue, what waits stays")
	}
	h.comesBack(mine)
}

// comesBack has ana look at what happened, and take back what she may.
func (h *house) comesBack(mine []desk.Conversation) {
	h.Helper()
	ok := must[desk.Conversation](h.T)
	ctx := h.Context()
	touched := h.record(mine[0].ID)
	ok(h.desk.AddNote(ctx, touched.Assignee, touched.ID, "n", "I am on it"))
	home, err := h.desk.Home(ctx, ana)
	if err != nil || len(home.Lost) != 4 || home.Presence.Availability != desk.AwayReassign {
		h.Fatalf("home: %d lost, %+v, %v", len(home.Lost), home.Presence, err)
	}
	for _, l := range home.Lost {
		if want := l.Row.ID != touched.ID; l.Untouched != want {
			h.Errorf("%s untouched: %v, want %v", l.Row.ID, l.Untouched, want)
		}
	}
	if _, err := h.desk.TakeBack(ctx, ana, touched.ID); !errors.Is(err, desk.ErrInvalid) {
		h.Errorf("taking back what somebody works on: %v", err)
	}
	if _, err := h.desk.TakeBack(ctx, ben, mine[1].ID); h.record(mine[1].ID).Assignee != ben && !errors.Is(err, desk.ErrInvalid) {
		h.Errorf("taking back what was never his: %v", err)
	}
	back := ok(h.desk.TakeBack(ctx, ana, mine[2].ID))
	if back.Assignee != ana || back.Delegation.By != mia || back.Delegation.Why != mine[2].Delegation.Why {
		h.Errorf("taken back: held by %q, %+v; want it as mia gave it", back.Assignee, back.Delegation)
	}
	ok(h.desk.Forget(ctx, ana, touched.ID))
	if v := ok(h.desk.Forget(ctx, ana, touched.ID)).Version; v != h.record(touched.ID).Version {
		h.Error("forgetting twice is a change")
	}
	if home, err = h.desk.Home(ctx, ana); err != nil || len(home.Lost) != 2 || len(home.Mentions) != 0 {
		h.Errorf("home afterwards: %d lost, %d mentions, %v; want 2, 0", len(home.Lost), len(home.Mentions), err)
	}
}

// New mail takes a conversation from a holder who offers their work, also when
// the process died before that and the mail is read again.
func TestMailForWhoOffersTheirWork(t *testing.T) {
	h := newHouse(t)
	c := h.working(1)[0]
	must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), ana, c.ID, 0, desk.WaitingCustomer))
	h.clock.pass(time.Minute)
	m, f := h.mail(c.Thread, desk.Person, "Re: B")
	if _, err := h.desk.Receive(t.Context(), m, f); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.SetPresence(t.Context(), ana, desk.AwayReassign); err != nil { // as if it had been so before
		t.Fatal(err)
	}
	for range 2 {
		got := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
		if got.Assignee != ben || got.Messages != 2 {
			t.Errorf("held by %q with %d messages, want ben by the team's turn, 2", got.Assignee, got.Messages)
		}
	}
	if err := h.desk.SetPresence(t.Context(), ben, desk.Away); err != nil {
		t.Fatal(err)
	}
	for range 3 { // it stays his, and one event says that he is away
		h.clock.pass(time.Minute)
		h.receive(c.Thread, desk.Person, "Re: B")
	}
	got, n := h.record(c.ID), 0
	for _, ev := range got.Recent {
		if ev.Kind == desk.EventAbsent {
			n++
		}
	}
	if got.Assignee != ben || n != 1 || got.Absent == nil {
		t.Errorf("held by %q, %d events of absence, %+v", got.Assignee, n, got.Absent)
	}
}

// passedOn is a conversation that ana was given, due in an hour, and that went from
// her to the queue when the customer wrote, because she is away.
func (h *house) passedOn() desk.Conversation {
	h.Helper()
	c := h.receive("", desk.Person, "Refund")
	c = must[desk.Conversation](h.T)(h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ana, Due: h.clock.now().Add(time.Hour)}))
	h.is(desk.AwayReassign, ana)
	h.clock.pass(time.Minute)
	c = h.receive(c.Thread, desk.Person, "Re: Refund")
	if c.Assignee != "" || c.Reoffered == nil {
		h.Fatalf("held by %q, re-offered %+v", c.Assignee, c.Reoffered)
	}
	return c
}

// What comes too long after closing is a new matter: what was promised for the old
// one, before it was re-offered, is not owed for it.
func TestNewMatterOwesNothingOfTheOld(t *testing.T) {
	h := newHouse(t)
	c := h.passedOn()
	must[desk.Conversation](t)(h.desk.Close(t.Context(), ben, c.ID, 0))
	h.clock.pass(60 * 24 * time.Hour)
	c = h.receive(c.Thread, desk.Person, "Another matter")
	if c.Reoffered != nil || !c.Due().After(h.clock.now()) {
		t.Errorf("re-offered %+v, due %s at %s", c.Reoffered, c.Due(), h.clock.now())
	}
}

// Who works in a mailbox no more is not told of what they lost there.
func TestLostIsNotToldToWhoLeftTheMailbox(t *testing.T) {
	h := newHouse(t)
	h.passedOn()
	if got := must[desk.Home](t)(h.desk.Home(t.Context(), ana)).Lost; len(got) != 1 {
		t.Fatalf("lost %+v", got)
	}
	h.policy(func(p *desk.Policy) { p.Mailboxes[0].Members = []desk.Email{ben, mia} })
	if got := must[desk.Home](t)(h.desk.Home(t.Context(), ana)).Lost; len(got) != 0 {
		t.Errorf("she is told of %+v", got)
	}
}
