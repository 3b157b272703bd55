package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
	"baton/cmd/baton/company"
	"baton/gmail/gmailsim"
)

const olga = "olga@acme.test"

// conversation has a thread of so many mails come in, each with a canary in its
// body, and gives the thread.
func (s *stage) conversation(subject string, n int) (thread string) {
	s.Helper()
	first := ""
	for i := range n {
		var refs []string
		if i > 0 {
			refs = []string{"In-Reply-To: " + first, "References: " + first}
		}
		_, thread = s.deliver(customerMail(carla, subject, fmt.Sprintf("Canary%dbird sings.\r\n\r\n> Quotedcanary", i+1), refs...))
		if i == 0 {
			first = s.mails(support, thread)[0].MessageID
		}
	}
	s.settle()
	return thread
}

// find lists the files below a folder that have a text in them.
func find(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if e != nil && e.Name() == "gmail" {
				return fs.SkipDir // Google's side
			}
			return err
		}
		if !e.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(text))) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestGuestReadsAndNothingIsCopied reads a shared thread as a guest, page by
// page, and then looks for its text wherever it could have been left: in the
// store's files, in the log, in everybody's own mailbox.
func TestGuestReadsAndNothingIsCopied(t *testing.T) {
	dir := t.TempDir()
	s := newTuned(t, dir, demoCmd{}, unasked())
	thread := s.conversation("Heronsubject", 20)
	held := make(map[string]int)
	for _, p := range company.People() {
		held[p.Email] = s.demo.sim.Count(p.Email)
	}
	s.as("ana@acme.test").open(support, thread).press("Share …", nil).press("Share", map[string][]string{"person": {olga}, "role": {"view"}, "scope": {"whole"}}).says("Shared with (1)")
	guest := s.as(olga).openFirst(support, thread)
	s.settle()
	s.rung()

	cost := s.meter()
	page := guest.press("Read the conversation", nil).says("Messages 1 to 5 of 20", "Canary20bird", "Canary16bird", "Show quoted text")
	if page.card.Contains("Quotedcanary") || page.card.Contains("Canary15bird") {
		t.Errorf("the first page says %q", page.card.Texts())
	}
	if units, reads, commits := cost(); units > 40 || reads > 2 || commits > 1 {
		t.Errorf("opening a thread of 20: %d units, %d reads, %d commits; want at most 40, 2, 1", units, reads, commits)
	}
	cost = s.meter()
	for _, want := range []string{"Canary15bird", "Canary10bird", "Canary5bird"} {
		older := ""
		for _, b := range guest.card.Buttons() {
			if strings.HasPrefix(b.Text, "Show older") {
				older = b.Text
			}
		}
		guest.press(older, nil).says(want)
	}
	guest.press("Show quoted text", nil).says("Quotedcanary")
	s.as("ana@acme.test").open(olga, s.copyFor(olga)) // somebody else's message changes nothing
	if units, _, _ := cost(); units > 0 {
		t.Errorf("going on reading: %d units, want 0", units)
	}
	s.settle()

	for _, canary := range []string{"canary", "bird sings"} {
		if found := find(t, dir, canary); len(found) > 0 {
			t.Errorf("%q is in %v", canary, found)
		}
		if strings.Contains(strings.ToLower(s.logs.String()), canary) {
			t.Errorf("%q is in the log", canary)
		}
		for address := range held {
			for _, m := range s.got(address) {
				if strings.Contains(strings.ToLower(fmt.Sprintf("%+v", m)), canary) {
					t.Errorf("%q is in the mailbox of %s", canary, address)
				}
			}
		}
	}
	for address, n := range held {
		if got := s.demo.sim.Count(address); got != n && address != olga {
			t.Errorf("%s had %d messages and has %d", address, n, got)
		}
	}
	// The search can find: the subject is part of the record.
	if len(find(t, dir, "Heronsubject")) == 0 {
		t.Error("not even the subject is found; the search looks in the wrong place")
	}
	s.as("ana@acme.test").open(support, thread).says("olga@acme.test read 5 messages")
}

// openFirst opens a thread's first message.
func (p *person) openFirst(mailbox, thread string) *person {
	p.s.Helper()
	p.mailbox, p.message = mailbox, p.s.mails(mailbox, thread)[0].ID
	p.card = cardtest.Parse(p.s, p.call("/addon/message", wire.Trigger, nil, nil, nil))
	return p
}

// copyFor delivers a private mail, and gives its thread.
func (s *stage) copyFor(address string) string {
	s.Helper()
	d, err := s.demo.sim.Deliver(s.Context(), address, []byte(strings.ReplaceAll(customerMail("mum@home.example", "Dinner", "On Sunday?"), support, address)))
	if err != nil {
		s.Fatal(err)
	}
	return d.ThreadID
}

func TestReadingWhileGmailFails(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	thread := s.conversation("Heronsubject", 3)
	s.as("ana@acme.test").open(support, thread).press("Share …", nil).press("Share", map[string][]string{"person": {olga}, "role": {"view"}, "scope": {"one"}}).says("Shared with (1)")
	guest := s.as(olga).openFirst(support, thread)
	card := guest.card
	s.demo.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if strings.HasSuffix(c.Method, "threads.get") {
			return &gmailsim.Fault{Status: 503}
		}
		return nil
	})
	guest.press("Read the conversation", nil).says("The mail cannot be shown", "Nothing was changed", "Try again in a minute")
	s.demo.sim.SetFault(nil)
	guest.card = card
	guest.press("Read the conversation", nil).says("Canary3bird", "1 message", "A part of the thread was shared with you")
	if guest.card.Contains("Canary2bird") {
		t.Error("a message outside the share is shown")
	}
	// Stopped: the very next look, though the thread is still in memory.
	s.as("ana@acme.test").open(support, thread).press("Stop", nil)
	guest.card = card
	if guest.press("Read the conversation", nil).says("not one of the team's conversations"); guest.card.Contains("Canary") {
		t.Error("a stopped share still shows mail")
	}
}
