package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"baton/desk"
)

// maxBatch bounds how many changes share a commit, so that the first of them
// does not wait long for the last.
const maxBatch = 256

// writer owns the one connection that writes. Its goroutine takes every change
// that waits, runs each in a savepoint of its own inside one transaction,
// commits once, and answers all of them.
type writer struct {
	conn   *conn
	putOff time.Duration
	log    *slog.Logger

	mu      sync.Mutex
	waiting []*job
	urgent  int // how many of waiting may not be put off
	closed  bool
	wake    chan struct{} // holds one; something was added to waiting or closed
	ended   chan struct{}

	commits, writes atomic.Uint64
	failing         atomic.Pointer[error] // why the last transaction failed, nil = it did not
}

// job is one change on its way into a transaction.
type job struct {
	run   func(c *conn) error
	lazy  bool // may wait for others for the put-off time
	taken atomic.Bool
	done  chan error // holds one
	err   error
}

func newWriter(c *conn, putOff time.Duration, log *slog.Logger) *writer {
	w := &writer{conn: c, putOff: putOff, log: log, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go w.loop()
	return w
}

// do has run executed in a transaction and returns when that is committed. run
// works on the writer's goroutine and must not block. A context that ends
// before the transaction takes the change withdraws it.
func (w *writer) do(ctx context.Context, lazy bool, run func(c *conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{run: run, lazy: lazy, done: make(chan error, 1)}
	if !w.add(j) {
		return errClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-j.done
	}
}

func (w *writer) add(j *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.waiting = append(w.waiting, j)
	if !j.lazy {
		w.urgent++
	}
	w.signal()
	return true
}

func (w *writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// close has everything committed that was accepted, and ends the goroutine.
func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.signal()
	w.mu.Unlock()
	<-w.ended
}

func (w *writer) loop() {
	defer close(w.ended)
	timer := time.NewTimer(w.putOff)
	timer.Stop()
	armed, due := false, false
	for {
		batch, left, closed := w.take(due)
		switch {
		case len(batch) > 0:
			w.transact(batch)
			timer.Stop()
			armed, due = false, false
		case closed:
			return
		default:
			if left && !armed {
				timer.Reset(w.putOff)
				armed = true
			}
			select {
			case <-w.wake:
			case <-timer.C:
				due = true
			}
		}
	}
}

// take gives what should be committed now: nothing while all that waits may be
// put off, unless the put-off time is over.
func (w *writer) take(due bool) (batch []*job, left, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.urgent == 0 && !due && !w.closed {
		return nil, len(w.waiting) > 0, false
	}
	n := min(len(w.waiting), maxBatch)
	batch = w.waiting[:n:n]
	w.waiting = w.waiting[n:]
	for _, j := range batch {
		if !j.lazy {
			w.urgent--
		}
	}
	return batch, len(w.waiting) > 0, w.closed
}

// transact runs a batch in one transaction and answers every job of it.
func (w *writer) transact(batch []*job) {
	if err := w.conn.control("BEGIN IMMEDIATE"); err != nil {
		w.fail(batch, err)
		return
	}
	jobs := batch[:0]
	for _, j := range batch {
		if j.taken.CompareAndSwap(false, true) {
			jobs = append(jobs, j)
		}
	}
	wrote, err := w.runAll(jobs)
	if err == nil && wrote > 0 {
		err = w.conn.control("COMMIT")
	}
	if err != nil {
		w.rollback()
		w.fail(jobs, err)
		return
	}
	if wrote == 0 {
		w.rollback()
	} else {
		w.commits.Add(1)
		w.writes.Add(wrote)
		if w.failing.Swap(nil) != nil {
			w.log.Info("store writes again")
		}
	}
	for _, j := range jobs {
		j.done <- j.err
	}
}

// runAll gives each job its own savepoint, and how many rows stay written. An
// error means that the transaction as a whole cannot be trusted.
func (w *writer) runAll(jobs []*job) (wrote uint64, err error) {
	for _, j := range jobs {
		before := w.conn.changed
		if len(jobs) > 1 {
			if err := w.conn.control("SAVEPOINT change"); err != nil {
				return 0, err
			}
		}
		j.err = guard(func() error { return j.run(w.conn) })
		if broken(j.err) {
			return 0, j.err
		}
		if len(jobs) == 1 {
			if j.err != nil {
				return 0, nil
			}
			return w.conn.changed - before, nil
		}
		if j.err != nil {
			if err := w.conn.control("ROLLBACK TO change"); err != nil {
				return 0, err
			}
		} else {
			wrote += w.conn.changed - before
		}
		if err := w.conn.control("RELEASE change"); err != nil {
			return 0, err
		}
	}
	return wrote, nil
}

// rollback leaves the transaction. SQLite may have left it by itself, then
// there is nothing to roll back.
func (w *writer) rollback() {
	if err := w.conn.control("ROLLBACK"); err != nil && w.failing.Load() == nil {
		w.log.Debug("nothing to roll back", "error", err)
	}
}

// fail answers all jobs that nobody withdrew with one error.
func (w *writer) fail(jobs []*job, err error) {
	err = translate(err)
	if !errors.Is(err, desk.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", desk.ErrUnavailable, err)
	}
	if w.failing.Swap(&err) == nil {
		w.log.Error("store cannot write", "error", err)
	}
	for _, j := range jobs {
		j.taken.Store(true)
		j.done <- err
	}
}

// guard turns a panic into an error. A function that ends its goroutine gives
// an error too.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("change panicked: %v", p)
		}
	}()
	return f()
}
