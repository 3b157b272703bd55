package main

import (
	"context"
	"fmt"
	"time"
)

const historyList = "gmail.users.history.list"

// firstRead waits until every mailbox has been read once: from then on each
// mail that arrives is new.
func (r *run) firstRead(ctx context.Context) error {
	for late := time.Now().Add(startIn); ; {
		read := 0
		for _, methods := range r.google.sim.Calls() {
			if methods[historyList].Calls > 0 {
				read++
			}
		}
		if read == len(boxes) {
			return nil
		}
		if time.Now().After(late) {
			return fmt.Errorf("%d of %d mailboxes were read within %s", read, len(boxes), startIn)
		}
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
}

const (
	// still is how long nothing may change for all to be at rest.
	still = sweep + 500*time.Millisecond
	// patience is how long nothing may change until what is not as it should be
	// counts as lost: promises that failed again and again wait longer and longer,
	// and a mail that is missed is looked for twice, a minute apart.
	patience = 75 * time.Second
)

// rest waits until nothing changes any more at Gmail: nothing is on its way,
// and each mailbox was read twice since the last change. What is not right by
// then gets more time.
func (r *run) rest(ctx context.Context) error {
	seen, since := r.google.sim.Changes(), time.Now()
	reads := r.reads()
	for told := time.Now(); ; {
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
		if time.Since(told) > 5*time.Second {
			r.mails.look()
			r.tellOnce()
			told = time.Now()
		}
		if now := r.google.sim.Changes(); now != seen || !r.pusher.idle() {
			seen, since, reads = now, time.Now(), r.reads()
			continue
		}
		quiet := time.Since(since)
		if quiet < still || !twice(reads, r.reads()) {
			if quiet > patience {
				return fmt.Errorf("mailboxes were not swept within %s", patience)
			}
			continue
		}
		if quiet > patience || r.well() {
			return nil
		}
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
	}
}

// well tells whether Gmail is as it should be.
func (r *run) well() bool {
	var try result
	return r.check(&try) == nil && try.good()
}

// reads counts the readings of each mailbox's history.
func (r *run) reads() map[string]int {
	out := map[string]int{}
	for box, methods := range r.google.sim.Calls() {
		out[box] = methods[historyList].Calls
	}
	return out
}

func twice(before, now map[string]int) bool {
	for box, n := range before {
		if now[box] < n+2 {
			return false
		}
	}
	return true
}
