package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"baton/desk"
)

var raceTests = []test{
	{"updates of one record", testRacingUpdates},
	{"creation of one record", testRacingCreates},
	{"updates of many records", testRacingRecords},
	{"one ledger line", testRacingLines},
	{"one ledger line in changes", testRacingChanges},
	{"failing among succeeding", testFailingAmong},
}

func testRacingUpdates(t *testing.T, s desk.Store) {
	const callers = 64
	put(t, s, record(1), desk.Change{})
	id := record(1).ID
	var runs atomic.Int64
	errs := together(callers, func(i int) error {
		_, err := s.Update(t.Context(), id, func(c *desk.Conversation) (desk.Change, error) {
			runs.Add(1)
			c.Messages++
			c.EventSeq++
			return desk.Change{
				Events: []desk.Event{{Seq: c.EventSeq, At: at(i), Kind: desk.EventTagged, To: fmt.Sprint(i)}},
				Ledger: []desk.LedgerLine{line(100 + i)},
			}, nil
		})
		return err
	})
	noErr(t, "updates", errors.Join(errs...))
	if n := runs.Load(); n < callers {
		t.Errorf("fn ran %d times for %d updates", n, callers)
	}
	c := read(t, s, id)
	if c.Version != callers+1 || c.Messages != callers+1 {
		t.Errorf("got version %d and %d messages, want %d of both", c.Version, c.Messages, callers+1)
	}
	events := walk(t, 100, func(p desk.Page) ([]desk.Event, desk.Next, error) { return s.Events(t.Context(), id, p) })
	seen := map[string]int{}
	for i, e := range events {
		if want := int64(callers - i); e.Seq != want {
			t.Fatalf("event %d: got sequence %d, want %d", i, e.Seq, want)
		}
		seen[e.To]++
	}
	if len(seen) != callers {
		t.Errorf("got events of %d callers, want %d", len(seen), callers)
	}
}

func testRacingCreates(t *testing.T, s desk.Store) {
	const callers = 32
	id := record(1).ID
	var first atomic.Int64
	errs := together(callers, func(i int) error {
		created := false
		c, err := s.Update(t.Context(), id, func(c *desk.Conversation) (desk.Change, error) {
			created = c.Version == 0
			if !created {
				return desk.Change{Nothing: true}, nil
			}
			c.Mailbox, c.Subject = support, fmt.Sprint(i)
			return desk.Change{}, nil
		})
		if created {
			first.Add(1)
		}
		if err == nil && c.Version != 1 {
			err = fmt.Errorf("version %d", c.Version)
		}
		return err
	})
	noErr(t, "creations", errors.Join(errs...))
	if n := first.Load(); n != 1 {
		t.Errorf("%d callers created the record, want 1", n)
	}
}

func testRacingRecords(t *testing.T, s desk.Store) {
	const callers, rounds = 16, 8
	errs := together(callers, func(i int) error {
		for range rounds {
			_, err := s.Update(t.Context(), record(i).ID, func(c *desk.Conversation) (desk.Change, error) {
				c.Mailbox = support
				c.Messages++
				return desk.Change{}, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	noErr(t, "updates", errors.Join(errs...))
	for i := range callers {
		if c := read(t, s, record(i).ID); c.Version != rounds || c.Messages != rounds {
			t.Errorf("record %d: got version %d, %d messages; want %d of both", i, c.Version, c.Messages, rounds)
		}
	}
}

func testRacingLines(t *testing.T, s desk.Store) {
	errs := together(16, func(i int) error {
		l := line(1)
		l.Size = int64(i)
		return s.Record(t.Context(), l)
	})
	winner := oneWinner(t, errs)
	got, err := s.Line(t.Context(), support, message(1))
	noErr(t, "line", err)
	if got.Size != int64(winner) {
		t.Errorf("the line is of writer %d, but writer %d was told it won", got.Size, winner)
	}
}

func testRacingChanges(t *testing.T, s desk.Store) {
	errs := together(16, func(i int) error {
		_, err := s.Update(t.Context(), record(i).ID, func(c *desk.Conversation) (desk.Change, error) {
			c.Mailbox = support
			return desk.Change{Ledger: []desk.LedgerLine{line(1)}}, nil
		})
		return err
	})
	winner := oneWinner(t, errs)
	for i := range errs {
		_, err := s.Conversation(t.Context(), record(i).ID)
		if i == winner {
			noErr(t, "winner's record", err)
		} else {
			wantErr(t, "loser's record", err, desk.ErrNotFound)
		}
	}
}

func oneWinner(t *testing.T, errs []error) int {
	t.Helper()
	winner := -1
	for i, err := range errs {
		if err == nil {
			if winner >= 0 {
				t.Fatalf("writers %d and %d both won", winner, i)
			}
			winner = i
		} else {
			wantErr(t, "loser", err, desk.ErrExists)
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	return winner
}

func testFailingAmong(t *testing.T, s desk.Store) {
	noErr(t, "record", s.Record(t.Context(), line(0)))
	errs := together(40, func(i int) error {
		_, err := s.Update(t.Context(), record(i).ID, func(c *desk.Conversation) (desk.Change, error) {
			c.Mailbox = support
			n := i
			if i%4 == 0 {
				n = 0
			}
			return desk.Change{Ledger: []desk.LedgerLine{line(n)}, Handles: []desk.Handle{desk.Handle(fmt.Sprint(i))}}, nil
		})
		return err
	})
	for i, err := range errs {
		_, missing := s.Conversation(t.Context(), record(i).ID)
		ids, herr := s.Resolve(t.Context(), desk.Handle(fmt.Sprint(i)))
		noErr(t, "resolve", herr)
		if i%4 == 0 {
			wantErr(t, "failing change", err, desk.ErrExists)
			wantErr(t, "its record", missing, desk.ErrNotFound)
			same(t, "its handle", len(ids), 0)
			continue
		}
		noErr(t, "change", errors.Join(err, missing))
		same(t, "its handle", ids, []desk.ConversationID{record(i).ID})
	}
}
