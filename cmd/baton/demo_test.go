package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/addon/card/schema"
	"baton/addon/wire"
	"baton/desk"
)

// stage is a running demo that a test talks to as the page and scripts do.
type stage struct {
	*testing.T
	demo *demo
	url  string
	logs *locked
}

// newStage runs the demo in a folder until the test ends.
func newStage(t *testing.T, dir string, c demoCmd) *stage {
	t.Helper()
	return newTuned(t, dir, c, tuning{})
}

// unasked keeps Baton from what it does unasked and what would be counted: from
// reading its own labels back (decision 0007), from sweeps, and from looking for
// promises all the time.
func unasked() tuning {
	return tuning{echoDelay: time.Hour, sweep: time.Hour, poll: time.Minute}
}

func newTuned(t *testing.T, dir string, c demoCmd, tune tuning) *stage {
	t.Helper()
	c.Listen = "127.0.0.1:0"
	if c.Mailbox == "" {
		c.Mailbox = "support@acme.test"
	}
	s := &stage{T: t, logs: &locked{}}
	log := slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d, err := newDemo(t.Context(), &c, dir, log, tune)
	if err != nil {
		t.Fatal(err)
	}
	s.demo, s.url = d, d.page.url()
	s.notices(desk.Notices{}) // settling waits for them
	s.lateMornings()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with: %v", err)
		}
	})
	if err := d.load(t.Context(), &c, io.Discard); err != nil {
		t.Fatal(err)
	}
	s.settle()
	return s
}

func (s *stage) do(method, path string, body any, out any) int {
	s.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(s.Context(), method, s.url+path, r)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	if out != nil && res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(b, out); err != nil {
			s.Fatalf("%s %s answered %.200s: %v", method, path, b, err)
		}
	}
	return res.StatusCode
}

func (s *stage) settle() {
	s.Helper()
	if got := s.do("POST", "/preview/api/settle", map[string]any{"seconds": 300}, nil); got != http.StatusOK {
		s.Fatalf("settle = %d", got)
	}
}

// mailOf finds a thread by its subject.
type threadRow struct {
	ID, Subject, From string
	Labels            []string
	Messages          int
}

func (s *stage) threads(mailbox string) []threadRow {
	s.Helper()
	var state struct {
		Mailboxes []struct {
			Address string
			Threads []threadRow
		}
	}
	s.do("GET", "/preview/api/state", nil, &state)
	for _, m := range state.Mailboxes {
		if m.Address == mailbox {
			return m.Threads
		}
	}
	s.Fatalf("no mailbox %s in the state", mailbox)
	return nil
}

func (s *stage) thread(mailbox, subject string) threadRow {
	s.Helper()
	for _, t := range s.threads(mailbox) {
		if strings.Contains(t.Subject, subject) {
			return t
		}
	}
	s.Fatalf("no thread %q in %s", subject, mailbox)
	return threadRow{}
}

type mailRow struct {
	ID, From, To, Subject, MessageID string
	Labels                           []string
}

func (s *stage) mails(mailbox, thread string) []mailRow {
	s.Helper()
	var out struct{ Messages []mailRow }
	if got := s.do("GET", "/preview/api/thread?mailbox="+mailbox+"&id="+thread, nil, &out); got != http.StatusOK {
		s.Fatalf("thread = %d", got)
	}
	return out.Messages
}

// labels are the labels of ours that every message of a thread wears; a message
// that differs fails the test.
func (s *stage) labels(mailbox, thread string) string {
	s.Helper()
	var all []string
	for _, m := range s.mails(mailbox, thread) {
		var ours []string
		for _, l := range m.Labels {
			if strings.HasPrefix(l, "Baton/") {
				ours = append(ours, l)
			}
		}
		all = append(all, strings.Join(ours, " "))
	}
	for _, l := range all[1:] {
		if l != all[0] {
			s.Errorf("messages of one thread wear different labels: %q", all)
		}
	}
	return all[0]
}

// person acts in the side panel, with one message open.
type person struct {
	s                *stage
	email            string
	mailbox, message string
	card             cardtest.Card
}

func (s *stage) as(email string) *person { return &person{s: s, email: email} }

// call posts an event and checks that the answer is one that Gmail accepts.
func (p *person) call(url string, kind wire.Kind, form map[string][]string, inputs map[string]any, parameters map[string]string) json.RawMessage {
	p.s.Helper()
	var out struct {
		Status int
		Answer json.RawMessage
	}
	body := map[string]any{"as": p.email, "url": url, "mailbox": p.mailbox, "message": p.message, "form": form, "parameters": parameters}
	if inputs != nil {
		body["inputs"] = inputs
	}
	if got := p.s.do("POST", "/preview/api/call", body, &out); got != http.StatusOK {
		p.s.Fatalf("call %s = %d", url, got)
	}
	if out.Status != http.StatusOK {
		p.s.Fatalf("%s as %s = %d", url, p.email, out.Status)
	}
	for _, err := range schema.Validate(out.Answer, kind) {
		p.s.Errorf("%s: Gmail would refuse the answer: %v", url, err)
	}
	return out.Answer
}

// open opens a thread's newest message.
func (p *person) open(mailbox, thread string) *person {
	p.s.Helper()
	ms := p.s.mails(mailbox, thread)
	p.mailbox, p.message = mailbox, ms[len(ms)-1].ID
	p.card = cardtest.Parse(p.s, p.call("/addon/message", wire.Trigger, nil, nil, nil))
	return p
}

// press presses a button of the card in front, with a form filled in.
func (p *person) press(button string, form map[string][]string) *person {
	p.s.Helper()
	b := p.card.Button(button)
	if b == nil {
		p.s.Fatalf("%s has no button %q; the card says %q", p.email, button, p.card.Texts())
	}
	answer := p.call(b.URL, wire.Action, form, nil, b.Parameters)
	if bytes.Contains(answer, []byte(`"pushCard"`)) || bytes.Contains(answer, []byte(`"updateCard"`)) {
		p.card = cardtest.Parse(p.s, answer)
	}
	return p
}

// says fails unless the card in front contains all texts.
func (p *person) says(texts ...string) *person {
	p.s.Helper()
	for _, t := range texts {
		if !p.card.Contains(t) {
			p.s.Errorf("%s's card does not say %q; it says %q", p.email, t, p.card.Texts())
		}
	}
	return p
}

const support = "support@acme.test"

func customerMail(from, subject, text string, headers ...string) string {
	return fmt.Sprintf("From: Carla Customer <%s>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%d.%s>\r\nDate: %s\r\n%s\r\n%s\r\n",
		from, support, subject, time.Now().UnixNano(), from, time.Now().Format(time.RFC1123Z), strings.Join(append(headers, ""), "\r\n"), text)
}

func (s *stage) deliver(raw string) (id, thread string) {
	s.Helper()
	var out struct{ ID, ThreadID string }
	if got := s.do("POST", "/preview/api/deliver", map[string]any{"to": support, "raw": raw}, &out); got != http.StatusOK {
		s.Fatalf("deliver = %d", got)
	}
	return out.ID, out.ThreadID
}

// TestStory is the main job, end to end: a mail arrives, is recorded, routed
// and labelled; an agent opens it, takes it, gives it, notes, shares, closes;
// the labels in Gmail follow.
func TestStory(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	_, thread := s.deliver(customerMail("carla@shop.example", "Where is my kettle?", "It has not come."))
	s.settle()
	if got := s.labels(support, thread); got != "Baton/Status/Open" {
		t.Errorf("a new mail wears %q", got)
	}
	ana := s.as("ana@acme.test").open(support, thread).says("Where is my kettle?", "Nobody holds this", "No rule gives it to anybody")
	old := *ana
	ana.press("Take", nil).says("You hold this")
	s.settle()
	if got := s.labels(support, thread); got != "Baton/Assigned/Ana Baton/Status/Open" {
		t.Errorf("after Ana took it the thread wears %q", got)
	}
	ben := s.as("ben@acme.test").open(support, thread).says("Ana Silva holds this")
	ben.card = old.card // drawn before Ana took it
	ben.press("Take", nil).says("Ana Silva was first", "nothing was overwritten", "Ana Silva holds this")

	ana.press("Add note", map[string][]string{"note": {"Billing has the receipt, ask @Ben"}}).says("Billing has the receipt, ask", "Notes (1)")
	ana.press("Give to …", nil).press("Give", map[string][]string{"person": {"Ben Okafor <ben@acme.test>"}, "why": {"you know the carrier"}}).
		says("Ben Okafor holds this", "given by Ana Silva", "you know the carrier")
	s.settle()
	if got := s.labels(support, thread); got != "Baton/Assigned/Ben Baton/Status/Open" {
		t.Errorf("after Ben was given it the thread wears %q", got)
	}

	olga := s.as("olga@acme.test").open(support, thread).says("not one of the team's conversations")
	ana.press("Share …", nil).press("Share", map[string][]string{"person": {"olga@acme.test"}, "role": {"comment"}}).says("Shared with (1)", "olga@acme.test", "not read yet")
	olga.open(support, thread).says("Where is my kettle?", "Ana Silva shared this with you to read and comment")
	olga.press("Add note", map[string][]string{"note": {"It is still in the warehouse"}}).says("It is still in the warehouse")
	ana.open(support, thread).says("last read").press("Stop", nil)
	olga.open(support, thread).says("not one of the team's conversations")

	ben.open(support, thread).says("It is still in the warehouse").press("Close", nil).says("Reopen")
	s.settle()
	if got := s.labels(support, thread); got != "Baton/Assigned/Ben Baton/Status/Closed" {
		t.Errorf("after closing the thread wears %q", got)
	}
	last := s.mails(support, thread)[0]
	s.deliver(customerMail("carla@shop.example", "Re: Where is my kettle?", "Still not here!", "In-Reply-To: "+last.MessageID, "References: "+last.MessageID))
	s.settle()
	if got := s.labels(support, thread); got != "Baton/Assigned/Ben Baton/Status/Open" {
		t.Errorf("after the customer wrote again the thread wears %q", got)
	}
	ana.open(support, thread).press("Show all", nil).says("Opened by mail from carla@shop.example", "Ana Silva took it", "Ana Silva gave it to Ben Okafor", "olga@acme.test read it", "closed it", "wrote again")
	for _, canary := range []string{"kettle", "Billing has the receipt", "carla@shop.example", "warehouse"} {
		if strings.Contains(s.logs.String(), canary) {
			t.Errorf("the log carries %q", canary)
		}
	}
}
