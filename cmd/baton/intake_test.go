package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
	"baton/desk"
	"baton/gmail/gmailsim"
)

const (
	anasOwn    = "ana@acme.test"
	bensOwn    = "ben@acme.test"
	handButton = "Hand to the team …"
)

// began is when the threads of these tests began.
var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// carlaToAna is the nth mail of a thread between Carla and Ana; every third is
// Ana's, with Bcc and a file.
func carlaToAna(subject string, n int) string {
	id := func(i int) string {
		return fmt.Sprintf("<%d.%s@shop.example>", i, strings.ReplaceAll(subject, " ", "."))
	}
	from, to := "Carla Customer <"+carla+">", "Ana Silva <"+anasOwn+">"
	extra := ""
	if n%3 == 2 {
		from, to, extra = to, from, "Bcc: Boss <boss@acme.test>\r\n"
	}
	if n > 0 {
		subject, extra = "Re: "+subject, extra+"In-Reply-To: "+id(n-1)+"\r\nReferences: "+id(0)+" "+id(n-1)+"\r\n"
	}
	return fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: %s\r\nDate: %s\r\n%sMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nletter %d\r\n--b\r\nContent-Type: application/pdf; name=\"quote.pdf\"\r\nContent-Disposition: attachment; filename=\"quote.pdf\"\r\n\r\n%%PDF-1.4\r\n--b--\r\n",
		from, to, subject, id(n), began.Add(time.Duration(n)*time.Hour).Format(time.RFC1123Z), extra, n)
}

// gets has a thread of n mails in somebody's own mailbox.
func (s *stage) gets(address, subject string, n int) (thread string) {
	s.Helper()
	for i := range n {
		labels := []string{"INBOX"}
		if i%3 == 2 {
			labels = []string{"SENT"}
		}
		d, err := s.demo.sim.DeliverAs(s.Context(), address, []byte(carlaToAna(subject, i)), gmailsim.Arrival{Labels: labels, Date: began.Add(time.Duration(i) * time.Hour)})
		if err != nil {
			s.Fatal(err)
		}
		thread = d.ThreadID
	}
	return thread
}

// TestHandIn hands a thread of Ana's own mailbox to Ben, and everybody sees one
// card.
func TestHandIn(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	thread := s.gets(anasOwn, "Forty kettles", 5)
	bens := s.gets(bensOwn, "Forty kettles", 1) // Ben got the first one too
	s.as("olga@acme.test").open(anasOwn, thread).says("not one of the team's conversations")
	ana := s.as(anasOwn).open(anasOwn, thread).says("not one of the team's conversations")
	before := len(s.threads(support))
	ana.press(handButton, nil).says("support@acme.test", "cannot be taken back")
	ana.press("Hand in", map[string][]string{"person": {"olga@acme.test"}}).says("does not work in support@acme.test")
	old := *ana
	ana.press("Hand in", map[string][]string{"person": {"Ben Okafor <ben@acme.test>"}, "why": {"you quoted them"}}).
		says("Forty kettles", "Ben Okafor holds this", "given by Ana Silva", "you quoted them", "Carla Customer has waited since", "Ana Silva handed it in")
	s.settle()
	if n := len(s.threads(support)); n != before+1 {
		t.Fatalf("%d new threads in support@, want one", n-before)
	}
	row := s.thread(support, "Forty kettles")
	if got, want := s.labels(support, row.ID), "Baton/Assigned/Ben Baton/Status/Open"; got != want {
		t.Errorf("the thread wears %q, want %q", got, want)
	}
	mails, err := s.demo.sim.Thread(support, row.ID)
	if err != nil || len(mails) != 5 {
		t.Fatalf("%d mails: %v", len(mails), err)
	}
	for i, m := range mails {
		if !m.Date.Equal(began.Add(time.Duration(i)*time.Hour)) || !strings.Contains(m.Text, fmt.Sprint("letter ", i)) || !slices.Equal(m.Attachments, []string{"quote.pdf"}) {
			t.Errorf("mail %d: %+v", i, m)
		}
		if raw := s.raw(support, m.ID); bytes.Contains(raw, []byte("boss@")) || bytes.Contains(bytes.ToLower(raw), []byte("bcc")) {
			t.Errorf("mail %d tells who got it as Bcc", i)
		}
	}
	// Ana's own mail is as it was, and both places show the same card from now on.
	if own := s.mails(anasOwn, thread); len(own) != 5 {
		t.Errorf("%d mails in Ana's mailbox", len(own))
	}
	for address, thread := range map[string]string{anasOwn: thread, bensOwn: bens, support: row.ID} {
		as := address
		if address == support {
			as = bensOwn
		}
		s.as(as).open(address, thread).says("Forty kettles", "support@acme.test · Open", "you quoted them")
	}
	s.as(bensOwn).open(bensOwn, bens).press("Close", nil)
	s.as(anasOwn).open(anasOwn, thread).says("support@acme.test · Closed")
	// An old card's button, and a second time from a copy.
	old.press("Hand in", map[string][]string{"person": {"ana@acme.test"}}).says("The team has this already", "Closed")
	s.settle()
	if n := len(s.mails(support, row.ID)); n != 5 {
		t.Errorf("%d mails after another press", n)
	}
	verdicts, err := s.demo.service.store.Verdicts(t.Context(), support)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, n := range verdicts {
		lines += n
	}
	all := 0
	for _, th := range s.threads(support) {
		all += th.Messages
	}
	if lines != all {
		t.Errorf("%d ledger lines for %d messages", lines, all)
	}
	for _, canary := range []string{"kettles", carla, "letter 1", "you quoted", "ya29"} {
		if strings.Contains(s.logs.String(), canary) {
			t.Errorf("the log carries %q", canary)
		}
	}
}

// raw is a mail as the stand-in has it.
func (s *stage) raw(address, id string) []byte {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), "GET", s.demo.gmail.url()+"/gmail/v1/users/me/messages/"+id+"?format=raw", nil)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.demo.sim.MailboxToken(address))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	var m struct{ Raw string }
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil {
		s.Fatal(err)
	}
	raw, err := base64.URLEncoding.DecodeString(m.Raw)
	if err != nil {
		s.Fatal(err)
	}
	return raw
}

// TestHandInPressedTogether: Ana twice and Ben with a copy, at the same time.
func TestHandInPressedTogether(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	subject := "A torn tent"
	hers, his := s.gets(anasOwn, subject, 4), s.gets(bensOwn, subject, 4)
	forms := []*person{s.as(anasOwn).open(anasOwn, hers).press(handButton, nil), s.as(bensOwn).open(bensOwn, his).press(handButton, nil)}
	again := *forms[0]
	var wg sync.WaitGroup
	for _, p := range append(forms, &again) {
		wg.Go(func() {
			b := p.card.Button("Hand in")
			p.card = cardtest.Parse(t, p.call(b.URL, wire.Action, map[string][]string{"person": {p.email}, "mailbox": {support}}, nil, b.Parameters))
		})
	}
	wg.Wait()
	s.settle()
	already := 0
	for _, p := range append(forms, &again) {
		p.says(subject)
		if p.card.Contains("The team has this already") {
			already++
		}
	}
	row := s.thread(support, subject)
	if n := len(s.mails(support, row.ID)); n != 4 || already != 2 {
		t.Errorf("%d mails in the team's thread, %d were told that it is there", n, already)
	}
	if n := s.demo.sim.Calls()[support]["gmail.users.messages.import"].Calls; n != 4 {
		t.Errorf("%d imports", n)
	}
}

// TestHandInThirty measures a long thread, with Gmail failing on the way and the
// search behind by a moment: what is there stays, and a second press brings the
// rest, none twice.
func TestHandInThirty(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	thread := s.gets(anasOwn, "A long talk", 30)
	n := 0
	s.demo.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method != "gmail.users.messages.import" {
			return nil
		}
		switch n++; n {
		case 5:
			return &gmailsim.Fault{Status: 500, AppliedThenError: true}
		case 9:
			return &gmailsim.Fault{Drop: true, AppliedThenError: true}
		case 20:
			return &gmailsim.Fault{Status: 403, Reason: "insufficientPermissions"}
		}
		return nil
	})
	start, units := time.Now(), s.demo.sim.Units(support)
	ana := s.as(anasOwn).open(anasOwn, thread).press(handButton, nil).press("Hand in", map[string][]string{"person": {"ben"}})
	ana.says("19 of 30 messages are in support@acme.test.", "Baton has no access to support@acme.test at the moment", "Hand in the rest", "Ben Okafor holds this")
	t.Logf("19 messages: %v", time.Since(start))
	row := s.thread(support, "A long talk")
	if n := len(s.mails(support, row.ID)); n != 19 {
		t.Errorf("%d messages after the first press", n)
	}
	s.as(bensOwn).open(support, row.ID).says("11 messages of this thread are not here yet")
	start = time.Now()
	ana.open(anasOwn, thread).press("Hand in the rest", nil)
	t.Logf("the other 11: %v, %d units of the shared mailbox in all", time.Since(start), s.demo.sim.Units(support)-units)
	if ana.card.Contains("not here yet") || ana.card.Button("Hand in the rest") != nil {
		t.Errorf("the card says %q", ana.card.Texts())
	}
	s.settle()
	if n := len(s.mails(support, row.ID)); n != 30 {
		t.Errorf("%d messages in the end", n)
	}
	id := desk.ConversationOf(support, desk.ThreadID(row.ID))
	c, err := s.demo.service.store.Conversation(t.Context(), id)
	if err != nil || c.Messages != 30 || c.Customer.Email != carla || c.HandedIn.Left != 0 || !c.OpenedAt.Equal(began) {
		t.Errorf("the record: %+v: %v", c, err)
	}
}

// TestHandInWithoutAccess: the mailbox is not Baton's any more.
func TestHandInWithoutAccess(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	thread := s.gets(anasOwn, "No way in", 2)
	ana := s.as(anasOwn).open(anasOwn, thread).press(handButton, nil)
	s.demo.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Mailbox == support {
			return &gmailsim.Fault{Status: 403, Reason: "domainPolicy"}
		}
		return nil
	})
	ana.press("Hand in", map[string][]string{"why": {"keep me"}}).says("Baton has no access to support@acme.test")
	if in := ana.card.Input("why"); in == nil || in.Value != "keep me" {
		t.Errorf("why = %+v, want what was typed", in)
	}
	s.demo.sim.SetFault(nil)
	ana.press("Hand in", nil).says("No way in", "Nobody holds this")
}
