package storetest

import (
	"testing"

	"baton/desk"

	"github.com/google/go-cmp/cmp"
)

var lookTests = []test{
	{"missing", testLookMissing},
	{"beside the record", testLookBeside},
	{"many at once", testLookMany},
	{"in rows", testLookRows},
}

func look(by desk.Email, kind desk.LookKind, minute int) desk.Look {
	return desk.Look{By: by, Kind: kind, Since: at(minute), Until: at(minute + 2)}
}

func wantLooks(t *testing.T, what string, c desk.Conversation, want ...desk.Look) {
	t.Helper()
	if diff := cmp.Diff(want, c.Looks); diff != "" {
		t.Errorf("%s: looks (-want +got):\n%s", what, diff)
	}
}

func testLookMissing(t *testing.T, s desk.Store) {
	id := record(1).ID
	wantErr(t, "look at nothing", s.Look(t.Context(), id, look(ana, desk.Viewing, 1)), desk.ErrNotFound)
	_, err := s.Conversation(t.Context(), id)
	wantErr(t, "a look makes no record", err, desk.ErrNotFound)
}

func testLookBeside(t *testing.T, s desk.Store) {
	ctx := t.Context()
	c := put(t, s, record(1), desk.Change{})
	other := put(t, s, record(2), desk.Change{})
	for range 2 { // repeatable
		noErr(t, "ana looks", s.Look(ctx, c.ID, look(ana, desk.Viewing, 1)))
	}
	noErr(t, "bo looks", s.Look(ctx, c.ID, look(bo, desk.Viewing, 1)))
	noErr(t, "bo replies", s.Look(ctx, c.ID, look(bo, desk.Replying, 2)))
	got := read(t, s, c.ID)
	wantLooks(t, "read", got, look(ana, desk.Viewing, 1), look(bo, desk.Replying, 2))
	if got.Version != c.Version {
		t.Errorf("looks moved the version from %d to %d", c.Version, got.Version)
	}
	wantLooks(t, "another record", read(t, s, other.ID))
	got = update(t, s, c.ID, func(c *desk.Conversation) desk.Change {
		wantLooks(t, "in an update", *c, look(ana, desk.Viewing, 1), look(bo, desk.Replying, 2))
		c.Subject, c.Looks = "changed", nil
		return desk.Change{}
	})
	wantLooks(t, "after an update that dropped them", read(t, s, c.ID), look(ana, desk.Viewing, 1), look(bo, desk.Replying, 2))
	if got.Version != c.Version+1 {
		t.Errorf("version %d, want %d", got.Version, c.Version+1)
	}
	noErr(t, "bo looks, ana's is over", s.Look(ctx, c.ID, look(bo, desk.Viewing, 9), ana, "nobody@example.com"))
	got = read(t, s, c.ID)
	wantLooks(t, "forgotten", got, look(bo, desk.Viewing, 9))
	if got.Subject != "changed" {
		t.Errorf("a look undid an update: %q", got.Subject)
	}
}

// testLookMany has people look while the record changes: nothing is lost on
// either side.
func testLookMany(t *testing.T, s desk.Store) {
	c := put(t, s, record(1), desk.Change{})
	const rounds = 10
	done := make(chan error, 3)
	for _, by := range []desk.Email{ana, bo} {
		go func() {
			var err error
			for i := range rounds {
				if err == nil {
					err = s.Look(t.Context(), c.ID, look(by, desk.Viewing, i))
				}
			}
			done <- err
		}()
	}
	go func() {
		var err error
		for range rounds {
			if err == nil {
				_, err = s.Update(t.Context(), c.ID, func(c *desk.Conversation) (desk.Change, error) {
					c.Messages++
					return desk.Change{}, nil
				})
			}
		}
		done <- err
	}()
	for range cap(done) {
		noErr(t, "look or update", <-done)
	}
	got := read(t, s, c.ID)
	wantLooks(t, "at the end", got, look(ana, desk.Viewing, rounds-1), look(bo, desk.Viewing, rounds-1))
	if got.Version != c.Version+rounds || got.Messages != c.Messages+rounds {
		t.Errorf("version %d and %d messages, want %d and %d", got.Version, got.Messages, c.Version+rounds, c.Messages+rounds)
	}
}

func testLookRows(t *testing.T, s desk.Store) {
	till, reply, back := record(1), record(2), record(3)
	till.Status, till.Nap = desk.Snoozed, &desk.Napping{Until: at(600)}
	reply.Status, reply.Nap = desk.Snoozed, &desk.Napping{}
	back.Bounce = &desk.Bounced{At: at(3)}
	for _, c := range []*desk.Conversation{&till, &reply, &back} {
		c.Assignee = ana
		put(t, s, *c, desk.Change{})
	}
	rows, _, err := s.List(t.Context(), desk.Query{List: desk.ListMine, Person: ana, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 10})
	noErr(t, "list", err)
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	for i, want := range []desk.Row{{Until: at(600)}, {TillReply: true}, {CameBack: true}} {
		got := desk.Row{Until: rows[i].Until, TillReply: rows[i].TillReply, CameBack: rows[i].CameBack}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
	}
	update(t, s, back.ID, func(c *desk.Conversation) desk.Change { c.Bounce = nil; return desk.Change{} })
	update(t, s, till.ID, func(c *desk.Conversation) desk.Change {
		c.Status, c.Nap = desk.Open, nil
		return desk.Change{}
	})
	rows, _, err = s.List(t.Context(), desk.Query{List: desk.ListMine, Person: ana, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 10})
	noErr(t, "list", err)
	for _, r := range rows {
		if r.CameBack || !r.Until.IsZero() {
			t.Errorf("still in the row: %+v", r)
		}
	}
}
