package firestore

import (
	"context"
	"errors"
	"hash/maphash"
	"math/rand/v2"
	"time"

	gcfirestore "cloud.google.com/go/firestore"
	"google.golang.org/grpc/status"
)

// call runs f, one exchange with Firestore, within the store's time for one.
func (s *Store) call(ctx context.Context, f func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.shut {
		s.mu.Unlock()
		return errClosed
	}
	s.calls.Add(1)
	s.mu.Unlock()
	defer s.calls.Done()
	within, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err := f(within)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return status.FromContextError(context.DeadlineExceeded).Err()
	}
	return err
}

// maxReads is how often a read is tried that fails for a reason that passes.
const maxReads = 4

// read runs f, which only reads and may run again, and counts one read for each
// time.
func (s *Store) read(ctx context.Context, f func(ctx context.Context) error) error {
	failed := pause{most: afterFault}
	for {
		s.reads.Add(1)
		err := s.call(ctx, f)
		if err == nil || !passing(err) || failed.tries == maxReads-1 {
			return translate(err)
		}
		if err := failed.wait(ctx); err != nil {
			return err
		}
	}
}

// getAll reads some documents as they stand together; missing ones are states
// that do not exist. One read.
func (s *Store) getAll(ctx context.Context, refs ...*gcfirestore.DocumentRef) (states []state, err error) {
	err = s.read(ctx, func(ctx context.Context) error {
		snaps, err := s.client.GetAll(ctx, refs)
		if err != nil {
			return err
		}
		states = make([]state, len(snaps))
		for i, snap := range snaps {
			states[i] = state{ref: refs[i]}
			if snap.Exists() {
				states[i] = state{ref: refs[i], exists: true, updated: snap.UpdateTime, fields: snap.Data()}
			}
		}
		return nil
	})
	return states, err
}

func (s *Store) get(ctx context.Context, ref *gcfirestore.DocumentRef) (state, error) {
	states, err := s.getAll(ctx, ref)
	if err != nil {
		return state{}, err
	}
	return states[0], nil
}

// pause spaces tries out, each time about twice as far, with jitter so that
// those who lost together do not lose together again.
type pause struct {
	tries int
	most  time.Duration
}

// shortPause is about what a commit takes. Others that are quicker are gone
// soon; a failure may last.
const (
	shortPause = 8 * time.Millisecond
	afterLoss  = 100 * time.Millisecond
	afterFault = time.Second
)

func (p *pause) wait(ctx context.Context) error {
	d := min(shortPause<<min(p.tries, 10), p.most)
	p.tries++
	t := time.NewTimer(d/4 + rand.N(d))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stripes are locks for keys, of which some share one. They spare callers of
// one process from computing changes that cannot win; what keeps a document
// right is the precondition of its commit.
type stripes struct {
	seed  maphash.Seed
	slots [256]chan struct{}
}

func newStripes() stripes {
	s := stripes{seed: maphash.MakeSeed()}
	for i := range s.slots {
		s.slots[i] = make(chan struct{}, 1)
	}
	return s
}

// lock waits for a key and gives what unlocks it.
func (s *stripes) lock(ctx context.Context, key string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slot := s.slots[maphash.String(s.seed, key)%uint64(len(s.slots))]
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lockBoth is lock for two keys.
func (s *stripes) lockBoth(ctx context.Context, a, b string) (unlock func(), err error) {
	x, y := maphash.String(s.seed, a)%uint64(len(s.slots)), maphash.String(s.seed, b)%uint64(len(s.slots))
	if x == y {
		return s.lock(ctx, a)
	}
	if x > y {
		a, b = b, a // in one order, so that no two callers wait for each other
	}
	first, err := s.lock(ctx, a)
	if err != nil {
		return nil, err
	}
	second, err := s.lock(ctx, b)
	if err != nil {
		first()
		return nil, err
	}
	return func() { second(); first() }, nil
}
