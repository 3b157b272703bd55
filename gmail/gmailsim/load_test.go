package gmailsim_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"baton/gmail/gmailsim"
)

// corpus gives the path of real mail that lies outside the repository.
func corpus(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "corpus", "easy-ham-1.mbox.gz")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("BATON_REQUIRE") == "1" {
			t.Fatalf("the corpus is missing: %v", err)
		}
		t.Skipf("the corpus is missing, set BATON_REQUIRE=1 to fail instead: %v", err)
	}
	return path
}

const corpusMails = 2500

func TestLoadCorpus(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, gmailsim.Options{Dir: dir})
	start := time.Now()
	steps := 0
	got, err := w.LoadMbox(context.Background(), support, corpus(t), gmailsim.LoadOptions{KeepDates: true, Progress: func(gmailsim.Loaded) { steps++ }})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d mails, %d bytes in %v", got.Mails, got.Bytes, time.Since(start))
	if got.Mails != corpusMails || steps != corpusMails {
		t.Errorf("got %d mails, %d steps, want %d", got.Mails, steps, corpusMails)
	}
	p := must(w.users(support).GetProfile("me").Do())(t)
	if p.MessagesTotal != corpusMails {
		t.Errorf("got %d messages, want %d", p.MessagesTotal, corpusMails)
	}
	rows, err := w.Threads(support, 0)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(rows)) != p.ThreadsTotal || len(rows) > 2300 {
		t.Errorf("got %d rows for %d threads of %d mails", len(rows), p.ThreadsTotal, corpusMails)
	}
	for _, r := range rows {
		if _, err := w.Thread(support, r.ID); err != nil {
			t.Errorf("reading %s: %v", r.ID, err)
		}
	}
	t.Logf("%d threads", len(rows))
}
