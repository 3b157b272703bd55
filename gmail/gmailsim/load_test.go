package gmailsim_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/gmail/gmailsim"
	"baton/infra/need"
)

const corpusMails = 2500

func TestLoadCorpus(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, gmailsim.Options{Dir: dir})
	start := time.Now()
	steps := 0
	got, err := w.LoadMbox(context.Background(), support, need.Corpus(t), gmailsim.LoadOptions{KeepDates: true, Progress: func(gmailsim.Loaded) { steps++ }})
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

func TestMboxLines(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	const mbox = "From a@x Mon Nov 16 2026\nSubject: one\nMessage-ID: <1@x>\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\n>From the start\n>>From twice\nFrom here it goes on\n\n" +
		"From b@x Tue\r\nSubject: two\r\n\r\nbody\r\n\r\nFrom c@x\n\nFrom d@x\nSubject: last"
	got, err := w.LoadMboxFrom(context.Background(), support, strings.NewReader(mbox), gmailsim.LoadOptions{KeepDates: true, Labels: []string{"INBOX"}})
	noError(t, err)
	rows, err := w.Threads(support, 0)
	noError(t, err)
	var subjects []string
	for _, r := range rows {
		subjects = append(subjects, r.Subject)
		if r.Subject == "one" {
			m, err := w.Thread(support, r.ID)
			noError(t, err)
			if want := "From the start\n>From twice\nFrom here it goes on\n"; m[0].Text != want {
				t.Errorf("got text %q, want %q", m[0].Text, want)
			}
			if want := time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC); !r.Date.Equal(want) || r.Unread {
				t.Errorf("got %v, unread %v, want %v, read", r.Date, r.Unread, want)
			}
		}
	}
	if d := cmp.Diff([]string{"last", "", "two", "one"}, subjects); d != "" || got.Mails != 4 {
		t.Errorf("%d mails (-want +got):\n%s", got.Mails, d)
	}
	for name, in := range map[string]string{"no mbox": "Subject: x\n\nx\n", "cut gzip": "\x1f\x8b\x08\x00"} {
		if _, err := w.LoadMboxFrom(context.Background(), support, strings.NewReader(in), gmailsim.LoadOptions{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got, err := w.LoadMboxFrom(context.Background(), support, strings.NewReader(""), gmailsim.LoadOptions{}); err != nil || got.Mails != 0 {
		t.Errorf("an empty file: got %d mails, %v", got.Mails, err)
	}
	if _, err := w.LoadMboxFrom(context.Background(), ana, strings.NewReader(mbox), gmailsim.LoadOptions{Labels: []string{}}); err != nil {
		t.Error(err)
	}
	if rows, err := w.Threads(ana, 1); err != nil || len(rows[0].Labels) != 0 {
		t.Errorf("got labels %v, %v, want none when none are wanted", rows[0].Labels, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.LoadMboxFrom(ctx, support, strings.NewReader(mbox), gmailsim.LoadOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	if _, err := w.LoadMbox(context.Background(), "nobody@acme.test", need.Corpus(t), gmailsim.LoadOptions{}); !errors.Is(err, gmailsim.ErrNoMailbox) {
		t.Errorf("got %v, want ErrNoMailbox", err)
	}
}

func TestMaildir(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	dir := t.TempDir()
	for name, subject := range map[string]string{"cur/1.a:2,S": "seen", "cur/2.b:2,F": "flagged", "cur/3.c:2,ST": "trashed", "new/4.d": "new", "new/.hidden": "hidden"} {
		noError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		noError(t, os.WriteFile(filepath.Join(dir, name), []byte(mail(subject+"@x", subject, "x")), 0o600))
	}
	got, err := w.LoadMaildir(context.Background(), support, dir, gmailsim.LoadOptions{})
	noError(t, err)
	rows, err := w.Threads(support, 0)
	noError(t, err)
	var lines []string
	for _, r := range rows {
		lines = append(lines, r.Subject+" "+strings.Join(r.Labels, ","))
	}
	if d := cmp.Diff([]string{"new INBOX,UNREAD", "flagged INBOX,STARRED,UNREAD", "seen INBOX"}, lines); d != "" || got.Mails != 3 {
		t.Errorf("%d mails (-want +got):\n%s", got.Mails, d)
	}
	if _, err := w.LoadMaildir(context.Background(), support, filepath.Join(dir, "none"), gmailsim.LoadOptions{}); err == nil {
		t.Error("a missing Maildir loads")
	}
}
