package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"baton/desk"
)

// result is a performed task with what follows; a task that was dropped has no
// settlement.
type result struct {
	settlement desk.Settlement
	dropped    bool
}

// Unreachable is an error of a performer that says that the mailbox cannot be
// used at all for now. The intent waits and is never parked for it: it is
// performed when access returns.
type Unreachable interface{ Unreachable() bool }

// unreachablePause is how long an intent waits for a mailbox without access.
const unreachablePause = 10 * time.Minute

// perform does one task and says how it ended.
func (b *Outbox) perform(ctx context.Context, t task) result {
	in := t.intent
	if !b.o.Clock().Before(in.ClaimedUntil) {
		// The claim ran out while it waited: whoever claims it next performs it.
		return result{dropped: true}
	}
	// A call that outlived its claim could overwrite what the next holder did.
	ctx, cancel := context.WithTimeout(ctx, in.ClaimedUntil.Sub(b.o.Clock()))
	defer cancel()
	s := desk.Settlement{ID: in.ID, Holder: b.o.Holder, State: desk.IntentDone}
	rev, err := b.try(ctx, t)
	s.LabelsRev = rev
	if err == nil {
		return result{settlement: s}
	}
	n := in.Attempts + 1
	s.Reason = err.Error()
	var gone Unreachable
	switch {
	case errors.As(err, &gone) && gone.Unreachable():
		s.State, s.NotBefore = desk.IntentPending, b.o.Clock().Add(unreachablePause)
	case errors.Is(err, errNoPerformer), n >= b.o.Attempts:
		s.State, s.Failed = desk.IntentParked, true
	default:
		s.State, s.NotBefore, s.Failed = desk.IntentPending, b.o.Clock().Add(b.o.Pause(n)), true
	}
	b.o.Logger.Warn("outbox: intent not performed", "intent", in.ID, "kind", in.Kind, "mailbox", in.Mailbox,
		"conversation", in.Conversation, "state", s.State, "attempt", n, "error", err)
	return result{settlement: s}
}

var errNoPerformer = errors.New("this version cannot perform such an intent")

func (b *Outbox) try(ctx context.Context, t task) (rev int64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("performer panicked: %v", p)
		}
	}()
	p, ok := b.o.Performers[t.intent.Kind]
	if !ok {
		return 0, fmt.Errorf("%s: %w", t.intent.Kind, errNoPerformer)
	}
	if t.record == nil {
		c, err := b.o.Store.Conversation(ctx, t.intent.Conversation)
		if err != nil {
			return 0, fmt.Errorf("read the record: %w", err)
		}
		t.record = &c
	}
	return t.record.LabelsRev, p.Perform(ctx, *t.record, t.intent)
}

// Backoff is the pause after the nth failure, from 1: one second doubling to
// five minutes, anywhere between half and all of it, so that many do not come
// back at once.
func Backoff(n int) time.Duration {
	d := min(time.Second<<min(n-1, 10), 5*time.Minute)
	return d/2 + rand.N(d/2+1)
}
