package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"baton/desk"
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
