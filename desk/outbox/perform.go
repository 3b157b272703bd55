package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	s, rev, err := b.try(ctx, t)
	s.ID, s.Holder, s.LabelsRev = in.ID, b.o.Holder, rev
	if s.State == "" {
		s.State = desk.IntentDone
	}
	if err != nil {
		b.fail(&s, in, err)
	}
	if s.State == desk.IntentParked && !b.tell(ctx, in, &s) {
		return result{dropped: true}
	}
	if s.State != desk.IntentDone {
		level := slog.LevelWarn
		if s.State == desk.IntentCancelled {
			level = slog.LevelInfo // there was no need for it any more
		}
		b.o.Logger.Log(ctx, level, "outbox: intent not performed", "intent", in.ID, "kind", in.Kind, "mailbox", in.Mailbox,
			"conversation", in.Conversation, "state", s.State, "failures", in.Attempts, "reason", s.Reason)
	}
	return result{settlement: s}
}

// fail makes the settlement of a try that failed.
func (b *Outbox) fail(s *desk.Settlement, in desk.Intent, err error) {
	n := in.Attempts + 1
	s.Reason = err.Error()
	var gone Unreachable
	switch {
	case errors.As(err, &gone) && gone.Unreachable():
		s.State, s.NotBefore = desk.IntentPending, b.o.Clock().Add(unreachablePause)
	case errors.Is(err, errNoPerformer), n >= b.o.Attempts && in.Kind != desk.IntentSend:
		// Whether a mail left is for its performer to find out: none is parked for
		// errors alone.
		s.State, s.Failed = desk.IntentParked, true
	default:
		s.State, s.NotBefore, s.Failed = desk.IntentPending, b.o.Clock().Add(b.o.Pause(n)), true
	}
}

// tellPause is how long an intent waits when people could not be told that it is
// parked.
const tellPause = time.Minute

// tell says that an intent is about to be parked; when that fails, the
// settlement has it wait instead. false: the claim is lost, somebody else
// decides.
func (b *Outbox) tell(ctx context.Context, in desk.Intent, s *desk.Settlement) bool {
	// A call may have ended with its claim; telling has time of its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTimeout)
	defer cancel()
	now, err := b.o.Store.Intent(ctx, in.ID)
	if err == nil && (now.State != desk.IntentClaimed || now.Holder != b.o.Holder) {
		return false
	}
	if err == nil {
		err = b.told(ctx, now, s.Reason)
	}
	if err != nil {
		b.o.Logger.Error("outbox: nobody could be told of an intent to be parked; it stays open", "intent", in.ID, "error", err)
		s.State, s.NotBefore = desk.IntentPending, b.o.Clock().Add(tellPause)
	}
	return true
}

const tellTimeout = 15 * time.Second

func (b *Outbox) told(ctx context.Context, in desk.Intent, reason string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("telling panicked: %v", p)
		}
	}()
	return b.o.Parked(ctx, in, reason)
}

var errNoPerformer = errors.New("this version cannot perform such an intent")

func (b *Outbox) try(ctx context.Context, t task) (s desk.Settlement, rev int64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("performer panicked: %v", p)
		}
	}()
	p, ok := b.o.Performers[t.intent.Kind]
	if !ok {
		return s, 0, fmt.Errorf("%s: %w", t.intent.Kind, errNoPerformer)
	}
	if t.record == nil {
		c, err := b.o.Store.Conversation(ctx, t.intent.Conversation)
		if err != nil {
			return s, 0, fmt.Errorf("read the record: %w", err)
		}
		t.record = &c
	}
	s, err = p.Perform(ctx, *t.record, t.intent)
	return s, t.record.LabelsRev, err
}

// Backoff is the pause after the nth failure, from 1: one second doubling to
// five minutes, anywhere between half and all of it, so that many do not come
// back at once.
func Backoff(n int) time.Duration {
	d := min(time.Second<<min(n-1, 10), 5*time.Minute)
	return d/2 + rand.N(d/2+1)
}
