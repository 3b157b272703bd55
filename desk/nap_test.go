package desk_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"baton/desk"
)

// ring performs the timer of a nap, as the outbox does when its time comes.
func (h *house) ring(timer desk.IntentID) desk.Settlement {
	h.Helper()
	in, err := h.store.Intent(h.Context(), timer)
	if err != nil {
		h.Fatal(err)
	}
	return must[desk.Settlement](h.T)(h.desk.Wake(h.Context(), in))
}

// snoozed is a conversation that ana holds and has snoozed for an hour.
func (h *house) snoozed() desk.Conversation {
	h.Helper()
	ok := must[desk.Conversation](h.T)
	c := ok(h.desk.Take(h.Context(), ana, h.receive("", desk.Person, "S").ID, 0))
	return ok(h.desk.Snooze(h.Context(), ana, c.ID, c.Version, desk.Nap{Until: h.clock.now().Add(time.Hour), Why: "parts"}))
}

func TestTimerWakesOnlyItsOwnNap(t *testing.T) {
	h := newHouse(t)
	ok := must[desk.Conversation](t)
	c := h.snoozed()
	first := c.Nap.Timer
	if got := ok(h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Until: c.Nap.Until, Why: "parts"})); got.Version != c.Version {
		t.Error("the same nap once more is a change")
	}
	c = ok(h.desk.Snooze(t.Context(), ben, c.ID, c.Version, desk.Nap{Morning: true}))
	if ev := c.Recent[len(c.Recent)-1]; ev.DueBefore != h.clock.now().Add(time.Hour) || ev.From != string(desk.Snoozed) || c.Nap.Was != desk.Open {
		t.Errorf("changed nap: event %+v, was %s; want the earlier time and open", ev, c.Nap.Was)
	}
	h.clock.pass(time.Hour)
	if s := h.ring(first); s.State != "" || h.record(c.ID).Status != desk.Snoozed {
		t.Errorf("the timer of the nap that was replaced: %+v, %s; want nothing", s, h.record(c.ID).Status)
	}
	// The clock of the process that claims it may be ahead, or jump back.
	if s := h.ring(c.Nap.Timer); s.State != desk.IntentPending || !s.NotBefore.Equal(c.Nap.Until) {
		t.Errorf("rung early: %+v, want it to wait until %s", s, c.Nap.Until)
	}
	h.clock.pass(23 * time.Hour)
	for range 2 { // a claim that ran out is performed twice
		if s := h.ring(c.Nap.Timer); s.State != "" {
			t.Errorf("settlement %+v, want done", s)
		}
	}
	got := h.record(c.ID)
	if got.Status != desk.Open || got.Assignee != ana || got.Nap != nil || got.Version != c.Version+1 {
		t.Errorf("woken: %s, held by %q, nap %v, version %d", got.Status, got.Assignee, got.Nap, got.Version)
	}
	if w, awake := got.Awoke(); !awake || w.Because != "its time had come" || w.Nap.By != ben {
		t.Errorf("woke: %+v, %v", w, awake)
	}
	let := ok(h.desk.Release(t.Context(), ana, c.ID, 0))
	if w, awake := let.Awoke(); awake {
		t.Errorf("somebody has worked on it and still %+v", w)
	}
}

func TestMailWakesAtOnce(t *testing.T) {
	h := newHouse(t)
	for name, nap := range map[string]desk.Nap{"until a time": {Until: h.clock.now().Add(time.Hour)}, "until a reply": {Reply: true}} {
		t.Run(name, func(t *testing.T) {
			ok := must[desk.Conversation](t)
			c := ok(h.desk.Take(t.Context(), ana, h.receive("", desk.Person, "S").ID, 0))
			c = ok(h.desk.Snooze(t.Context(), ana, c.ID, 0, nap))
			timer := c.Nap.Timer
			if got := h.receive(c.Thread, desk.AutoReply, "Re: S"); got.Status != desk.Snoozed {
				t.Errorf("a machine's mail woke it: %s", got.Status)
			}
			h.clock.pass(time.Minute)
			got := h.receive(c.Thread, desk.Person, "Re: S")
			if got.Status != desk.Open || got.Assignee != ana || got.Nap != nil {
				t.Errorf("%s, held by %q, nap %v", got.Status, got.Assignee, got.Nap)
			}
			if w, _ := got.Awoke(); w.Because != "Carla Customer wrote" {
				t.Errorf("because %q", w.Because)
			}
			if timer != "" {
				h.clock.pass(2 * time.Hour)
				if h.ring(timer); h.record(c.ID).Version != got.Version {
					t.Error("the stale timer changed something")
				}
			}
			h.clock.pass(-2 * time.Hour)
		})
	}
}

// Whoever is away when it wakes does not keep it, and what is due stays due.
func TestWakingWithoutTheHolder(t *testing.T) {
	for _, tt := range []struct {
		is   desk.Availability
		keep bool
	}{{desk.Available, true}, {desk.Busy, true}, {desk.Away, false}, {desk.AwayReassign, false}} {
		t.Run(string(tt.is), func(t *testing.T) {
			for _, how := range []string{"timer", "mail"} {
				h := newHouse(t)
				ok := must[desk.Conversation](t)
				c := h.receive("", desk.Person, "S")
				due := h.clock.now().Add(2 * time.Hour)
				c = ok(h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ana, Due: due}))
				c = ok(h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Morning: true}))
				if err := h.desk.SetPresence(t.Context(), ana, tt.is); err != nil {
					t.Fatal(err)
				}
				h.clock.pass(24 * time.Hour)
				if rows, _, err := h.desk.ListFor(t.Context(), ana, desk.Query{List: desk.ListLate}, desk.Page{Limit: 9}); err != nil || len(rows) != 1 {
					t.Errorf("%s: late while snoozed: %v, %v", how, rows, err)
				}
				if how == "timer" {
					h.ring(c.Nap.Timer)
				} else {
					h.receive(c.Thread, desk.Person, "Re: S")
				}
				got := h.record(c.ID)
				if keeps := got.Assignee == ana; keeps != tt.keep || got.Status != desk.Open || !got.Due().Equal(due) {
					t.Errorf("%s: held by %q, %s, due %s; want keeps %v, open, due %s", how, got.Assignee, got.Status, got.Due(), tt.keep, due)
				}
				if r := got.Reoffered; !tt.keep && (r == nil || r.Why != "Ana Silva is away" || r.Delegation.By != mia) {
					t.Errorf("%s: reoffered %+v", how, r)
				}
			}
		})
	}
}

func TestSnoozeIsRefused(t *testing.T) {
	h := newHouse(t)
	ok := must[desk.Conversation](t)
	c := h.snoozed()
	now := h.clock.now()
	for name, tt := range map[string]struct {
		by  desk.Email
		nap desk.Nap
		err error
	}{
		"stranger": {eve, desk.Nap{Morning: true}, desk.ErrNotFound},
		"no way":   {ana, desk.Nap{}, desk.ErrInvalid},
		"two ways": {ana, desk.Nap{Morning: true, Reply: true}, desk.ErrInvalid},
		"now":      {ana, desk.Nap{Until: now}, desk.ErrInvalid},
		"too far":  {ana, desk.Nap{Until: now.Add(desk.MaxNap + time.Second)}, desk.ErrInvalid},
	} {
		if _, err := h.desk.Snooze(t.Context(), tt.by, c.ID, 0, tt.nap); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", name, err, tt.err)
		}
	}
	closed := ok(h.desk.Close(t.Context(), ben, c.ID, 0))
	if ev := closed.Recent[len(closed.Recent)-1]; closed.Nap != nil || !ev.Due.Equal(now.Add(time.Hour)) {
		t.Errorf("closed with nap %v; its event says it slept until %s", closed.Nap, ev.Due)
	}
	if _, err := h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Morning: true}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("snoozing what is closed: %v", err)
	}
	if _, err := h.desk.WakeNow(t.Context(), ana, c.ID, c.Version); err != nil {
		t.Errorf("waking what does not sleep: %v", err)
	}
}

// A reply that is taken back puts the nap back, with a timer that rings.
func TestUndoneReplySleepsOn(t *testing.T) {
	h := newHouse(t)
	ok := must[desk.Conversation](t)
	p := acme()
	p.Mailboxes[0].Undo = time.Minute
	h.desk.SetPolicy(p, h.rules)
	c := h.snoozed()
	old := *c.Nap
	c = ok(h.desk.Reply(t.Context(), ana, c.ID, 0, desk.Answer{Once: "o", Text: "Hi", To: []desk.Address{{Email: "carla@shop.example"}}}))
	if c.Status != desk.WaitingCustomer || c.Nap != nil {
		t.Fatalf("answered: %s, nap %v", c.Status, c.Nap)
	}
	c, _, err := h.desk.Unsend(t.Context(), ana, c.ID, desk.AnswerID(c.ID, ana, "o"))
	if err != nil || c.Status != desk.Snoozed || c.Nap == nil || c.Nap.Timer == old.Timer || !c.Nap.Until.Equal(old.Until) {
		t.Fatalf("taken back: %v, %s, nap %+v", err, c.Status, c.Nap)
	}
	h.clock.pass(time.Hour)
	if h.ring(old.Timer); h.record(c.ID).Status != desk.Snoozed {
		t.Error("the old timer woke it")
	}
	if h.ring(c.Nap.Timer); h.record(c.ID).Status != desk.Open {
		t.Error("the new timer did not wake it")
	}
}

func TestSnoozeIsOneCommitWithItsTimer(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	before := h.store.Costs()
	c = must[desk.Conversation](t)(h.desk.Snooze(t.Context(), ana, c.ID, c.Version, desk.Nap{Monday: true}))
	after := h.store.Costs()
	if reads, commits := after.Reads-before.Reads, after.Commits-before.Commits; reads > 1 || commits != 1 {
		t.Errorf("%d reads, %d commits; want 1 and 1", reads, commits)
	}
	in := must[desk.Intent](t)(h.store.Intent(t.Context(), c.Nap.Timer))
	if in.Kind != desk.IntentWake || in.State != desk.IntentPending || !in.NotBefore.Equal(time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("timer %+v, want one that is pending until Monday next week, 09:00", in)
	}
	if !slices.Contains(desk.WantedLabels(acme(), &c), "Baton/Status/Snoozed") {
		t.Errorf("labels %q", desk.WantedLabels(acme(), &c))
	}
}

// A nap whose time came while it was ended by something that is undone is over,
// and what waited inside the house waits on, as when its timer had rung.
func TestNapOverWhileUndoneWaitsOn(t *testing.T) {
	h := newHouse(t)
	ok := must[desk.Conversation](t)
	c := h.receive("", desk.Person, "S")
	c = ok(h.desk.SetStatus(t.Context(), ana, c.ID, 0, desk.WaitingInternal))
	c = ok(h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Until: h.clock.now().Add(time.Hour)}))
	c = ok(h.desk.Close(t.Context(), ana, c.ID, 0))
	h.clock.pass(2 * time.Hour)
	c = ok(h.desk.Undo(t.Context(), ana, c.ID, c.EventSeq))
	if c.Status != desk.WaitingInternal || c.Nap != nil {
		t.Errorf("%s, nap %v; want it to wait internally", c.Status, c.Nap)
	}
}
