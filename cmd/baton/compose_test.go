package main

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"golang.org/x/oauth2"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
	"baton/desk"
	"baton/gmail/gmailsim"
)

// gmailOf is Gmail as a person has it who is signed in to a mailbox.
func (s *stage) gmailOf(mailbox string) *gmailapi.UsersService {
	s.Helper()
	var state struct {
		Gmail struct {
			URL    string
			Tokens map[string]string
		}
	}
	s.do("GET", "/preview/api/state", nil, &state)
	svc, err := gmailapi.NewService(s.Context(), option.WithEndpoint(state.Gmail.URL),
		option.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: state.Gmail.Tokens[mailbox]})))
	if err != nil {
		s.Fatal(err)
	}
	return svc.Users
}

// opens presses a button that has Gmail open a draft, and gives the draft.
func (p *person) opens(button string, form map[string][]string) (draft, thread string) {
	p.s.Helper()
	b := p.card.Button(button)
	if b == nil {
		p.s.Fatalf("no button %q in %q", button, p.card.Texts())
	}
	var out struct {
		RenderActions struct {
			HostAppAction struct {
				GmailAction struct {
					OpenCreatedDraftActionMarkup struct{ DraftID, DraftThreadID string }
				}
			}
		}
	}
	if err := json.Unmarshal(p.call(b.URL, wire.Action, form, nil, b.Parameters), &out); err != nil {
		p.s.Fatal(err)
	}
	open := out.RenderActions.HostAppAction.GmailAction.OpenCreatedDraftActionMarkup
	return open.DraftID, open.DraftThreadID
}

// A reply begun on a card is finished in Gmail: one draft in the thread with
// the right people, left alone by the sweeper, and when it is sent, changed by
// its writer, it is her answer, once.
func TestOpenAsDraft(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	s.undo(0)
	s.customer()
	_, thread := s.deliver(customerMail(carla, "Long story", "Please explain.", "Cc: Kim <kim@shop.example>"))
	s.settle()
	ana := s.as("ana@acme.test").open(support, thread).press("Reply as support@", nil)
	form := ana.filled("Half a thought", "close")
	draft, in := ana.opens("Open as draft", form)
	again, _ := ana.opens("Open as draft", form) // a doubled tap
	s.settle()
	u := s.gmailOf(support)
	list, err := u.Drafts.List("me").Do()
	if err != nil || len(list.Drafts) != 1 || list.Drafts[0].Id != draft || draft != again || in != thread {
		t.Fatalf("drafts %+v, %v; opened %q, then %q, in %s; want one", list, err, draft, again, in)
	}
	full, err := u.Drafts.Get("me", draft).Do()
	if err != nil {
		t.Fatal(err)
	}
	head := map[string]string{}
	for _, h := range full.Message.Payload.Headers {
		head[h.Name] = h.Value
	}
	if !strings.Contains(head["To"], carla) || !strings.Contains(head["Cc"], "kim@shop.example") || !strings.Contains(head["From"], support) || head["Subject"] != "Re: Long story" || full.Message.ThreadId != thread {
		t.Errorf("draft in %s with %v", full.Message.ThreadId, head)
	}
	if n, err := s.demo.service.sweeper.Sweep(t.Context(), support); n != 0 || err != nil {
		t.Errorf("swept %d drafts, %v; want none", n, err)
	}
	s.as("ben@acme.test").open(support, thread).says("Open", "Ana Silva has been writing a reply in Gmail")
	if len(s.got(carla)) != 0 {
		t.Error("it was sent")
	}

	// She changes it in Gmail, which keeps no header of ours, and sends it.
	raw := "From: Support <support@acme.test>\r\nTo: " + carla + "\r\nSubject: Re: Long story\r\nIn-Reply-To: " + head["In-Reply-To"] + "\r\nReferences: " + head["References"] + "\r\n\r\nThe whole thought.\r\n"
	if _, err := u.Drafts.Update("me", draft, &gmailapi.Draft{Message: &gmailapi.Message{ThreadId: thread, Raw: base64.URLEncoding.EncodeToString([]byte(raw))}}).Do(); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Drafts.Send("me", &gmailapi.Draft{Id: draft}).Do(); err != nil {
		t.Fatal(err)
	}
	s.settle()
	if got := s.got(carla); len(got) != 1 || !strings.HasPrefix(got[0].Text, "The whole thought.") {
		t.Errorf("the customer got %+v", got)
	}
	if ms := s.mails(support, thread); len(ms) != 2 {
		t.Errorf("%d messages in the thread", len(ms))
	}
	ana.open(support, thread).says("Closed", "Ana Silva answered", "Ana Silva began a reply in Gmail")
	ana.card.Has(t, cardtest.Not(cardtest.HasText("a reply in Gmail since")))
	if got := s.labels(support, thread); got != "Baton/Status/Closed" {
		t.Errorf("the thread wears %q", got)
	}
}

// Gmail makes the draft and breaks off: one is left, and it is the one opened.
func TestDraftMadeAndUnheard(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	_, thread := s.deliver(customerMail(carla, "Broken off", "Hello?"))
	s.settle()
	broken := false
	s.demo.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method != "gmail.users.drafts.create" || broken {
			return nil
		}
		broken = true
		return &gmailsim.Fault{Status: 500, Reason: "backendError", Message: "Backend Error", AppliedThenError: true}
	})
	ana := s.as("ana@acme.test").open(support, thread).press("Reply as support@", nil)
	form := ana.filled("T", "keep")
	if draft, _ := ana.opens("Open as draft", form); draft != "" {
		t.Errorf("opened %q, of which nobody heard", draft)
	}
	if err := until(t.Context(), func() (bool, error) { // by the outbox
		c, err := s.demo.service.store.Conversation(t.Context(), desk.ConversationOf(support, desk.ThreadID(thread)))
		if err != nil || len(c.Outgoing) != 1 {
			return false, err
		}
		in, err := s.demo.service.store.Intent(t.Context(), c.Outgoing[0].Intent)
		return in.Draft != "", err
	}); err != nil {
		t.Fatal(err)
	}
	draft, _ := ana.open(support, thread).opens("Open", nil)
	if _, err := s.demo.service.sweeper.Sweep(t.Context(), support); err != nil {
		t.Fatal(err)
	}
	list, err := s.gmailOf(support).Drafts.List("me").Do()
	if err != nil || len(list.Drafts) != 1 || list.Drafts[0].Id != draft {
		t.Errorf("drafts %+v, %v; want %s alone", list, err, draft)
	}
}

// Saved texts are offered in the compose window and in a reply.
func TestSavedTexts(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	_, thread := s.deliver(customerMail(carla, "A question", "Hello?"))
	s.settle()
	ana := s.as("ana@acme.test")
	ana.card = cardtest.Parse(t, ana.call("/addon/compose", wire.Trigger, nil, nil, nil))
	ana.says("Saved texts", "Thanks for waiting")
	b := ana.card.Button("Insert")
	form := cardtest.Parse(t, ana.call(b.URL, wire.Action, nil, nil, b.Parameters))
	b = form.Button("Insert")
	got := string(ana.call(b.URL, wire.Action, map[string][]string{"customer.first_name": {"Carla"}}, nil, b.Parameters))
	if !strings.Contains(got, "updateDraftActionMarkup") || !strings.Contains(got, "Hello Carla,") {
		t.Errorf("inserted %.400s", got)
	}
	ana.open(support, thread).press("Reply as support@", nil)
	in := ana.card.Input("saved")
	if in == nil || len(in.Values) < 2 {
		t.Fatalf("picker %+v", in)
	}
	f := ana.filled("Good morning.", "wait")
	f["saved"] = []string{in.Values[1]}
	params := ana.card.Button("Send").Parameters
	ana.card = cardtest.Parse(t, ana.call(in.OnChange, wire.Action, f, nil, params))
	if v := ana.card.Input("text").Value; !strings.HasPrefix(v, "Good morning.\n\nHello Carla,") {
		t.Errorf("text %q", v)
	}
}

// The alias that was written to answers, if its owner confirmed it in Gmail.
func TestReplyFromConfirmedAlias(t *testing.T) {
	for _, pending := range []bool{false, true} {
		s := newStage(t, t.TempDir(), demoCmd{})
		s.undo(time.Second)
		s.customer()
		if err := s.demo.sim.AddMailbox(gmailsim.Mailbox{Address: support, Name: "Support", Aliases: []gmailsim.Alias{{Address: "help@acme.test", Pending: pending}}}); err != nil {
			t.Fatal(err)
		}
		_, thread := s.deliver(strings.Replace(customerMail(carla, "To help", "Hello?"), "To: "+support, "To: help@acme.test", 1))
		s.settle()
		want := "help"
		if pending {
			want = "support"
		}
		before := s.asked(support)
		ana := s.as("ana@acme.test").open(support, thread)
		if got := s.asked(support) - before; got != 1 {
			t.Errorf("pending %v: %d units to know the aliases, want 1", pending, got)
		}
		ana.press("Reply as "+want+"@", nil)
		ana.press("Send", ana.filled("Yes.", "wait"))
		s.settle()
		if got := s.got(carla); len(got) != 1 || !strings.Contains(got[0].From, want+"@acme.test") {
			t.Errorf("pending %v: the customer got %+v", pending, got)
		}
	}
}
