package sqlite

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

func TestFullDisk(t *testing.T) {
	s := openTest(t)
	change(t, s, 0)
	limit := func(pages string) {
		t.Helper()
		if err := s.write(t.Context(), func(c *conn) error {
			_, err := c.one("PRAGMA max_page_count = " + pages)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit("60")
	var full error
	stored := 0
	for i := 1; full == nil && i < 1000; i++ {
		_, full = s.Update(t.Context(), desk.ConversationID(fmt.Sprint("fat ", i)), func(c *desk.Conversation) (desk.Change, error) {
			c.Subject = strings.Repeat("x", 20_000)
			return desk.Change{Ledger: []desk.LedgerLine{{Mailbox: crashBox, Message: desk.MessageID(fmt.Sprint(i)), Verdict: desk.Own}}}, nil
		})
		if full == nil {
			stored++
		}
	}
	if !errors.Is(full, desk.ErrUnavailable) {
		t.Fatalf("full: got %v after %d records, want ErrUnavailable", full, stored)
	}
	wantText(t, "full", full.Error(), "disk is full", "free some space")
	if err := s.Ping(t.Context()); !errors.Is(err, desk.ErrUnavailable) && err != nil {
		t.Errorf("ping while full: %v", err)
	}
	if _, err := s.Conversation(t.Context(), "record 0"); err != nil {
		t.Errorf("read while full: %v", err)
	}
	verdicts, err := s.Verdicts(t.Context(), crashBox)
	if err != nil || verdicts[desk.Own] != stored {
		t.Errorf("lines: got %v, %v; want %d: one for each change that was told it is stored", verdicts, err, stored)
	}
	if _, err := s.Conversation(t.Context(), desk.ConversationID(fmt.Sprint("fat ", stored+1))); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("record that did not fit: got %v, want ErrNotFound", err)
	}
	fillTogether(t, s)
	limit("100000")
	change(t, s, 3)
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("ping after space came back: %v", err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
}

// fillTogether makes changes at once on a full disk: some may still fit, and
// each is stored exactly if its caller was told so.
func fillTogether(t *testing.T, s *Store) {
	t.Helper()
	errs := make([]error, 32)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = s.Update(t.Context(), desk.ConversationID(fmt.Sprint("thin ", i)), func(c *desk.Conversation) (desk.Change, error) {
				c.Subject = strings.Repeat("x", (i%4)*5000)
				return desk.Change{Handles: []desk.Handle{desk.Handle(fmt.Sprint("thin ", i))}}, nil
			})
		})
	}
	wg.Wait()
	failed := 0
	for i, told := range errs {
		_, err := s.Conversation(t.Context(), desk.ConversationID(fmt.Sprint("thin ", i)))
		ids, herr := s.Resolve(t.Context(), desk.Handle(fmt.Sprint("thin ", i)))
		if herr != nil {
			t.Fatal(herr)
		}
		switch {
		case told == nil && (err != nil || len(ids) != 1):
			t.Errorf("change %d was acknowledged: got %v and handles %v", i, err, ids)
		case told != nil && (!errors.Is(told, desk.ErrUnavailable) || !errors.Is(err, desk.ErrNotFound) || len(ids) != 0):
			t.Errorf("change %d failed with %v: record %v, handles %v; want neither", i, told, err, ids)
		case told != nil:
			failed++
		}
	}
	if failed == 0 {
		t.Error("nothing failed: the disk was not full")
	}
}

func TestForeignWriteLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	s := openAt(t, path, Options{BusyTimeout: 30 * time.Millisecond, PutOff: time.Millisecond})
	change(t, s, 0)
	other, err := dial(t.Context(), path, url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.control("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	err = crashChange(s, 1, "locked out")
	if !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	} else {
		wantText(t, "locked", err.Error(), "another program", "write lock")
	}
	if _, err := s.Conversation(t.Context(), "record 0"); err != nil {
		t.Errorf("read while locked: %v", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("ping while locked: got %v, want ErrUnavailable", err)
	}
	if _, err := s.Conversation(t.Context(), "record 1"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("record of the failed change: got %v, want ErrNotFound", err)
	}
	if err := errors.Join(other.control("ROLLBACK"), other.close()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("ping when free again: %v", err)
	}
	change(t, s, 1)
}

// A commit that fails takes every change of its batch with it.
func TestFailedCommit(t *testing.T) {
	s := openTest(t)
	change(t, s, 0)
	blocked := make(chan struct{})
	var jobs []chan error
	send := func(run func(c *conn) error) {
		done := make(chan error, 1)
		jobs = append(jobs, done)
		j := &job{run: run, done: done}
		if !s.writer.add(j) {
			t.Fatal("writer is closed")
		}
	}
	running := make(chan struct{})
	send(func(*conn) error { close(running); <-blocked; return nil }) // holds the writer while the others gather
	<-running
	for i := range 3 {
		send(func(c *conn) error {
			_, err := c.exec(insertHandle, fmt.Sprint("h", i), "c")
			return err
		})
	}
	send(func(c *conn) error { // a fault that only shows at the commit
		if err := c.control("PRAGMA defer_foreign_keys = 1"); err != nil {
			return err
		}
		_, err := c.exec("INSERT INTO event (conversation, seq, data) VALUES (999, 1, x'00')")
		return err
	})
	close(blocked)
	for i, done := range jobs[1:] {
		if err := <-done; !errors.Is(err, desk.ErrUnavailable) {
			t.Errorf("change %d of the failed commit: got %v, want ErrUnavailable", i, err)
		}
	}
	for i := range 3 {
		if ids, err := s.Resolve(t.Context(), desk.Handle(fmt.Sprint("h", i))); len(ids) != 0 || err != nil {
			t.Errorf("handle %d: got %v, %v; want none", i, ids, err)
		}
	}
	change(t, s, 1)
}

func TestCheckFindsDamage(t *testing.T) {
	s := openTest(t)
	change(t, s, 0)
	if err := s.Check(t.Context()); err != nil {
		t.Fatalf("check of a good file: %v", err)
	}
	// Two indexes in one page, as a page written to the wrong place leaves them.
	if err := s.write(t.Context(), func(c *conn) error {
		_, err := c.exec("INSERT INTO setting (name, value) VALUES ('damaged', '1')")
		return errors.Join(err, c.script(`PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage =
			(SELECT rootpage FROM sqlite_schema WHERE name = 'note_newest') WHERE name = 'conversation_status'`))
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("check of a damaged file: got %v, want ErrUnavailable", err)
	}
	if err := crashChange(s, 2, "after damage"); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("change after damage was found: got %v, want ErrUnavailable", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("ping after damage was found: got %v, want ErrUnavailable", err)
	}
}

// TestCheckThatFails: a file that cannot be read just now is not taken for a
// damaged one.
func TestCheckThatFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	s := openAt(t, path, Options{})
	change(t, s, 0)
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+end, path+end+".away"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(t.Context()); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("check without the file: got %v, want ErrUnavailable", err)
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+end+".away", path+end); err != nil {
			t.Fatal(err)
		}
	}
	if err := crashChange(s, 2, "after a check that failed"); err != nil {
		t.Errorf("change afterwards: %v", err)
	}
}
