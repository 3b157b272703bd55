package desk_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"baton/desk"
	"baton/store/sqlite"
)

func (h *house) many(n int) (ids []desk.ConversationID, records []desk.Conversation) {
	for range n {
		c := h.receive("", desk.Person, "S")
		ids, records = append(ids, c.ID), append(records, c)
	}
	return ids, records
}

func TestBulkAndBack(t *testing.T) {
	for name, b := range map[string]desk.Bulk{
		"give":  {Give: &desk.Give{To: ben, Why: "you are in"}},
		"close": {Close: true},
		"tag":   {Tag: "sale"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			ids, before := h.many(6)
			// One is as it should be already, one is named twice.
			must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), mia, ids[5:], b))
			before[5] = must[desk.Conversation](t)(h.store.Conversation(t.Context(), ids[5]))
			done := must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), ana, append(ids, ids[0]), b))
			if want := 5; done.Changed() < want || done.Group == "" || len(done.Outcomes) != 6 {
				t.Fatalf("%d changed of %d in group %q, want %d of 6", done.Changed(), len(done.Outcomes), done.Group, want)
			}
			h.clock.pass(time.Minute)
			back := must[desk.BulkDone](t)(h.desk.UndoGroup(t.Context(), ana, done.Group))
			for i, o := range back.Outcomes {
				if d := asItWas(before[i], o.Conversation); o.Err != nil || d != "" {
					t.Errorf("%d: %v (-before +after):\n%s", i, o.Err, d)
				}
			}
			again := must[desk.BulkDone](t)(h.desk.UndoGroup(t.Context(), ana, back.Group))
			for i, o := range again.Outcomes {
				if d := asItWas(done.Outcomes[i].Conversation, o.Conversation); o.Err != nil || d != "" {
					t.Errorf("%d again: %v (-before +after):\n%s", i, o.Err, d)
				}
			}
		})
	}
}

// TestUndoGroupLeavesWhatOthersChanged lists who acted since.
func TestUndoGroupLeavesWhatOthersChanged(t *testing.T) {
	h := newHouse(t)
	ids, _ := h.many(4)
	done := must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), mia, ids, desk.Bulk{Give: &desk.Give{To: ana}}))
	must[desk.Conversation](t)(h.desk.Take(t.Context(), ben, ids[2], 0))
	for i := range 30 { // far beyond what the record carries
		must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ben, ids[1], "", string(rune('a'+i))))
	}
	back := must[desk.BulkDone](t)(h.desk.UndoGroup(t.Context(), mia, done.Group))
	for i, o := range back.Outcomes {
		var conflict *desk.Conflict
		switch errors.As(o.Err, &conflict); {
		case i == 2 && (conflict == nil || conflict.By != ben || o.Changed):
			t.Errorf("%d: %v, want to hear that ben acted", i, o.Err)
		case i != 2 && (o.Err != nil || !o.Changed || o.Conversation.Assignee != ""):
			t.Errorf("%d: %v, held by %q", i, o.Err, o.Conversation.Assignee)
		}
	}
	if c := must[desk.Conversation](t)(h.store.Conversation(t.Context(), ids[2])); c.Assignee != ben {
		t.Errorf("%s holds it, want ben", c.Assignee)
	}
}

// TestUndoGroupOfWhatWasMerged: what was merged since is left as it is, and said,
// whether or not the one that it was merged into is part of the change.
func TestUndoGroupOfWhatWasMerged(t *testing.T) {
	for _, both := range []bool{false, true} {
		h := newHouse(t)
		kept, other := h.two()
		must[desk.Conversation](t)(h.desk.SetPriority(t.Context(), ana, kept.ID, 0, desk.High)) // so that their histories differ
		ids := []desk.ConversationID{other.ID}
		if both {
			ids = append(ids, kept.ID)
		}
		done := must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), mia, ids, desk.Bulk{Tag: "x"}))
		must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, kept.ID, other.ID))
		back := must[desk.BulkDone](t)(h.desk.UndoGroup(t.Context(), mia, done.Group))
		var conflict *desk.Conflict
		if o := back.Outcomes[0]; o.Changed || !errors.As(o.Err, &conflict) || conflict.Aspect != desk.Joining || conflict.By != ana {
			t.Errorf("both %v: changed %v, %v; want to hear that ana merged it", both, o.Changed, o.Err)
		}
	}
}

func TestBulkRefusals(t *testing.T) {
	h := newHouse(t)
	ids, records := h.many(3)
	for name, tc := range map[string]struct {
		by   desk.Email
		ids  []desk.ConversationID
		b    desk.Bulk
		want error
	}{
		"nothing":          {ana, nil, desk.Bulk{Close: true}, desk.ErrInvalid},
		"no change":        {ana, ids, desk.Bulk{}, desk.ErrInvalid},
		"two changes":      {ana, ids, desk.Bulk{Close: true, Tag: "x"}, desk.ErrInvalid},
		"to nobody":        {ana, ids, desk.Bulk{Give: &desk.Give{}}, desk.ErrInvalid},
		"too many":         {ana, tooMany(), desk.Bulk{Close: true}, desk.ErrInvalid},
		"a stranger":       {eve, ids, desk.Bulk{Close: true}, desk.ErrNotFound},
		"an unknown group": {ana, nil, desk.Bulk{}, desk.ErrInvalid},
	} {
		if _, err := h.desk.Bulk(t.Context(), tc.by, tc.ids, tc.b); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	// Olga works nowhere: what she names is not there for her.
	done := must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), olga, append(ids, "never"), desk.Bulk{Close: true}))
	for _, o := range done.Outcomes {
		if !errors.Is(o.Err, desk.ErrNotFound) || o.Conversation.ID != "" {
			t.Errorf("%s: %v, %+v; want it not to be there", o.ID, o.Err, o.Conversation)
		}
	}
	mine := must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), ana, ids, desk.Bulk{Tag: "x"}))
	for _, who := range []desk.Email{ben, olga, eve} {
		if _, err := h.desk.UndoGroup(t.Context(), who, mine.Group); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s undoes ana's: %v, want that there is no such group", who, err)
		}
	}
	if _, err := h.desk.UndoGroup(t.Context(), ana, "never"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a group that never was: %v", err)
	}
	h.clock.pass(desk.UndoFor + time.Second)
	if _, err := h.desk.UndoGroup(t.Context(), ana, mine.Group); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("after 30 days: %v, want it refused", err)
	}
	if now := must[desk.Conversation](t)(h.store.Conversation(t.Context(), ids[0])); now.Version != records[0].Version+1 {
		t.Errorf("version %d, want the one tag", now.Version)
	}
}

func tooMany() (ids []desk.ConversationID) {
	for i := range desk.MaxBulk + 1 {
		ids = append(ids, desk.ConversationOf(support, desk.ThreadID(rune('a'+i))))
	}
	return ids
}

// TestBulkCosts bounds what 200 conversations cost: a read for each, and
// commits for each and the group, which share transactions.
func TestBulkCosts(t *testing.T) {
	h := newHouse(t)
	const n = 200
	ids, _ := h.many(n)
	cost := func(what string, reads uint64, do func() (desk.BulkDone, error)) desk.BulkDone {
		t.Helper()
		before := h.store.Costs()
		done := must[desk.BulkDone](t)(do())
		after := h.store.Costs()
		if done.Changed() != n {
			t.Fatalf("%s: %d changed", what, done.Changed())
		}
		if got := after.Reads - before.Reads; got > reads {
			t.Errorf("%s: %d reads, at most %d", what, got, reads)
		}
		if got := after.Commits - before.Commits; got > n+1 {
			t.Errorf("%s: %d commits, at most %d", what, got, n+1)
		}
		t.Logf("%s: %d reads, %d commits", what, after.Reads-before.Reads, after.Commits-before.Commits)
		return done
	}
	done := cost("close", n, func() (desk.BulkDone, error) { return h.desk.Bulk(t.Context(), ana, ids, desk.Bulk{Close: true}) })
	began := time.Now()
	cost("undo", 2*n+1, func() (desk.BulkDone, error) { return h.desk.UndoGroup(t.Context(), ana, done.Group) })
	// The goal is 2 s (see the benchmark below); a busy machine that looks for races
	// gets more.
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("undo of %d took %v, at most 20 s", n, took)
	}
}

// BenchmarkUndoGroup undoes a change of 200 conversations on SQLite; the goal
// is 2 s.
func BenchmarkUndoGroup(b *testing.B) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "baton.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(context.Background())
	d, err := desk.New(desk.Options{Store: s, Clock: func() time.Time { return now }}, acme(), router{})
	if err != nil {
		b.Fatal(err)
	}
	var ids []desk.ConversationID
	mails := &house{clock: &clock{t: now}}
	for range 200 {
		m, f := mails.mail("", desk.Person, "S")
		c, err := d.Receive(b.Context(), m, f)
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	done, err := d.Bulk(b.Context(), ana, ids, desk.Bulk{Give: &desk.Give{To: ben}})
	for b.Loop() {
		if err != nil || done.Changed() != len(ids) {
			b.Fatalf("%d changed, %v", done.Changed(), err)
		}
		done, err = d.UndoGroup(b.Context(), ana, done.Group)
	}
}
