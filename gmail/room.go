package gmail

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"baton/desk"
)

// Receiver is the desk, as far as mail comes in.
type Receiver interface {
	// Receive records a message; one that is recorded already is no error and
	// changes nothing.
	Receive(ctx context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error)
	// Needs says what the rules of a mailbox look at.
	Needs(m desk.Mailbox) desk.Needs
	// Vanished notes that a message was deleted for good. Idempotent.
	Vanished(ctx context.Context, m desk.Mailbox, id desk.MessageID) error
	// MarkSpam follows a person who moved a thread into or out of spam.
	MarkSpam(ctx context.Context, m desk.Mailbox, t desk.ThreadID, spam bool) error
	// Hand obeys what was seen of our labels on a thread, as far as it is not our
	// own doing. Idempotent. One read when there is nothing to obey.
	Hand(ctx context.Context, m desk.Mailbox, t desk.ThreadID, s desk.Sight) error
	// Drafted counts a thread's drafts anew. Idempotent. One read when nothing
	// was begun or is over.
	Drafted(ctx context.Context, m desk.Mailbox, t desk.ThreadID, s desk.Drafting) error
}

// Store is what reading mail needs of a store.
type Store interface {
	Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error)
	List(ctx context.Context, q desk.Query, page desk.Page) ([]desk.Row, desk.Next, error)
	Record(ctx context.Context, line desk.LedgerLine) error
	Known(ctx context.Context, m desk.Mailbox, ids []desk.MessageID) (map[desk.MessageID]desk.ConversationID, error)
	desk.Mailboxes
	desk.Leases
}

// RoomOptions are what a Room is made of. The first five are required.
type RoomOptions struct {
	Receiver Receiver
	Store    Store
	Accounts *Accounts
	Holder   string // names this process in leases
	Logger   *slog.Logger

	Own   func(desk.Email) bool // the desk's own addresses and aliases; nil = none
	Topic string                // Pub/Sub topic to publish to; "" = Gmail is not asked to
	Now   func() time.Time      // nil = time.Now

	// Sweep is how often a mailbox is read without any hint; 0 = 5 minutes.
	Sweep time.Duration
	// Roll is how often the mailboxes' states are read, to follow what people or
	// other processes set there; 0 = 30 s.
	Roll time.Duration
	// Zone is where the night is in which mailboxes are audited; nil = UTC.
	Zone *time.Location
	// FirstImport is how far back the first reading of a mailbox goes; 0 = only
	// what comes from now on.
	FirstImport time.Duration
	// EchoDelay is how long a read is put off when the hint probably tells of
	// our own label change; 0 = 10 s, below 0 = not at all.
	EchoDelay time.Duration
	// LeaseTTL is how long a mailbox stays ours without renewal, which comes at
	// half of it; 0 = 60 s. Where processes share a store, a third of that has
	// mail wait less when one dies.
	LeaseTTL time.Duration
	// Linger gives a mailbox's lease back after so long without work, for other
	// processes; 0 = it runs out by itself.
	Linger time.Duration
	// Parallel is how many mailboxes are read at a time; 0 = 16. Fetch is how
	// many threads of one mailbox are worked on at a time; 0 = 8.
	Parallel, Fetch int
	// Pause gives the wait after the nth failed reading in a row (from 1); nil =
	// doubling from a second to a minute.
	Pause func(n int) time.Duration
	// Probe is how often a mailbox without access is tried; 0 = 10 minutes.
	Probe time.Duration
}

func (o RoomOptions) filled() RoomOptions {
	set := func(d *time.Duration, usual time.Duration) {
		if *d == 0 {
			*d = usual
		}
	}
	set(&o.Sweep, 5*time.Minute)
	set(&o.Roll, 30*time.Second)
	set(&o.EchoDelay, 10*time.Second)
	set(&o.LeaseTTL, time.Minute)
	set(&o.Probe, 10*time.Minute)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Own == nil {
		o.Own = func(desk.Email) bool { return false }
	}
	if o.Parallel == 0 {
		o.Parallel = 16
	}
	if o.Fetch == 0 {
		o.Fetch = 8
	}
	if o.Pause == nil {
		o.Pause = func(n int) time.Duration { return min(time.Minute, time.Second<<min(n-1, 6)) }
	}
	return o
}

// Room is where mail is read: one worker for each mailbox. Hints wake the
// worker, and a sweep does without any. All methods may run at the same time.
type Room struct {
	o      RoomOptions
	ctx    context.Context
	cancel context.CancelFunc
	seats  chan struct{} // passes that run
	wg     sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	rolling bool
	workers map[desk.Mailbox]*worker
	moved   chan struct{} // closed and replaced when a worker comes to rest
}

// NewRoom makes a Room without mailboxes; see Open.
func NewRoom(o RoomOptions) (*Room, error) {
	if o.Receiver == nil || o.Store == nil || o.Accounts == nil || o.Holder == "" || o.Logger == nil {
		return nil, errors.New("gmail: a room needs a receiver, a store, accounts, a holder's name and a logger")
	}
	o = o.filled()
	ctx, cancel := context.WithCancel(context.Background())
	return &Room{
		o: o, ctx: ctx, cancel: cancel, seats: make(chan struct{}, o.Parallel),
		workers: make(map[desk.Mailbox]*worker), moved: make(chan struct{}),
	}, nil
}

// Open begins to read a mailbox: at once, and from then on when it moves. A
// mailbox that is open stays as it is.
func (r *Room) Open(m desk.Mailbox) error {
	c, err := r.o.Accounts.Client(m)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errors.New("gmail: the room is closed")
	}
	if r.workers[m] != nil {
		return nil
	}
	if !r.rolling {
		r.rolling = true
		r.wg.Go(r.rolls)
	}
	ctx, cancel := context.WithCancel(r.ctx)
	w := newWorker(r, m, c, cancel)
	r.workers[m] = w
	r.wg.Go(func() {
		defer close(w.left)
		w.run(ctx)
	})
	return nil
}

// Leave stops reading a mailbox and waits until its worker is gone.
func (r *Room) Leave(m desk.Mailbox) {
	r.mu.Lock()
	w := r.workers[m]
	delete(r.workers, m)
	r.mu.Unlock()
	if w != nil {
		w.cancel()
		<-w.left
		r.rest()
	}
}

// Hint says that a mailbox moved, to a history id (0 = unknown). It does not
// block. It gives false for a mailbox that is not open here.
func (r *Room) Hint(m desk.Mailbox, id uint64) bool {
	w := r.worker(m)
	if w == nil {
		return false
	}
	w.hint(id)
	return true
}

// Sweep has all mailboxes read now, hints or not.
func (r *Room) Sweep() {
	for _, w := range r.all() {
		w.readNow()
	}
}

// Flush has reads that were put off done now, and waits like Idle.
func (r *Room) Flush(ctx context.Context) error {
	for _, w := range r.all() {
		w.flush()
	}
	return r.Idle(ctx)
}

// Idle waits until no worker reads or is about to. A read that was put off as
// an echo does not count, nor does a mailbox without access.
func (r *Room) Idle(ctx context.Context) error {
	for {
		r.mu.Lock()
		moved := r.moved
		r.mu.Unlock()
		if !r.busy() {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Status is how a mailbox stands, as far as this process knows.
type Status struct {
	Mailbox      desk.Mailbox
	Cursor       uint64
	SyncedAt     time.Time // last reading to the end by this process
	Busy         bool      // reads, or is about to
	PutOff       bool      // has an echo to read later
	Known        bool      // what people want of it was read since it is open here
	Paused       bool      // people want it left alone for a while
	Disconnected bool      // or until it is connected again
	Problem      string    // why it cannot be read; "" = well
	Reads        int       // readings of the history
	Received     int       // messages handed to the desk
	Stale        int       // hints that told nothing new, or came while it rests
	SetAside     int       // messages that could not be taken in
	Panics       int       // of which the reading recovered
	// WatchFailures counts renewals of the watch that failed; WatchFailing is
	// since when none came through, zero = the last one did.
	WatchFailures int
	WatchFailing  time.Time
}

// Statuses gives how each mailbox stands, in no order.
func (r *Room) Statuses() []Status {
	var out []Status
	for _, w := range r.all() {
		out = append(out, w.status())
	}
	return out
}

// Close stops all workers, gives their leases back, stores what they counted,
// and waits for them.
func (r *Room) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	r.wg.Wait()
	return nil
}

func (r *Room) worker(m desk.Mailbox) *worker {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.workers[m]
}

func (r *Room) all() []*worker {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]*worker, 0, len(r.workers))
	for _, w := range r.workers {
		out = append(out, w)
	}
	return out
}

// serves tells whether a mailbox is open here.
func (r *Room) serves(m desk.Mailbox) bool { return r.worker(m) != nil }

func (r *Room) busy() bool {
	for _, w := range r.all() {
		if w.status().Busy {
			return true
		}
	}
	return false
}

// rest wakes those who wait in Idle.
func (r *Room) rest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.moved)
	r.moved = make(chan struct{})
}
