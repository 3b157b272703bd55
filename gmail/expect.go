package gmail

import (
	"sync"
	"time"

	"baton/desk"
)

// Our own label changes come back in the history. expected remembers those
// made to single messages, the bulk of them, so that their echo needs no look
// at the record. What is forgotten only costs that look.
const (
	expectFor = time.Minute
	expectMax = 8192 // messages remembered in one mailbox
)

// expected holds what one mailbox's history is going to repeat.
type expected struct {
	mu   sync.Mutex
	byID map[desk.MessageID]expectation
}

type expectation struct {
	on    []string // label ids put on
	until time.Time
}

// put remembers a change before it is made: its echo may be read before its
// answer.
func (e *expected) put(id desk.MessageID, on []string, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byID == nil {
		e.byID = make(map[desk.MessageID]expectation)
	}
	if len(e.byID) >= expectMax {
		for old, x := range e.byID {
			if now.After(x.until) {
				delete(e.byID, old)
			}
		}
		if len(e.byID) >= expectMax {
			clear(e.byID)
		}
	}
	e.byID[id] = expectation{on: on, until: now.Add(expectFor)}
}

// take gives the labels whose putting on is expected for a message, once.
func (e *expected) take(id desk.MessageID, now time.Time) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	x, ok := e.byID[id]
	if !ok {
		return nil
	}
	delete(e.byID, id)
	if now.After(x.until) {
		return nil
	}
	return x.on
}

// clear forgets everything: a thread was changed, messages remembered here may
// be among its own.
func (e *expected) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.byID)
}
