package outbox

import (
	"context"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"baton/desk"
)

// alarm performs timers as the service does, and notes the order.
type alarm struct {
	desk *desk.Desk
	mu   sync.Mutex
	rung []desk.Intent
}

func (a *alarm) Perform(ctx context.Context, _ desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	a.mu.Lock()
	a.rung = append(a.rung, in)
	a.mu.Unlock()
	return a.desk.Wake(ctx, in)
}

// TestManyTimersAtOnce lets a thousand naps end at the same moment. All wake
// once, those that were put aside first go first, and Gmail is called by no more
// workers at once than there are, for one label change each.
func TestManyTimersAtOnce(t *testing.T) {
	const many, workers = 1_000, 4
	ringing := &alarm{}
	h := newHouse(t, func(o *Options) {
		o.Store, o.Workers, o.Poll = o.Store.(*watched).Store, workers, 10*time.Millisecond
		o.Performers[desk.IntentWake] = ringing
	})
	ringing.desk = h.desk
	var mu sync.Mutex
	running, most, calls := 0, 0, 0
	h.gmail.before = func(desk.Intent) error {
		mu.Lock()
		defer mu.Unlock()
		running++
		calls++
		most = max(most, running)
		return nil
	}
	h.gmail.after = func(desk.Intent) error { mu.Lock(); defer mu.Unlock(); running--; return nil }
	defer h.run(h.box)()
	at := h.clock.now().Add(24 * time.Hour)
	order := map[desk.IntentID]int{} // in which round a timer was set
	for round := range many / 100 {
		h.clock.pass(time.Second)
		var snoozing errgroup.Group
		for range 100 {
			c := h.mailed()
			snoozing.Go(func() error {
				c, err := h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Until: at})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					order[c.Nap.Timer] = round
				}
				return err
			})
		}
		if err := snoozing.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	h.drain(many)
	if n := len(ringing.rung); n != 0 {
		t.Fatalf("%d timers rang before their time", n)
	}
	mu.Lock()
	calls, most = 0, 0
	mu.Unlock()
	h.clock.pass(25 * time.Hour)
	h.drain(0)
	if len(ringing.rung) != many || calls != many || most > workers {
		t.Errorf("%d timers rang, %d label changes, %d at once; want %d of both, at most %d at once", len(ringing.rung), calls, most, many, workers)
	}
	// What is claimed ahead for the workers may overtake, not more.
	for i, in := range ringing.rung {
		if want := i / 100; order[in.ID] < want-3 || order[in.ID] > want+3 {
			t.Fatalf("timer %d to ring was set in round %d, want about %d", i, order[in.ID], want)
		}
	}
	counts, err := h.store.Statuses(t.Context(), support)
	if err != nil || counts[desk.Open] != many || counts[desk.Snoozed] != 0 {
		t.Errorf("statuses %v, %v; want all open", counts, err)
	}
}

// drain waits until all that is due is done and so many intents wait for their
// time.
func (h *house) drain(left int) {
	h.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		counts, err := h.store.Intents(h.Context())
		if err != nil {
			h.Fatal(err)
		}
		if counts[desk.IntentClaimed] == 0 && counts[desk.IntentPending] == left && h.box.Idle() {
			return
		}
		select {
		case <-h.Context().Done():
			h.Fatal("the test ended before all was done")
		case <-tick.C:
		}
	}
}
