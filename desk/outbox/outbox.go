// Package outbox keeps the promises that changes made: it takes intents, has
// them performed, settles them or tries again.
//
// An intent comes in one of two ways. The process that committed it hands it
// over at once (Promised), born claimed, so that a label follows a click without
// another commit. All others, left by a process that died or put off after a
// failure, are found by polling the store.
//
// Intents of one conversation are performed one after the other; those behind
// a waiting person go before background ones. Performing twice is harmless:
// labels are desired state, and a settlement that comes after the record moved
// on opens its intent again; a mail is sent once by its performer, whoever holds
// the claim. A failure is tried again with growing pauses; an intent that keeps
// failing is parked with its reason for a person to see.
package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"baton/desk"
)

// Performer does one kind of intent's effect on the outside world. c is the
// record that the intent stands for, as it was when the intent was taken.
//
// It gives what to settle. The zero Settlement is done; the performer may also
// have the intent wait without counting a failure, park or cancel it at once,
// and keep what it found (Sent, AbsentAt). ID, Holder and LabelsRev are filled
// in. An error is a failure: it is tried again, and parked after too many, but
// for a send, which only its performer parks.
type Performer interface {
	Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error)
}

// Store is what the outbox needs of a store.
type Store interface {
	desk.Outbox
	Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error)
}

// Options are what an Outbox is made of.
type Options struct {
	Store      Store
	Performers map[desk.IntentKind]Performer
	Holder     string // names this process in claims; the same as the desk's
	Clock      func() time.Time
	Logger     *slog.Logger
	// Workers is how many conversations are worked on at once; 0 = 8.
	Workers int
	// Poll is how often the store is asked for intents that nobody performs;
	// 0 = 5 s.
	Poll time.Duration
	// Claim is how long a claim lives; 0 = one minute.
	Claim time.Duration
	// Attempts is after how many failures an intent is parked; 0 = 12.
	Attempts int
	// Pause gives the time to wait after the nth failure (from 1); nil = Backoff.
	Pause func(n int) time.Duration
	// Parked is told of an intent before it is parked, so that people learn of
	// it; nil = nobody is. While it fails, the intent stays open. It may be told
	// of one intent more than once.
	Parked func(ctx context.Context, in desk.Intent, reason string) error
}

// Outbox keeps promises. Use New, hand Promised to the desk, and Run it.
type Outbox struct {
	o       Options
	shards  []*shard
	settled chan result
	wake    chan struct{} // ask the store now
	sooner  chan struct{} // due has changed

	mu      sync.Mutex
	due     []time.Time // when intents that were put off by their makers may be tried
	pending int         // queued, being performed or being settled
	more    bool        // the store held more than there was room for
	stats   Stats
}

// Stats counts what the outbox did since it was made.
type Stats struct {
	Performed, Failed, Parked uint64 // a parked one has failed, too
	Waited                    uint64 // tries that put an intent off, or cancelled it
	Pending                   int
}

// New makes an Outbox.
func New(o Options) (*Outbox, error) {
	if o.Store == nil || o.Holder == "" || o.Logger == nil || len(o.Performers) == 0 {
		return nil, errors.New("outbox: store, holder, logger and performers are required")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Poll == 0 {
		o.Poll = 5 * time.Second
	}
	if o.Claim == 0 {
		o.Claim = time.Minute
	}
	if o.Attempts == 0 {
		o.Attempts = 12
	}
	if o.Pause == nil {
		o.Pause = Backoff
	}
	if o.Parked == nil {
		o.Parked = func(context.Context, desk.Intent, string) error { return nil }
	}
	b := &Outbox{o: o, settled: make(chan result, 4*o.Workers), wake: make(chan struct{}, 1), sooner: make(chan struct{}, 1)}
	for range o.Workers {
		b.shards = append(b.shards, newShard())
	}
	return b, nil
}

// Promised takes over the intents of a committed change that this process
// claimed when it made them. It does not block.
func (b *Outbox) Promised(p desk.Promise) {
	for _, in := range p.Intents {
		if in.Holder == b.o.Holder {
			c := p.Conversation
			b.push(task{intent: in, record: &c})
		} else if in.NotBefore.After(b.o.Clock()) {
			b.later(in.NotBefore)
		} else {
			b.poke()
		}
	}
}

// Run performs intents until the context ends; then it finishes what is being
// performed, settles it, and gives its claims back.
func (b *Outbox) Run(ctx context.Context) error {
	work := context.WithoutCancel(ctx) // a started call is finished; each has its own deadline
	var workers, settler errgroup.Group
	for _, s := range b.shards {
		workers.Go(func() error {
			for {
				t, ok := s.next(ctx)
				if !ok {
					return nil
				}
				b.settled <- b.perform(work, t)
			}
		})
	}
	settler.Go(func() error { b.settleAll(work); return nil })
	b.poll(ctx)
	err := workers.Wait()
	close(b.settled)
	return errors.Join(err, settler.Wait(), b.o.Store.Unclaim(work, b.o.Holder))
}

// Idle tells whether this process has nothing queued, performing or settling.
// The store may still hold intents that wait for their time.
func (b *Outbox) Idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pending == 0
}

// Stats gives the counters.
func (b *Outbox) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stats
	s.Pending = b.pending
	return s
}

func (b *Outbox) count(f func(*Stats), pending int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending += pending
	if f != nil {
		f(&b.stats)
	}
	if b.more && b.half() {
		b.more = false
		b.poke()
	}
}

// half tells whether half of the room is free, so that claiming again is worth
// a commit. The lock is held.
func (b *Outbox) half() bool { return b.pending <= room*len(b.shards)/2 }

// left notes that the store may hold more than was claimed, and tells whether
// there is room for it already.
func (b *Outbox) left() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.more = !b.half()
	return !b.more
}

// poke asks for a poll soon.
func (b *Outbox) poke() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *Outbox) push(t task) {
	b.count(nil, 1)
	b.shards[t.shard(len(b.shards))].push(t)
}

// room is how many intents are claimed ahead for each worker; more would only
// let claims run out while they wait, and be claimed in vain by a process that
// dies soon. batch is how many are claimed in one commit at most.
const (
	room  = 16
	batch = 100
)

// poll claims what lies in the store until the context ends.
func (b *Outbox) poll(ctx context.Context) {
	for {
		want := min(room*len(b.shards)-b.Stats().Pending, batch)
		got := 0
		if want > 0 {
			now := b.o.Clock()
			ins, err := b.o.Store.Claim(ctx, b.o.Holder, now, now.Add(b.o.Claim), want)
			if err != nil && ctx.Err() == nil {
				b.o.Logger.Error("outbox: intents cannot be claimed; trying again", "error", err)
			}
			for _, in := range ins {
				b.push(task{intent: in})
			}
			got = len(ins)
		}
		if got == batch || got >= want && b.left() {
			continue
		}
		if !b.rest(ctx) {
			return
		}
	}
}
