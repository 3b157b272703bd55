package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

// Changes that wait while a transaction runs share the next commit.
func TestGroupCommit(t *testing.T) {
	s := openTest(t)
	before := s.Costs()
	running, blocked := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.write(t.Context(), func(*conn) error { close(running); <-blocked; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-running
	const callers = 40
	for i := range callers {
		wg.Go(func() {
			if err := crashChange(s, i, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	for waiting := 0; waiting < callers; runtime.Gosched() {
		s.writer.mu.Lock()
		waiting = len(s.writer.waiting)
		s.writer.mu.Unlock()
	}
	close(blocked)
	wg.Wait()
	if got := s.Costs().Commits - before.Commits; got != 1 {
		t.Errorf("%d changes took %d commits, want 1", callers, got)
	}
}

// Without the lock per record, the version alone keeps changes from being lost.
func TestVersionCheck(t *testing.T) {
	s := openTest(t)
	const callers = 16
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for {
				_, err := s.try(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
					c.Messages++
					return desk.Change{}, nil
				})
				if !errors.Is(err, errMoved) {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	wg.Wait()
	c, err := s.Conversation(t.Context(), "c")
	if err != nil || c.Messages != callers || c.Version != callers {
		t.Errorf("got %d messages, version %d, %v; want %d of both", c.Messages, c.Version, err, callers)
	}
}

func TestCosts(t *testing.T) {
	s := openTest(t)
	ctx := t.Context()
	change(t, s, 0)
	boxes := []desk.Mailbox{crashBox}
	for _, c := range []struct {
		name           string
		reads, commits uint64
		call           func() error
	}{
		{"conversation", 1, 0, func() error { _, err := s.Conversation(ctx, "record 0"); return err }},
		{"resolve", 1, 0, func() error { _, err := s.Resolve(ctx, "a", "b", "c"); return err }},
		{"update", 1, 1, func() error { return crashChange(s, 0, "next") }},
		{"update with nothing", 1, 0, func() error {
			_, err := s.Update(ctx, "record 0", func(*desk.Conversation) (desk.Change, error) { return desk.Change{Nothing: true}, nil })
			return err
		}},
		{"learn", 1, 1, func() error { return s.Learn(ctx, "h", "c") }},
		{"learn again", 1, 0, func() error { return s.Learn(ctx, "h", "c") }},
		{"record", 0, 1, func() error { return s.Record(ctx, desk.LedgerLine{Mailbox: crashBox, Message: "m"}) }},
		{"known", 1, 0, func() error { _, err := s.Known(ctx, crashBox, []desk.MessageID{"a", "b"}); return err }},
		{"list", 1, 0, func() error {
			_, _, err := s.List(ctx, desk.Query{List: desk.ListQueue, Mailboxes: boxes}, desk.Page{Limit: 10})
			return err
		}},
		{"list without mailboxes", 0, 0, func() error {
			_, _, err := s.List(ctx, desk.Query{List: desk.ListQueue}, desk.Page{Limit: 10})
			return err
		}},
		{"count", 1, 0, func() error {
			_, err := s.Count(ctx, desk.Query{List: desk.ListQueue, Mailboxes: boxes}, 10)
			return err
		}},
		{"claim", 1, 1, func() error { _, err := s.Claim(ctx, "w", time.Now(), time.Now().Add(time.Hour), 10); return err }},
		{"claim of nothing", 1, 0, func() error { _, err := s.Claim(ctx, "w", time.Now(), time.Now(), 10); return err }},
		{"settle", 0, 1, func() error {
			_, err := s.Settle(ctx, []desk.Settlement{{ID: "next", Holder: "w", State: desk.IntentDone}})
			return err
		}},
		{"stale settle", 0, 0, func() error {
			_, err := s.Settle(ctx, []desk.Settlement{{ID: "next", Holder: "w", State: desk.IntentDone}})
			return err
		}},
		{"unclaim of nothing", 0, 0, func() error { return s.Unclaim(ctx, "nobody") }},
		{"lease", 0, 1, func() error { _, err := s.Acquire(ctx, "l", "a", time.Now(), time.Now().Add(time.Hour)); return err }},
		{"turns", 1, 0, func() error { _, err := s.Turns(ctx, "Front"); return err }},
	} {
		before := s.Costs()
		if err := c.call(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		after := s.Costs()
		if reads, commits := after.Reads-before.Reads, after.Commits-before.Commits; reads != c.reads || commits != c.commits {
			t.Errorf("%s: %d reads and %d commits, want %d and %d", c.name, reads, commits, c.reads, c.commits)
		}
	}
}

// A settlement waits for company, up to the put-off time; an urgent change
// takes it along, and closing does not lose it.
func TestPutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	s, err := Open(t.Context(), path, Options{PutOff: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	waiting := func() int {
		s.writer.mu.Lock()
		defer s.writer.mu.Unlock()
		return len(s.writer.waiting)
	}
	set := func(n uint64) chan error {
		done, before := make(chan error, 1), waiting() // a change that was withdrawn may lie there still
		go func() {
			_, err := s.SetMailboxState(context.Background(), crashBox, func(m *desk.MailboxState) { m.Cursor = n })
			done <- err
		}()
		for waiting() == before {
			runtime.Gosched()
		}
		return done
	}
	before := s.Costs().Commits
	first := set(1)
	change(t, s, 0)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if got := s.Costs().Commits - before; got != 1 {
		t.Errorf("a change and a put-off one took %d commits, want 1", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := s.SetMailboxState(ctx, "other@example.com", func(m *desk.MailboxState) { m.Cursor = 9 })
		gone <- err
	}()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("withdrawn: got %v, want context.Canceled", err)
	}
	second := set(2)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil {
		t.Errorf("put off while closing: %v", err)
	}
	again := openAt(t, path, Options{})
	if st, err := again.MailboxState(t.Context(), crashBox); st.Cursor != 2 || err != nil {
		t.Errorf("after reopening: got %+v, %v; want cursor 2", st, err)
	}
	if st, err := again.MailboxState(t.Context(), "other@example.com"); st.Cursor != 0 || err != nil {
		t.Errorf("withdrawn change: got %+v, %v; want cursor 0", st, err)
	}
}

func TestFunctionThatEndsItsGoroutine(t *testing.T) {
	s := openTest(t)
	_, err := s.SetMailboxState(t.Context(), crashBox, func(*desk.MailboxState) { runtime.Goexit() })
	if err == nil || !strings.Contains(err.Error(), "ended its goroutine") {
		t.Errorf("got error %v, want one that says so", err)
	}
	change(t, s, 0)
}

func TestClosed(t *testing.T) {
	s := openTest(t)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := s.Conversation(t.Context(), "c")
	for what, err := range map[string]error{"read": err, "write": crashChange(s, 0, "x"), "ping": s.Ping(t.Context())} {
		if !errors.Is(err, desk.ErrUnavailable) {
			t.Errorf("%s after close: got %v, want ErrUnavailable", what, err)
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("second close: %v", err)
	}
}

// Every list is read in the order of its index: a sort would read all rows
// before it gives the first.
func TestListsAreNotSorted(t *testing.T) {
	s := openTest(t)
	plan := func(sql string) {
		t.Helper()
		err := s.read(t.Context(), func(c *conn) error {
			return c.query(t.Context(), "EXPLAIN QUERY PLAN "+sql, make([]driver.Value, 120), func(row []driver.Value) error {
				if step := text(row[3]); strings.Contains(step, "TEMP B-TREE FOR ORDER BY") || strings.HasPrefix(step, "SCAN c") {
					t.Errorf("%s\nin %s", step, sql)
				}
				return nil
			})
		})
		if err != nil {
			t.Errorf("%v in %s", err, sql)
		}
	}
	for _, l := range listings {
		plan(l.pageSQL(1))
		plan(l.pageSQL(3))
		plan(l.countSQL(2))
	}
	plan(lateOf.countSQL(2))
	plan(selectClaimable)
}
