package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/desk"
	"baton/store/sqlite"
)

func TestOpenWrongAddress(t *testing.T) {
	for address, want := range map[string]string{
		"":                         "sqlite:path",
		"baton.db":                 "sqlite:path",
		"/var/lib/baton.db":        "sqlite:path",
		"postgres://localhost":     "sqlite:path",
		"firestore:":               "PROJECT/DATABASE",
		"firestore:project/(main)": "PROJECT/DATABASE",
		"firestore:project/a/b":    "PROJECT/DATABASE",
		"firestore:Project":        "PROJECT/DATABASE",
		"sqlite:":                  "file is needed",
		"sqlite::memory:":          "forgets",
	} {
		s, err := Open(t.Context(), address, Options{})
		if s != nil {
			t.Errorf("%q was opened", address)
			continue
		}
		if !errors.Is(err, desk.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want ErrInvalid that names %q", address, err, want)
		}
	}
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd name?#%.db")
	address := "sqlite:" + path
	for version := int64(1); version < 3; version++ {
		s, err := Open(t.Context(), address, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Update(t.Context(), "c", func(*desk.Conversation) (desk.Change, error) { return desk.Change{}, nil })
		if err != nil || c.Version != version {
			t.Errorf("got version %d, %v; want %d", c.Version, err, version)
		}
		if got := s.Costs(); got.Commits != 1 || got.Reads != 1 {
			t.Errorf("costs: got %+v, want one read and one commit", got)
		}
		if err := errors.Join(s.Ping(t.Context()), s.Check(t.Context()), s.Close(t.Context())); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Errorf("file %s: %v", path, err)
	}
}

// TestOpenFirestore opens without reaching out: nothing listens there.
func TestOpenFirestore(t *testing.T) {
	t.Setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
	for _, address := range []string{"firestore:acme-desk", "firestore:acme-desk/(default)", "firestore:example.com:desk/spare"} {
		s, err := Open(t.Context(), address, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Alone() || s.Costs() != (sqlite.Costs{}) {
			t.Errorf("%s: alone %v, costs %+v; want neither", address, s.Alone(), s.Costs())
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
