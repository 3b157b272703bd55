package desk_test

import (
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// away makes somebody away with a deputy.
func (h *house) away(who, deputy desk.Email, a desk.Availability) {
	h.Helper()
	if err := h.desk.Attend(h.Context(), who, desk.Presence{Availability: a, Deputy: deputy}); err != nil {
		h.Fatal(err)
	}
}

// Mail of a rule that names somebody who is away goes to their deputy, on their
// behalf, and to nobody when the deputy is not there; a chain is followed, a
// circle ends. It is over when they are back.
func TestDeputyStandsIn(t *testing.T) {
	type who = map[desk.Email]desk.Presence
	for name, c := range map[string]struct {
		is   who
		edit func(*desk.Policy)
		want desk.Email
	}{
		"nobody named":          {is: who{ana: {Availability: desk.Away}}},
		"named":                 {is: who{ana: {Availability: desk.Away, Deputy: ben}}, want: ben},
		"offers their work":     {is: who{ana: {Availability: desk.AwayReassign, Deputy: ben}}, want: ben},
		"busy, not away":        {is: who{ana: {Availability: desk.Busy, Deputy: ben}}},
		"there":                 {is: who{ana: {Deputy: ben}}, want: ana},
		"deputy away":           {is: who{ana: {Availability: desk.Away, Deputy: ben}, ben: {Availability: desk.Away}}},
		"deputy busy":           {is: who{ana: {Availability: desk.Away, Deputy: ben}, ben: {Availability: desk.Busy, Deputy: mia}}},
		"deputy's deputy":       {is: who{ana: {Availability: desk.Away, Deputy: ben}, ben: {Availability: desk.Away, Deputy: mia}}, want: mia},
		"circle":                {is: who{ana: {Availability: desk.Away, Deputy: ben}, ben: {Availability: desk.Away, Deputy: ana}}},
		"of the policy":         {is: who{ana: {Availability: desk.Away}}, edit: func(p *desk.Policy) { p.Members[0].Deputy = mia }, want: mia},
		"own choice goes first": {is: who{ana: {Availability: desk.Away, Deputy: ben}}, edit: func(p *desk.Policy) { p.Members[0].Deputy = mia }, want: ben},
		"left the mailbox": {is: who{ana: {Availability: desk.Away, Deputy: ben}}, edit: func(p *desk.Policy) {
			p.Mailboxes[0].Members = []desk.Email{ana, mia}
		}},
		"left the desk": {is: who{ana: {Availability: desk.Away, Deputy: "gone@acme.test"}}},
		"too long a chain": {is: who{ana: {Availability: desk.Away, Deputy: "m1@acme.test"}, "m1@acme.test": {Availability: desk.Away, Deputy: "m2@acme.test"},
			"m2@acme.test": {Availability: desk.Away, Deputy: "m3@acme.test"}, "m3@acme.test": {Availability: desk.Away, Deputy: ben}},
			edit: func(p *desk.Policy) {
				for _, m := range []desk.Email{"m1@acme.test", "m2@acme.test", "m3@acme.test"} {
					p.Members = append(p.Members, desk.Member{Email: m, Name: string(m), Role: desk.Admin})
				}
			}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.bills()
			p := acme()
			if c.edit != nil {
				c.edit(p)
			}
			h.desk.SetPolicy(p, h.rules)
			for m, is := range c.is {
				is.Member, is.At = m, h.clock.now()
				if err := h.store.SetPresence(t.Context(), is); err != nil {
					t.Fatal(err)
				}
			}
			got := h.receive("", desk.Person, "Ana's")
			if got.Assignee != c.want {
				t.Fatalf("held by %q, want %q: %s", got.Assignee, c.want, got.Route.Reason)
			}
			if c.want != "" && c.want != ana && (got.Delegation.For != ana || !strings.Contains(got.Route.Reason, "Ana Silva is away, and "+p.NameOf(c.want)+" stands in")) {
				t.Errorf("for %q, because %q", got.Delegation.For, got.Route.Reason)
			}
			h.is(desk.Available, ana)
			if back := h.receive("", desk.Person, "Ana's"); back.Assignee != ana || back.Delegation.For != "" {
				t.Errorf("once Ana is back: held by %q for %q", back.Assignee, back.Delegation.For)
			}
		})
	}
}

// What the absent hold goes to the deputy when it leaves them: when the customer
// writes, when it wakes, and in the plan.
func TestDeputyGetsWhatLeavesTheAbsent(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	take := func() desk.Conversation {
		return must[desk.Conversation](t)(h.desk.Take(ctx, ana, h.receive("", desk.Person, "S").ID, 0))
	}
	held := func(what string, id desk.ConversationID, by, instead desk.Email) {
		t.Helper()
		if c := h.record(id); c.Assignee != by || by != "" && c.Delegation.For != instead {
			t.Errorf("%s: held by %q (%+v), want %q for %q", what, c.Assignee, c.Delegation, by, instead)
		}
	}
	written, napping, planned, kept := take(), take(), take(), take()
	napping = must[desk.Conversation](t)(h.desk.Snooze(ctx, ana, napping.ID, 0, desk.Nap{Until: h.clock.now().Add(time.Hour)}))
	h.away(ana, ben, desk.Away)
	h.clock.pass(time.Hour)
	h.rings(napping, napping.Nap.Timer)
	held("woke", napping.ID, ben, ana)
	h.receive(kept.Thread, desk.Person, "Re: S")
	held("only away", kept.ID, ana, "")
	h.away(ana, ben, desk.AwayReassign)
	h.clock.pass(time.Minute)
	h.receive(written.Thread, desk.Person, "Re: S")
	held("written to", written.ID, ben, ana)
	plan := must[desk.Plan](t)(h.desk.ReofferPlan(ctx, ana))
	if len(plan.Items) != 2 || plan.Items[0].To != ben || !plan.Items[0].Deputy {
		t.Fatalf("plan %+v, want both to Ben", plan.Items)
	}
	must[desk.Plan](t)(h.desk.Reoffer(ctx, ana, plan.Version))
	held("planned", planned.ID, ben, ana)
	must[desk.Conversation](t)(h.desk.TakeBack(ctx, ana, planned.ID))
	held("taken back", planned.ID, ana, "")
}

// A deputy who comes back gets what waited for the person they stand in for.
func TestDeputyWhoComesBackGetsWhatWaits(t *testing.T) {
	h := newHouse(t)
	h.bills()
	h.is(desk.Away, ben)
	h.away(ana, ben, desk.Away)
	c := h.receive("", desk.Person, "Ana's")
	h.is(desk.Available, ben)
	h.performs(h.desk)
	if c = h.record(c.ID); c.Assignee != ben || c.Delegation.For != ana || c.Delegation.Why != "waited for Ana Silva, who is away; Ben Okafor stands in" {
		t.Errorf("held by %q: %+v", c.Assignee, c.Delegation)
	}
}

func TestAttendIsRefused(t *testing.T) {
	h := newHouse(t)
	for name, is := range map[string]desk.Presence{
		"oneself":     {Availability: desk.Away, Deputy: ana},
		"a stranger":  {Availability: desk.Away, Deputy: eve},
		"olga":        {Availability: desk.Away, Deputy: olga},
		"over":        {Availability: desk.Away, Until: h.clock.now()},
		"too far":     {Availability: desk.Away, Until: h.clock.now().Add(desk.MaxAbsence + time.Hour)},
		"no such way": {Availability: "gone"},
	} {
		if err := h.desk.Attend(t.Context(), ana, is); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if got := must[map[desk.Email]desk.Presence](t)(h.desk.Presences(t.Context())); len(got) != 0 {
		t.Errorf("presences %+v", got)
	}
}

// Whoever names another deputy, or another end of an absence, is away since when
// they were: colleagues go on seeing what came since.
func TestAwaySinceStaysWithAnotherDeputy(t *testing.T) {
	h := newHouse(t)
	c := must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, h.receive("", desk.Person, "S").ID, 0))
	h.clock.pass(time.Minute)
	h.is(desk.Away, ana)
	h.clock.pass(time.Minute)
	h.receive(c.Thread, desk.Person, "Re: S")
	for _, is := range []desk.Presence{{Deputy: ben}, {Deputy: ben, Until: h.clock.now().Add(time.Hour)}} {
		h.clock.pass(time.Minute)
		is.Availability = desk.Away
		if err := h.desk.Attend(t.Context(), ana, is); err != nil {
			t.Fatal(err)
		}
		if held := must[desk.Home](t)(h.desk.Home(t.Context(), ben)).Held; len(held) != 1 {
			t.Errorf("%+v: %d held with mail since, want one", is, len(held))
		}
	}
}
