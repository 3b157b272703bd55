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

// A process is frozen at its nth call, for every n, for longer than its lease
// lives. Another one takes over, and people go on with their mail. When the
// first comes back, nothing that the other did is undone: each mail was
// received once, the cursor stays, spam stays where people put it.
func TestFrozenWorker(t *testing.T) {
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			if !frozenOnce(t, n, after) {
				if n < 8 {
					t.Errorf("after=%v: only %d calls were made", after, n-1)
				}
				break
			}
		}
	}
}

func frozenOnce(t *testing.T, n int, after bool) (froze bool) {
	t.Run(fmt.Sprintf("step %d after=%v", n, after), func(t *testing.T) {
		inBubble(t, func(t *testing.T, b *bubble) {
			one := b.process("one", nil).open()
			old := b.deliver("old")
			moved := b.deliver("moved")
			one.hint()
			synctest.Wait()
			b.deliver("first")
			b.deliver("second")
			b.person("POST", "messages/"+moved.ID+"/modify", `{"addLabelIds":["SPAM"],"removeLabelIds":["INBOX"]}`)
			b.person("DELETE", "messages/"+old.ID, "")
			one.ice.freezeAt(n, after)
			one.hint()
			synctest.Wait()
			froze = one.ice.frozen()

			two := b.process("two", nil).open()
			pass(40 * time.Second)
			b.deliver("third")
			b.person("POST", "messages/"+moved.ID+"/modify", `{"addLabelIds":["INBOX"],"removeLabelIds":["SPAM"]}`)
			two.hint()
			pass(40 * time.Second)
			cursor, fence := b.state().Cursor, b.state().Fence
			if froze && cursor != b.sim.HistoryID(string(support)) {
				t.Fatalf("the second process stands at %d", cursor)
			}

			one.ice.thaw()
			synctest.Wait()
			pass(5 * time.Second)
			st := b.state()
			if st.Cursor != cursor || st.Fence != fence {
				t.Errorf("cursor %d and fence %d became %d and %d", cursor, fence, st.Cursor, st.Fence)
			}
			if diff := cmp.Diff([]string{"first", "moved", "old", "second", "third"}, sorted(b.desk.subjects())); diff != "" {
				t.Error(diff)
			}
			if b.desk.spam[desk.ThreadID(moved.ThreadID)] {
				t.Error("a thread that people took out of spam is spam again")
			}
			if b.desk.vanished[desk.MessageID(old.ID)] == 0 {
				t.Error("nobody was told that a message was deleted")
			}
			// Both go on.
			b.deliver("fourth")
			one.hint()
			pass(30 * time.Second)
			if got := len(b.desk.subjects()); got != 6 || b.state().Cursor != b.sim.HistoryID(string(support)) {
				t.Errorf("%d mails and cursor %d after both go on", got, b.state().Cursor)
			}
		})
	})
	return froze
}

// A state that was changed under a higher fence is left alone, even when the
// cursor would go forward.
func TestLowerFenceChangesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", func(o *gmail.RoomOptions) { o.LeaseTTL, o.Linger = time.Minute, 0 }).open()
		b.setState(func(st *desk.MailboxState) { st.Fence = 7 })
		before := b.state()
		b.deliver("one")
		p.hint()
		synctest.Wait()
		if diff := cmp.Diff(before, b.state()); diff != "" {
			t.Error(diff)
		}
		b.desk.set(func(d *fakeDesk) {
			if got := d.leases["sync:"+string(support)].Holder; got != "" {
				t.Errorf("the lease is still with %q", got)
			}
		})
		// As when the store lost its leases: the fence catches up by itself.
		pass(2 * time.Minute)
		if got := b.state().Cursor; got != b.sim.HistoryID(string(support)) || b.state().Fence < 7 {
			t.Errorf("cursor %d, fence %d: the mailbox is never read again", got, b.state().Fence)
		}
		if got := b.desk.subjects(); len(got) != 1 {
			t.Errorf("received %q", got)
		}
	})
}

// A reading that takes longer than the lease keeps it, and one whose lease is
// taken away ends in the middle.
func TestLeaseIsRenewedWhileReading(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", func(o *gmail.RoomOptions) { o.Fetch = 2 }).open()
		two := b.process("two", nil).open()
		pass(30 * time.Second)
		for i := range 50 {
			b.deliver(fmt.Sprint("mail ", i))
		}
		setDelay(b, 10*time.Second)
		reads := two.status().Reads
		p.hint()
		pass(70 * time.Second)
		if two.status().Reads != reads || len(b.desk.subjects()) == 50 {
			t.Fatalf("second read %d times, %d mails are in", two.status().Reads-reads, len(b.desk.subjects()))
		}
		b.desk.set(func(d *fakeDesk) { // as a store that was restored
			d.leases["sync:"+string(support)] = desk.Lease{Holder: "somebody", Fence: 99, Until: time.Now().Add(time.Minute)}
		})
		pass(15 * time.Second)
		in := len(b.desk.subjects())
		pass(20 * time.Second)
		if got := len(b.desk.subjects()); got != in {
			t.Errorf("%d mails were taken in after the lease was lost", got-in)
		}
		setDelay(b, 0)
		pass(2 * time.Minute)
		if got := len(b.desk.subjects()); got != 50 || b.desk.twice > 8 {
			t.Errorf("%d mails, %d of them handed over again", got, b.desk.twice)
		}
	})
}

// Clocks that are ten minutes apart have processes take each other's leases
// all the time. It costs calls; it loses and doubles nothing.
func TestClocksApart(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		var ps []*process
		for i, skew := range []time.Duration{-10 * time.Minute, 0, 10 * time.Minute} {
			ps = append(ps, b.process(fmt.Sprint("p", i), func(o *gmail.RoomOptions) {
				o.Now = func() time.Time { return time.Now().Add(skew) }
			}).open())
		}
		for i := range 60 {
			b.deliver(fmt.Sprint("mail ", i))
			ps[i%3].hint()
			pass(time.Duration(i%7) * time.Second)
		}
		pass(10 * time.Minute)
		if got := len(b.desk.subjects()); got != 60 || b.state().Cursor != b.sim.HistoryID(string(support)) {
			t.Errorf("%d mails, cursor %d", got, b.state().Cursor)
		}
	})
}

// setDelay has every message take so long to fetch.
func setDelay(b *bubble, d time.Duration) {
	b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if d > 0 && c.Method == "gmail.users.messages.get" {
			return &gmailsim.Fault{Delay: d}
		}
		return nil
	})
}
