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

// Options are what an opener may choose; zero values give the defaults.
type Options struct {
	// Logger takes the store's own messages; nil drops them.
	Logger *slog.Logger
	// PutOff is how long a settlement or a mailbox's state waits for another
	// change to share a commit with; default 250 ms. The caller waits with it.
	PutOff time.Duration
	// BusyTimeout is how long a change waits for a foreign program that holds
	// the file's write lock before it fails; default 5 s.
	BusyTimeout time.Duration
}

// Store is a desk.Store in one file.
type Store struct {
	path    string
	lock    *fileLock
	log     *slog.Logger
	writer  *writer
	readers chan *conn
	records keyed // one Update of a record at a time
	reads   atomic.Uint64
	damaged atomic.Bool // Check found damage: nothing is written any more

	closing chan struct{}
	once    sync.Once
	ended   chan struct{}
	closed  error
}

var _ desk.Store = (*Store)(nil)

// Open opens the store in the file at path, and creates it when there is none;
// its folder must exist. It refuses a file that another process has open, one
// on a network file system, a damaged one, and one that a newer Baton wrote.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.PutOff <= 0 {
		o.PutOff = 250 * time.Millisecond
	}
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 5 * time.Second
	}
	path, err := locate(path)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, lock: lock, log: o.Logger, closing: make(chan struct{}), ended: make(chan struct{})}
	if err := s.connect(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, translate(err)), lock.release())
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, o Options) (err error) {
	var opened []*conn
	defer func() {
		if err != nil {
			for _, c := range opened {
				err = errors.Join(err, c.close())
			}
		}
	}()
	if err := inspect(ctx, s.path); err != nil {
		return err
	}
	w, err := dial(ctx, s.path, writing(o.BusyTimeout))
	if err != nil {
		return err
	}
	opened = append(opened, w)
	if err := prepareFile(w); err != nil {
		return err
	}
	s.readers = make(chan *conn, readers)
	for range readers {
		r, err := dial(ctx, s.path, reading(o.BusyTimeout))
		if err != nil {
			return err
		}
		opened = append(opened, r)
		s.readers <- r
	}
	s.writer = newWriter(w, o.PutOff, o.Logger)
	return nil
}

// Close commits what was accepted, waits for running calls, and lets go of the
// file. When ctx ends first, closing goes on behind and its error is ctx's.
func (s *Store) Close(ctx context.Context) error {
	s.once.Do(func() { go s.shut() })
	select {
	case <-s.ended:
		return s.closed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) shut() {
	defer close(s.ended)
	close(s.closing)
	s.writer.close()
	var errs []error
	for range readers {
		c := <-s.readers
		errs = append(errs, c.close())
	}
	errs = append(errs, s.writer.conn.close(), s.lock.release())
	s.closed = errors.Join(errs...)
}

// write has run executed in the next transaction.
func (s *Store) write(ctx context.Context, run func(c *conn) error) error {
	return s.submit(ctx, false, run)
}

// writeLater is write for what may be put off.
func (s *Store) writeLater(ctx context.Context, run func(c *conn) error) error {
	return s.submit(ctx, true, run)
}

func (s *Store) submit(ctx context.Context, lazy bool, run func(c *conn) error) error {
	if s.damaged.Load() {
		return fmt.Errorf("%w: %s is damaged: keep it, and restore the last backup beside it", desk.ErrUnavailable, s.path)
	}
	return translate(s.writer.do(ctx, lazy, run))
}

// Costs counts what a store was asked to do since it was opened.
type Costs struct {
	Reads   uint64 // as desk's ports count them: a record, a look-up, a page of a list
	Commits uint64 // transactions that were committed
	Writes  uint64 // rows that these wrote
}

// Costs gives the counts so far.
func (s *Store) Costs() Costs {
	return Costs{Reads: s.reads.Load(), Commits: s.writer.commits.Load(), Writes: s.writer.writes.Load()}
}

// Ping tells whether the store can read and, when the last change failed for
// want of the disk, whether it can write again by now.
func (s *Store) Ping(ctx context.Context) error {
	err := s.read(ctx, func(c *conn) error {
		_, err := c.one("SELECT count(*) FROM setting")
		return err
	})
	if err != nil || (s.writer.failing.Load() == nil && !s.damaged.Load()) {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		_, err := c.exec("INSERT INTO setting (name, value) VALUES ('probe', '1') ON CONFLICT (name) DO UPDATE SET value = value + 1")
		return err
	})
}

// Check reads the whole file for damage, about 1 s for each GB. When it finds
// some, the store refuses to write from then on. That the file cannot be read
// just now, because files or memory are short, is no damage.
func (s *Store) Check(ctx context.Context) error {
	err := quickCheck(ctx, s.path)
	if damaged(err) {
		s.damaged.Store(true)
		s.log.Error("store is damaged", "error", err)
	}
	return translate(err)
}

// Alone is always true: the lock file keeps other processes out.
func (s *Store) Alone() bool { return true }
