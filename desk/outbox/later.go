package outbox

import (
	"context"
	"slices"
	"time"
)

// soon is how far ahead moments are remembered. What is put off for longer, like
// the end of a nap next month, is found by polling: a poll's time late at most.
const soon = 10 * time.Minute

// later remembers that an intent may be tried from a moment on, so that the
// store is asked then and not at the next poll.
func (b *Outbox) later(at time.Time) {
	if at.Sub(b.o.Clock()) > soon {
		return
	}
	b.mu.Lock()
	b.due = append(b.due, at)
	b.mu.Unlock()
	select {
	case b.sooner <- struct{}{}:
	default:
	}
}

// shortWait is the least time between two looks at the store that nobody asked
// for.
const shortWait = 20 * time.Millisecond

// wait is how long the store need not be asked, at most a poll's time.
func (b *Outbox) wait() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.o.Clock()
	b.due = slices.DeleteFunc(b.due, func(t time.Time) bool { return !t.After(now) })
	if len(b.due) == 0 {
		return b.o.Poll
	}
	next := slices.MinFunc(b.due, time.Time.Compare).Sub(now)
	return min(b.o.Poll, max(next, shortWait))
}

// rest waits until the store is to be asked again; false when the context ends.
func (b *Outbox) rest(ctx context.Context) bool {
	asked := time.Now()
	for {
		timer := time.NewTimer(min(b.wait(), b.o.Poll-time.Since(asked)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
			return true
		case <-b.wake:
			timer.Stop()
			return true
		case <-b.sooner:
			timer.Stop()
		}
	}
}
