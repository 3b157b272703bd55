package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/desk"

	"github.com/google/go-cmp/cmp"
)

func wantText(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("%s: got %q, want it to name %q", what, got, p)
		}
	}
}

func wantRefused(t *testing.T, path string, parts ...string) error {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err == nil {
		t.Errorf("%s was opened", path)
		return errors.Join(s.Close(context.Background()))
	}
	wantText(t, "refusal", err.Error(), parts...)
	return err
}

// closed makes a store with some records and closes it.
func closed(t *testing.T, records int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "baton.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		change(t, s, i)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return path
}

func change(t testing.TB, s *Store, i int) {
	t.Helper()
	if err := crashChange(s, i, fmt.Sprint("change ", i)); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	wantRefused(t, ":memory:", "file is needed")
	wantRefused(t, "", "file is needed")
	wantRefused(t, filepath.Join(t.TempDir(), "none", "baton.db"), "create it first")
	wantRefused(t, t.TempDir(), "no regular file")
}

func TestSecondOpener(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := wantRefused(t, path, path, path+".lock", "another process"); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, link, path)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, Options{})
}

func TestDamagedFile(t *testing.T) {
	path := closed(t, 200)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 8 * 4096; i < 14*4096; i++ {
		data[i] ^= 0x5a
	}
	check := func(parts ...string) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := wantRefused(t, path, append(parts, path)...); !errors.Is(err, desk.ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
		after, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(after) != string(data) {
			t.Error("the file was changed")
		}
	}
	check("damaged", "restore the last backup")
	data = []byte(strings.Repeat("this is a letter\n", 1000))
	check("no SQLite database")
}

func TestForeignAndNewerFile(t *testing.T) {
	path := closed(t, 1)
	edit := func(sql string) {
		t.Helper()
		c, err := dial(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.script(sql), c.close()); err != nil {
			t.Fatal(err)
		}
	}
	edit("PRAGMA user_version = 99;")
	wantRefused(t, path, "newer Baton", "version 99", path)
	edit("PRAGMA user_version = 1; PRAGMA application_id = 7;")
	wantRefused(t, path, "another program")
}

// A step that fails leaves nothing of itself.
func TestMigrationIsWhole(t *testing.T) {
	c, err := dial(t.Context(), filepath.Join(t.TempDir(), "x.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	}()
	if err := step(c, "CREATE TABLE a (x); CREATE TABLE b (y); SELECT nonsense;", 1); err == nil {
		t.Error("a broken step gave no error")
	}
	row, err := c.one("SELECT count(*) FROM sqlite_schema")
	if err != nil || number(row[0]) != 0 {
		t.Errorf("left over: %v tables, %v", row, err)
	}
	if v, err := pragma(c, "user_version"); v != 0 || err != nil {
		t.Errorf("version: got %d, %v; want 0", v, err)
	}
}

func TestSettingsOfTheFile(t *testing.T) {
	s := openTest(t)
	got := map[string]string{}
	if err := s.write(t.Context(), func(c *conn) error {
		for _, name := range []string{"journal_mode", "synchronous", "foreign_keys", "busy_timeout"} {
			row, err := c.one("PRAGMA " + name)
			if err != nil {
				return err
			}
			got[name] = fmt.Sprint(row[0])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("settings (-want +got):\n%s", d)
	}
	info, err := os.Stat(s.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file mode: got %v, %v; want 0600: it holds customers' addresses", info.Mode(), err)
	}
	for name, want := range map[string]bool{"3.51.2": true, "3.51.3": false, "3.60.0": false, "3.9.9": true, "4.0.0": false} {
		if got := older(name, minVersion); got != want {
			t.Errorf("%s older than %s: got %v", name, minVersion, got)
		}
	}
}

func TestNetworkTypes(t *testing.T) {
	if name, err := networkFS(t.TempDir()); name != "" || err != nil {
		t.Errorf("temporary folder: got %q, %v; want a local file system", name, err)
	}
	for magic, want := range map[uint32]string{0x6969: "NFS", 0xff534d42: "CIFS", 0x65735546: "FUSE", 0xef53: ""} {
		if got := networkTypes[magic]; got != want {
			t.Errorf("type %#x: got %q, want %q", magic, got, want)
		}
	}
	if _, err := networkFS("/none"); err == nil {
		t.Error("no error for a folder that does not exist")
	}
}
