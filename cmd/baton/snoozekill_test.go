package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"baton/desk"
	"baton/store"
)

// TestTimersSurviveKills snoozes conversations from one process and has the real
// program, killed again and again around the moment at which they wake, wake
// them: each once, late if need be, with its labels.
func TestTimersSurviveKills(t *testing.T) {
	dir := loadedFolder(t)
	asleep := snoozeAll(t, dir)
	killUntil(t, dir, func(random *rand.Rand, round int) time.Duration {
		return time.Duration(100+random.IntN(500)+50*round) * time.Millisecond
	}, func(t *testing.T, st store.Opened) bool {
		for _, was := range asleep {
			if nowIs(t, st, was).Status == desk.Snoozed {
				return false
			}
		}
		return nothingOpen(t, st)
	})
	checkAwake(t, dir, asleep)
}

// snoozeAll puts aside what is open in a folder that no process uses, for
// two seconds.
func snoozeAll(t *testing.T, dir string) (asleep []desk.Conversation) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	d := openDesk(t, st)
	for _, r := range openOnes(t, st, 10) {
		c, err := d.Snooze(t.Context(), "mia@acme.test", r.ID, 0, desk.Nap{Until: time.Now().Add(2 * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		asleep = append(asleep, c)
	}
	return asleep
}

func checkAwake(t *testing.T, dir string, asleep []desk.Conversation) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	policy, sim := openDesk(t, st).Policy(), openGmail(t, dir)
	defer sim.Close(t.Context())
	for _, was := range asleep {
		woke := eventsOf(t, st, was, desk.EventWoke)
		if len(woke) != 1 {
			t.Errorf("%s woke %d times", was.ID, len(woke))
		}
		for _, ev := range woke {
			if ev.At.Before(was.Nap.Until) || !ev.Due.Equal(was.Nap.Until) {
				t.Errorf("%s woke at %s, its time was %s", was.ID, ev.At, was.Nap.Until)
			}
		}
		if in, err := st.Intent(t.Context(), was.Nap.Timer); err != nil || in.State != desk.IntentDone {
			t.Errorf("timer of %s: %s, %v; want done", was.ID, in.State, err)
		}
		checkThread(t, sim, st, policy, string(was.Thread))
	}
}
