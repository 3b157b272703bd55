package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// A store that is a day old replaces the present one. Replies that were still on
// their way in it have left since, some from a draft that it knows and some from
// one that it does not: none leaves again. Mail, labels and what colleagues
// answered since are taken in.
func TestRestoredStoreSendsNothingAgain(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dir, 1, 6000)
		s.open("now.db")
		promised, _ := s.mail(0, "Promised")
		drafted, _ := s.mail(0, "Drafted")
		calm, _ := s.mail(0, "Calm")
		time.Sleep(10 * time.Minute)
		s.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.drafts.send" {
				return &gmailsim.Fault{Status: 503}
			}
			return nil
		})
		kept := s.reply(drafted, "from a draft")
		time.Sleep(30 * time.Second)
		open := s.reply(promised, "from a promise")
		if got := s.intent(open); got.Draft != "" || !got.State.Open() {
			t.Fatalf("%+v, want only promised", got)
		}
		if got := s.intent(kept); got.Draft == "" || !got.State.Open() {
			t.Fatalf("%+v, want a draft", got)
		}
		s.close()
		s.backup("now.db", "backup.db")
		s.sim.SetFault(nil)

		s.open("now.db")
		time.Sleep(2 * time.Hour)
		s.reply(calm, "since then")
		time.Sleep(2 * time.Hour)
		_, err := s.desk.Take(t.Context(), ana, calm, 0)
		s.must(err)
		s.mail(0, "New")
		s.mail(0, "Re: Promised", "In-Reply-To: <"+strings.TrimSpace(s.rfc(promised))+">", "References: <"+s.rfc(promised)+">")
		time.Sleep(20 * time.Hour)
		s.atRest()
		want := []string{s.boxes[0] + " from a draft", s.boxes[0] + " from a promise", s.boxes[0] + " since then"}
		if diff := cmp.Diff(want, s.sent()); diff != "" {
			t.Fatalf("sent before the restore (-want +got):\n%s", diff)
		}
		s.close()

		s.open("backup.db")
		time.Sleep(26 * time.Hour) // a night with its audit
		s.atRest()
		if diff := cmp.Diff(want, s.sent()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
		for _, id := range []desk.IntentID{open, kept} {
			if got := s.intent(id); got.State != desk.IntentDone || got.Sent == "" {
				t.Errorf("%+v, want it done", got)
			}
		}
	})
}

func (s *shop) intent(id desk.IntentID) desk.Intent {
	s.Helper()
	in, err := s.store.Intent(s.Context(), id)
	s.must(err)
	return in
}

// rfc is the Message-ID of a conversation's last mail.
func (s *shop) rfc(id desk.ConversationID) string {
	s.Helper()
	c, err := s.store.Conversation(s.Context(), id)
	s.must(err)
	return string(c.LastRFC)
}

// backup copies the file of a store that is closed.
func (s *shop) backup(from, to string) {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, from))
	s.must(err)
	s.must(os.WriteFile(filepath.Join(s.dir, to), text, 0o600))
}
