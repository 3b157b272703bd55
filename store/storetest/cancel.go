package storetest

import (
	"sync"
	"testing"

	"baton/desk"
)

var cancelTests = []test{
	{"of no intent", testCancelMissing},
	{"not once it has a draft", testCancelDrafted},
	{"not once it is settled", testCancelSettled},
	{"one that is too far keeps the others", testCancelTogether},
	{"takes an open intent back", testCancel},
	{"takes a claimed intent back", testCancelClaimed},
	{"what is held", testCancelHeld},
	{"against a racing draft", testCancelRace},
}

// cancel takes intents back with an event, as undoing does.
func cancel(t testing.TB, s desk.Store, ids ...desk.IntentID) error {
	_, err := s.Update(t.Context(), record(1).ID, func(c *desk.Conversation) (desk.Change, error) {
		c.EventSeq++
		return desk.Change{Cancel: ids, Events: []desk.Event{{Seq: c.EventSeq, At: at(9), Kind: desk.EventUndone}}}, nil
	})
	return err
}

// unmoved wants the record as it was before a change that failed.
func unmoved(t testing.TB, s desk.Store, was desk.Conversation) {
	t.Helper()
	now, err := s.Conversation(t.Context(), was.ID)
	noErr(t, "Conversation", err)
	if now.Version != was.Version || now.EventSeq != was.EventSeq {
		t.Errorf("version %d with %d events, want the %d and %d of before", now.Version, now.EventSeq, was.Version, was.EventSeq)
	}
}

func testCancelMissing(t *testing.T, s desk.Store) {
	c := put(t, s, record(1), desk.Change{})
	wantErr(t, "Update", cancel(t, s, "nobody"), desk.ErrConflict)
	unmoved(t, s, c)
}

func testCancelDrafted(t *testing.T, s desk.Store) {
	c := put(t, s, record(1), desk.Change{Intents: []desk.Intent{sending(1)}})
	draft(t, s, sending(1).ID, "d1")
	wantErr(t, "Update", cancel(t, s, sending(1).ID), desk.ErrConflict)
	unmoved(t, s, c)
	want := sending(1)
	want.Draft = "d1"
	wantIntent(t, s, "drafted", want)
}

func testCancelSettled(t *testing.T, s desk.Store) {
	c := put(t, s, record(1), desk.Change{Intents: []desk.Intent{sending(1)}})
	claim(t, s, "w", at(5), at(9), 10)
	settle(t, s, desk.Settlement{ID: sending(1).ID, Holder: "w", State: desk.IntentParked, Reason: "full"})
	wantErr(t, "Update", cancel(t, s, sending(1).ID), desk.ErrConflict)
	unmoved(t, s, c)
}

func testCancelTogether(t *testing.T, s desk.Store) {
	c := put(t, s, record(1), desk.Change{Intents: []desk.Intent{sending(1), sending(2)}})
	draft(t, s, sending(2).ID, "d2")
	wantErr(t, "Update", cancel(t, s, sending(1).ID, sending(2).ID), desk.ErrConflict)
	unmoved(t, s, c)
	wantIntent(t, s, "the one that could have been", sending(1))
}

func testCancel(t *testing.T, s desk.Store) {
	c := put(t, s, record(1), desk.Change{Intents: []desk.Intent{sending(1), sending(2)}})
	noErr(t, "Update", cancel(t, s, sending(1).ID))
	want := sending(1)
	want.State = desk.IntentCancelled
	wantIntent(t, s, "taken back", want) // with its mail
	now, err := s.Conversation(t.Context(), c.ID)
	noErr(t, "Conversation", err)
	same(t, "version", now.Version, c.Version+1)
	counts, err := s.Intents(t.Context())
	noErr(t, "Intents", err)
	same(t, "counts", counts, map[desk.IntentState]int{desk.IntentCancelled: 1, desk.IntentPending: 1})
	got := claim(t, s, "w", at(50), at(59), 10)
	if len(got) != 1 || got[0].ID != sending(2).ID {
		t.Errorf("claimed %+v, want only the other", got)
	}
	wantErr(t, "again", cancel(t, s, sending(1).ID), desk.ErrConflict)
	// A draft that comes late is not taken, and its maker sees why.
	if in := draft(t, s, sending(1).ID, "late"); in.Draft != "" || in.State != desk.IntentCancelled {
		t.Errorf("a late draft gives %+v, want it cancelled and without a draft", in)
	}
}

func testCancelClaimed(t *testing.T, s desk.Store) {
	put(t, s, record(1), desk.Change{Intents: []desk.Intent{sending(1)}})
	claim(t, s, "w", at(5), at(9), 10)
	noErr(t, "Update", cancel(t, s, sending(1).ID))
	want := sending(1)
	want.State = desk.IntentCancelled
	wantIntent(t, s, "taken back", want)
	// Whoever had claimed it settles in vain.
	settle(t, s, desk.Settlement{ID: sending(1).ID, Holder: "w", State: desk.IntentDone, Sent: "s1"})
	wantIntent(t, s, "settled after", want)
}

// What is held is nobody's to perform, and is cancelled like any other.
func testCancelHeld(t *testing.T, s desk.Store) {
	held := sending(1)
	held.State = desk.IntentHeld
	put(t, s, record(1), desk.Change{Intents: []desk.Intent{held}})
	wantIntent(t, s, "held", held)
	counts, err := s.Intents(t.Context())
	noErr(t, "Intents", err)
	same(t, "counts", counts, map[desk.IntentState]int{desk.IntentHeld: 1})
	if got := claim(t, s, "w", at(50), at(59), 10); len(got) != 0 {
		t.Errorf("claimed %+v, want nothing", got)
	}
	if in := draft(t, s, held.ID, "d"); in.Draft != "" {
		t.Errorf("a draft of what is held: %+v", in)
	}
	noErr(t, "Update", cancel(t, s, held.ID))
	held.State = desk.IntentCancelled
	wantIntent(t, s, "cancelled", held)
	wantErr(t, "again", cancel(t, s, held.ID), desk.ErrConflict)
}

// Of a draft and a cancellation that race, one wins and the other learns it.
func testCancelRace(t *testing.T, s desk.Store) {
	put(t, s, record(1), desk.Change{})
	for i := range 8 {
		in := sending(10 + i)
		update(t, s, record(1).ID, func(c *desk.Conversation) desk.Change { return desk.Change{Intents: []desk.Intent{in}} })
		var racers sync.WaitGroup
		var drafted desk.Intent
		var draftErr, cancelled error
		racers.Go(func() { drafted, draftErr = s.Draft(t.Context(), in.ID, "d") })
		racers.Go(func() { cancelled = cancel(t, s, in.ID) })
		racers.Wait()
		noErr(t, "Draft", draftErr)
		if cancelled != nil {
			wantErr(t, "Update", cancelled, desk.ErrConflict)
		}
		now, err := s.Intent(t.Context(), in.ID)
		noErr(t, "Intent", err)
		won := cancelled == nil
		if (now.State == desk.IntentCancelled) != won || (now.Draft == "") != won || drafted.Draft != now.Draft {
			t.Errorf("cancelled %v, drafted %q; the intent is %s with draft %q", won, drafted.Draft, now.State, now.Draft)
		}
	}
}
