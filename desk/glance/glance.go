// Package glance writes down who has a conversation before them, a moment after
// they looked, so that nobody waits for it: opening a card stays two reads.
//
// What it knows is only on its way: looks of the same person at the same
// conversation become one, a process that ends loses what it has not written,
// and a store that cannot write loses it too. A look informs and is renewed by
// the next one.
package glance

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"baton/desk"
)

// Keeper is what looks are written to; a desk.Store is.
type Keeper interface {
	Look(ctx context.Context, id desk.ConversationID, l desk.Look, over ...desk.Email) error
}

// Options are what a Book is made of.
type Options struct {
	Store  Keeper
	Logger *slog.Logger
	Delay  time.Duration // from a look to its writing; 0 = 300 ms
}

const (
	usualDelay = 300 * time.Millisecond
	// most is how many looks wait at most; more are dropped.
	most = 1000
	// patience is how long one writing may take.
	patience = 5 * time.Second
)

// Book takes looks and writes them. Its methods may run at the same time.
type Book struct {
	o    Options
	wake chan struct{}

	mu      sync.Mutex
	waiting map[key]desk.Looked
	busy    bool
}

type key struct {
	id desk.ConversationID
	by desk.Email
}

// New makes a Book. Nothing is written until Run.
func New(o Options) (*Book, error) {
	if o.Store == nil || o.Logger == nil {
		return nil, errors.New("glance: store and logger are required")
	}
	if o.Delay == 0 {
		o.Delay = usualDelay
	}
	return &Book{o: o, wake: make(chan struct{}, 1), waiting: make(map[key]desk.Looked)}, nil
}

// Looked takes a look; see desk.Options. It never blocks.
func (b *Book) Looked(l desk.Looked) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{l.Conversation, l.Look.By}
	if _, there := b.waiting[k]; !there && len(b.waiting) >= most {
		return
	}
	b.waiting[k] = l
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Idle tells whether nothing waits to be written.
func (b *Book) Idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting) == 0 && !b.busy
}

// Run writes looks until ctx ends. It gives nil.
func (b *Book) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-b.wake:
		}
		timer.Reset(b.o.Delay)
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		b.write(ctx)
	}
}

func (b *Book) write(ctx context.Context) {
	b.mu.Lock()
	some := b.waiting
	b.waiting, b.busy = make(map[key]desk.Looked), true
	b.mu.Unlock()
	for _, l := range some {
		within, cancel := context.WithTimeout(ctx, patience)
		err := b.o.Store.Look(within, l.Conversation, l.Look, l.Over...)
		cancel()
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			b.o.Logger.Warn("glance: a look was not written down", "conversation", l.Conversation, "error", err)
		}
	}
	b.mu.Lock()
	b.busy = false
	b.mu.Unlock()
}
