package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestNewcomer: what somebody types who does not know Baton yet.
func TestNewcomer(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct {
		args   string
		code   int
		stdout string // is part of it
		stderr string // the same
	}{
		{"help", exitOK, "mailbox connect", ""},
		{"help mailbox pause", exitOK, "Usage: baton mailbox pause <address>", ""},
		{"nonsense", exitUsage, "", "'baton --help' tells"},
		{"mailbox", exitUsage, "", "'baton mailbox --help' tells"},
		{"mailbox pause", exitUsage, "", "'baton mailbox pause --help' tells"},
		{"serve --nope", exitUsage, "", "'baton serve --help' tells"},
		{"policy check none.yaml", exitFault, "", "the policy file cannot be read"},
		{"policy check none.yaml --json", exitFault, `"error":"the policy file cannot be read`, "cannot be read"},
		{"mailbox connect a@b.example", exitUsage, "", "--policy (BATON_POLICY) is missing"},
		{"mailbox list --json --store nowhere", exitUsage, `{"error":{"code":"invalid"`, "known are sqlite:path"},
		{"mailbox connect a@b.example --json", exitUsage, `{"error":{"code":"invalid"`, "--policy"},
	} {
		r := runs(t, nil, strings.Fields(test.args)...)
		if r.code != test.code || !strings.Contains(r.stdout, test.stdout) || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("baton %s: code %d, printed %q, said %q; want code %d, %q and %q", test.args, r.code, r.stdout, r.stderr, test.code, test.stdout, test.stderr)
		}
		if strings.Contains(test.args, "--json") {
			var v any
			if err := json.Unmarshal([]byte(r.stdout), &v); err != nil {
				t.Errorf("baton %s printed %q: %v", test.args, r.stdout, err)
			}
		}
	}
	if left, err := filepath.Glob("*"); err != nil || len(left) != 0 {
		t.Errorf("files were left behind: %v, %v", left, err)
	}
}

// TestWatchOfWhatRests: a mailbox that is left alone is not said to be looked at.
func TestWatchOfWhatRests(t *testing.T) {
	for s, want := range map[state]string{statePaused: "left alone", stateDisconnected: "left alone", stateConnected: "looking regularly"} {
		if got := (&standing{State: s}).watchSays(time.Now()); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", s, got, want)
		}
	}
}

// TestBrowserIsNotWaitedFor: a browser that stays open keeps nobody.
func TestBrowserIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\nexec sleep 30\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	began := time.Now()
	if err := openBrowser("http://127.0.0.1/"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}
