package gmailsim_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

// reopen opens a directory again, after what a killed process would leave.
func reopen(t *testing.T, dir string) *gmailsim.Server {
	t.Helper()
	s, err := gmailsim.New(gmailsim.Options{Dir: dir, Now: newClock().now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// copyTorn copies a directory as it is, with only the first n bytes of the journal.
func copyTorn(t *testing.T, dir string, n int) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"journal", "mail"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "journal" {
			data = data[:min(n, len(data))]
		}
		if err := os.WriteFile(filepath.Join(to, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// state writes down what a mailbox holds, and fails if its views disagree.
func state(t *testing.T, s *gmailsim.Server) string {
	t.Helper()
	var b strings.Builder
	for _, m := range s.Mailboxes() {
		fmt.Fprintf(&b, "%s %s %v %d\n", m.Address, m.Name, m.Aliases, s.HistoryID(m.Address))
		rows, err := s.Threads(m.Address, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			mails, err := s.Thread(m.Address, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(mails) != r.Messages {
				t.Errorf("thread %s: got %d mails, want %d", r.ID, len(mails), r.Messages)
			}
			fmt.Fprintf(&b, "%+v\n%+v\n", r, mails)
		}
	}
	return b.String()
}

// TestSurvivesKill opens copies that were cut at every kind of place and wants each to be a state the
// server was in.
func TestSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, gmailsim.Options{Dir: dir})
	u := w.users(support)
	was := map[string]bool{"": true}
	size := func() int {
		info, err := os.Stat(filepath.Join(dir, "journal"))
		noError(t, err)
		return int(info.Size())
	}
	var marks []int
	mark := func() { was[state(t, w.Server)] = true; marks = append(marks, size()) }
	mark()
	l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Open"}).Do())(t)
	mark()
	for i := range 5 {
		d := w.deliver(support, mail("k"+itoa(i)+"@x", "Kill "+itoa(i), "text"))
		mark()
		must(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{l.Id}, RemoveLabelIds: []string{"UNREAD"}}).Do())(t)
		mark()
	}
	dr := must(u.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{Raw: b64("To: ana@acme.test\r\nSubject: D\r\n\r\nx")}}).Do())(t)
	mark()
	must(u.Drafts.Send("me", &gmailapi.Draft{Id: dr.Id}).Do())(t)
	mark()
	end := size()
	for n := marks[0]; n <= end; n += 1 + n%37 {
		s := reopen(t, copyTorn(t, dir, n))
		if got := state(t, s); !was[got] {
			t.Errorf("cut at %d of %d: a state that never was:\n%s", n, end, got)
		}
		if _, err := s.Deliver(context.Background(), support, []byte(mail("after@x", "After", "x"))); err != nil {
			t.Errorf("cut at %d: %v", n, err)
		}
		want := state(t, s)
		noError(t, s.Close(context.Background()))
		again := reopen(t, s.Dir())
		if got := state(t, again); got != want {
			t.Errorf("cut at %d, mail delivered, opened again: got\n%s\nwant\n%s", n, got, want)
		}
		noError(t, again.Close(context.Background()))
	}
	for n := range marks[0] { // before the mailboxes were whole
		s := reopen(t, copyTorn(t, dir, n))
		noError(t, s.Close(context.Background()))
	}
}

func TestEverythingSurvives(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, gmailsim.Options{Dir: dir})
	u := w.users(support)
	cursor := must(u.GetProfile("me").Do())(t).HistoryId
	must(u.Watch("me", &gmailapi.WatchRequest{TopicName: topic}).Do())(t)
	gone := must(u.Labels.Create("me", &gmailapi.Label{Name: "Gone"}).Do())(t)
	noError(t, u.Labels.Delete("me", gone.Id).Do())
	d := w.deliver(support, withAttachment)
	dr := must(u.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{Raw: b64("To: ana@acme.test\r\n\r\nx")}}).Do())(t)
	must(w.ServiceAccountKey(robot, w.url+"/token"))(t)
	noError(t, w.Grant(robot, gmailsim.ReadOnly))
	revoked := w.MailboxToken(support)
	noError(t, w.Revoke(revoked))
	tok := w.MailboxToken(support)

	s := reopen(t, copyTorn(t, dir, 1<<30))
	defer s.Close(context.Background())
	if got, want := state(t, s), state(t, w.Server); got != want {
		t.Errorf("got state\n%s\nwant\n%s", got, want)
	}
	again := &world{Server: s, t: t, url: serve(t, s)}
	u = again.client(tok).Users
	if h := must(u.History.List("me").StartHistoryId(cursor).Do())(t); len(h.History) != 2 {
		t.Errorf("got %d history records, want 2", len(h.History))
	}
	_, err := u.Watch("me", &gmailapi.WatchRequest{TopicName: "projects/p/topics/other"}).Do()
	wantError(t, err, 400, "invalidArgument", "Only one user push")
	_, err = again.client(revoked).Users.GetProfile("me").Do()
	wantError(t, err, 401, "authError", "")
	if l := must(u.Labels.Create("me", &gmailapi.Label{Name: "New"}).Do())(t); l.Id == gone.Id {
		t.Error("a label id is used again")
	}
	must(u.Drafts.Send("me", &gmailapi.Draft{Id: dr.Id}).Do())(t)
	before := must(s.Thread(support, d.ThreadID))(t)
	next, err := s.Deliver(context.Background(), support, []byte(mail("n@x", "N", "n")))
	if err != nil || next.ID <= d.ID {
		t.Errorf("got id %s after %s, %v", next.ID, d.ID, err)
	}
	if d := cmp.Diff(before, must(s.Thread(support, d.ThreadID))(t)); d != "" {
		t.Errorf("a later mail changed an earlier one (-was +is):\n%s", d)
	}
}

func TestDirectoryIsLocked(t *testing.T) {
	dir := t.TempDir()
	s := reopen(t, dir)
	if _, err := gmailsim.New(gmailsim.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v, want a refusal", err)
	}
	noError(t, s.Close(context.Background()))
	noError(t, s.Close(context.Background()))
	if _, err := s.Deliver(context.Background(), support, nil); err == nil {
		t.Error("a closed server delivers")
	}
	noError(t, reopen(t, dir).Close(context.Background()))
}

func TestTemporaryDirectoryGoes(t *testing.T) {
	s, err := gmailsim.New(gmailsim.Options{})
	noError(t, err)
	dir := s.Dir()
	noError(t, s.Close(context.Background()))
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("got %v, want the directory gone", err)
	}
}
