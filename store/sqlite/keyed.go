package sqlite

import (
	"context"
	"sync"
)

// keyed is a lock for each of many keys. It spares callers who change the same
// record from computing changes that cannot win; what keeps the record right
// is the version check.
type keyed struct {
	mu    sync.Mutex
	slots map[string]*slot
}

type slot struct {
	busy  chan struct{} // holds one while locked
	users int
}

// lock waits for a key and gives what unlocks it.
func (k *keyed) lock(ctx context.Context, key string) (unlock func(), err error) {
	k.mu.Lock()
	s := k.slots[key]
	if s == nil {
		if k.slots == nil {
			k.slots = make(map[string]*slot)
		}
		s = &slot{busy: make(chan struct{}, 1)}
		k.slots[key] = s
	}
	s.users++
	k.mu.Unlock()
	select {
	case s.busy <- struct{}{}:
		return func() { <-s.busy; k.leave(key, s) }, nil
	case <-ctx.Done():
		k.leave(key, s)
		return nil, ctx.Err()
	}
}

func (k *keyed) leave(key string, s *slot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.users--; s.users == 0 {
		delete(k.slots, key)
	}
}
