package gmail

import (
	"context"
	"sync"
	"time"
)

// gate lets calls to one mailbox through: so many quota units a minute, so
// many calls at a time, and those that a person waits for before the others.
//
// Background calls leave a reserve of units and one slot untouched, so that an
// interactive call finds both at once even while a backlog drains.
type gate struct {
	now     func() time.Time
	rate    float64 // units a second; 0 = no limit
	burst   float64
	limit   float64 // units in any minute
	reserve float64
	slots   int

	mu     sync.Mutex
	tokens float64
	last   time.Time
	minute window
	used   int
	until  time.Time // background waits until then: Gmail said it was too fast
	lanes  [2][]*waiter
	timer  *time.Timer
}

const (
	background = iota
	interactive
)

type waiter struct {
	units float64
	ready chan struct{}
	done  bool
}

// newGate makes a gate for perMinute units (0 = no limit) and slots calls at a
// time. The bucket holds a quarter of a minute; a fifth of that is the reserve.
// In no minute are more than perMinute units spent.
func newGate(perMinute, slots int, now func() time.Time) *gate {
	burst := float64(perMinute) / 4
	return &gate{
		now: now, rate: float64(perMinute) / 60, burst: burst, limit: float64(perMinute), reserve: burst / 5, slots: max(slots, 2),
		tokens: burst, last: now(),
	}
}

// enter waits until a call of so many units may go. Each enter that gave nil
// is followed by one leave.
func (g *gate) enter(ctx context.Context, units int64, lane int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiter{units: float64(units)}
	g.mu.Lock()
	g.lanes[lane] = append(g.lanes[lane], w)
	g.pump()
	if w.done {
		g.mu.Unlock()
		return nil
	}
	w.ready = make(chan struct{})
	g.mu.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.done { // let through at the same moment: give it back
		g.tokens += w.units
		g.minute.add(g.now(), -w.units)
		g.used--
	} else {
		g.drop(lane, w)
	}
	g.pump()
	return ctx.Err()
}

// leave ends a call.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.used--
	g.pump()
}

// slow keeps background calls back for a while.
func (g *gate) slow(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t := g.now().Add(d); t.After(g.until) {
		g.until = t
	}
}

func (g *gate) drop(lane int, w *waiter) {
	for i, x := range g.lanes[lane] {
		if x == w {
			g.lanes[lane] = append(g.lanes[lane][:i:i], g.lanes[lane][i+1:]...)
			return
		}
	}
}

// pump lets everybody through who may go, and sets the timer for the next one
// who has to wait for units. The lock is held.
func (g *gate) pump() {
	now := g.now()
	if d := now.Sub(g.last); d > 0 {
		g.tokens = min(g.burst, g.tokens+d.Seconds()*g.rate)
	}
	g.last = now
	wait := g.serve(interactive, g.slots, 0)
	if len(g.lanes[interactive]) == 0 {
		if d := g.until.Sub(now); d > 0 && len(g.lanes[background]) > 0 {
			wait = d
		} else {
			wait = g.serve(background, g.slots-1, g.reserve)
		}
	}
	if wait <= 0 {
		return
	}
	wait += time.Millisecond
	if g.timer == nil {
		g.timer = time.AfterFunc(wait, func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.pump()
		})
		return
	}
	g.timer.Reset(wait)
}

// serve lets a lane's calls through and gives how long the next one waits for
// units; 0 = it waits for a slot, or there is none.
func (g *gate) serve(lane, slots int, keep float64) time.Duration {
	for len(g.lanes[lane]) > 0 && g.used < slots {
		w := g.lanes[lane][0]
		need := min(w.units+keep, g.burst) // a call dearer than the bucket waits for a full one
		if g.rate > 0 && g.tokens < need {
			return time.Duration((need - g.tokens) / g.rate * float64(time.Second))
		}
		if g.rate > 0 {
			if spent, frees := g.minute.spent(g.last); spent > 0 && spent+w.units+keep > g.limit {
				return frees
			}
			g.tokens -= w.units
			g.minute.add(g.last, w.units)
		}
		g.used++
		g.lanes[lane] = g.lanes[lane][1:]
		w.done = true
		if w.ready != nil {
			close(w.ready)
		}
	}
	return 0
}

// close stops the timer. Calls that still wait end with their contexts.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
}
