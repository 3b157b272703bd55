package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baton/desk"
	"baton/store"
	"baton/store/storetest"
)

// filledStore gives the address of a store in which people worked.
func filledStore(t *testing.T, conversations int) string {
	t.Helper()
	address := "sqlite:" + filepath.Join(t.TempDir(), "from.db")
	s, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Work(t, s, conversations)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return address
}

func TestStoreCopyCommand(t *testing.T) {
	from := filledStore(t, 6)
	to := "sqlite:" + filepath.Join(t.TempDir(), "to.db")
	got := runs(t, nil, "store", "copy", from, to)
	if got.code != exitOK || !strings.Contains(got.stdout, "they hold the same") || !strings.Contains(got.stderr, "comparing ledger lines: ") {
		t.Errorf("first copy: %+v", got)
	}
	got = runs(t, nil, "store", "copy", "--json", from, to)
	var report copyReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || strings.Count(got.stdout, "\n") != 1 {
		t.Fatalf("--json prints %q: %v", got.stdout, err)
	}
	if got.code != exitOK || !report.Already || !report.Equal || len(report.Kinds) < 10 || report.Kinds[6].From.Count != 6 {
		t.Errorf("second copy: code %d, %+v", got.code, report)
	}
	s, err := store.Open(t.Context(), to, store.Options{})
	if err == nil {
		err = s.SetPresence(t.Context(), desk.Presence{Member: "new@example.com"})
	}
	if err == nil {
		err = s.Close(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	got = runs(t, nil, "store", "copy", from, to)
	if got.code != exitFault || !strings.Contains(got.stderr, "presences (4 there, 5 here)") || !strings.Contains(got.stdout, "NOT the same") {
		t.Errorf("copy that was used since: %+v", got)
	}
	got = runs(t, nil, "store", "copy", "--json", from, to)
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || got.code != exitFault || report.Equal || report.Error == "" {
		t.Errorf("the same as JSON: %+v, %v", got, err)
	}
}

func TestStoreCopyRefuses(t *testing.T) {
	from, other := filledStore(t, 1), filledStore(t, 1)
	for name, c := range map[string]struct {
		args []string
		code int
		text string
	}{
		"no stores":    {nil, exitUsage, "<from>"},
		"unknown kind": {[]string{"postgres:x", other}, exitUsage, "known are"},
		"itself":       {[]string{from, from}, exitUsage, "itself"},
		"no such file": {[]string{from + "x", other}, exitUsage, "no such file"},
		"not empty":    {[]string{from, other}, exitFault, "name an empty store"},
	} {
		got := runs(t, nil, append([]string{"store", "copy"}, c.args...)...)
		if got.code != c.code || !strings.Contains(got.stderr, c.text) || strings.Contains(got.stdout, "the same") {
			t.Errorf("%s: %+v, want code %d and %q", name, got, c.code, c.text)
		}
	}
	got := runs(t, nil, "store", "copy", "--help")
	if got.code != exitOK || !strings.Contains(got.stdout, "docs/store.md") {
		t.Errorf("help: %+v", got)
	}
}

// TestStoreCopyKilled kills the real program each time that it has shown one
// more line of progress, then lets it finish.
func TestStoreCopyKilled(t *testing.T) {
	path, from := realBaton(t), filledStore(t, 12)
	to := "sqlite:" + filepath.Join(t.TempDir(), "to.db")
	// half tells whether the mailboxes are refused because half of the store is missing.
	half := func() bool {
		list := runs(t, map[string]string{"BATON_STORE": to}, "mailbox", "list")
		return list.code == exitFault && strings.Contains(list.stderr, "copy of "+from+" into it was not finished")
	}
	killed, refused := 0, 0
	for lines := 1; ; lines++ {
		cmd := exec.CommandContext(t.Context(), path, "store", "copy", from, to)
		stderr, err := cmd.StderrPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for b := make([]byte, 1); seen < lines; {
			if _, err := stderr.Read(b); err != nil {
				break
			}
			if b[0] == '\n' {
				seen++
			}
		}
		if seen == lines {
			killed++
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
		if err := cmd.Wait(); err == nil || lines > 50 {
			break
		}
		if half() {
			refused++
		}
	}
	got := runs(t, nil, "store", "copy", "--json", from, to)
	var report copyReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || got.code != exitOK || !report.Equal || killed < 5 || refused == 0 {
		t.Errorf("after %d kills, %d of them refused: %+v, %v", killed, refused, got, err)
	}
	if half() {
		t.Error("the finished one is refused")
	}
}
