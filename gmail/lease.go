package gmail

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"baton/desk"
)

// A process can be frozen (SIGSTOP, a long collection, a machine that sleeps)
// for longer than its lease lives, and then goes on in the middle of a reading
// while another one reads. What it may still do until it notices:
//
//   - the mailbox's state (cursor, Restart, watch, problem, audit): save
//     changes nothing under a fence lower than the stored one
//   - Receive, Record: a ledger line is made once, whoever comes first
//   - setting a message aside: its problem is saved, under the fence, before
//     its ledger line is written
//   - Vanished: told again it changes nothing, and what is deleted stays so
//   - Hand: what was changed on the record since the reading began is left as it
//     is, and a label that the record changed its mind on since is looked at
//   - MarkSpam: the one that could bring an older truth back, so a late worker
//     looks at the threads that it moved once more; see recheck
//   - Drafted: a record of the history is counted once, by its id
//   - Gmail's watch: renewing twice is renewing once; before a watch is stopped
//     the state says that there is none, so that somebody makes a new one
//   - label ids remembered in the state: facts of the mailbox, not of a reading

// errLate ends what is done under a lease that went to another process.
var errLate = fmt.Errorf("gmail: the lease of a mailbox was lost: %w", desk.ErrHeld)

// lease is the right to read a mailbox, as its worker knows it.
type lease struct {
	fence  int64 // 0 = not held
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

func (w *worker) leaseName() string { return "sync:" + string(w.mailbox) }

// acquire takes or renews the lease. Its end is reckoned from our own clock
// and not from the store's copy, so that it does not move when somebody sets
// the machine's time.
func (w *worker) acquire(ctx context.Context) (lease, error) {
	now := w.room.o.Now()
	until := now.Add(w.room.o.LeaseTTL)
	l, err := w.room.o.Store.Acquire(ctx, w.leaseName(), w.room.o.Holder, now, until)
	return lease{fence: l.Fence, until: until}, err
}

// keep takes or renews the lease, and reads the stored state when somebody
// else may have changed it; fresh says that it read it. It costs nothing while more
// than half of the lease is left. ErrHeld: another process reads this mailbox.
func (w *worker) keep(ctx context.Context) (fresh bool, err error) {
	w.lease.idleAt = time.Time{}
	now, ttl := w.room.o.Now(), w.room.o.LeaseTTL
	w.mu.Lock()
	reread := w.reread
	w.reread = false
	w.mu.Unlock()
	if left := w.lease.until.Sub(now); left <= ttl/2 || left > ttl {
		was := w.lease
		if w.lease, err = w.acquire(ctx); err != nil {
			w.lost(ctx)
			return false, fmt.Errorf("gmail: taking the lease of a mailbox: %w", err)
		}
		reread = reread || !now.Before(was.until) || w.lease.fence != was.fence
	}
	if !reread {
		return false, nil
	}
	st, err := w.room.o.Store.MailboxState(ctx, w.mailbox)
	if err != nil {
		w.lost(ctx)
		return false, fmt.Errorf("gmail: reading a mailbox's cursor: %w", err)
	}
	w.adopt(st)
	return true, nil
}

// hold renews the lease at half of its life while something is done under it.
// What is done ends with errLate when the lease is lost, and with errRest when
// people want the mailbox left alone. The function ends the renewing.
func (w *worker) hold(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	w.mu.Lock()
	w.interrupt = cancel
	w.mu.Unlock()
	held := w.lease
	done := make(chan struct{})
	go func() {
		defer close(done)
		ttl := w.room.o.LeaseTTL
		timer := time.NewTimer(held.until.Sub(w.room.o.Now()) - ttl/2)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			soon, stop := context.WithTimeout(ctx, ttl/4)
			l, err := w.acquire(soon)
			stop()
			switch {
			case ctx.Err() != nil:
				return
			case err == nil && l.fence == held.fence:
				held = l
				timer.Reset(ttl / 2)
				continue
			case err == nil, errors.Is(err, desk.ErrHeld), !w.room.o.Now().Before(held.until):
				held = lease{}
				cancel(errLate)
				return
			}
			timer.Reset(ttl / 8) // the store does not answer; the lease still lives
		}
	}()
	return ctx, func() {
		w.mu.Lock()
		w.interrupt = nil
		w.mu.Unlock()
		cancel(nil)
		<-done
		if w.lease.fence != 0 {
			w.lease = held
		}
	}
}

// heldPause is how long to wait before looking again at a mailbox that another
// process reads, after so many looks in vain. A look costs one or two reads.
// Somebody who was hinted at is in more of a hurry.
func heldPause(looks int, hinted bool) time.Duration {
	most := 30 * time.Second
	switch {
	case hinted && looks < 12:
		most = 4 * time.Second
	case hinted:
		most = 15 * time.Second
	}
	d := min(most, time.Second<<min(looks-1, 5))
	return d + rand.N(d/2)
}

// release gives the lease back, also when the worker was told to stop.
func (w *worker) release() {
	held := w.room.o.Now().Before(w.lease.until)
	w.lease = lease{}
	if held {
		w.giveBack()
	}
}

// lost forgets the lease after a call that failed. One that failed because the
// worker was told to stop may have taken it all the same: it is given back.
func (w *worker) lost(ctx context.Context) {
	w.lease = lease{}
	if ctx.Err() != nil {
		w.giveBack()
	}
}

func (w *worker) giveBack() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := w.room.o.Store.Release(ctx, w.leaseName(), w.room.o.Holder); err != nil {
		w.room.o.Logger.Warn("gmail: a lease could not be given back; it runs out by itself", "mailbox", w.mailbox, "error", logged(err))
	}
}
