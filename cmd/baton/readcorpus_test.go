package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
	"baton/desk"
	"baton/infra/need"
)

// someMarkup writes those of the corpus's mails into a file that have HTML in
// them, and some others.
func someMarkup(t *testing.T) string {
	t.Helper()
	in, err := os.Open(need.Corpus(t))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for i, mail := range bytes.Split(all, []byte("\n\nFrom ")) {
		if bytes.Contains(bytes.ToLower(mail), []byte("text/html")) || i%25 == 0 {
			out = append(append(out, "From "...), append(bytes.TrimPrefix(mail, []byte("From ")), "\n\n"...)...)
		}
	}
	path := filepath.Join(t.TempDir(), "some.mbox")
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRealMailIsRead reads conversations of real mail as the panel shows them,
// page by page and each message whole: whatever the mail is made of, each answer
// is one that Gmail takes, and something stands in it.
func TestRealMailIsRead(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{Mbox: someMarkup(t)})
	s.settle()
	rows, err := s.demo.sim.Threads(support, 0)
	if err != nil {
		t.Fatal(err)
	}
	reader := s.as(string(ana))
	shown := 0
	for _, row := range rows {
		id := desk.ConversationOf(support, desk.ThreadID(row.ID))
		reader.mailbox, reader.message = support, s.mails(support, row.ID)[0].ID
		next := map[string]string{"c": string(id)}
		for pages := 0; next != nil; pages++ {
			if pages > 100 {
				t.Fatalf("thread %s has no end", row.ID)
			}
			page := cardtest.Parse(t, reader.call("/addon/do/read", wire.Action, nil, nil, next))
			next = nil
			for _, b := range page.Buttons() {
				switch {
				case strings.HasPrefix(b.Text, "Show older"):
					next = b.Parameters
				case b.Text == "Show whole message", b.Text == "Show quoted text":
					for whole := b.Parameters; whole != nil; {
						part := cardtest.Parse(t, reader.call("/addon/do/read", wire.Action, nil, nil, whole))
						whole = nil
						if on := part.Button("Go on"); on != nil {
							whole = on.Parameters
						}
					}
				}
			}
			if len(page.Texts()) < 3 {
				t.Errorf("thread %s shows %q", row.ID, page.Texts())
			}
			shown++
		}
	}
	if len(rows) < 50 {
		t.Errorf("only %d threads", len(rows))
	}
	t.Logf("%d threads, %d pages", len(rows), shown)
}
