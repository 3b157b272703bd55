package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

var claimTests = []test{
	{"nothing to claim", testClaimNothing},
	{"order", testClaimOrder},
	{"not before", testNotBefore},
	{"claims run out", testClaimExpires},
	{"racing holders", testClaimRace},
	{"unclaim", testUnclaim},
	{"counts and parked", testParked},
}

func promise(t testing.TB, s desk.Store, intents ...desk.Intent) {
	t.Helper()
	update(t, s, record(1).ID, func(c *desk.Conversation) desk.Change {
		c.Mailbox = support
		return desk.Change{Intents: intents}
	})
}

func claim(t testing.TB, s desk.Store, holder string, now, until time.Time, limit int) []desk.Intent {
	t.Helper()
	got, err := s.Claim(t.Context(), holder, now, until, limit)
	noErr(t, "claim", err)
	return got
}

func intentIDs(intents []desk.Intent) []string {
	ids := []string{}
	for _, in := range intents {
		ids = append(ids, string(in.ID))
	}
	return ids
}

func testClaimNothing(t *testing.T, s desk.Store) {
	same(t, "empty store", len(claim(t, s, "w", at(0), at(1), 10)), 0)
	promise(t, s, intent(1, record(1).ID))
	same(t, "limit 0", len(claim(t, s, "w", at(9), at(10), 0)), 0)
}

func testClaimOrder(t *testing.T, s desk.Store) {
	id := record(1).ID
	named := func(name string, minute int, interactive bool) desk.Intent {
		in := intent(minute, id)
		in.ID, in.Interactive = desk.IntentID(name), interactive
		return in
	}
	promise(t, s, named("back new", 8, false), named("back old", 1, false), named("inter new", 7, true),
		named("inter b", 3, true), named("inter a", 3, true))
	got := claim(t, s, "w", at(10), at(11), 2)
	same(t, "first two", intentIDs(got), []string{"inter a", "inter b"})
	want := named("inter a", 3, true)
	want.State, want.Holder, want.ClaimedUntil = desk.IntentClaimed, "w", at(11)
	same(t, "claimed", got[0], want)
	stored, err := s.Intent(t.Context(), want.ID)
	noErr(t, "intent", err)
	same(t, "stored", stored, want)
	same(t, "the rest", intentIDs(claim(t, s, "w", at(10), at(11), 10)), []string{"inter new", "back old", "back new"})
	same(t, "no more", intentIDs(claim(t, s, "w", at(10), at(11), 10)), []string{})
}

func testNotBefore(t *testing.T, s desk.Store) {
	early, late := intent(1, record(1).ID), intent(2, record(1).ID)
	late.NotBefore = at(30)
	promise(t, s, early, late)
	same(t, "too early", intentIDs(claim(t, s, "w", at(30).Add(-time.Microsecond), at(99), 10)), []string{string(early.ID)})
	same(t, "in time", intentIDs(claim(t, s, "w", at(30), at(99), 10)), []string{string(late.ID)})
}

func testClaimExpires(t *testing.T, s desk.Store) {
	in := intent(1, record(1).ID)
	promise(t, s, in)
	claim(t, s, "first", at(10), at(20), 1)
	same(t, "while it lives", intentIDs(claim(t, s, "second", at(20).Add(-time.Microsecond), at(30), 1)), []string{})
	same(t, "by its holder, while it lives", intentIDs(claim(t, s, "first", at(15), at(30), 1)), []string{})
	got := claim(t, s, "second", at(20), at(30), 1)
	same(t, "when it ran out", intentIDs(got), []string{string(in.ID)})
	same(t, "holder", got[0].Holder, "second")
}

func testClaimRace(t *testing.T, s desk.Store) {
	const intents, holders = 120, 16
	var all []desk.Intent
	for i := range intents {
		all = append(all, intent(i, record(1).ID))
	}
	promise(t, s, all...)
	var mu sync.Mutex
	holder := map[desk.IntentID]string{}
	errs := together(holders, func(i int) error {
		me := fmt.Sprint("holder ", i)
		for range intents + 1 { // each claim but the last takes one at least
			got, err := s.Claim(t.Context(), me, at(500), at(600), 5)
			if err != nil || len(got) == 0 {
				return err
			}
			mu.Lock()
			for _, in := range got {
				if other, ok := holder[in.ID]; ok {
					t.Errorf("intent %s: claimed by %s and by %s", in.ID, other, me)
				}
				holder[in.ID] = me
			}
			mu.Unlock()
		}
		return errors.New("claims do not end")
	})
	noErr(t, "claims", errors.Join(errs...))
	if len(holder) != intents {
		t.Errorf("%d intents claimed, want %d", len(holder), intents)
	}
	for id, who := range holder {
		in, err := s.Intent(t.Context(), id)
		noErr(t, "intent", err)
		if in.Holder != who || in.State != desk.IntentClaimed {
			t.Errorf("intent %s: %s was told it holds it, stored %q in state %s", id, who, in.Holder, in.State)
		}
	}
}

func testUnclaim(t *testing.T, s desk.Store) {
	a, b, c := intent(1, record(1).ID), intent(2, record(1).ID), intent(3, record(1).ID)
	later := intent(4, record(1).ID)
	later.NotBefore = at(50)
	promise(t, s, a, b, c, later)
	claim(t, s, "me", at(10), at(100), 2)
	claim(t, s, "other", at(10), at(100), 1)
	settle(t, s, desk.Settlement{ID: b.ID, Holder: "me", State: desk.IntentDone})
	noErr(t, "unclaim", s.Unclaim(t.Context(), "me"))
	noErr(t, "unclaim of nothing", s.Unclaim(t.Context(), "me"))
	noErr(t, "unclaim by a stranger", s.Unclaim(t.Context(), "nobody"))
	got, err := s.Intent(t.Context(), a.ID)
	noErr(t, "intent", err)
	same(t, "given back", got, a)
	same(t, "claimable", intentIDs(claim(t, s, "new", at(11), at(100), 10)), []string{string(a.ID)})
}

func testParked(t *testing.T, s desk.Store) {
	counts, err := s.Intents(t.Context())
	noErr(t, "intents", err)
	same(t, "counts of nothing", counts, map[desk.IntentState]int{})
	var all []desk.Intent
	var outcomes []desk.Settlement
	for i := range 9 {
		in := intent(i/2, record(1).ID)
		in.ID = desk.IntentID(fmt.Sprintf("i%d", i))
		all = append(all, in)
		if i < 7 {
			outcomes = append(outcomes, desk.Settlement{ID: in.ID, Holder: "w", State: desk.IntentParked, Reason: "why", Failed: true})
		}
	}
	promise(t, s, all...)
	claim(t, s, "w", at(10), at(20), 8)
	settle(t, s, outcomes...)
	for _, limit := range []int{1, 2, 3, 7, 100} {
		got := walk(t, limit, func(p desk.Page) ([]desk.Intent, desk.Next, error) { return s.Parked(t.Context(), p) })
		same(t, fmt.Sprintf("pages of %d", limit), intentIDs(got), []string{"i6", "i4", "i5", "i2", "i3", "i0", "i1"})
	}
	counts, err = s.Intents(t.Context())
	noErr(t, "intents", err)
	same(t, "counts", counts, map[desk.IntentState]int{desk.IntentParked: 7, desk.IntentClaimed: 1, desk.IntentPending: 1})
}
