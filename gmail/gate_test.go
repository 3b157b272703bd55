package gmail

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGateLimitsUnits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(6000, 1000, time.Now)
		defer g.close()
		start := time.Now()
		for range 300 { // 20 units each: a minute's worth
			if err := g.enter(t.Context(), 20, background); err != nil {
				t.Fatal(err)
			}
			g.leave()
		}
		// 1,200 at once (the bucket less its reserve), 4,500 at 100 a second, and
		// the reserve's 300 when the first second no longer counts
		if took := time.Since(start); took < 60*time.Second || took > 63*time.Second {
			t.Errorf("6,000 units in %v, want about a minute", took)
		}
	})
}

// Gmail counts units by the minute, whichever way it cuts minutes.
func TestGateKeepsEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(6000, 1000, time.Now)
		defer g.close()
		var at []time.Time
		start := time.Now()
		for time.Since(start) < 5*time.Minute {
			lane := background
			if len(at)%7 == 0 {
				lane = interactive
			}
			if err := g.enter(t.Context(), 20, lane); err != nil {
				t.Fatal(err)
			}
			at = append(at, time.Now())
			g.leave()
		}
		from := 0
		for to := range at {
			for at[to].Sub(at[from]) >= time.Minute {
				from++
			}
			if n := 20 * (to - from + 1); n > 6000 {
				t.Fatalf("%d units in the minute before %v", n, at[to].Sub(start))
			}
		}
		if n := 20 * len(at); n < 5*5500 {
			t.Errorf("%d units in five minutes: most of the quota lies idle", n)
		}
	})
}

func TestGateServesPeopleFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(6000, 4, time.Now)
		defer g.close()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if g.enter(ctx, 20, background) == nil {
					time.Sleep(50 * time.Millisecond)
					g.leave()
				}
			})
		}
		time.Sleep(20 * time.Second) // the backlog has used up all that it may
		for i := range 10 {
			start := time.Now()
			if err := g.enter(t.Context(), 20, interactive); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took != 0 {
				t.Errorf("interactive call %d waited %v behind the backlog", i, took)
			}
			g.leave()
		}
		cancel()
		wg.Wait()
	})
}

func TestGateGivesBackWhatWasNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(60, 2, time.Now) // one a second, a bucket of 15
		defer g.close()
		for range 15 {
			if err := g.enter(t.Context(), 1, interactive); err != nil {
				t.Fatal(err)
			}
			g.leave()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if err := g.enter(ctx, 5, interactive); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v, want the deadline", err)
		}
		start := time.Now()
		if err := g.enter(t.Context(), 100, interactive); err != nil { // dearer than the bucket
			t.Fatal(err)
		}
		if took := time.Since(start); took < 14*time.Second || took > 62*time.Second {
			t.Errorf("a call dearer than the bucket waited %v, want until all was free", took)
		}
		g.leave()
		if g.used != 0 || len(g.lanes[interactive]) != 0 {
			t.Errorf("%d in use, %d waiting", g.used, len(g.lanes[interactive]))
		}
	})
}

func TestGateCountsCallsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 4, time.Now)
		var mu sync.Mutex
		now, most := 0, 0
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				lane := background
				if i%10 == 0 {
					lane = interactive
				}
				if err := g.enter(t.Context(), 20, lane); err != nil {
					t.Error(err)
				}
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Millisecond)
				mu.Lock()
				now--
				mu.Unlock()
				g.leave()
			})
		}
		wg.Wait()
		if most > 4 {
			t.Errorf("%d calls at a time, want at most 4", most)
		}
	})
}

func TestGateSlowsTheBacklogOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(6000, 4, time.Now)
		defer g.close()
		g.slow(5 * time.Second)
		start := time.Now()
		if err := g.enter(t.Context(), 20, interactive); err != nil || time.Since(start) != 0 {
			t.Errorf("interactive: %v after %v", err, time.Since(start))
		}
		g.leave()
		if err := g.enter(t.Context(), 20, background); err != nil || time.Since(start) < 5*time.Second {
			t.Errorf("background: %v after %v, want 5 s", err, time.Since(start))
		}
		g.leave()
	})
}
