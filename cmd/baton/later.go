package main

import (
	"context"
	"sync"
	"time"

	"baton/desk"
)

// patience is how far ahead promises may be put off for a settling to wait for
// them: longer than a reply can be taken back, shorter than a nap.
const patience = 15 * time.Second

// later remembers the promises of this process that were put off for longer than
// patience.
type later struct {
	mu  sync.Mutex
	ids map[desk.IntentID]bool
}

func (l *later) note(p desk.Promise) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, in := range p.Intents {
		if time.Until(in.NotBefore) > patience {
			if l.ids == nil {
				l.ids = map[desk.IntentID]bool{}
			}
			l.ids[in.ID] = true
		}
	}
}

// owed counts the promises that a settling waits for.
func (d *demo) owed(ctx context.Context) (int, error) {
	open, err := d.openIntents(ctx)
	if err != nil || open == 0 {
		return open, err
	}
	d.later.mu.Lock()
	defer d.later.mu.Unlock()
	for id := range d.later.ids {
		in, err := d.service.store.Intent(ctx, id)
		if err != nil {
			return 0, err
		}
		if in.State.Open() && time.Until(in.NotBefore) > patience {
			open--
		} else {
			delete(d.later.ids, id)
		}
	}
	return open, nil
}
