package gmail

import "time"

// echoWithin is how soon after our own label change a hint is taken for its
// echo. Gmail publishes within a few seconds.
const echoWithin = 3 * time.Second

// lag is how long a mailbox gets to show in its history what it hinted at.
const lag = 5 * time.Second

// hint notes that the mailbox moved. Many hints make one reading, and one more
// when some came while it ran.
func (w *worker) hint(id uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.room.o.Now()
	if id != 0 && id <= w.stat.Cursor {
		w.stat.Stale++
		return
	}
	w.hintAt = now
	if id == 0 {
		id = max(w.newest, w.stat.Cursor) + 1
	}
	switch {
	case id > w.newest:
		w.newest, w.older = id, w.newest
	case id < w.newest && id > w.older:
		w.older = id
	}
	if !w.running {
		w.schedule(now)
	}
}

// schedule decides when to read what was hinted. The lock is held.
//
// Our own label changes are hinted too. When some were made since the last
// reading began, the first hint after them is probably theirs: it is put off,
// and any further hint has all read at once.
func (w *worker) schedule(now time.Time) {
	if w.newest <= w.stat.Cursor {
		return
	}
	wrote := time.Unix(0, w.client.wrote.Load())
	echo := w.room.o.EchoDelay > 0 && w.older <= w.stat.Cursor &&
		!wrote.Before(w.began) && now.Sub(wrote) < echoWithin
	switch {
	case w.readAt.IsZero() && echo:
		w.readAt, w.putOff = now.Add(w.room.o.EchoDelay), true
	case w.readAt.IsZero(), w.putOff:
		w.readAt, w.putOff = now, false
	default:
		return
	}
	w.poke()
}

// lookAgain has a mailbox read once more, a little later, when Gmail hinted at
// an id that its history did not show yet. The lock is held.
func (w *worker) lookAgain(now time.Time) {
	ahead := w.reading > w.stat.Cursor
	if !ahead || w.lagged {
		w.reading, w.lagged = 0, false
		return
	}
	w.lagged = true
	if w.readAt.IsZero() {
		w.readAt, w.putOff = now.Add(lag), true
	}
}
