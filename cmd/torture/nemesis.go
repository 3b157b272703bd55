package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// nemesis ends children: most as a power cut would, a few as they are asked to,
// and where there are several it freezes some for a while.
type nemesis struct {
	fleet  *fleet
	random *rand.Rand
	every  time.Duration // between two kills, on average
	frozen time.Duration // how long a frozen child stands still, at most

	kills, terms, pauses atomic.Int64
	frozenNow            sync.WaitGroup

	mu      sync.Mutex
	slowest time.Duration // after SIGTERM
	faults  []string
}

// Of a hundred blows.
const (
	blowsEarly = 12 // hit a child that does not serve yet
	blowsTerm  = 5
	blowsPause = 4
)

// run strikes until it has killed so many, or ctx ends.
func (n *nemesis) run(ctx context.Context, kills int) error {
	defer n.frozenNow.Wait()
	for int(n.kills.Load()) < kills && ctx.Err() == nil {
		if err := n.strike(ctx); err != nil {
			return err
		}
	}
	return nil
}

// strike waits for its moment and ends or freezes one child.
func (n *nemesis) strike(ctx context.Context) error {
	s := n.fleet.slots[n.random.IntN(len(n.fleet.slots))]
	blow := n.random.IntN(100)
	wait := n.every/2 + time.Duration(n.random.Int64N(int64(n.every)))
	s.mu.Lock()
	c, frozen := s.now, s.frozen
	s.mu.Unlock()
	early := blow >= 100-blowsEarly
	if !early && !frozen {
		if err := c.within(startIn); err != nil {
			return fmt.Errorf("child %d: %w", s.n, err)
		}
	}
	if early {
		wait /= 4
	}
	if err := sleep(ctx, wait); err != nil {
		return nil // nothing more to strike
	}
	select {
	case <-c.ended:
		return fmt.Errorf("child %d ended by itself: %v", s.n, c.err)
	default:
	}
	switch {
	case blow < blowsTerm && !frozen:
		n.term(c)
	case blow < blowsTerm+blowsPause && len(n.fleet.slots) > 1 && !frozen:
		return n.pause(ctx, s, c)
	default:
		c.kill()
		n.kills.Add(1)
	}
	return n.fleet.start(s)
}

func (n *nemesis) term(c *child) {
	took, err := c.term()
	n.terms.Add(1)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.slowest = max(n.slowest, took)
	if err != nil {
		n.faults = append(n.faults, err.Error())
	}
}

// pause freezes a child and lets it go on later. It may be killed meanwhile.
func (n *nemesis) pause(ctx context.Context, s *slot, c *child) error {
	if err := c.pause(); err != nil {
		return fmt.Errorf("child %d cannot be frozen: %w", s.n, err)
	}
	n.pauses.Add(1)
	s.freeze(true)
	still := n.frozen/4 + time.Duration(n.random.Int64N(int64(n.frozen)*3/4))
	n.frozenNow.Go(func() {
		_ = sleep(ctx, still) // when the run ends it goes on at once
		s.freeze(false)
		_ = c.resume() // it may have been killed
	})
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
