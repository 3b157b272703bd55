package firestore

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
	"google.golang.org/api/option"
)

// Options are what an opener may choose; zero values give the defaults.
type Options struct {
	// Logger takes the store's own messages; nil drops them.
	Logger *slog.Logger
	// Clock gives the time from which settled documents expire; nil = time.Now.
	Clock func() time.Time
	// CallTimeout is how long one call to Firestore may take, its client's own
	// retries included; default 10 s.
	CallTimeout time.Duration
	// Client are options for Firestore's client, such as credentials.
	Client []option.ClientOption
}

// Store is a desk.Store in one Firestore database.
type Store struct {
	client  *gcfirestore.Client
	log     *slog.Logger
	clock   func() time.Time
	timeout time.Duration
	saw     func(shape) // hears of every query, in tests

	records stripes // one Update of a document at a time
	held    heldHere
	reads   atomic.Uint64
	commits atomic.Uint64
	writes  atomic.Uint64
	failing atomic.Bool // the last commit found the store unreachable

	mu     sync.Mutex
	shut   bool
	calls  sync.WaitGroup
	once   sync.Once
	ended  chan struct{}
	closed error
}

var _ desk.Store = (*Store)(nil)

// address is PROJECT or PROJECT/DATABASE; a project may begin with a domain.
var address = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][a-z0-9-]{1,40}(/(\(default\)|[a-z][a-z0-9-]{2,62}))?$`)

// CheckAddress tells whether an address has the form that Open takes, without
// opening anything; desk.ErrInvalid.
func CheckAddress(where string) error {
	if !address.MatchString(where) {
		return fmt.Errorf("database %q: %w: want PROJECT/DATABASE, or PROJECT alone for its default database", where, desk.ErrInvalid)
	}
	return nil
}

// Open opens the database at PROJECT/DATABASE, "(default)" when only a project
// is given. The database must exist; credentials are Google's application
// default, and the client heeds FIRESTORE_EMULATOR_HOST. desk.ErrInvalid for
// an address of another form. Opening does not yet reach out: see Ping.
func Open(ctx context.Context, where string, o Options) (*Store, error) {
	if err := CheckAddress(where); err != nil {
		return nil, err
	}
	project, database, found := strings.Cut(where, "/")
	if !found {
		database = gcfirestore.DefaultDatabaseID
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.CallTimeout <= 0 {
		o.CallTimeout = 10 * time.Second
	}
	// The client keeps its context for as long as it lives.
	client, err := gcfirestore.NewClientWithDatabase(context.WithoutCancel(ctx), project, database, o.Client...)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w: check Google's credentials: %w", where, desk.ErrUnavailable, err)
	}
	return &Store{client: client, log: o.Logger, clock: o.Clock, timeout: o.CallTimeout, records: newStripes(), ended: make(chan struct{})}, nil
}

// Close waits for running calls and lets go of the database. When ctx ends
// first, closing goes on behind and its error is ctx's.
func (s *Store) Close(ctx context.Context) error {
	s.once.Do(func() {
		s.mu.Lock()
		s.shut = true
		s.mu.Unlock()
		go func() {
			defer close(s.ended)
			s.calls.Wait()
			s.closed = s.client.Close()
		}()
	})
	select {
	case <-s.ended:
		return s.closed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Costs counts what a store was asked to do since it was opened.
type Costs struct {
	Reads   uint64 // as desk's ports count them: a record, a look-up, a page of a list
	Commits uint64 // commits that were applied
	Writes  uint64 // documents that these wrote
}

// Costs gives the counts so far. Tries that lost against another writer count
// as the reads that they were.
func (s *Store) Costs() Costs {
	return Costs{Reads: s.reads.Load(), Commits: s.commits.Load(), Writes: s.writes.Load()}
}

// Ping tells whether the database can be read and, when the last commit did
// not reach it, whether it can be written again by now.
func (s *Store) Ping(ctx context.Context) error {
	probe := s.doc(settings, "probe")
	if _, err := s.get(ctx, probe); err != nil || !s.failing.Load() {
		return err
	}
	return s.put(ctx, write{ref: probe, kind: whole, fields: fields{"at": micros(s.clock())}})
}

// Alone is always false: other processes may serve the same database.
func (s *Store) Alone() bool { return false }
