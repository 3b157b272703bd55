package storetest

import (
	"errors"
	"testing"

	"baton/desk"
)

var settleTests = []test{
	{"without effect", testStaleSettlement},
	{"states that are none", testBadSettlement},
	{"outcomes", testOutcomes},
	{"record moved on", testMovedOn},
	{"many at once", testSettleRace},
}

func settle(t testing.TB, s desk.Store, outcomes ...desk.Settlement) []desk.Intent {
	t.Helper()
	again, err := s.Settle(t.Context(), outcomes)
	noErr(t, "settle", err)
	return again
}

func wantIntent(t *testing.T, s desk.Store, what string, want desk.Intent) {
	t.Helper()
	got, err := s.Intent(t.Context(), want.ID)
	noErr(t, what, err)
	same(t, what, got, want)
}

func testStaleSettlement(t *testing.T, s desk.Store) {
	in := intent(1, record(1).ID)
	promise(t, s, in)
	done := desk.Settlement{ID: in.ID, Holder: "first", State: desk.IntentDone}
	settle(t, s, done)
	wantIntent(t, s, "settled without a claim", in)
	claim(t, s, "first", at(10), at(20), 1)
	got := claim(t, s, "second", at(20), at(30), 1)
	settle(t, s, done)
	wantIntent(t, s, "settled by the holder before", got[0])
	settle(t, s, desk.Settlement{ID: in.ID, Holder: "second", State: desk.IntentParked, Reason: "broken"})
	parked := in
	parked.State, parked.Reason = desk.IntentParked, "broken"
	wantIntent(t, s, "parked", parked)
	settle(t, s, desk.Settlement{ID: in.ID, Holder: "second", State: desk.IntentDone})
	wantIntent(t, s, "settled when settled", parked)
	settle(t, s, desk.Settlement{ID: "none", Holder: "second", State: desk.IntentDone})
	settle(t, s)
}

func testBadSettlement(t *testing.T, s desk.Store) {
	promise(t, s, intent(1, record(1).ID))
	got := claim(t, s, "w", at(10), at(20), 1)
	for _, state := range []desk.IntentState{"", desk.IntentClaimed, "odd"} {
		_, err := s.Settle(t.Context(), []desk.Settlement{{ID: got[0].ID, Holder: "w", State: state}})
		wantErr(t, "settled as "+string(state), err, desk.ErrInvalid)
	}
	wantIntent(t, s, "after", got[0])
}

func testOutcomes(t *testing.T, s desk.Store) {
	retry, done, cancelled := intent(1, record(1).ID), intent(2, record(1).ID), intent(3, record(1).ID)
	done.Kind = desk.IntentSend
	promise(t, s, retry, done, cancelled)
	claim(t, s, "w", at(10), at(20), 3)
	again := settle(t, s,
		desk.Settlement{ID: retry.ID, Holder: "w", State: desk.IntentPending, NotBefore: at(15), Reason: "busy", Failed: true},
		desk.Settlement{ID: done.ID, Holder: "w", State: desk.IntentDone},
		desk.Settlement{ID: cancelled.ID, Holder: "w", State: desk.IntentCancelled, Reason: "gone"},
	)
	same(t, "again", intentIDs(again), []string{})
	retry.NotBefore, retry.Reason, retry.Attempts = at(15), "busy", 1
	done.State = desk.IntentDone
	cancelled.State, cancelled.Reason = desk.IntentCancelled, "gone"
	wantIntent(t, s, "retry", retry)
	wantIntent(t, s, "done", done)
	wantIntent(t, s, "cancelled", cancelled)
	same(t, "before its time", intentIDs(claim(t, s, "w", at(14), at(20), 3)), []string{})
	same(t, "in its time", intentIDs(claim(t, s, "w", at(15), at(20), 3)), []string{string(retry.ID)})
	settle(t, s, desk.Settlement{ID: retry.ID, Holder: "w", State: desk.IntentPending, Failed: true})
	got, err := s.Intent(t.Context(), retry.ID)
	noErr(t, "intent", err)
	if got.Attempts != 2 || !got.NotBefore.IsZero() || got.Reason != "" {
		t.Errorf("second failure: got %+v, want two attempts, no time, no reason", got)
	}
}

func testMovedOn(t *testing.T, s desk.Store) {
	move := func() {
		update(t, s, record(1).ID, func(c *desk.Conversation) desk.Change {
			c.Mailbox = support
			c.LabelsRev++
			return desk.Change{}
		})
	}
	move()
	labels, notify, orphan := intent(1, record(1).ID), intent(2, record(1).ID), intent(3, "no record")
	labels.LabelsRev, notify.Kind = 1, desk.IntentNotify
	promise(t, s, labels, notify, orphan)
	claim(t, s, "w", at(10), at(20), 3)
	move()
	again := settle(t, s,
		desk.Settlement{ID: notify.ID, Holder: "w", State: desk.IntentDone, LabelsRev: 1},
		desk.Settlement{ID: labels.ID, Holder: "w", State: desk.IntentDone, LabelsRev: 1},
		desk.Settlement{ID: orphan.ID, Holder: "w", State: desk.IntentDone, LabelsRev: 0},
	)
	same(t, "open again", intentIDs(again), []string{string(labels.ID)})
	wantIntent(t, s, "open again", labels)
	same(t, "returned", again[0], labels)
	notify.State, orphan.State = desk.IntentDone, desk.IntentDone
	wantIntent(t, s, "notify", notify)
	wantIntent(t, s, "orphan", orphan)
	same(t, "claimed again", intentIDs(claim(t, s, "w", at(10), at(20), 3)), []string{string(labels.ID)})
	again = settle(t, s, desk.Settlement{ID: labels.ID, Holder: "w", State: desk.IntentDone, LabelsRev: 2})
	same(t, "still again", intentIDs(again), []string{})
	labels.State = desk.IntentDone
	wantIntent(t, s, "done", labels)

	// Parking and retrying do not look at the record.
	second := intent(4, record(1).ID)
	promise(t, s, second)
	claim(t, s, "w", at(10), at(20), 3)
	again = settle(t, s, desk.Settlement{ID: second.ID, Holder: "w", State: desk.IntentParked, LabelsRev: 0})
	same(t, "parked, again", intentIDs(again), []string{})
}

func testSettleRace(t *testing.T, s desk.Store) {
	const intents = 48
	var all []desk.Intent
	for i := range intents {
		all = append(all, intent(i, record(1).ID))
	}
	promise(t, s, all...)
	claim(t, s, "w", at(100), at(200), intents)
	errs := together(intents, func(i int) error {
		_, err := s.Settle(t.Context(), []desk.Settlement{{ID: all[i].ID, Holder: "w", State: desk.IntentDone}})
		return err
	})
	noErr(t, "settlements", errors.Join(errs...))
	counts, err := s.Intents(t.Context())
	noErr(t, "intents", err)
	same(t, "counts", counts, map[desk.IntentState]int{desk.IntentDone: intents})
}
