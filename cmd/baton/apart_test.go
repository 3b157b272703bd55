package main

import (
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// waits gives how long each mail to a mailbox waits until it wears its label,
// for the mailboxes from the second on; sick says what is wrong with the first.
func waits(t *testing.T, sick gmailsim.Condition) (out []time.Duration, asked int) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		const boxes = 50
		s := newShop(t, dir, boxes, 6000)
		s.open("baton.db")
		id, first := s.mail(0, "Promised before")
		time.Sleep(10 * time.Minute)
		s.must(s.sim.SetCondition(s.boxes[0], sick))
		s.mu.Lock()
		clear(s.asked)
		s.mu.Unlock()
		_, err := s.desk.Take(t.Context(), ana, id, 0)
		s.must(err)
		came := map[string]time.Time{}
		for round := range 6 {
			for box := range boxes {
				_, d := s.mail(box, strings.Repeat("again ", round)+"mail")
				came[d.ID] = time.Now()
				time.Sleep(200 * time.Millisecond)
			}
			time.Sleep(10 * time.Minute)
		}
		s.mu.Lock()
		asked = s.asked[desk.Mailbox(s.boxes[0])]
		s.mu.Unlock()
		for _, e := range s.sim.Effects() {
			if at, ok := came[e.Message]; ok && e.Kind == gmailsim.EffectLabels && e.Mailbox != s.boxes[0] {
				out = append(out, e.At.Sub(at))
				delete(came, e.Message)
			}
		}
		slices.Sort(out)
		// It is well again: all of its mail is taken in, and what was promised is kept.
		s.must(s.sim.SetCondition(s.boxes[0], gmailsim.Well))
		time.Sleep(30 * time.Minute)
		s.atRest()
		if c := s.agrees(s.boxes[0], first.ThreadID, desk.ThreadID(first.ThreadID)); c.Assignee != ana {
			t.Errorf("held by %q, want Ana", c.Assignee)
		}
	})
	return out, asked
}

// One of fifty mailboxes is suspended. The others wait no longer than they do
// when all are well; the suspended one is asked for now and then, and catches up
// when it comes back.
func TestOneOfFiftySuspended(t *testing.T) {
	well, _ := waits(t, gmailsim.Well)
	for _, sick := range []gmailsim.Condition{gmailsim.Suspended, gmailsim.GmailOff} {
		got, asked := waits(t, sick)
		if len(got) != 49*6 || len(well) != 49*6 {
			t.Fatalf("%s: %d mails were labelled, %d when all was well; want %d", sick, len(got), len(well), 49*6)
		}
		p95 := func(of []time.Duration) time.Duration { return of[len(of)*95/100] }
		t.Logf("%s: p95 %v, %v when all is well; longest %v; %d calls for it in an hour", sick, p95(got), p95(well), got[len(got)-1], asked)
		if p95(got) > p95(well)+100*time.Millisecond || got[len(got)-1] > 10*time.Second {
			t.Errorf("%s: p95 %v, longest %v; p95 was %v when all was well", sick, p95(got), got[len(got)-1], p95(well))
		}
		if asked > 60 {
			t.Errorf("%s: Gmail was asked %d times in an hour for a mailbox without access", sick, asked)
		}
	}
}

// Threads and messages of two mailboxes have the same ids, from their arrival
// to the reply: neither's labels, holder, spam or answer reaches the other.
func TestSameThreadIDInTwoMailboxes(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dir, 2, 6000)
		one, two := s.boxes[0], s.boxes[1]
		var mu sync.Mutex
		var theirs, same string // the second mailbox's id, and what Baton is told instead
		s.rewrite = func(who desk.Mailbox, asks bool, text string) string {
			mu.Lock()
			defer mu.Unlock()
			if string(who) != two || same == "" {
				return text
			}
			if asks {
				return strings.ReplaceAll(text, same, theirs)
			}
			return strings.ReplaceAll(text, theirs, same)
		}
		s.open("baton.db")
		s.sim.Push().Off(true) // nothing is read before the ids are known
		idOne, d := s.mail(0, "For the first")
		_, e := s.mail(1, "For the second")
		mu.Lock()
		same, theirs = d.ThreadID, e.ThreadID
		mu.Unlock()
		s.sim.Push().Off(false)
		idTwo := desk.ConversationOf(desk.Mailbox(two), desk.ThreadID(same))
		time.Sleep(15 * time.Minute)
		check := func(held, status string, heldTwo, statusTwo string) {
			t.Helper()
			a, b := s.agrees(one, same, desk.ThreadID(same)), s.agrees(two, theirs, desk.ThreadID(same))
			got := []string{a.Subject, string(a.Assignee), string(a.Status), b.Subject, string(b.Assignee), string(b.Status)}
			want := []string{"For the first", held, status, "For the second", heldTwo, statusTwo}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		}
		check("", string(desk.Open), "", string(desk.Open))
		_, err := s.desk.Take(t.Context(), ana, idOne, 0)
		s.must(err)
		time.Sleep(10 * time.Minute)
		check(string(ana), string(desk.Open), "", string(desk.Open))
		s.reply(idTwo, "from the second")
		time.Sleep(10 * time.Minute)
		check(string(ana), string(desk.Open), "", string(desk.WaitingCustomer))
		// A person moves the first to spam: the second is not followed.
		s.person(0, "messages/"+d.ID+"/modify", `{"addLabelIds":["SPAM"],"removeLabelIds":["INBOX"]}`)
		time.Sleep(10 * time.Minute)
		check(string(ana), string(desk.Spam), "", string(desk.WaitingCustomer))
		if diff := cmp.Diff([]string{two + " from the second"}, s.sent()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

// person posts what a person's mail program does in a mailbox.
func (s *shop) person(box int, path, body string) {
	s.Helper()
	req := httptest.NewRequest("POST", "/gmail/v1/users/me/"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+s.sim.MailboxToken(s.boxes[box]))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	s.sim.ServeHTTP(rec, req)
	if rec.Code >= 300 {
		s.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
}
