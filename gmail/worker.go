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
	state    desk.MailboxState                // as stored, while the lease is held
	warn     string                           // a problem that does not keep the mailbox from being read
	renew    time.Time                        // renew the watch from then on
	renewFor time.Time                        // the watch's end that renew was computed from
	tried    time.Time                        // when a watch was last asked for
	fails    int                              // failed readings in a row
	moved    map[desk.ThreadID]desk.MessageID // threads moved to or from spam by this reading
	held     int                              // looks in a row at a mailbox that another process reads
	poison   map[desk.MessageID]*ailing
	ended    place // where the last reading ended well; zero = it did not

	mu      sync.Mutex
	late    []late    // delivery reports of the batch that is taken in
	readAt  time.Time // read from then on; zero = nothing to read
	putOff  bool      // readAt is late because the hint looks like an echo
	forced  bool      // read, whatever the hints say
	reread  bool      // the stored state has changed: read it, lease or not
	rest    bool      // people want the mailbox left alone
	synced  time.Time // last reading to the end by any process, as rolled
	auditAt time.Time // compare with the ledger from then on; zero = not yet known
	audited time.Time // when this process last began to
	// interrupt ends the reading that runs; nil = none does.
	interrupt context.CancelCauseFunc
	sweepAt   time.Time
	blocked   time.Time // no access: nothing is tried before
	running   bool
	newest    uint64 // newest id hinted since the last reading began, and the one before it
	older     uint64
	reading   uint64    // newest id hinted before it began
	lagged    bool      // it is the second try for reading
	began     time.Time // when the last reading of the history began
	whole     time.Time // when the last one began that came to its end
	hintAt    time.Time
	mailAt    time.Time // when the newest message came that was taken in here
	stat      Status
	// stored are the quota units that are in the state, of those used here.
	stored   int64
	storedAt time.Time
}

func newWorker(r *Room, m desk.Mailbox, c *Client, cancel context.CancelFunc) *worker {
	now := r.o.Now()
	return &worker{
		room: r, mailbox: m, client: c, cancel: cancel, wake: make(chan struct{}, 1), left: make(chan struct{}),
		moved:  make(map[desk.ThreadID]desk.MessageID),
		poison: make(map[desk.MessageID]*ailing),
		readAt: now, forced: true, sweepAt: now.Add(r.sweepIn()), stat: Status{Mailbox: m},
		stored: Total(c.Usage()), storedAt: now,
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
	w.readAt, w.putOff, w.forced = w.room.o.Now(), false, true
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
	s.Busy = w.blocked.IsZero() && !w.rest && (w.running || !w.readAt.IsZero() && !w.putOff)
	return s
}

// run is the worker's life: wait until something is due, do it.
func (w *worker) run(ctx context.Context) {
	defer w.leave()
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

// turn does what is due.
func (w *worker) turn(ctx context.Context) {
	do := w.due()
	if !do.read {
		if do.rest || due(w.lease.idleAt, w.room.o.Now()) {
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
	err := w.guarded(ctx, do)
	<-w.room.seats
	w.settle(ctx, err)
	w.room.rest()
}

// leave gives the lease back and stores what was counted, at the same time: a
// store that puts commits off does both in one.
func (w *worker) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { w.storeUnits(ctx, true) })
	w.release()
	wg.Wait()
}

// guarded reads, and turns a panic into an error, so that one mailbox's fault
// stays its own.
func (w *worker) guarded(ctx context.Context, do task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.room.o.Logger.Error("gmail: reading a mailbox panicked", "mailbox", w.mailbox, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			w.panicked()
			err = errors.New("gmail: reading panicked")
		}
	}()
	if w.held > 0 && !do.must || do.spare && w.lease.fence == 0 {
		if done, err := w.readByOther(ctx, do); done || err != nil {
			return err
		}
	}
	fresh, err := w.keep(ctx)
	switch {
	case err != nil:
		return err
	case rests(w.state):
		return errRest
	case fresh && !do.must && w.covered(w.state.Cursor):
		return nil
	}
	clear(w.moved)
	work, stop := w.hold(ctx)
	defer stop()
	err = w.work(work, do)
	if cause := context.Cause(work); err != nil && (errors.Is(cause, errLate) || errors.Is(cause, errRest)) {
		err = cause
	}
	if errors.Is(err, errLate) {
		w.recheck(ctx)
	}
	return err
}

func (w *worker) panicked() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stat.Panics++
}

// work does everything that is done under the lease.
func (w *worker) work(ctx context.Context, do task) error {
	if err := w.keepWatch(ctx); err != nil {
		return err
	}
	if err := w.read(ctx, do.sweep); err != nil {
		return err
	}
	if err := w.resync(ctx); err != nil {
		return err
	}
	return w.audit(ctx)
}

// readByOther looks whether another process has come past what was hinted
// here, or has swept the mailbox lately. One read.
func (w *worker) readByOther(ctx context.Context, do task) (bool, error) {
	st, err := w.room.o.Store.MailboxState(ctx, w.mailbox)
	if err != nil {
		return false, fmt.Errorf("gmail: reading a mailbox's cursor: %w", err)
	}
	if do.spare {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.swept(st.SyncedAt, w.room.o.Now()), nil
	}
	return w.covered(st.Cursor), nil
}

// covered tells whether a cursor is past all that was hinted, and notes it.
func (w *worker) covered(cursor uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reading == 0 || cursor < w.reading {
		return false
	}
	w.stat.Cursor = max(w.stat.Cursor, cursor)
	return true
}

// settle draws the conclusions of a reading.
func (w *worker) settle(ctx context.Context, err error) {
	now := w.room.o.Now()
	var access *AccessError
	isAccess := errors.As(err, &access)
	switch {
	case isAccess && ctx.Err() == nil:
		w.trouble(ctx, access.Error())
	case errors.Is(err, errRest):
		w.release()
	}
	if errors.Is(err, errLate) {
		// Not ours any more: giving it back has no effect. Still ours, as when the
		// store lost its leases and the fences began anew: the next one is higher.
		w.lease = lease{}
		w.giveBack()
		w.room.o.Logger.Warn("gmail: a mailbox went to another process while it was read here", "mailbox", w.mailbox)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
	w.blocked = time.Time{}
	held := w.held
	w.held = 0
	switch {
	case err == nil:
		w.fails, w.forced = 0, false
		w.lease.touch(now, w.room.o.Linger)
		w.schedule(now)
		w.lookAgain(now)
		return
	case ctx.Err() != nil, errors.Is(err, errRest):
		return
	case isAccess:
		w.fails++
		w.blocked = now.Add(w.room.o.Probe + rand.N(w.room.o.Probe/10+1))
		w.stat.Problem = access.Error()
	case errors.Is(err, desk.ErrHeld):
		// Somebody else reads it; look again, for what brought us here may have
		// come to us alone.
		w.held = held + 1
		w.readAt, w.putOff = now.Add(heldPause(w.held, w.reading > 0)), false
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
