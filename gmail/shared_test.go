package gmail_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// Two processes on one store: wherever the hint of a mail lands, the mail is
// taken in within Linger and a few seconds, and never do both read.
func TestHintLandsAnywhere(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault { return &gmailsim.Fault{Delay: 200 * time.Millisecond} })
		ps := []*process{b.process("one", nil).open(), b.process("two", nil).open()}
		pass(time.Minute)
		var longest time.Duration
		for i := range 200 {
			b.deliver(fmt.Sprint("mail ", i))
			p := ps[(i/3+i)%2]
			p.hint()
			start := time.Now()
			for len(b.desk.subjects()) <= i {
				pass(50 * time.Millisecond)
				if time.Since(start) > time.Minute {
					t.Fatal("a mail waited for a minute")
				}
			}
			longest = max(longest, time.Since(start))
			pass(time.Duration(i%40) * 100 * time.Millisecond)
		}
		// The other process reads for a second and lingers for two. One that looked
		// just before the end of that looks again in four to six.
		if longest > 3*time.Second+6*time.Second+time.Second {
			t.Errorf("a mail waited for %v", longest)
		}
		t.Logf("the longest wait was %v", longest)
		if got := b.most.Load(); got != 1 {
			t.Errorf("%d processes read the mailbox at a time", got)
		}
		if b.desk.twice != 0 {
			t.Errorf("%d mails were handed over again", b.desk.twice)
		}
	})
}

// The same hint to two processes has the mailbox read once.
func TestHintToBoth(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		ps := []*process{b.process("one", nil).open(), b.process("two", nil).open()}
		pass(time.Minute)
		reads := func() int { return ps[0].status().Reads + ps[1].status().Reads }
		before := reads()
		setDelay(b, 500*time.Millisecond)
		b.deliver("mail")
		ps[0].hint()
		ps[1].hint()
		pass(30 * time.Second)
		if got := reads() - before; got != 1 || len(b.desk.subjects()) != 1 {
			t.Errorf("%d readings for one mail, %d received", got, len(b.desk.subjects()))
		}
	})
}

// While the holder keeps a mailbox for long, the other one looks seldom.
func TestLookingCostsLittle(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		one := b.process("one", func(o *gmail.RoomOptions) { o.Fetch = 1 }).open()
		two := b.process("two", nil).open()
		pass(time.Minute)
		setDelay(b, 10*time.Second)
		for i := range 200 {
			b.deliver(fmt.Sprint(i))
		}
		one.hint()
		pass(time.Minute)
		cost := func() int { return b.desk.tried + b.desk.reads }
		before := cost()
		two.hint()
		pass(10 * time.Minute)
		// The holder renews every ten seconds: 60 looks of its own.
		if got := cost() - before - 60; got > 200 {
			t.Errorf("%d reads in ten minutes of waiting, want one every three seconds at most", got)
		} else {
			t.Logf("%d reads in ten minutes of waiting", got)
		}
	})
}

// A mailbox without mail is swept by one of the processes, not by each.
func TestSweepsAreShared(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		var ps []*process
		for i := range 4 {
			ps = append(ps, b.process(fmt.Sprint(i), nil).open())
		}
		pass(10 * time.Minute)
		reads := func() (n int) {
			for _, p := range ps {
				n += p.status().Reads
			}
			return n
		}
		before := reads()
		pass(5 * time.Hour)
		if got := reads() - before; got < 55 || got > 90 {
			t.Errorf("%d sweeps in five hours by four processes, want about 60", got)
		}
	})
}

// A process that is told to stop gives its lease back, also in the middle of
// its work, and the next hint has another one go on within a second.
func TestStopHandsOver(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		one := b.process("one", func(o *gmail.RoomOptions) { o.Fetch = 1 }).open()
		two := b.process("two", nil).open()
		pass(time.Minute)
		setDelay(b, time.Second)
		for i := range 100 {
			b.deliver(fmt.Sprint(i))
		}
		one.hint()
		pass(20*time.Second + 300*time.Millisecond)
		start := time.Now()
		if err := one.room.Close(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("stopping took %v", took)
		}
		reads := two.status().Reads
		two.hint()
		synctest.Wait()
		if got := two.status().Reads; got != reads+1 {
			t.Errorf("the second process has not begun to read")
		}
		if got := time.Since(start); got > time.Second {
			t.Errorf("handing over took %v", got)
		}
		pass(2 * time.Minute)
		if got := len(b.desk.subjects()); got != 100 || b.desk.twice > 1 {
			t.Errorf("%d mails, %d twice", got, b.desk.twice)
		}
	})
}

// A process that dies with its leases is followed by another within the
// lease's life and a look.
func TestDeathIsNoticed(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		one := b.process("one", nil).open()
		two := b.process("two", nil).open()
		pass(time.Minute)
		b.deliver("mail")
		one.ice.freezeAt(3, false)
		one.hint()
		synctest.Wait()
		two.hint()
		start := time.Now()
		for len(b.desk.subjects()) == 0 {
			pass(time.Second)
		}
		if took := time.Since(start); took > 27*time.Second {
			t.Errorf("the mail waited for %v", took)
		}
	})
}

// A watch that is due while another process reads does not have the waiting
// one run in circles.
func TestWaitingForADueWatchIsQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.process("one", watched).open()
		pass(time.Minute)
		tried := 0
		b.desk.set(func(d *fakeDesk) {
			tried = d.tried
			d.leases["sync:"+string(support)] = desk.Lease{Holder: "somebody", Fence: 50, Until: time.Now().Add(3 * day)}
		})
		pass(2 * day)
		if got := b.desk.tried - tried; got > 2*86400/8 {
			t.Errorf("%d looks in two days", got)
		}
	})
}
