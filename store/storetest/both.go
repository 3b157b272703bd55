package storetest

import (
	"errors"
	"fmt"
	"testing"

	"baton/desk"
)

var bothTests = []test{
	{"refused changes nothing", testBothRefused},
	{"one that is taken keeps the other", testBothTaken},
	{"not one alone, nor one twice", testBothAlone},
	{"one too large keeps the other", testBothLarge},
	{"together", testBoth},
	{"racing in both orders", testBothRace},
}

// pair puts two records.
func pair(t testing.TB, s desk.Store) (a, b desk.Conversation) {
	t.Helper()
	return put(t, s, record(1), desk.Change{}), put(t, s, record(2), desk.Change{})
}

func testBothRefused(t *testing.T, s desk.Store) {
	a, b := pair(t, s)
	no := errors.New("no")
	_, _, err := s.UpdateBoth(t.Context(), a.ID, b.ID, func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		x.EventSeq, y.EventSeq = 1, 1
		return desk.Change{Events: []desk.Event{{Seq: 1}}}, desk.Change{Events: []desk.Event{{Seq: 1}}}, no
	})
	wantErr(t, "UpdateBoth", err, no)
	_, _, err = s.UpdateBoth(t.Context(), a.ID, b.ID, func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		x.EventSeq, y.EventSeq = 1, 1
		return desk.Change{Nothing: true}, desk.Change{Nothing: true}, nil
	})
	noErr(t, "UpdateBoth of nothing", err)
	unmoved(t, s, a)
	unmoved(t, s, b)
}

func testBothTaken(t *testing.T, s desk.Store) {
	a, b := pair(t, s)
	noErr(t, "Record", s.Record(t.Context(), line(7)))
	for i, ids := range [][2]desk.ConversationID{{a.ID, b.ID}, {b.ID, a.ID}} {
		for first := range 2 {
			_, _, err := s.UpdateBoth(t.Context(), ids[0], ids[1], func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
				changes := [2]desk.Change{{Ledger: []desk.LedgerLine{line(7)}}, {Events: []desk.Event{{Seq: 1}}}}
				return changes[first], changes[1-first], nil
			})
			wantErr(t, fmt.Sprint("UpdateBoth ", i, first), err, desk.ErrExists)
		}
	}
	_, _, err := s.UpdateBoth(t.Context(), a.ID, b.ID, func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		return desk.Change{Events: []desk.Event{{Seq: 1}}}, desk.Change{Cancel: []desk.IntentID{"nobody"}}, nil
	})
	wantErr(t, "UpdateBoth that cancels what is not there", err, desk.ErrConflict)
	unmoved(t, s, a)
	unmoved(t, s, b)
}

func testBothAlone(t *testing.T, s desk.Store) {
	a, b := pair(t, s)
	_, _, err := s.UpdateBoth(t.Context(), a.ID, b.ID, func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		return desk.Change{}, desk.Change{Nothing: true}, nil
	})
	wantErr(t, "one alone", err, desk.ErrInvalid)
	_, _, err = s.UpdateBoth(t.Context(), a.ID, a.ID, func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		return desk.Change{}, desk.Change{}, nil
	})
	wantErr(t, "one twice", err, desk.ErrInvalid)
	unmoved(t, s, a)
	unmoved(t, s, b)
}

func testBothLarge(t *testing.T, s desk.Store) {
	a, b := pair(t, s)
	_, _, err := s.UpdateBoth(t.Context(), a.ID, b.ID, func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		y.Subject = string(make([]byte, 40<<20))
		return desk.Change{}, desk.Change{}, nil
	})
	wantErr(t, "UpdateBoth", err, desk.ErrTooLarge)
	unmoved(t, s, a)
	unmoved(t, s, b)
}

func testBoth(t *testing.T, s desk.Store) {
	a, b := pair(t, s)
	both := func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
		x.EventSeq++
		y.EventSeq++
		x.Status, y.Messages = desk.Closed, y.Messages+1
		n := int(y.EventSeq)
		return desk.Change{Events: []desk.Event{{Seq: x.EventSeq, At: at(n), To: string(y.ID)}}, Intents: []desk.Intent{intent(2*n, x.ID)}},
			desk.Change{Events: []desk.Event{{Seq: y.EventSeq, At: at(n), From: string(x.ID)}}, Intents: []desk.Intent{intent(2*n+1, y.ID)},
				Ledger: []desk.LedgerLine{line(10 + n)}, Handles: []desk.Handle{desk.HandleRFC(desk.RFCID(fmt.Sprint("r", n)))}}, nil
	}
	for i := range 2 {
		x, y, err := s.UpdateBoth(t.Context(), a.ID, b.ID, both)
		noErr(t, "UpdateBoth", err)
		if x.ID != a.ID || y.ID != b.ID || x.Version != int64(2+i) || y.Version != int64(2+i) || x.Status != desk.Closed || y.Messages != 2+i {
			t.Errorf("gave %+v and %+v", x, y)
		}
		same(t, "first record", read(t, s, a.ID), x)
		same(t, "second record", read(t, s, b.ID), y)
	}
	for id, want := range map[desk.ConversationID]desk.Event{a.ID: {Seq: 2, At: at(2), To: string(b.ID)}, b.ID: {Seq: 2, At: at(2), From: string(a.ID)}} {
		events, _, err := s.Events(t.Context(), id, desk.Page{Limit: 10})
		noErr(t, "Events", err)
		if len(events) != 2 {
			t.Fatalf("%d events, want 2", len(events))
		}
		same(t, "newest event", events[0], want)
	}
	ids, err := s.Resolve(t.Context(), desk.HandleRFC("r1"))
	noErr(t, "Resolve", err)
	same(t, "handle", ids, []desk.ConversationID{b.ID})
	same(t, "claimed", len(claim(t, s, "w", at(50), at(60), 10)), 4)
}

func testBothRace(t *testing.T, s desk.Store) {
	const callers = 24
	a, b := pair(t, s)
	bump := func(c *desk.Conversation) desk.Change {
		c.EventSeq++
		c.Messages++
		return desk.Change{Events: []desk.Event{{Seq: c.EventSeq}}}
	}
	errs := together(callers, func(i int) error {
		ids := [2]desk.ConversationID{a.ID, b.ID}
		if i%3 == 0 {
			_, err := s.Update(t.Context(), ids[i%2], func(c *desk.Conversation) (desk.Change, error) { return bump(c), nil })
			return err
		}
		_, _, err := s.UpdateBoth(t.Context(), ids[i%2], ids[1-i%2], func(x, y *desk.Conversation) (desk.Change, desk.Change, error) {
			return bump(x), bump(y), nil
		})
		return err
	})
	noErr(t, "changes", errors.Join(errs...))
	for _, was := range []desk.Conversation{a, b} {
		if c := read(t, s, was.ID); c.Messages != 1+callers*5/6 || c.Version != int64(c.Messages) {
			t.Errorf("version %d with %d messages, want %d of both", c.Version, c.Messages, 1+callers*5/6)
		}
	}
}
