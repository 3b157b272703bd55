package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/desk"
)

// TestErasedLeavesTheFiles: what was erased is in no unused part of the file
// and of its log, while the store is open and after.
func TestErasedLeavesTheFiles(t *testing.T) {
	const canary = "canary-4711"
	path := filepath.Join(t.TempDir(), "baton.db")
	s := openAt(t, path, Options{})
	for i, m := range []desk.Mailbox{"support@example.com", "sales@example.com"} {
		for n := range 50 {
			c := desk.Conversation{Mailbox: m, Thread: desk.ThreadID(rune('a' + n)), Subject: "kept"}
			if i == 0 {
				c.Subject = canary
			}
			_, err := s.Update(t.Context(), desk.ConversationOf(m, c.Thread), func(r *desk.Conversation) (desk.Change, error) {
				c.ID = r.ID
				*r = c
				return desk.Change{
					Notes:   []desk.Note{{ID: "n", Text: c.Subject}},
					Events:  []desk.Event{{Seq: 1, Why: strings.Repeat(c.Subject, 1000)}}, // more than a page
					Intents: []desk.Intent{{ID: desk.IntentID(r.ID), Mailbox: m, State: desk.IntentParked, Reason: strings.Repeat(c.Subject, 300)}},
					Ledger:  []desk.LedgerLine{{Mailbox: m, Message: desk.MessageID(c.Thread), Reason: c.Subject}},
				}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	holds := func(text string) (where []string) {
		for _, end := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + end)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if strings.Contains(string(data), text) {
				where = append(where, "baton.db"+end)
			}
		}
		return where
	}
	if holds(canary) == nil {
		t.Fatal("the canary is not in the files before")
	}
	if err := s.EraseMailbox(t.Context(), "support@example.com"); err != nil {
		t.Fatal(err)
	}
	if where := holds(canary); where != nil {
		t.Errorf("erased text is still in %v", where)
	}
	if holds("kept") == nil {
		t.Error("the other mailbox's text is gone")
	}
}
