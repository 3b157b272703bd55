package main

import (
	"strings"
	"testing"
	"time"
)

// TestReplyInBrowser has Ana answer a customer from the card: she is stopped by
// Ben's note, sends anyway, takes it back, and sends better words. The customer
// gets exactly one mail; the thread shows it and the status moves.
func TestReplyInBrowser(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	s.undo(5 * time.Minute)
	s.customer()
	b := newBrowser(s, "reply")
	const subject = "Is the kettle safe?"
	_, thread := s.deliver(customerMail(carla, subject, "It hums when it is cold."))
	s.settle()
	ana := b.tab("ana@acme.test", support)
	ana.opens(subject)
	ana.press("Reply as support@")
	ana.says("Reply as support@acme.test", "Ends with", "Acme support")
	ana.kept("to", "Carla Customer <carla@shop.example>")
	ana.picture("form")
	ana.types("text", "Yes, it is.")
	s.as("ben@acme.test").open(support, thread).press("Add note", map[string][]string{"note": {"Wait, ask the workshop first."}})
	ana.press("Send")
	ana.says("Not sent: somebody wrote since you opened this.", "Ben Okafor wrote a note: Wait, ask the workshop first.")
	ana.kept("text", "Yes, it is.")
	ana.picture("overtaken")
	ana.quiet()
	ana.press("Send anyway")
	ana.says("Your reply goes out at", "Waiting for customer")
	ana.told("Until then you can undo it")
	ana.picture("waits")
	s.undo(time.Second)
	ana.press("Undo")
	ana.kept("text", "Yes, it is.")
	ana.told("Taken back: nothing was sent.")
	ana.clears("text")
	ana.types("text", "The workshop says: yes, it is.")
	ana.press("Close it")
	ana.press("Send")
	ana.says("Closed", "Reopen")
	ana.until(`document.querySelectorAll('.message').length === 2`)
	ana.until(`[...document.querySelectorAll('.threadtop .chip')].some((c) => c.dataset.label === 'Baton/Status/Closed')`)
	s.settle()
	ana.refresh()
	ana.says("Closed")
	ana.press("History")
	ana.says("Ana Silva answered")
	ana.quiet()
	ana.picture("answered")
	if got := s.got(carla); len(got) != 1 || !strings.HasPrefix(got[0].Text, "The workshop says: yes, it is.") {
		t.Errorf("the customer got %+v, want the last words once", got)
	}
	if n := len(s.mails(support, thread)); n != 2 {
		t.Errorf("%d messages in the thread, want 2", n)
	}
}
