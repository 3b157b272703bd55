package gmail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/desk"
)

// errRest ends a reading of a mailbox that people want left alone.
var errRest = errors.New("gmail: the mailbox is to be left alone")

// rolls calls the roll until the room closes.
func (r *Room) rolls() {
	tick := time.NewTicker(r.o.Roll)
	defer tick.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(r.ctx, r.o.Roll)
		if err := r.Refresh(ctx); err != nil && r.ctx.Err() == nil {
			r.o.Logger.Warn("gmail: the mailboxes' states could not be read; this is tried again", "error", logged(err))
		}
		for _, w := range r.all() {
			w.storeUnits(ctx, false)
		}
		cancel()
	}
}

// Refresh reads all mailboxes' states and follows what people or other
// processes set there: paused, disconnected, to be searched again. It is what
// the roll does by itself every RoomOptions.Roll. One query. It does not wait
// until the workers have done what follows; see Idle.
func (r *Room) Refresh(ctx context.Context) error {
	states, err := r.o.Store.MailboxStates(ctx)
	if err != nil {
		return fmt.Errorf("gmail: reading the mailboxes' states: %w", err)
	}
	for _, st := range states {
		if w := r.worker(st.Address); w != nil {
			w.heed(st)
		}
	}
	for _, w := range r.all() {
		w.know() // also of those of which nothing is stored yet
	}
	return nil
}

// heed follows a state that was read outside the worker's lease. It may be a
// little old: whatever it sets off begins with the lease and the state as it
// is then.
func (w *worker) heed(st desk.MailboxState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.rest
	w.heedRest(st)
	w.synced = st.SyncedAt
	if !w.running {
		w.stat.Cursor = st.Cursor
		w.planAudit(st)
	}
	now := w.room.o.Now()
	switch {
	case was && !w.rest:
		w.blocked = time.Time{}
		w.sweepAt = now.Add(w.room.sweepIn())
	case !w.rest && !w.blocked.IsZero() && !w.running && st.Problem == "":
		// Somebody gave access and took the problem away: see at once.
		w.blocked = time.Time{}
	case !w.rest && !st.Resync.IsZero() && !w.running && w.readAt.IsZero():
	case was == w.rest:
		return
	}
	if !w.rest {
		w.readAt, w.putOff, w.forced, w.reread = now, false, true, true
	}
	w.poke()
}

// know notes that what people want of the mailbox was looked up.
func (w *worker) know() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stat.Known = true
}

// heedRest notes whether people want the mailbox left alone, and ends the reading
// that runs if they do. The lock is held.
func (w *worker) heedRest(st desk.MailboxState) {
	w.stat.Known, w.stat.Paused, w.stat.Disconnected = true, !st.PausedAt.IsZero(), !st.DisconnectedAt.IsZero()
	w.rest = rests(st)
	if w.rest && w.interrupt != nil {
		w.interrupt(errRest)
	}
}

// rests tells whether people want a mailbox left alone.
func rests(st desk.MailboxState) bool {
	return !st.PausedAt.IsZero() || !st.DisconnectedAt.IsZero()
}
