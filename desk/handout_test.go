package desk_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/store/sqlite"
)

// bills has a rule give mail called "bill" to Billing, and "Ana's" to Ana.
func (h *house) bills() {
	h.rules["bill"] = desk.Routing{Matched: []string{"Bills"}, Team: "Billing", Reason: "rule Bills matched"}
	h.rules["Ana's"] = desk.Routing{Matched: []string{"Hers"}, Person: ana, Reason: "rule Hers matched"}
}

func (h *house) is(a desk.Availability, people ...desk.Email) {
	h.Helper()
	for _, who := range people {
		if err := h.desk.SetPresence(h.Context(), who, a); err != nil {
			h.Fatal(err)
		}
	}
}

// performs does what is promised by now of handing out, and gives how many
// promises that were.
func (h *house) performs(d *desk.Desk) (n int) {
	h.Helper()
	ctx := context.Background()
	for {
		now := h.clock.now()
		ins, err := h.store.Claim(ctx, "test", now, now.Add(1000*time.Hour), 50)
		if err != nil {
			h.Fatal(err)
		}
		if len(ins) == 0 {
			return n
		}
		for _, in := range ins {
			if in.Kind != desk.IntentHandOut {
				continue
			}
			n++
			s, err := d.HandOut(ctx, in)
			if err != nil {
				h.Fatal(err)
			}
			if s.ID, s.Holder = in.ID, "test"; s.State == "" {
				s.State = desk.IntentDone
			}
			if _, err := h.store.Settle(ctx, []desk.Settlement{s}); err != nil {
				h.Fatal(err)
			}
		}
	}
}

func (h *house) holders(cs []desk.Conversation) []desk.Email {
	h.Helper()
	out := []desk.Email{}
	for _, c := range cs {
		out = append(out, h.record(c.ID).Assignee)
	}
	return out
}

// comes lets some mails come a minute apart.
func (h *house) comes(n int, subject string) (cs []desk.Conversation) {
	h.Helper()
	for range n {
		cs = append(cs, h.receive("", desk.Person, subject))
		h.clock.pass(time.Minute)
	}
	return cs
}

// What found nobody waits, and goes to those whom its rule meant once they are
// there: oldest first, in turn, with a reason, and nothing else goes with it.
func TestWaitingWorkIsHandedOut(t *testing.T) {
	h := newHouse(t)
	h.bills()
	h.is(desk.Away, ana, ben)
	bills, hers := h.comes(4, "bill"), h.comes(1, "Ana's")
	other := h.comes(1, "S")
	if h.performs(h.desk); !slices.Equal(h.holders(bills), make([]desk.Email, 4)) {
		t.Fatalf("with everybody away they go to %q", h.holders(bills))
	}
	h.is(desk.Busy, ana)
	if n := h.performs(h.desk); n != 0 {
		t.Errorf("%d promises although nobody is available", n)
	}
	h.is(desk.Available, ana, ben)
	if got := h.holders(bills); got[0] != "" {
		t.Fatalf("%q before anything was performed", got)
	}
	h.performs(h.desk)
	if d := cmp.Diff([]desk.Email{ana, ben, ana, ben}, h.holders(bills)); d != "" {
		t.Errorf("who got the bills (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]desk.Email{ana, ""}, h.holders(append(hers, other...))); d != "" {
		t.Errorf("who got Ana's and the one for nobody (-want +got):\n%s", d)
	}
	c := h.record(bills[0].ID)
	last := c.Recent[len(c.Recent)-1]
	want := "waited for somebody of Billing; Ana Silva is available now"
	if last.Kind != desk.EventHandedOut || last.Who != ana || last.By != "" || last.To != "Billing" || last.Why != want || c.Delegation.Why != want {
		t.Errorf("event %+v, delegation %+v; want the reason %q", last, c.Delegation, want)
	}
	if why := h.record(hers[0].ID).Delegation.Why; why != "waited for Ana Silva, who is available now" {
		t.Errorf("reason %q", why)
	}
	if next := h.receive("", desk.Person, "bill"); next.Assignee != ana {
		t.Errorf("new mail goes to %q, want Ana, whose turn it is", next.Assignee)
	}
}

// What a person put back is theirs to have put back.
func TestWhatWasPutBackIsNotHandedOut(t *testing.T) {
	h := newHouse(t)
	h.bills()
	ctx := t.Context()
	h.is(desk.Away, ana, ben)
	cs := h.comes(5, "bill")
	h.performs(h.desk)
	taken := must[desk.Conversation](t)(h.desk.Take(ctx, mia, cs[0].ID, 0))
	must[desk.Conversation](t)(h.desk.Undo(ctx, mia, taken.ID, taken.EventSeq))
	must[desk.Conversation](t)(h.desk.Take(ctx, mia, cs[1].ID, 0))
	must[desk.Conversation](t)(h.desk.Release(ctx, mia, cs[1].ID, 0))
	h.is(desk.Available, ana)
	h.performs(h.desk)
	if got := h.holders(cs); !slices.Equal(got, []desk.Email{"", "", ana, ana, ana}) {
		t.Fatalf("held by %q", got)
	}
	got := h.record(cs[2].ID)
	if _, err := h.desk.Undo(ctx, ben, got.ID, got.EventSeq); err == nil {
		t.Error("Ben undid what went to Ana")
	}
	if v := must[desk.View](t)(h.desk.OpenID(ctx, ana, got.ID)); !h.desk.Undoable(ana, v)[got.EventSeq] {
		t.Error("Ana is not offered to undo it")
	}
	must[desk.Conversation](t)(h.desk.Undo(ctx, ana, got.ID, got.EventSeq))
	must[desk.Conversation](t)(h.desk.Release(ctx, ana, cs[3].ID, 0))
	must[desk.Conversation](t)(h.desk.Decline(ctx, ana, cs[4].ID, 0, "not mine"))
	h.is(desk.Available, ana, ben)
	if err := h.desk.Round(ctx); err != nil {
		t.Fatal(err)
	}
	if h.performs(h.desk); !slices.Equal(h.holders(cs), make([]desk.Email, 5)) {
		t.Errorf("held by %q, want all where people put them", h.holders(cs))
	}
}

// Nobody says that an absence ended, that a new policy names somebody, or what a
// process that died was about to promise: the round finds it.
func TestRoundFindsWhoIsBack(t *testing.T) {
	ctx := t.Context()
	for name, back := range map[string]func(h *house){
		"the absence ends": func(h *house) { h.clock.pass(time.Hour) },
		"a new policy": func(h *house) {
			p := acme()
			p.Version, p.Teams[0].Members = "p2", []desk.Email{ana, ben, mia}
			h.desk.SetPolicy(p, h.rules)
		},
		"a process dies": func(h *house) {
			if err := h.store.SetPresence(ctx, desk.Presence{Member: ana, At: h.clock.now()}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.bills()
			for _, who := range []desk.Email{ana, ben} {
				if err := h.desk.Attend(ctx, who, desk.Presence{Availability: desk.Away, Until: h.clock.now().Add(30 * time.Minute)}); err != nil {
					t.Fatal(err)
				}
			}
			cs := h.comes(2, "bill")
			round := func() {
				if err := h.desk.Round(ctx); err != nil {
					t.Fatal(err)
				}
				h.performs(h.desk)
			}
			if round(); h.record(cs[0].ID).Assignee != "" {
				t.Fatalf("held by %q while all are away", h.holders(cs))
			}
			back(h)
			if round(); slices.Contains(h.holders(cs), "") {
				t.Errorf("held by %q, want nothing to wait", h.holders(cs))
			}
			before := h.store.Costs()
			round()
			if c := h.store.Costs(); c.Reads-before.Reads > 3 || c.Commits != before.Commits {
				t.Errorf("an idle round: %+v after %+v, want one read, and two to look for promises", c, before)
			}
		})
	}
}

// Several processes hand out what waits while mail comes in and people come
// back: everything goes out once, and in turn.
func TestManyProcessesHandOutOnce(t *testing.T) {
	h := newHouse(t)
	h.bills()
	h.is(desk.Away, ana, ben)
	cs := h.comes(30, "bill")
	h.performs(h.desk)
	var desks []*desk.Desk
	for _, holder := range []string{"one", "two", "three"} {
		desks = append(desks, must[*desk.Desk](t)(desk.New(desk.Options{Store: h.store, Clock: h.clock.now, Holder: holder}, acme(), h.rules)))
	}
	h.is(desk.Available, ana, ben)
	got := map[desk.Email]int{} // whose turn it was, new mail included
	var all sync.WaitGroup
	for i, d := range desks {
		all.Go(func() {
			for {
				s, err := d.HandOut(t.Context(), desk.Intent{Waiting: "team:billing"})
				if err != nil {
					t.Error(err)
				}
				if err != nil || s.State == "" {
					return
				}
			}
		})
		if i == 0 {
			all.Go(func() {
				for range 5 {
					m, f := h.mail("", desk.Person, "bill")
					c, err := d.Receive(t.Context(), m, f)
					if err != nil || c.Assignee == "" {
						t.Errorf("new mail: %q, %v", c.Assignee, err)
					}
					got[c.Assignee]++
				}
			})
		}
	}
	all.Wait()
	for _, c := range cs {
		c = h.record(c.ID)
		n := 0
		for _, ev := range c.Recent {
			if ev.Kind == desk.EventHandedOut {
				n++
			}
		}
		if got[c.Assignee]++; n != 1 {
			t.Errorf("handed out %d times", n)
		}
	}
	if a, b := got[ana], got[ben]; a+b != len(cs)+5 || a-b > 5 || b-a > 5 {
		t.Errorf("%v of %d, want about as many each", got, len(cs)+5)
	}
}

// Whoever comes back while mail is being recorded gets it: either side sees the
// other.
func TestNothingSlipsBetweenMailAndReturn(t *testing.T) {
	h := newHouse(t)
	h.bills()
	for range 20 {
		h.is(desk.Away, ana, ben)
		m, f := h.mail("", desk.Person, "bill")
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := h.desk.Receive(t.Context(), m, f); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			if err := h.desk.SetPresence(t.Context(), ana, desk.Available); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		h.performs(h.desk)
		if c := h.record(desk.ConversationOf(support, m.Thread)); c.Assignee != ana {
			t.Fatalf("held by %q, want Ana", c.Assignee)
		}
	}
}

// What is read to hand out does not grow with the queue.
func TestCallingUpCostsLittle(t *testing.T) {
	reads := func(others int) uint64 {
		h := newHouse(t)
		h.bills()
		h.is(desk.Away, ana, ben)
		for range others {
			h.receive("", desk.Person, "S")
		}
		h.receive("", desk.Person, "bill")
		h.performs(h.desk)
		before := h.store.Costs()
		h.is(desk.Available, ana)
		return uint64(h.store.Costs().Reads - before.Reads)
	}
	few, many := reads(0), reads(300)
	if few != many || few > 6 {
		t.Errorf("%d reads with an empty queue, %d with 300 in it; want as many, at most 6", few, many)
	}
}

// A hand-out that a killed process left behind is done by the next one.
func TestHandingOutSurvivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	h := newHouse(t)
	h.store = must[*sqlite.Store](t)(sqlite.Open(t.Context(), path, sqlite.Options{PutOff: time.Millisecond}))
	h.desk = must[*desk.Desk](t)(desk.New(desk.Options{Store: h.store, Clock: h.clock.now, Holder: "first"}, acme(), h.rules))
	h.bills()
	h.is(desk.Away, ana, ben)
	cs := h.comes(3, "bill")
	h.is(desk.Available, ben)
	// The process dies with its promises claimed, and holding the lease.
	must[desk.Lease](t)(h.store.Acquire(t.Context(), "hand out team:billing", "first", h.clock.now(), h.clock.now().Add(30*time.Second)))
	if err := h.store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.store = must[*sqlite.Store](t)(sqlite.Open(t.Context(), path, sqlite.Options{PutOff: time.Millisecond}))
	defer h.store.Close(context.Background())
	next := must[*desk.Desk](t)(desk.New(desk.Options{Store: h.store, Clock: h.clock.now, Holder: "next"}, acme(), h.rules))
	for range 3 {
		h.clock.pass(time.Minute)
		h.performs(next)
	}
	if got := h.holders(cs); !slices.Equal(got, []desk.Email{ben, ben, ben}) {
		t.Errorf("held by %q, want Ben", got)
	}
}

func handedOutCase(h *house) (before desk.Conversation, by desk.Email, after desk.Conversation) {
	h.bills()
	h.is(desk.Away, ana, ben)
	before = h.receive("", desk.Person, "bill")
	h.clock.pass(time.Minute)
	h.is(desk.Available, ben)
	before = h.record(before.ID)
	h.performs(h.desk)
	return before, ben, h.record(before.ID)
}
