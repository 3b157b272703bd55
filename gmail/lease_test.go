package gmail_test

import (
	"testing"
	"testing/synctest"
	"time"

	"baton/gmail"
)

// second opens another process's room on the same mailbox.
func (v *virtual) second(t *testing.T, change func(*gmail.RoomOptions)) *gmail.Room {
	t.Helper()
	o := gmail.RoomOptions{Receiver: v.desk, Store: v.desk, Accounts: v.accounts, Holder: "two", Logger: quiet(), Sweep: 5 * time.Minute}
	if change != nil {
		change(&o)
	}
	r, err := gmail.NewRoom(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestOneProcessReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		synctest.Wait()
		calls := v.calls("history.list")
		two := v.second(t, nil)
		two.Open(support)
		time.Sleep(30 * time.Second)
		if got := v.calls("history.list"); got != calls {
			t.Fatalf("the second process read %d times while the first holds the lease", got-calls)
		}
		if got := two.Statuses()[0]; got.Reads != 0 || !got.Busy {
			t.Errorf("second: %+v, want it to wait", got)
		}
		time.Sleep(80 * time.Second) // the lease runs out, for nothing renewed it
		if two.Statuses()[0].Reads == 0 {
			t.Error("the second process never reads though the lease ran out")
		}
	})
}

func TestLeaseGoesBackOnClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		synctest.Wait()
		v.room.Close()
		two := v.second(t, nil)
		two.Open(support)
		synctest.Wait()
		if two.Statuses()[0].Reads != 1 {
			t.Error("a closed room kept its lease")
		}
	})
}

func TestLeaseGoesBackWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, func(o *gmail.RoomOptions) { o.Linger = time.Second })
		v.room.Open(support)
		synctest.Wait()
		two := v.second(t, func(o *gmail.RoomOptions) { o.Linger = time.Second })
		two.Open(support)
		time.Sleep(5 * time.Second)
		if two.Statuses()[0].Reads != 1 {
			t.Errorf("second: %+v, want it to read once the first is idle", two.Statuses()[0])
		}
		v.cursor.Store(5000)
		v.room.Hint(support, 5000)
		time.Sleep(10 * time.Second)
		if got := v.desk.state(support).Cursor; got != 5000 {
			t.Errorf("cursor %d: the hint went to a process that did not read", got)
		}
	})
}

// An hour of hints, one a second: the lease is renewed every half of its life.
func TestBusyMailboxCommitsItsLeaseSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		for i := range 3600 {
			v.cursor.Store(2000 + uint64(i))
			v.room.Hint(support, 2000+uint64(i))
			time.Sleep(time.Second)
		}
		if got := v.desk.acquired; got > 125 {
			t.Errorf("%d lease commits in an hour, want about 120", got)
		}
	})
}

func TestRoomCanBeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		synctest.Wait()
		v.room.Leave(support)
		if v.room.Hint(support, 1<<40) {
			t.Error("a mailbox that was left took a hint")
		}
		if err := v.room.Open(support); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		v.room.Close()
		if err := v.room.Open(support); err == nil {
			t.Error("a closed room opened a mailbox")
		}
	})
}
