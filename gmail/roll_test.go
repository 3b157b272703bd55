package gmail_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// Paused or disconnected by another process, a mailbox is left alone within a
// roll: no read, no renewal, no probe, no lease. Resumed, it goes on where it
// stood.
func TestMailboxRests(t *testing.T) {
	for name, set := range map[string]func(st *desk.MailboxState, at time.Time){
		"paused":       func(st *desk.MailboxState, at time.Time) { st.PausedAt = at },
		"disconnected": func(st *desk.MailboxState, at time.Time) { st.DisconnectedAt = at },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				p := b.process("one", watched).open()
				b.deliver("before")
				p.hint()
				synctest.Wait()
				b.setState(func(st *desk.MailboxState) { set(st, time.Now()) })
				pass(31 * time.Second)
				if s := p.status(); s.Paused != (name == "paused") || s.Disconnected != (name == "disconnected") || s.Busy {
					t.Errorf("%+v", s)
				}
				if got := b.desk.leases["sync:"+string(support)].Holder; got != "" {
					t.Errorf("the lease is with %q", got)
				}
				used, tried, cursor := p.accounts.Usage()[support], b.desk.tried, b.state().Cursor
				for i := range 100 {
					b.deliver(fmt.Sprint("during ", i))
					p.hint()
				}
				pass(3 * day)
				if diff := cmp.Diff(used, p.accounts.Usage()[support]); diff != "" {
					t.Errorf("Gmail was called while the mailbox rested:\n%s", diff)
				}
				if b.desk.tried != tried || b.state().Cursor != cursor {
					t.Errorf("%d looks at the lease, cursor from %d to %d", b.desk.tried-tried, cursor, b.state().Cursor)
				}
				if err := p.room.Idle(t.Context()); err != nil {
					t.Error(err)
				}
				b.setState(func(st *desk.MailboxState) { st.PausedAt, st.DisconnectedAt = time.Time{}, time.Time{} })
				if err := p.room.Refresh(t.Context()); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := len(b.desk.subjects()); got != 101 || p.status().Paused || p.status().Disconnected {
					t.Errorf("%d mails once it is read again; %+v", got, p.status())
				}
				if got := b.state().WatchExpires; time.Until(got) < 6*day {
					t.Errorf("the watch ends at %v", got)
				}
			})
		})
	}
}

// A mailbox that is paused when the process starts is not read at all, and one
// that is paused in the middle of a long reading stops there.
func TestPauseEndsAReading(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.setState(func(st *desk.MailboxState) { st.PausedAt = time.Now() })
		p := b.process("one", func(o *gmail.RoomOptions) { o.Fetch = 1 }).open()
		pass(time.Hour)
		if got := gmail.Total(p.accounts.Usage()[support]); got != 0 {
			t.Fatalf("%d units used on a paused mailbox", got)
		}
		b.setState(func(st *desk.MailboxState) { st.PausedAt = time.Time{} })
		pass(31 * time.Second)
		setDelay(b, 5*time.Second)
		for i := range 100 {
			b.deliver(fmt.Sprint(i))
		}
		p.hint()
		pass(30 * time.Second)
		b.setState(func(st *desk.MailboxState) { st.PausedAt = time.Now() })
		pass(40 * time.Second)
		in := len(b.desk.subjects())
		if s := p.status(); s.Busy || !s.Paused || in == 0 || in > 20 {
			t.Errorf("%d mails are in; %+v", in, s)
		}
		b.setState(func(st *desk.MailboxState) { st.PausedAt = time.Time{} })
		pass(20 * time.Minute)
		if got := len(b.desk.subjects()); got != 100 || b.desk.twice > 0 {
			t.Errorf("%d mails, %d twice", got, b.desk.twice)
		}
	})
}

// Access trouble ends when people pause and resume, without waiting for the
// next probe.
func TestResumingProbesAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
			return &gmailsim.Fault{Status: 403, Reason: "domainPolicy"}
		})
		p := b.process("one", nil).open()
		st := b.state()
		if st.Problem == "" || !st.ProblemAt.Equal(time.Now()) {
			t.Fatalf("%+v", st)
		}
		since := st.ProblemAt
		pass(30 * time.Minute)
		if got := b.state().ProblemAt; !got.Equal(since) {
			t.Errorf("a problem since %v, want %v", got, since)
		}
		b.setState(func(st *desk.MailboxState) { st.PausedAt = time.Now() })
		pass(31 * time.Second)
		b.sim.SetFault(nil)
		b.setState(func(st *desk.MailboxState) { st.PausedAt = time.Time{} })
		pass(31 * time.Second)
		if st := b.state(); st.Problem != "" || !st.ProblemAt.IsZero() || st.Cursor == 0 || p.status().Problem != "" {
			t.Errorf("%+v", st)
		}
	})
}

// Resync searches all mail since then once, by the way that knows what is in
// the ledger. A search that is broken off is done again.
func TestResync(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		for i := range 250 {
			b.deliver(fmt.Sprint("old ", i))
		}
		pass(time.Hour)
		p := b.process("one", nil).open()
		b.deliver("new")
		p.hint()
		pass(time.Minute)
		if got := len(b.desk.subjects()); got != 1 {
			t.Fatalf("%d mails before", got)
		}
		failing := 0
		b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.messages.get" {
				if failing++; failing > 120 {
					return &gmailsim.Fault{Status: 500}
				}
			}
			return nil
		})
		b.setState(func(st *desk.MailboxState) { st.Resync = time.Now().Add(-2 * time.Hour) })
		pass(31 * time.Second)
		if st := b.state(); st.Resync.IsZero() {
			t.Fatal("the search is said to be done while Gmail fails")
		}
		p.room.Close() // and the process dies
		b.sim.SetFault(nil)
		cursor := b.state().Cursor
		q := b.process("two", nil).open()
		pass(10 * time.Minute)
		st := b.state()
		if !st.Resync.IsZero() || st.ResyncAt.IsZero() || st.Cursor != cursor {
			t.Errorf("%+v, cursor was %d", st, cursor)
		}
		if got := len(b.desk.subjects()); got != 251 || b.desk.twice != 0 {
			t.Errorf("%d mails, %d twice", got, b.desk.twice)
		}
		lists := q.calls(gmail.MessagesList)
		pass(time.Hour)
		if got := q.calls(gmail.MessagesList); got != lists {
			t.Errorf("searched %d times more", got-lists)
		}
	})
}

// New mail is read in the middle of a long search.
func TestResyncLetsNewMailThrough(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		for i := range 400 {
			b.deliver(fmt.Sprint("old ", i))
		}
		pass(time.Hour)
		p := b.process("one", nil).open()
		setDelay(b, time.Second)
		b.setState(func(st *desk.MailboxState) { st.Resync = time.Now().Add(-2 * time.Hour) })
		pass(35 * time.Second)
		b.deliver("new")
		p.hint()
		pass(17 * time.Second)
		got := b.desk.subjects()
		in := false
		for _, s := range got {
			in = in || s == "new"
		}
		if !in || len(got) > 350 {
			t.Errorf("%d mails are in, the new one: %v", len(got), in)
		}
	})
}

// What a mailbox used, when its newest mail came, and when it was hinted at are
// stored with what is stored anyway; units of all processes add up.
func TestStateIsKeptRight(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		one := b.process("one", nil).open()
		two := b.process("two", nil).open()
		pass(10 * time.Second)
		b.deliver("mail")
		at := time.Now()
		pass(2 * time.Second)
		one.hint()
		hinted := time.Now()
		pass(time.Minute)
		st := b.state()
		if !st.MailAt.Equal(at.Truncate(time.Millisecond)) || !st.HintAt.Equal(hinted) {
			t.Errorf("mail at %v, hint at %v; want %v and %v", st.MailAt, st.HintAt, at, hinted)
		}
		total := func() int64 {
			return gmail.Total(one.accounts.Usage()[support]) + gmail.Total(two.accounts.Usage()[support])
		}
		pass(10 * time.Minute)
		c, err := two.accounts.Client(support)
		if err != nil {
			t.Fatal(err)
		}
		for range 30 { // somebody looks at mail through the second process
			if _, err := c.Labels(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		pass(6 * time.Minute)
		if st := b.state(); st.Units < 30 || total()-st.Units > 10 {
			t.Errorf("%d units stored of %d", st.Units, total())
		}
		one.room.Close()
		two.room.Close()
		if st := b.state(); st.Units != total() || !st.UnitsDay.Equal(time.Now().UTC().Truncate(day)) {
			t.Errorf("%d units on %v stored, %d used", st.Units, st.UnitsDay, total())
		}
		pass(day)
		before := total()
		one = b.process("one", nil).open()
		one.room.Close()
		if st := b.state(); st.Units != gmail.Total(one.accounts.Usage()[support]) || st.Units >= before {
			t.Errorf("%d units on the next day", st.Units)
		}
	})
}

// The counting costs no commits of its own while the mailbox is read anyway.
func TestCountingCostsNoCommits(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", func(o *gmail.RoomOptions) { o.Linger = 0 }).open()
		writes := func() int { b.desk.mu.Lock(); defer b.desk.mu.Unlock(); return len(b.desk.cursors) }
		before := writes()
		for i := range 60 {
			b.deliver(fmt.Sprint(i))
			p.hint()
			pass(time.Minute)
		}
		if got := writes() - before; got > 60+13 {
			t.Errorf("%d commits for 60 mails and 12 sweeps", got)
		}
	})
}
