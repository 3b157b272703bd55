package sqlite

import (
	"database/sql/driver"
	"slices"
	"strings"
	"testing"

	"baton/store/entry"
)

// TestEveryTableIsCopied: each table is the source of a kind of entries, or
// follows from one. A table that is new is to be added to one of both.
func TestEveryTableIsCopied(t *testing.T) {
	follows := map[string]string{
		"share":           "conversations",
		"tally":           "conversations, ledger lines and intents",
		"sqlite_sequence": "SQLite's own",
	}
	for _, kind := range entry.Kinds() {
		for _, part := range strings.Split(sources[kind].tables, " JOIN ") {
			name, _, _ := strings.Cut(part, " ")
			if name == "" {
				t.Errorf("%s has no source", kind)
			}
			follows[name] = string(kind)
		}
	}
	s := openTest(t)
	err := s.read(t.Context(), func(c *conn) error {
		return c.query(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'table'", nil, func(row []driver.Value) error {
			if follows[text(row[0])] == "" {
				t.Errorf("table %s is not copied: give it a kind of entries, or say here from what it follows", text(row[0]))
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind := range sources {
		if !slices.Contains(entry.Kinds(), kind) {
			t.Errorf("kind %s is not in entry.Kinds, so it is not copied", kind)
		}
	}
}
