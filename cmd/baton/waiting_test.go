package main

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// Ana asks for a yes, Mia says it: the customer gets the answer once, and the
// history says who wrote and who said yes.
func TestApprovedReplyReachesTheCustomer(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	s.undo(0)
	s.boxes(func(m *desk.MailboxPolicy) {
		m.Approval = desk.Approval{For: []desk.Email{"ana@acme.test"}, By: []desk.Email{"mia@acme.test"}}
	})
	s.customer()
	_, thread := s.deliver(customerMail(carla, "Where is my kettle?", "It has not come."))
	s.settle()
	ana := s.as("ana@acme.test").open(support, thread).press("Reply as support@", nil)
	ana.press("Ask for a yes", ana.filled("It comes tomorrow.", "wait")).says("Your answer waits for the yes of Mia")
	s.settle()
	if got := s.got(carla); len(got) != 0 {
		t.Fatalf("the customer got %d mails without a yes", len(got))
	}
	mia := s.as("mia@acme.test").open(support, thread).press("Look at it", nil)
	twice := *mia
	mia.press("Send", map[string][]string{"text": {"It comes on Friday."}})
	twice.press("Send", map[string][]string{"text": {"It comes on Friday."}})
	s.settle()
	got := s.got(carla)
	if len(got) != 1 || !strings.Contains(got[0].Text, "It comes on Friday.") || !strings.Contains(got[0].Text, "Ana Silva") {
		t.Fatalf("the customer got %+v", got)
	}
	s.as("ben@acme.test").open(support, thread).says("Waiting for customer", "changed the answer of Ana Silva and said yes to it", "Ana Silva answered")
}

// One reply goes at its time; another is stopped by mail that came before.
func TestReplyGoesLater(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	s.customer()
	later := func(subject string, wait time.Duration) (desk.Conversation, string) {
		_, thread := s.deliver(customerMail(carla, subject, "?"))
		s.settle()
		id := desk.ConversationOf(support, desk.ThreadID(thread))
		c, err := s.demo.service.desk.Reply(t.Context(), "ana@acme.test", id, 0, desk.Answer{
			Once: "later", Text: "Later: " + subject, To: []desk.Address{{Email: carla}}, Later: time.Now().Add(wait)})
		if err != nil {
			t.Fatal(err)
		}
		return c, thread
	}
	stops, other := later("This one stops", time.Hour)
	goes, thread := later("This one goes", time.Second)
	asked := s.mails(support, other)[0]
	s.deliver(customerMail(carla, "Re: This one stops", "Wait", "In-Reply-To: "+asked.MessageID, "References: "+asked.MessageID))
	if err := until(t.Context(), func() (bool, error) {
		a, err := s.demo.service.store.Conversation(t.Context(), goes.ID)
		b, err2 := s.demo.service.store.Conversation(t.Context(), stops.ID)
		return err == nil && err2 == nil && a.Outgoing[0].State == desk.Sent && b.Outgoing[0].State == desk.Stopped, errors.Join(err, err2)
	}); err != nil {
		t.Fatal(err)
	}
	s.settle()
	got := s.got(carla)
	if len(got) != 1 || !strings.Contains(got[0].Text, "Later: This one goes") {
		t.Fatalf("the customer got %+v", got)
	}
	s.as("ana@acme.test").open(support, thread).says("Waiting for customer")
	s.as("ana@acme.test").open(support, other).says("was stopped", "Carla Customer wrote", "Try again")
}

// TestLaterRepliesSurviveKills has replies wait for a moment around which the real
// program is killed again and again: each goes once.
func TestLaterRepliesSurviveKills(t *testing.T) {
	path, dir := realBaton(t), t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	if code := start(t, path, "demo", "--once", "--json", "--listen", "127.0.0.1:0", "--data", dir).wait(t, time.Minute); code != 0 {
		t.Fatalf("demo --once: exit status %d", code)
	}
	waiting := replyLater(t, dir, 8)
	for round := range 40 {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
		c.address(t)
		c.after(time.Duration(500+random.IntN(1500)+500*round) * time.Millisecond)
		kill(t, c)
		if allWent(t, dir, waiting) {
			t.Logf("all %d went after %d kills", len(waiting), round+1)
			checkWent(t, dir, waiting)
			return
		}
	}
	t.Fatal("40 runs did not send everything")
}

func replyLater(t *testing.T, dir string, n int) (out []desk.Conversation) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	d := openDesk(t, st)
	rows, _, err := st.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Open, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 100})
	if err != nil || len(rows) < n {
		t.Fatalf("%d conversations, %v", len(rows), err)
	}
	for _, r := range rows[:n] {
		c, err := d.Reply(t.Context(), "mia@acme.test", r.ID, 0, desk.Answer{Once: "later", Text: "Canary goes later.",
			To: []desk.Address{{Email: "somebody@shop.example"}}, Later: time.Now().Add(3 * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func allWent(t *testing.T, dir string, all []desk.Conversation) bool {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	for _, was := range all {
		c, err := st.Conversation(t.Context(), was.ID)
		if err != nil {
			t.Fatal(err)
		}
		in, err := st.Intent(t.Context(), was.Outgoing[0].Intent)
		if err != nil {
			t.Fatal(err)
		}
		if c.Outgoing[0].State != desk.Sent || in.State != desk.IntentDone {
			return false
		}
	}
	return true
}

func checkWent(t *testing.T, dir string, all []desk.Conversation) {
	t.Helper()
	sim, err := gmailsim.New(gmailsim.Options{Dir: filepath.Join(dir, "gmail")})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close(t.Context())
	for _, was := range all {
		mails, err := sim.Thread(support, string(was.Thread))
		if err != nil {
			t.Fatal(err)
		}
		sent := 0
		for _, m := range mails {
			if strings.Contains(m.Text, "Canary goes later.") {
				sent++
			}
		}
		if sent != 1 {
			t.Errorf("%s: %d mails were sent, want one", was.ID, sent)
		}
	}
}
