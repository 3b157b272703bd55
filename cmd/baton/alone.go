package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"baton/desk"
	"baton/gmail"
)

const (
	// aloneTTL is for how long the right to a mailbox is held at a time.
	aloneTTL = 5 * time.Minute
	// aloneWait is how long is waited for who reads the mailbox to leave it.
	aloneWait = 2 * time.Minute
)

// alone does something with a mailbox's records when no process reads it any
// more, and keeps all others from it meanwhile, however long it takes. What is
// done ends early when the right to the mailbox is lost all the same. Where this
// process has the store to itself there is nobody, and the fence is 0.
func (b *mailboxes) alone(ctx context.Context, m desk.Mailbox, do func(ctx context.Context, fence int64) error) error {
	if b.reader == nil && b.store.Alone() {
		return do(ctx, 0)
	}
	holder := "erase-" + rand.Text()[:8]
	acquire := func(ctx context.Context) (desk.Lease, error) {
		now := b.now()
		return b.store.Acquire(ctx, gmail.LeaseName(m), holder, now, now.Add(aloneTTL))
	}
	l, err := acquire(ctx)
	for end := b.now().Add(aloneWait); errors.Is(err, desk.ErrHeld) && b.now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		l, err = acquire(ctx)
	}
	if err != nil {
		return err
	}
	held, lose := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(aloneTTL / 3)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
			}
			// A store that does not answer now may at the next tick.
			if _, err := acquire(held); errors.Is(err, desk.ErrHeld) {
				lose(fmt.Errorf("another process took the mailbox over meanwhile: %w", err))
				return
			}
		}
	}()
	err = do(held, l.Fence)
	if held.Err() != nil && ctx.Err() == nil {
		err = context.Cause(held)
	}
	lose(nil)
	<-ended
	return errors.Join(err, b.store.Release(context.WithoutCancel(ctx), gmail.LeaseName(m), holder))
}
