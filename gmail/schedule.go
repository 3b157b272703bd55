package gmail

import (
	"time"
)

// echoWithin is how soon after our own label change a hint is taken for its
// echo. Gmail publishes within a few seconds.
const echoWithin = 3 * time.Second

// lag is how long a mailbox gets to show in its history what it hinted at.
const lag = 5 * time.Second

// hint notes that the mailbox moved. Many hints make one reading, and one more
// when some came while it ran. A mailbox that rests is read anyway when it
// resumes.
func (w *worker) hint(id uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.room.o.Now()
	w.hintAt = now
	if w.rest || id != 0 && id <= w.stat.Cursor {
		w.stat.Stale++
		return
	}
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

// restFor is how long a worker sleeps when nothing is due: it is woken.
const restFor = 24 * time.Hour

// next gives when the worker has something to do.
func (w *worker) next() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rest {
		return w.room.o.Now().Add(restFor)
	}
	if !w.blocked.IsZero() {
		return w.blocked
	}
	if w.backsOff() {
		return w.readAt
	}
	at := w.sweepAt
	for _, t := range []time.Time{w.readAt, w.renew, w.auditAt, w.lease.idleAt} {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	return at
}

// task is what a turn is for.
type task struct {
	read  bool // there is anything to do
	must  bool // read the history even if hints told nothing new
	sweep bool // and note that it was read
	spare bool // it is a sweep alone, of which one is enough for all processes
	rest  bool // the mailbox is to be left alone
}

// due decides what is to be done now, and begins it.
func (w *worker) due() task {
	now := w.room.o.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.rest:
		w.readAt, w.putOff, w.forced = time.Time{}, false, false
		return task{rest: true}
	case now.Before(w.blocked), w.backsOff() && now.Before(w.readAt):
		return task{}
	}
	sweep := !now.Before(w.sweepAt)
	if sweep && w.synced.After(w.stat.SyncedAt) && w.swept(w.synced, now) {
		sweep = false // by another process
	}
	must := !w.blocked.IsZero() || w.forced || due(w.renew, now) || due(w.auditAt, now)
	hinted := due(w.readAt, now)
	if !must && !sweep && !hinted {
		return task{}
	}
	if sweep {
		w.sweepAt = now.Add(w.room.sweepIn())
	}
	w.running, w.readAt, w.putOff = true, time.Time{}, false
	w.reading = max(w.newest, w.reading)
	w.newest, w.older = 0, 0
	return task{read: true, must: must || sweep, sweep: sweep, spare: sweep && !must && !hinted && w.room.o.Linger > 0}
}

// swept tells whether a mailbox that was last read to its end at some time
// needs no sweep now, and has the next one follow on that. The lock is held.
func (w *worker) swept(at, now time.Time) bool {
	if now.Sub(at) >= w.room.o.Sweep*4/5 {
		return false
	}
	w.sweepAt = now.Add(min(at.Sub(now), 0) + w.room.sweepIn())
	return true
}

// backsOff tells whether the worker waits because the last reading came to
// nothing; whatever else is due waits with it. The lock is held.
func (w *worker) backsOff() bool { return (w.fails > 0 || w.held > 0) && !w.readAt.IsZero() }

func due(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }
