package gmail

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// lease is the right to read a mailbox, as its worker knows it.
type lease struct {
	fence  int64
	until  time.Time
	idleAt time.Time // give it back then; zero = let it run out
}

// touch notes that work ended, and when the lease goes back if none follows.
func (l *lease) touch(now time.Time, linger time.Duration) {
	l.idleAt = time.Time{}
	if linger > 0 && now.Before(l.until) {
		l.idleAt = now.Add(linger)
	}
}

// keep takes or renews the lease, and reads the stored state when somebody
// else may have changed it. It costs nothing while more than half of the lease
// is left. ErrHeld: another process reads this mailbox.
func (w *worker) keep(ctx context.Context) error {
	now := w.room.o.Now()
	w.lease.idleAt = time.Time{}
	ttl := w.room.o.LeaseTTL
	if w.lease.until.Sub(now) > ttl/2 {
		return nil
	}
	lapsed := !now.Before(w.lease.until)
	l, err := w.room.o.Store.Acquire(ctx, w.leaseName(), w.room.o.Holder, now, now.Add(ttl))
	if err != nil {
		w.lease = lease{}
		return fmt.Errorf("gmail: taking the lease of a mailbox: %w", err)
	}
	if lapsed || l.Fence != w.lease.fence {
		st, err := w.room.o.Store.MailboxState(ctx, w.mailbox)
		if err != nil {
			return fmt.Errorf("gmail: reading a mailbox's cursor: %w", err)
		}
		w.adopt(st)
	}
	w.lease.fence, w.lease.until = l.Fence, l.Until
	return nil
}

func (w *worker) leaseName() string { return "sync:" + string(w.mailbox) }

// adopt takes over the stored state.
func (w *worker) adopt(st desk.MailboxState) {
	w.state = st
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stat.Cursor = st.Cursor
	w.stat.Problem = st.Problem
}

// release gives the lease back, also when the worker was told to stop.
func (w *worker) release() {
	if !w.room.o.Now().Before(w.lease.until) {
		w.lease = lease{}
		return
	}
	w.lease = lease{}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := w.room.o.Store.Release(ctx, w.leaseName(), w.room.o.Holder); err != nil {
		w.room.o.Logger.Warn("gmail: a lease could not be given back; it runs out by itself", "mailbox", w.mailbox, "error", logged(err))
	}
}

// save stores what fn changes, and adopts the outcome.
func (w *worker) save(ctx context.Context, fn func(*desk.MailboxState)) error {
	st, err := w.room.o.Store.SetMailboxState(ctx, w.mailbox, fn)
	if err != nil {
		return fmt.Errorf("gmail: storing a mailbox's state: %w", err)
	}
	w.adopt(st)
	return nil
}

// trouble stores why the mailbox cannot be read, once.
func (w *worker) trouble(ctx context.Context, text string) {
	if w.state.Problem == text {
		return
	}
	if err := w.save(ctx, func(st *desk.MailboxState) { st.Problem = text }); err != nil {
		w.room.o.Logger.Warn("gmail: a mailbox's problem could not be stored", "mailbox", w.mailbox, "error", logged(err))
	}
}
