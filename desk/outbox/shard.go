package outbox

import (
	"context"
	"hash/fnv"
	"sync"

	"baton/desk"
)

// task is one intent to perform; record is what the change committed, or nil
// when the record must be read.
type task struct {
	intent desk.Intent
	record *desk.Conversation
}

// shard says which worker performs a task: always the same for one
// conversation, so that its intents are performed in order.
func (t task) shard(n int) int {
	h := fnv.New32a()
	h.Write([]byte(t.intent.Conversation))
	return int(h.Sum32() % uint32(n))
}

// shard is one worker's queue: tasks behind a waiting person go first.
type shard struct {
	mu      sync.Mutex
	waiting [2][]task // interactive, background
	ready   chan struct{}
}

func newShard() *shard { return &shard{ready: make(chan struct{}, 1)} }

func (s *shard) push(t task) {
	s.mu.Lock()
	lane := 1
	if t.intent.Interactive {
		lane = 0
	}
	s.waiting[lane] = append(s.waiting[lane], t)
	s.mu.Unlock()
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// next waits for a task; false when the context ended.
func (s *shard) next(ctx context.Context) (task, bool) {
	for {
		if ctx.Err() != nil {
			return task{}, false
		}
		if t, ok := s.pop(); ok {
			return t, true
		}
		select {
		case <-ctx.Done():
		case <-s.ready:
		}
	}
}

func (s *shard) pop() (task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for lane := range s.waiting {
		if q := s.waiting[lane]; len(q) > 0 {
			t := q[0]
			q[0] = task{}
			s.waiting[lane] = q[1:]
			return t, true
		}
	}
	return task{}, false
}
