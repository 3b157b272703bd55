package main

import (
	"testing"
	"time"

	"baton/addon/card/cardtest"
)

// TestMergeOfTwoThreads merges two threads of one customer and takes them apart
// again, with Gmail in between: both wear the kept one's labels, mail in either
// is dealt with in the kept one, and the answer goes where she wrote last.
func TestMergeOfTwoThreads(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	s.undo(time.Second)
	s.customer()
	_, first := s.deliver(customerMail(carla, "Kettle 10423 leaks", "It drips."))
	s.settle()
	_, second := s.deliver(customerMail(carla, "What about 10423?", "Hello?"))
	s.settle()
	before := [2]string{s.labels(support, first), s.labels(support, second)}

	ana := s.as("ana@acme.test").open(support, first).says("Maybe a duplicate: ", "What about 10423?")
	ana.press("Take", nil)
	ana.open(support, first).press("Merge …", nil).says("Nobody holds it").press("Merge", nil).says("Merged: ", "What about 10423?")
	s.settle()
	wears := func(when, want string) {
		t.Helper()
		for _, thread := range []string{first, second} {
			if got := s.labels(support, thread); got != want {
				t.Errorf("%s: thread %s wears %q, want %q", when, thread, got, want)
			}
		}
	}
	wears("merged", "Baton/Assigned/Ana Baton/Status/Open")
	s.as("ben@acme.test").open(support, second).says("Kettle 10423 leaks", "You opened a message of this thread", "Ana Silva holds this")

	ana.open(support, first).press("Close", nil)
	s.settle()
	wears("closed", "Baton/Assigned/Ana Baton/Status/Closed")

	// She writes in the merged thread: the kept one is open again, and the answer
	// goes there.
	asked := s.mails(support, second)[0]
	s.deliver(customerMail(carla, "Re: What about 10423?", "Still nothing.", "In-Reply-To: "+asked.MessageID, "References: "+asked.MessageID))
	s.settle()
	wears("written to", "Baton/Assigned/Ana Baton/Status/Open")
	ana.open(support, first).says("2 messages, by you").press("Reply as support@", nil)
	ana.press("Send", ana.filled("It is on its way.", "wait"))
	s.settle()
	wears("answered", "Baton/Assigned/Ana Baton/Status/Waiting for customer")
	if n, m := len(s.mails(support, first)), len(s.mails(support, second)); n != 1 || m != 3 {
		t.Errorf("%d messages in the first thread and %d in the second, want the answer in the second: 1 and 3", n, m)
	}
	if got := s.got(carla); len(got) != 1 || got[0].Subject != "Re: What about 10423?" {
		t.Errorf("the customer got %+v", got)
	}

	ana.open(support, second).press("Separate", nil).card.Has(t, cardtest.Not(cardtest.HasButton("Separate")))
	s.settle()
	if got, want := s.labels(support, second), "Baton/Status/Waiting for customer"; got != want {
		t.Errorf("separated: the second thread wears %q, want %q", got, want)
	}
	s.as("ben@acme.test").open(support, second).says("What about 10423?", "Nobody holds this")

	// Merged and undone at once, the labels are as they were.
	_, third := s.deliver(customerMail(carla, "10423 once more", "Third."))
	s.settle()
	was := [2]string{s.labels(support, first), s.labels(support, third)}
	ana.open(support, first).press("Merge …", nil).press("Merge", nil).press("Undo", nil)
	s.settle()
	if now := [2]string{s.labels(support, first), s.labels(support, third)}; now != was {
		t.Errorf("undone: the threads wear %q, want %q as before", now, was)
	}
	if before[0] != "Baton/Status/Open" || before[1] != "Baton/Status/Open" {
		t.Errorf("before all this they wore %q", before)
	}
}
