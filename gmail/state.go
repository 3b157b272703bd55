package gmail

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// adopt takes over the stored state.
func (w *worker) adopt(st desk.MailboxState) {
	w.state = st
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stat.Cursor = st.Cursor
	w.stat.Problem = st.Problem
	w.heedRest(st)
	w.planAudit(st)
}

// save stores what fn changes, and adopts the outcome. Under a fence lower than
// the stored one nothing is changed: this process was away for longer than its
// lease, and errLate ends the reading.
func (w *worker) save(ctx context.Context, fn func(*desk.MailboxState)) error {
	st, err := w.write(ctx, fn)
	if err == nil {
		w.adopt(st)
	}
	return err
}

// write is save for those who do not run on the worker's own goroutine.
func (w *worker) write(ctx context.Context, fn func(*desk.MailboxState)) (desk.MailboxState, error) {
	fence := w.lease.fence
	if fence == 0 {
		return desk.MailboxState{}, errLate
	}
	late := false
	ride := w.riders()
	st, err := w.room.o.Store.SetMailboxState(ctx, w.mailbox, func(st *desk.MailboxState) {
		if late = st.Fence > fence; late {
			return
		}
		st.Fence = fence
		fn(st)
		ride.on(st)
	})
	switch {
	case err != nil:
		w.addUnits(ride.units)
		return st, fmt.Errorf("gmail: storing a mailbox's state: %w", err)
	case late:
		w.addUnits(ride.units)
		return st, errLate
	}
	return st, nil
}

// riders are what each change of the state takes along, so that it needs no
// commit of its own.
type riders struct {
	now, hint, mail time.Time
	units           int64
}

func (w *worker) riders() riders {
	w.mu.Lock()
	defer w.mu.Unlock()
	return riders{now: w.room.o.Now(), hint: w.hintAt, mail: w.mailAt, units: w.takeUnits()}
}

func (r riders) on(st *desk.MailboxState) {
	if r.hint.After(st.HintAt) {
		st.HintAt = r.hint
	}
	if r.mail.After(st.MailAt) {
		st.MailAt = r.mail
	}
	switch {
	case st.Problem == "":
		st.ProblemAt = time.Time{}
	case st.ProblemAt.IsZero():
		st.ProblemAt = r.now
	}
	addUnits(st, r.now, r.units)
}

// addUnits adds to the day's units. What was used before midnight and is added
// after it counts for the new day: at most unitsEvery's worth.
func addUnits(st *desk.MailboxState, now time.Time, units int64) {
	if units == 0 {
		return
	}
	if day := now.UTC().Truncate(24 * time.Hour); !day.Equal(st.UnitsDay) {
		st.Units, st.UnitsDay = 0, day
	}
	st.Units += units
}

// takeUnits gives the quota units that this process used and has not stored
// yet. They count as stored from then on. The lock is held.
func (w *worker) takeUnits() int64 {
	used := Total(w.client.Usage())
	n := used - w.stored
	w.stored, w.storedAt = used, w.room.o.Now()
	return n
}

// addUnits takes back units whose storing failed.
func (w *worker) addUnits(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stored -= n
}

// unitsEvery is how often a process stores units that no other change took
// along.
const unitsEvery = 5 * time.Minute

// storeUnits stores the units by themselves when they have waited long enough,
// or at once. The lease is not needed: every process adds its own.
func (w *worker) storeUnits(ctx context.Context, atOnce bool) {
	now := w.room.o.Now()
	w.mu.Lock()
	if !atOnce && now.Sub(w.storedAt) < unitsEvery {
		w.mu.Unlock()
		return
	}
	n := w.takeUnits()
	w.mu.Unlock()
	if n == 0 {
		return
	}
	_, err := w.room.o.Store.SetMailboxState(ctx, w.mailbox, func(st *desk.MailboxState) { addUnits(st, now, n) })
	if err != nil {
		w.addUnits(n)
		w.room.o.Logger.Warn("gmail: the units used in a mailbox could not be stored; they are stored later", "mailbox", w.mailbox, "error", logged(err))
	}
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
