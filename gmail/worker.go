package gmail

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"baton/desk"
)

// worker reads one mailbox. Its goroutine alone touches the fields below
// left; mu guards the others.
type worker struct {
	room    *Room
	mailbox desk.Mailbox
	client  *Client
	cancel  context.CancelFunc
	wake    chan struct{}
	left    chan struct{}

	lease    lease
	state    desk.MailboxState // as stored, while the lease is held
	warn     string            // a problem that does not keep the mailbox from being read
	renew    time.Time         // renew the watch from then on
	renewFor time.Time         // the watch's end that renew was computed from
	fails    int               // failed readings in a row
	poison   map[desk.MessageID]*ailing

	mu      sync.Mutex
	readAt  time.Time // read from then on; zero = nothing to read
	putOff  bool      // readAt is late because the hint looks like an echo
	sweepAt time.Time
	blocked time.Time // no access: nothing is tried before
	running bool
	newest  uint64 // newest id hinted since the last reading began, and the one before it
	older   uint64
	reading uint64    // newest id hinted before it began
	lagged  bool      // it is the second try for reading
	began   time.Time // when the last reading of the history began
	hintAt  time.Time
	stat    Status
}

func newWorker(r *Room, m desk.Mailbox, c *Client, cancel context.CancelFunc) *worker {
	now := r.o.Now()
	return &worker{
		room: r, mailbox: m, client: c, cancel: cancel, wake: make(chan struct{}, 1), left: make(chan struct{}),
		poison: make(map[desk.MessageID]*ailing),
		readAt: now, sweepAt: now.Add(r.sweepIn()), stat: Status{Mailbox: m},
	}
}

// sweepIn spreads sweeps by a fifth, so that mailboxes do not march in step.
func (r *Room) sweepIn() time.Duration {
	return r.o.Sweep - r.o.Sweep/10 + rand.N(r.o.Sweep/5+1)
}

func (w *worker) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *worker) readNow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.readAt, w.putOff = w.room.o.Now(), false
	w.poke()
}

func (w *worker) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.putOff {
		w.readAt, w.putOff = w.room.o.Now(), false
		w.poke()
	}
}

func (w *worker) status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.stat
	s.PutOff = w.putOff
	s.Busy = w.blocked.IsZero() && (w.running || !w.readAt.IsZero() && !w.putOff)
	return s
}

// run is the worker's life: wait until something is due, do it.
func (w *worker) run(ctx context.Context) {
	defer w.release()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-timer.C:
		}
		w.turn(ctx)
		timer.Reset(w.next().Sub(w.room.o.Now()))
	}
}

// next gives when the worker has something to do.
func (w *worker) next() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.blocked.IsZero() {
		return w.blocked
	}
	at := w.sweepAt
	for _, t := range []time.Time{w.readAt, w.renew, w.lease.idleAt} {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	return at
}

// turn does what is due.
func (w *worker) turn(ctx context.Context) {
	now := w.room.o.Now()
	w.mu.Lock()
	if now.Before(w.blocked) {
		w.mu.Unlock()
		return
	}
	probe := !w.blocked.IsZero()
	sweep := !now.Before(w.sweepAt)
	read := probe || sweep || due(w.readAt, now) || due(w.renew, now)
	if sweep {
		w.sweepAt = now.Add(w.room.sweepIn())
	}
	if read {
		w.running, w.readAt, w.putOff = true, time.Time{}, false
		w.reading = max(w.newest, w.reading)
		w.newest, w.older = 0, 0
	}
	w.mu.Unlock()
	if !read {
		if due(w.lease.idleAt, now) {
			w.release()
		}
		return
	}
	select {
	case w.room.seats <- struct{}{}:
	case <-ctx.Done():
		w.settle(ctx, ctx.Err())
		return
	}
	err := w.guarded(ctx, sweep)
	<-w.room.seats
	w.settle(ctx, err)
	w.room.rest()
}

func due(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }

// guarded reads, and turns a panic into an error, so that one mailbox's fault
// stays its own.
func (w *worker) guarded(ctx context.Context, sweep bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.room.o.Logger.Error("gmail: reading a mailbox panicked", "mailbox", w.mailbox, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = errors.New("gmail: reading panicked")
		}
	}()
	if err := w.keep(ctx); err != nil {
		return err
	}
	if err := w.keepWatch(ctx); err != nil {
		return err
	}
	return w.read(ctx, sweep)
}

// settle draws the conclusions of a reading.
func (w *worker) settle(ctx context.Context, err error) {
	now := w.room.o.Now()
	var access *AccessError
	isAccess := errors.As(err, &access)
	if isAccess && ctx.Err() == nil {
		w.trouble(ctx, access.Error())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
	w.blocked = time.Time{}
	switch {
	case err == nil:
		w.fails = 0
		w.lease.touch(now, w.room.o.Linger)
		w.schedule(now)
		w.lookAgain(now)
		return
	case ctx.Err() != nil:
		return
	case isAccess:
		w.fails++
		w.blocked = now.Add(w.room.o.Probe + rand.N(w.room.o.Probe/10+1))
		w.stat.Problem = access.Error()
	case errors.Is(err, desk.ErrHeld):
		// Somebody else reads it; look again soon, for the hint came to us.
		w.readAt, w.putOff = now.Add(time.Second+rand.N(2*time.Second)), false
		return
	default:
		w.fails++
		w.readAt, w.putOff = now.Add(w.room.o.Pause(w.fails)), false
	}
	w.room.o.Logger.Warn("gmail: a mailbox could not be read to the end; it is tried again from where it was", "mailbox", w.mailbox,
		"failures", w.fails, "error", logged(err))
}

// logged gives an error's text if it is one of ours, which name no address.
func logged(err error) string {
	if a := (*AccessError)(nil); errors.As(err, &a) {
		return a.Error()
	}
	if c := (*CallError)(nil); errors.As(err, &c) {
		return c.Error()
	}
	if errors.Is(err, desk.ErrUnavailable) {
		return "the store is unavailable"
	}
	return fmt.Sprintf("%T", err)
}
