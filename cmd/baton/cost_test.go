package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
)

// TestCosts holds the main job to its bounds: Gmail's quota units as the
// stand-in charges them, and the store's reads and commits.
func TestCosts(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	_, thread := s.deliver(customerMail("carla@shop.example", "How much is it?", "I wonder."))
	s.settle()
	first := s.mails(support, thread)[0]

	again := func(text string) {
		s.deliver(customerMail("carla@shop.example", "Re: How much is it?", text, "In-Reply-To: "+first.MessageID, "References: "+first.MessageID))
	}
	s.rung()
	cost := s.meter()
	again("Well?")
	s.settleQuietly()
	if units, _, _ := cost(); units > 25 {
		t.Errorf("a mail in a known thread with one label to set: %d Gmail units beside the looks, want at most 25 (get 20, modify 5)", units)
	}
	// One commit for each mail; settlements and the cursor wait a quarter of a
	// second for company and share a few more, the fewer the quicker the machine.
	// So do looks into the ledger, one for each reading.
	const mails = 20
	s.rung()
	cost = s.meter()
	readings := func() int { return s.demo.sim.Calls()[support][historyList].Calls }
	began, before := time.Now(), readings()
	for i := range mails {
		again(fmt.Sprint("Well, ", i))
	}
	s.settleQuietly()
	units, reads, commits := cost()
	took := time.Since(began)
	looked, shared := uint64(readings()-before), uint64(took/(250*time.Millisecond))
	if units > mails*25 || reads > mails*2+looked || commits > mails+mails/4+shared {
		t.Errorf("%d mails in a known thread in %v: %d units, %d reads, %d commits; want at most 25, 2 and 1 each, and a few commits that all share", mails, took, units, reads, commits)
	}

	s.rung()
	ana := s.as("ana@acme.test").open(support, thread)
	s.settleQuietly() // that she looks is written a moment after, once a minute
	cost = s.meter()
	ana.card = cardtest.Parse(t, ana.call("/addon/message", wire.Trigger, nil, nil, nil))
	if units, reads, commits := cost(); units > 0 || reads > 2 || commits > 0 {
		t.Errorf("opening a known conversation: %d units, %d reads, %d commits; want 0, at most 2, 0", units, reads, commits)
	}
	cost = s.meter()
	ana.press("Take", nil)
	if _, reads, commits := cost(); reads > 1 || commits > 1 {
		t.Errorf("a take: %d reads, %d commits; want 1, 1", reads, commits)
	}
	s.settleQuietly()
	if units, _, _ := cost(); units > 10 {
		t.Errorf("a take with its label: %d units, want at most 10", units)
	}
}

// meter begins to count; the function gives what was used since.
func (s *stage) meter() func() (units int, reads, commits uint64) {
	u, c := s.asked(support), s.demo.service.store.Costs()
	return func() (int, uint64, uint64) {
		now := s.demo.service.store.Costs()
		return s.asked(support) - u, now.Reads - c.Reads, now.Commits - c.Commits
	}
}

// historyList is the method that reads what happened in a mailbox.
const historyList = "gmail.users.history.list"

// asked counts the units that were used in a mailbox, without the looks at its
// history: how many of these hints bring depends on how quick the machine is.
func (s *stage) asked(mailbox string) (units int) {
	for method, n := range s.demo.sim.Calls()[mailbox] {
		if method != historyList {
			units += n.Units
		}
	}
	return units
}

// settleQuietly waits like settle but asks the store for nothing, so that the
// waiting is not counted. What was put off, and is no echo, is read.
func (s *stage) settleQuietly() {
	s.Helper()
	room, unread := s.demo.service.room, false
	read := func() bool {
		unread = false
		for _, st := range room.Statuses() {
			unread = unread || s.demo.sim.Unseen(string(st.Mailbox), st.Cursor, demoMailAccount)
			if st.Busy || unread {
				return false
			}
		}
		return s.demo.service.outbox.Idle() && s.demo.service.glances.Idle()
	}
	quiet := 0
	err := until(s.Context(), func() (bool, error) {
		if read() {
			quiet++
			return quiet == 3, nil
		}
		quiet = 0
		if unread && s.demo.sim.Push().Idle() && s.demo.pubsub.Idle() {
			return false, room.Flush(s.Context())
		}
		return false, nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

// TestOwnCopyShowsTheSameCard opens a copy of a customer's mail in an agent's
// own mailbox: the first time costs one look at its headers, then none.
func TestOwnCopyShowsTheSameCard(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	raw := customerMail("carla@shop.example", "To the team and to Ana", "Hello both.")
	_, thread := s.deliver(raw)
	own, err := s.demo.sim.Deliver(t.Context(), "ana@acme.test", []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.as("ben@acme.test").open(support, thread).press("Take", nil)
	used := func() int { return s.demo.sim.Units("ana@acme.test") }
	before := used()
	s.as("ana@acme.test").open("ana@acme.test", own.ThreadID).says("Ben Okafor holds this", "To the team and to Ana")
	if got := used() - before; got != 20 {
		t.Errorf("the first opening cost Ana's mailbox %d units, want 20", got)
	}
	before = used()
	s.as("ana@acme.test").open("ana@acme.test", own.ThreadID).says("Ben Okafor holds this")
	if got := used() - before; got != 0 {
		t.Errorf("the second opening cost Ana's mailbox %d units, want 0", got)
	}
	private, err := s.demo.sim.Deliver(t.Context(), "ana@acme.test", []byte(strings.ReplaceAll(customerMail("mum@home.example", "Dinner", "On Sunday?"), support, "ana@acme.test")))
	if err != nil {
		t.Fatal(err)
	}
	s.as("ana@acme.test").open("ana@acme.test", private.ThreadID).says("not one of the team's conversations")
}
