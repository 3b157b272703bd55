package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/store"
)

// right is a store that knows nothing but who has the right to a mailbox.
type right struct {
	store.Opened
	mu     sync.Mutex
	lease  desk.Lease
	broken bool
}

func (r *right) change(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn()
}

func (r *right) Alone() bool { return false }

func (r *right) Acquire(_ context.Context, name, holder string, now, until time.Time) (desk.Lease, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.broken:
		return desk.Lease{}, desk.ErrUnavailable
	case r.lease.Holder != holder && now.Before(r.lease.Until):
		return desk.Lease{}, desk.ErrHeld
	case r.lease.Holder != holder:
		r.lease = desk.Lease{Name: name, Holder: holder, Fence: r.lease.Fence + 1}
	}
	r.lease.Until = until
	return r.lease, nil
}

func (r *right) Release(_ context.Context, _, holder string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lease.Holder == holder {
		r.lease.Until = time.Time{}
	}
	return nil
}

// TestAlone: what is done alone stays alone for hours, waits for who was there
// before, and ends when the right is lost.
func TestAlone(t *testing.T) {
	bubble := func(name string, test func(t *testing.T, r *right, b *mailboxes)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &right{}
				test(t, r, &mailboxes{store: r, now: time.Now})
				if time.Now().Before(r.lease.Until) && strings.HasPrefix(r.lease.Holder, "erase-") {
					t.Error("the right is still held")
				}
			})
		})
	}
	bubble("for hours", func(t *testing.T, r *right, b *mailboxes) {
		r.lease = desk.Lease{Holder: "reader", Fence: 6, Until: time.Now().Add(time.Minute)}
		began := time.Now()
		err := b.alone(t.Context(), support, func(ctx context.Context, fence int64) error {
			if waited := time.Since(began); fence != 7 || waited < time.Minute || waited > time.Minute+2*time.Second {
				t.Errorf("fence %d after %s", fence, waited)
			}
			for minute := range 180 {
				r.change(func() { r.broken = minute%4 > 1 })
				time.Sleep(time.Minute)
				r.change(func() {
					if left := time.Until(r.lease.Until); left <= 0 {
						t.Errorf("after %d minutes the right ended %s ago", minute, -left)
					}
				})
			}
			return ctx.Err()
		})
		if err != nil {
			t.Error(err)
		}
	})
	bubble("lost", func(t *testing.T, r *right, b *mailboxes) {
		err := b.alone(t.Context(), support, func(ctx context.Context, _ int64) error {
			r.change(func() { r.lease = desk.Lease{Holder: "thief", Until: time.Now().Add(time.Hour)} })
			<-ctx.Done()
			return ctx.Err()
		})
		if !errors.Is(err, desk.ErrHeld) || !strings.Contains(err.Error(), "took the mailbox over") {
			t.Errorf("ended with %v", err)
		}
	})
	bubble("nobody leaves", func(t *testing.T, r *right, b *mailboxes) {
		r.lease = desk.Lease{Holder: "reader", Until: time.Now().Add(time.Hour)}
		err := b.alone(t.Context(), support, func(context.Context, int64) error { t.Error("done next to a reader"); return nil })
		if !errors.Is(err, desk.ErrHeld) {
			t.Errorf("ended with %v", err)
		}
	})
	bubble("stopped", func(t *testing.T, r *right, b *mailboxes) {
		ctx, stop := context.WithCancel(t.Context())
		err := b.alone(ctx, support, func(ctx context.Context, _ int64) error { stop(); <-ctx.Done(); return ctx.Err() })
		if !errors.Is(err, context.Canceled) || errors.Is(err, desk.ErrHeld) {
			t.Errorf("ended with %v", err)
		}
	})
	bubble("what fails", func(t *testing.T, r *right, b *mailboxes) {
		broken := errors.New("broken")
		if err := b.alone(t.Context(), support, func(context.Context, int64) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("ended with %v", err)
		}
	})
}
