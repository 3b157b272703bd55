package main

import (
	testflag "flag"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

var daySeed = testflag.Uint64("day", 0, "seed of TestDayInBrowser; 0 = a new one, which is told")

// TestDayInBrowser plays a day of the company with everybody at once: Ana and
// Ben press buttons in the side panel, each in a browser context of their own,
// Cléo does nothing but put labels on and take them off in Gmail, Mia answers
// from plain Gmail, and customers write in between. In the evening the mailbox,
// the records, the histories, the ledger and what people see agree, with each
// other and with what was planned.
//
// The plan comes from a seed (-day); what happens at the same time in one round
// touches different things, so that the evening is known before.
func TestDayInBrowser(t *testing.T) {
	seed := *daySeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("replay with -run TestDayInBrowser -day %d", seed)
	d := newDay(t, seed)
	s := newStage(t, t.TempDir(), demoCmd{})
	s.customer()
	s.undo(time.Second)
	b := newBrowser(s, "day")
	s.morning(d)
	panel := map[desk.Email]*panelist{ana: b.panelist(ana), ben: b.panelist(ben)}
	s.bothTake(d.matters[0], panel[ana], panel[ben])
	hands := map[desk.Email]func(job){ana: panel[ana].does, ben: panel[ben].does, cleo: s.gmailer().does, mia: s.gmailer().does, carlas: s.writes}
	for n, round := range d.rounds {
		if s.undo(time.Second); n == unsaidRound {
			s.undo(5 * time.Minute)
		}
		s.together(round, hands)
		s.settle()
	}
	s.evening(d)
	panel[ana].agrees(d)
	panel[ben].agrees(d)
}

// morning brings the mail that lies there when the day begins, and has people
// take what they hold from yesterday.
func (s *stage) morning(d *day) {
	s.Helper()
	for _, m := range d.matters {
		if m.begins == 0 {
			s.writes(job{verb: "begin", ms: []*matter{m}})
		}
	}
	s.settle()
	for i, who := range yesterday() {
		s.as(string(who)).open(support, d.matters[i+1].thread).press("Take", nil)
	}
	s.settle()
}

// bothTake has two people press Take on the same conversation at the same
// moment: one gets it, the other is told who was first.
func (s *stage) bothTake(m *matter, one, two *panelist) {
	s.Helper()
	one.shows(m)
	two.shows(m)
	var got [2]bool
	s.all(func() { got[0] = one.first() }, func() { got[1] = two.first() })
	if got[0] == got[1] {
		s.Fatalf("both pressed Take; got it: %v", got)
	}
	if m.holder = one.who; got[1] {
		m.holder = two.who
	}
}

// together has everybody do their jobs of a round, one after the other, all
// people at the same time.
func (s *stage) together(round []job, hands map[desk.Email]func(job)) {
	s.Helper()
	var people []func()
	for who, does := range hands {
		people = append(people, func() {
			for _, j := range round {
				if j.who == who {
					s.Log(j)
					does(j)
				}
			}
		})
	}
	s.all(people...)
}

// all runs functions at the same time. One that fails the test ends early; the
// test ends when all have.
func (s *stage) all(fs ...func()) {
	s.Helper()
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(f)
	}
	wg.Wait()
	if s.Failed() {
		s.FailNow()
	}
}
