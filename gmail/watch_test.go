package gmail_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/gmail"
)

const day = 24 * time.Hour

func watched(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/gmail" }

func TestWatchIsRenewedDailyForAMonth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, func(o *gmail.RoomOptions) { watched(o); o.Roll = time.Hour })
		v.room.Open(support)
		for range 30 * 24 {
			time.Sleep(time.Hour)
			left := v.watchLeft()
			if left < 6*day-time.Hour {
				t.Fatalf("the watch had only %v left", left)
			}
		}
		if got := v.calls("watch"); got < 29 || got > 33 {
			t.Errorf("%d watches in 30 days, want about one a day", got)
		}
		if got := v.desk.state(support).Cursor; got != 1000 {
			t.Errorf("the watch moved the cursor to %d", got)
		}
	})
}

func TestWatchThatFailsForThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, watched)
		v.room.Open(support)
		time.Sleep(time.Minute)
		v.set(func(method string) (int, string) {
			if method == "watch" {
				return refusal(500, "backendError", "no")
			}
			return 0, ""
		})
		time.Sleep(3 * day)
		if v.desk.state(support).Problem != "" {
			t.Error("a problem though four days are left")
		}
		time.Sleep(3 * day)
		if !strings.Contains(v.desk.state(support).Problem, "push notifications cannot be renewed") {
			t.Error("nobody is told that the watch is about to end")
		}
		if got := v.calls("watch"); got > 6*6*24*6 {
			t.Errorf("%d tries to renew in six days", got)
		}
		reads := v.calls("history.list")
		time.Sleep(time.Hour)
		if got := v.calls("history.list") - reads; got < 10 || got > 20 {
			t.Errorf("%d sweeps in an hour, want about 12", got)
		}
		v.set(nil)
		time.Sleep(time.Hour)
		if left := v.watchLeft(); left < 6*day {
			t.Errorf("after the trouble the watch has %v left", left)
		}
		if got := v.desk.state(support).Problem; got != "" {
			t.Errorf("the problem stays: %s", got)
		}
	})
}

func TestWatchOfAnotherTopicIsStoppedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, watched)
		v.set(func(method string) (int, string) {
			if method == "watch" && v.calls("stop") == 0 {
				return refusal(400, "failedPrecondition", "Only one user push notification client allowed per developer (call /stop then try again)")
			}
			return 0, ""
		})
		v.room.Open(support)
		synctest.Wait()
		if v.calls("stop") != 1 || v.calls("watch") != 2 {
			t.Errorf("%d stops and %d watches, want 1 and 2", v.calls("stop"), v.calls("watch"))
		}
	})
}

// A grant that is withdrawn for an hour is probed every ten minutes, and the
// mailbox is read again as soon as it works.
func TestAccessIsProbedGently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		time.Sleep(time.Minute)
		v.set(func(string) (int, string) {
			return refusal(403, "domainPolicy", "The domain administrators have disabled Gmail apps.")
		})
		before := v.calls("history.list")
		for i := range 60 {
			v.room.Hint(support, 2000+uint64(i))
			time.Sleep(time.Minute)
		}
		if got := v.calls("history.list") - before; got < 5 || got > 8 {
			t.Errorf("%d calls in an hour without access, want about 6", got)
		}
		st := v.desk.state(support)
		if !strings.Contains(st.Problem, "do not allow this app") || strings.Contains(st.Problem, "@") {
			t.Errorf("problem %q", st.Problem)
		}
		if err := v.room.Idle(t.Context()); err != nil {
			t.Error(err)
		}
		v.set(nil)
		v.cursor.Store(2100)
		time.Sleep(12 * time.Minute)
		if st := v.desk.state(support); st.Problem != "" || st.Cursor != 2100 {
			t.Errorf("after the grant is back: %+v", st)
		}
	})
}

// Access comes back, but Gmail is down: the mailbox is tried with pauses, not
// as fast as it fails.
func TestOutageAfterAccessTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.set(func(string) (int, string) { return refusal(403, "domainPolicy", "x") })
		v.room.Open(support)
		time.Sleep(time.Minute)
		v.set(func(string) (int, string) { return refusal(404, "notFound", "x") })
		before := v.calls("profile")
		time.Sleep(time.Hour)
		if got := v.calls("profile") - before; got < 30 || got > 120 {
			t.Errorf("%d calls in an hour of failures, want about one a minute", got)
		}
	})
}
