package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/addon/card/cardtest"
	"baton/cmd/baton/company"
	"baton/desk"
	"baton/gmail/gmailsim"
)

const carla = "carla@shop.example"

// undo changes how long replies can be taken back.
func (s *stage) undo(d time.Duration) {
	s.Helper()
	s.boxes(func(m *desk.MailboxPolicy) { m.Undo = d })
}

// notices changes what people are told by mail.
func (s *stage) notices(n desk.Notices) {
	s.Helper()
	s.boxes(func(m *desk.MailboxPolicy) { m.Notices = n })
}

// lateMornings has work begin in two days at the soonest, whatever day and hour
// it is: what is put aside until the next morning sleeps as long as a test runs.
func (s *stage) lateMornings() {
	s.Helper()
	h := desk.UsualHours()
	h.Days = []time.Weekday{time.Now().AddDate(0, 0, 3).Weekday()}
	s.boxes(func(m *desk.MailboxPolicy) { m.Hours = h })
}

// boxes changes what the policy says of mailboxes.
func (s *stage) boxes(change func(*desk.MailboxPolicy)) {
	s.Helper()
	_, router, err := loadPolicy("policy.yaml", company.Policy())
	if err != nil {
		s.Fatal(err)
	}
	p := *s.demo.service.desk.Policy()
	p.Mailboxes = slices.Clone(p.Mailboxes)
	for i := range p.Mailboxes {
		change(&p.Mailboxes[i])
	}
	s.demo.service.desk.SetPolicy(&p, router)
}

// got are the mails in somebody's mailbox, of all threads, newest first.
func (s *stage) got(address string) (out []gmailsim.Mail) {
	s.Helper()
	threads, err := s.demo.sim.Threads(address, 0)
	if err != nil {
		s.Fatal(err)
	}
	for _, row := range threads {
		mails, err := s.demo.sim.Thread(address, row.ID)
		if err != nil {
			s.Fatal(err)
		}
		out = append(out, mails...)
	}
	return out
}

// customer gives a mailbox of her own to the customer who writes in tests.
func (s *stage) customer() {
	s.Helper()
	if err := s.demo.sim.AddMailbox(gmailsim.Mailbox{Address: carla, Name: "Carla Customer"}); err != nil {
		s.Fatal(err)
	}
}

// filled is what stands in the form of a reply, with the text written in.
func (p *person) filled(text, then string) map[string][]string {
	p.s.Helper()
	form := map[string][]string{"text": {text}, "then": {then}}
	for _, name := range []string{"to", "cc"} {
		if in := p.card.Input(name); in != nil && in.Value != "" {
			form[name] = []string{in.Value}
		}
	}
	return form
}

func TestReplyReachesTheCustomerOnce(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	s.undo(time.Second)
	s.customer()
	raw := strings.Replace(customerMail(carla, "Wo bleibt der Kessel?", "Seit zwei Wochen.", "Cc: Kim <kim@shop.example>, help@acme.test"), "To: support@acme.test", "To: support@acme.test, lee@shop.example", 1)
	_, thread := s.deliver(raw)
	s.settle()
	s.rung()
	asked := s.mails(support, thread)[0]
	ana := s.as("ana@acme.test").open(support, thread).press("Reply as support@", nil)
	form := ana.filled("Grüße 👋\n\nEr ist unterwegs.", "wait")
	if diff := cmp.Diff(map[string][]string{"to": {"Carla Customer <carla@shop.example>"}, "cc": {"lee@shop.example, kim@shop.example"},
		"text": {"Grüße 👋\n\nEr ist unterwegs."}, "then": {"wait"}}, form); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
	again := *ana
	cost := s.meter()
	ana.press("Send", form)
	if _, reads, commits := cost(); reads > 2 || commits > 1 {
		t.Errorf("the tap: %d reads, %d commits; want at most 2, 1", reads, commits)
	}
	again.press("Send", form) // a doubled tap
	s.settle()
	if units, _, _ := cost(); units > 126 {
		t.Errorf("a reply: %d Gmail units, want at most 126 (draft 10, send 100, label 10, label 5)", units)
	}
	got := s.got(carla)
	if len(got) != 1 {
		t.Fatalf("the customer got %d mails, want one: %+v", len(got), got)
	}
	m := got[0]
	want := []string{"Support <support@acme.test>", "Carla Customer <carla@shop.example>", "lee@shop.example, kim@shop.example", "Re: Wo bleibt der Kessel?",
		"Grüße 👋\n\nEr ist unterwegs.\n\n-- \nAna Silva\nAcme support"}
	have := []string{bare(m.From), bare(m.To), bare(m.Cc), m.Subject, strings.TrimSpace(strings.ReplaceAll(m.Text, "\r\n", "\n"))}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("the mail (-want +got):\n%s", diff)
	}
	ms := s.mails(support, thread)
	if len(ms) != 2 || !slices.Contains(ms[1].Labels, "SENT") || ms[0].ID != asked.ID {
		t.Errorf("the thread has %+v, want the question and the answer", ms)
	}
	if got, want := s.labels(support, thread), "Baton/Status/Waiting for customer"; got != want {
		t.Errorf("the thread wears %q, want %q", got, want)
	}
	ana.open(support, thread).says("Waiting for customer", "Ana Silva answered", "Ana Silva wrote a reply")
	if ana.card.Contains("on its way") {
		t.Error("the card says that it is still on its way")
	}
	// She answers to the answer: the same conversation, open again.
	s.deliver(customerMail(carla, "Re: Wo bleibt der Kessel?", "Danke!", "In-Reply-To: <"+m.MessageID+">", "References: <"+m.MessageID+">"))
	s.settle()
	if n := len(s.mails(support, thread)); n != 3 {
		t.Errorf("%d messages in the thread, want her answer in it", n)
	}
	ana.open(support, thread).says("Open")
}

// bare takes out the quotes that names may stand in.
func bare(s string) string {
	return strings.NewReplacer(`"`, "", "<lee@shop.example>", "lee@shop.example", "<kim@shop.example>", "kim@shop.example").Replace(s)
}

func TestReplyTakenBack(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	s.undo(2 * time.Minute)
	s.customer()
	_, thread := s.deliver(customerMail(carla, "Too early", "Hello?"))
	s.settle()
	ana := s.as("ana@acme.test").open(support, thread).press("Reply as support@", nil)
	ana.press("Send", ana.filled("A slip", "close")).says("Closed", "Your reply goes out at")
	ana.press("Undo", nil)
	s.undo(time.Second)
	ana.press("Send", ana.filled("Well considered", "keep")).says("Your reply goes out at")
	s.settle()
	if got := s.got(carla); len(got) != 1 || !strings.HasPrefix(got[0].Text, "Well considered") {
		t.Errorf("the customer got %+v, want the second text alone", got)
	}
	ana.open(support, thread).says("Open", "Ana Silva answered", "took back the reply")
	for _, e := range s.demo.sim.Effects() {
		if e.Kind == gmailsim.EffectDraftDelete {
			t.Errorf("a draft was made for the reply that was taken back: %+v", e)
		}
	}
}

// Gmail does not take the mail: nothing is sent, the card says so in words,
// with its text, and the next try sends it.
func TestReplyNotSent(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	s.undo(0)
	s.customer()
	_, thread := s.deliver(customerMail(carla, "Not now", "Hello?"))
	s.settle()
	s.demo.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == "gmail.users.drafts.create" {
			return &gmailsim.Fault{Status: 404, Reason: "notFound", Message: "Requested entity was not found."}
		}
		return nil
	})
	ana := s.as("ana@acme.test").open(support, thread).press("Reply as support@", nil)
	ana.press("Send", ana.filled("On its way", "close"))
	s.settle()
	s.demo.sim.SetFault(nil)
	ana.open(support, thread).says("Open", "Your reply was not sent: The conversation is not in the mailbox any more")
	if got := s.got(carla); len(got) != 0 {
		t.Errorf("the customer got %+v, want nothing", got)
	}
	ana.press("Try again", nil)
	ana.press("Send", ana.filled(ana.card.Input("text").Value, "close"))
	s.settle()
	if got := s.got(carla); len(got) != 1 || !strings.HasPrefix(got[0].Text, "On its way") {
		t.Errorf("the customer got %+v, want the text once", got)
	}
	if ana.open(support, thread); ana.card.Button("Try again") != nil {
		t.Error("the card still offers to try again")
	}
	ana.card.Has(t, cardtest.HasText("Closed"))
}
