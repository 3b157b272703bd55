package gmail_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// Thirty days with a mail every two hours. For some of them the watch cannot
// be renewed: three days, in which the old one lives on, and nine, in which it
// ends. No mail is lost or late by more than a sweep, and people are told.
func TestThirtyDaysOfWatches(t *testing.T) {
	for _, test := range []struct {
		name     string
		fails    time.Duration
		longest  time.Duration // that a mail waits
		low, all bool          // less than 48 h were left; the watch ended
	}{
		// A mail may come while a renewal is tried six times, which takes up to 7.75 s.
		{"three days", 3 * day, 10 * time.Second, false, false},
		{"nine days", 9 * day, 24 * time.Minute, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				p := b.process("one", func(o *gmail.RoomOptions) { watched(o); o.Sweep, o.Roll = 20*time.Minute, time.Hour })
				b.push[p] = true
				p.open()
				begin := time.Now()
				failing := func() bool {
					d := time.Since(begin)
					return d > 10*day && d < 10*day+test.fails
				}
				b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
					if c.Method == "gmail.users.watch" && failing() {
						return &gmailsim.Fault{Status: 500}
					}
					return nil
				})
				var longest time.Duration
				alarmed, low, ended, quiet := 0, false, false, 0
				for i := range 30 * 12 {
					b.deliver(fmt.Sprint(i))
					at := time.Now()
					for len(b.desk.subjects()) <= i {
						pass(time.Second)
					}
					longest = max(longest, time.Since(at))
					left := time.Until(b.state().WatchExpires)
					low, ended = low || left < 48*time.Hour, ended || left < 0
					if p.status().WatchAlarm(b.state().WatchExpires, time.Now()) {
						alarmed++
					} else if failing() {
						quiet++
					}
					pass(2*time.Hour - time.Since(at))
				}
				if longest > test.longest {
					t.Errorf("a mail waited for %v", longest)
				}
				if low != test.low || ended != test.all {
					t.Errorf("less than 48 h left: %v, ended: %v", low, ended)
				}
				// The alarm comes a day after the first failure, itself up to a day late.
				if want := int(test.fails/(2*time.Hour)) - 24; alarmed < want-2 || quiet > 26 {
					t.Errorf("the alarm was seen %d times and missed %d times", alarmed, quiet)
				}
				if s := p.status(); s.WatchFailures == 0 || s.WatchAlarm(b.state().WatchExpires, time.Now()) || !s.WatchFailing.IsZero() {
					t.Errorf("in the end: %+v", s)
				}
				if got := b.state().Problem; got != "" {
					t.Errorf("the problem stays: %s", got)
				}
				if b.desk.twice != 0 {
					t.Errorf("%d twice", b.desk.twice)
				}
			})
		})
	}
}

// Fifty at once in five processes want a watch: Gmail is asked once.
func TestOneRenewalForAll(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		var ps []*process
		for i := range 5 {
			ps = append(ps, b.process(fmt.Sprint(i), watched))
		}
		rush := func() {
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() {
					p := ps[i%5]
					if err := p.room.Open(support); err != nil {
						t.Error(err)
					}
					p.room.Sweep()
				})
			}
			wg.Wait()
		}
		watches := func() (n int64) {
			for _, p := range ps {
				n += p.calls(gmail.Watch)
			}
			return n
		}
		rush()
		pass(time.Minute)
		if got := watches(); got != 1 {
			t.Errorf("%d calls, want 1", got)
		}
		b.setState(func(st *desk.MailboxState) { st.WatchExpires = st.WatchExpires.Add(-2 * day) })
		for _, p := range ps {
			p.room.Leave(support)
		}
		rush()
		pass(time.Minute)
		if got := watches(); got != 2 {
			t.Errorf("%d calls once it was due, want 1", got-1)
		}
	})
}

// What came while there was no watch is read right after one is made.
func TestReadAfterRenewing(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.process("one", func(o *gmail.RoomOptions) { watched(o); o.Sweep = 100 * day }).open()
		pass(23 * time.Hour)
		cursor := b.state().Cursor
		b.deliver("unheard of")
		pass(2 * time.Hour)
		if st := b.state(); len(b.desk.subjects()) != 1 || time.Until(st.WatchExpires) < 6*day || st.Cursor == cursor {
			t.Errorf("received %q, watch until %v", b.desk.subjects(), st.WatchExpires)
		}
	})
}

// A topic that the admin changed is watched at the next start.
func TestTopicChanges(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", watched).open()
		p.room.Close()
		q := b.process("two", func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/other" }).open()
		pass(time.Hour)
		if got := q.calls(gmail.Watch); got != 1 && got != 2 {
			t.Errorf("%d watches of the new topic", got)
		}
		if got := b.state().WatchTopic; got != "projects/acme/topics/other" {
			t.Errorf("topic %q", got)
		}
		if got := b.topic.Load(); got != "projects/acme/topics/other" {
			t.Errorf("Gmail publishes to %v", got)
		}
		q.room.Close()
		r := b.process("three", func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/other" }).open()
		pass(time.Hour)
		if got := r.calls(gmail.Watch); got != 0 {
			t.Errorf("%d watches though nothing changed", got)
		}
	})
}

// A process that dies between stopping another topic's watch and making its
// own leaves a state that says so.
func TestDeathBetweenStopAndWatch(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.process("one", watched).open().room.Close()
		other := func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/other" }
		b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.watch" && c.MethodN == 2 {
				return &gmailsim.Fault{Status: 400, Reason: "failedPrecondition", Message: "Only one user push notification client allowed per developer (call /stop then try again)"}
			}
			if c.Method == "gmail.users.watch" && c.MethodN > 2 && c.MethodN < 9 {
				return &gmailsim.Fault{Status: 500}
			}
			return nil
		})
		p := b.process("two", other).open()
		if got := p.calls(gmail.Stop); got != 1 {
			t.Fatalf("%d stops", got)
		}
		p.room.Close()
		if st := b.state(); !st.WatchExpires.IsZero() {
			t.Errorf("the state still tells of a watch until %v", st.WatchExpires)
		}
		q := b.process("three", other).open()
		pass(time.Minute)
		if st := b.state(); time.Until(st.WatchExpires) < 6*day || q.calls(gmail.Watch) == 0 {
			t.Errorf("%d watches, until %v", q.calls(gmail.Watch), st.WatchExpires)
		}
	})
}
