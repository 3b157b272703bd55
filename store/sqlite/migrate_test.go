package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"baton/desk"
)

// oldFile makes a file as the first version of the tables had it, with data.
func oldFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	c, err := dial(t.Context(), path, writing(0))
	if err != nil {
		t.Fatal(err)
	}
	sql, err := migrations.ReadFile("migrations/001_start.sql")
	if err == nil {
		err = step(c, string(sql), 1)
	}
	if err == nil {
		err = c.control("BEGIN IMMEDIATE")
	}
	for i := 0; i < 50 && err == nil; i++ {
		var p plan
		record := desk.Conversation{ID: desk.ConversationID(fmt.Sprint("record ", i)), Mailbox: crashBox, Version: 1, Status: desk.Open, EventSeq: 1}
		err = p.prepare(&record, desk.Change{
			Events:  []desk.Event{{Seq: 1, To: "old"}},
			Ledger:  []desk.LedgerLine{{Mailbox: crashBox, Message: desk.MessageID(fmt.Sprint(i)), Conversation: record.ID, Verdict: desk.Person}},
			Intents: []desk.Intent{{ID: desk.IntentID(fmt.Sprint(i)), State: desk.IntentPending}},
			Notes:   []desk.Note{{ID: "n", Text: "old"}}, Handles: []desk.Handle{"h"},
		})
		if err == nil {
			err = writeOld(c, &p)
		}
	}
	if err == nil {
		err = c.control("COMMIT")
	}
	if err := errors.Join(err, c.close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// writeOld writes a plan of a new record into the first version's tables.
func writeOld(c *conn, p *plan) error {
	const old = 16 // columns of the first version
	names := strings.Join(columnNames[:old], ", ")
	n, err := c.insert("INSERT INTO conversation (id, version, data, "+names+") VALUES (?, ?, ?"+strings.Repeat(", ?", old)+")",
		append([]driver.Value{string(p.record.ID), p.record.Version, p.body}, p.is[:old]...)...)
	return errors.Join(err, writeRows(c, n, p.rows), p.countStatus(c))
}

// wantMigrated opens an old file, and wants its data and what is new.
func wantMigrated(t *testing.T, path string) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := pragma(s.writer.conn, "user_version"); v != int64(len(steps)) || err != nil {
		t.Errorf("version: got %d, %v; want %d", v, err, len(steps))
	}
	verdicts, err := s.Verdicts(t.Context(), crashBox)
	statuses, err2 := s.Statuses(t.Context(), crashBox)
	intents, err3 := s.Intents(t.Context())
	note, err4 := s.Note(t.Context(), "record 7", "n")
	if err := errors.Join(err, err2, err3, err4); err != nil || verdicts[desk.Person] != 50 || statuses[desk.Open] != 50 || intents[desk.IntentPending] != 50 || note.Text != "old" {
		t.Errorf("data of before: %v, %v, %v, %v, %v", verdicts, statuses, intents, note, err)
	}
	if g, err := s.SetGrant(t.Context(), desk.Grant{Mailbox: crashBox}); g.Rev != 1 || err != nil {
		t.Errorf("a grant, which is new: got %+v, %v", g, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestMigrationInterrupted stops the steps after the first at each of their
// statements: by an error, and by a process that is gone.
func TestMigrationInterrupted(t *testing.T) {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i, name := range steps[1:] {
		sql, err := migrations.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		statements := append(strings.SplitAfter(string(sql), ";\n"), "PRAGMA application_id = 1;", fmt.Sprintf("PRAGMA user_version = %d;", i+2))
		for n := range len(statements) + 1 {
			path := oldFile(t)
			c, err := dial(t.Context(), path, writing(0))
			if err != nil {
				t.Fatal(err)
			}
			for k, before := range steps[1 : i+1] {
				sql, err := migrations.ReadFile(before)
				if err == nil {
					err = step(c, string(sql), int64(k)+2)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			some := strings.Join(statements[:n], "\n")
			if err := step(c, some+" SELECT nonsense;", int64(i)+2); err == nil {
				t.Fatal("a broken step gave no error")
			}
			if err := errors.Join(c.control("BEGIN IMMEDIATE"), c.script(some+" SELECT 1;")); err != nil {
				t.Fatal(err)
			}
			gone := filepath.Join(t.TempDir(), "gone.db")
			for _, suffix := range []string{"", "-wal"} {
				data, err := os.ReadFile(path + suffix)
				if err == nil {
					err = os.WriteFile(gone+suffix, data, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(c.control("ROLLBACK"), c.close()); err != nil {
				t.Fatal(err)
			}
			wantMigrated(t, path)
			wantMigrated(t, gone)
			tried++
		}
	}
	if tried < 4 {
		t.Errorf("%d interruptions tried, want some for each statement", tried)
	}
}

// TestNetworkRefused makes the file system of the test one that is refused.
func TestNetworkRefused(t *testing.T) {
	dir := t.TempDir()
	var here syscall.Statfs_t
	if err := syscall.Statfs(dir, &here); err != nil {
		t.Fatal(err)
	}
	networkTypes[uint32(here.Type)] = "NFS of this test"
	defer delete(networkTypes, uint32(here.Type))
	path := filepath.Join(dir, "baton.db")
	_ = wantRefused(t, path, "network file system (NFS of this test)", "local disk")
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left over: %v, %v", left, err)
	}
}
