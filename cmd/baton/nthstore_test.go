package main

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// failingStore is a store of which one call fails: before it does anything, or
// after it did everything.
type failingStore struct {
	desk.Store
	fail *nth
}

var errStruck = fmt.Errorf("struck: %w", desk.ErrUnavailable)

func struck[T any](f *nth, do func() (T, error)) (T, error) {
	var zero T
	switch f.strike() {
	case "before":
		return zero, errStruck
	case "after":
		if _, err := do(); err != nil {
			return zero, err
		}
		return zero, errStruck
	}
	return do()
}

func struckOnly(f *nth, do func() error) error {
	_, err := struck(f, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

func (s failingStore) Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error) {
	return struck(s.fail, func() (desk.Conversation, error) { return s.Store.Conversation(ctx, id) })
}

func (s failingStore) Update(ctx context.Context, id desk.ConversationID, fn func(*desk.Conversation) (desk.Change, error)) (desk.Conversation, error) {
	return struck(s.fail, func() (desk.Conversation, error) { return s.Store.Update(ctx, id, fn) })
}

func (s failingStore) UpdateBoth(ctx context.Context, a, b desk.ConversationID, fn func(a, b *desk.Conversation) (desk.Change, desk.Change, error)) (x, y desk.Conversation, err error) {
	x, err = struck(s.fail, func() (desk.Conversation, error) {
		var x desk.Conversation
		x, y, err = s.Store.UpdateBoth(ctx, a, b, fn)
		return x, err
	})
	return x, y, err
}

func (s failingStore) Customer(ctx context.Context, m desk.Mailbox, of desk.Email, in []desk.Mailbox, limit int) (id desk.Identity, found []desk.Conversation, err error) {
	id, err = struck(s.fail, func() (desk.Identity, error) {
		var id desk.Identity
		id, found, err = s.Store.Customer(ctx, m, of, in, limit)
		return id, err
	})
	return id, found, err
}

func (s failingStore) Resolve(ctx context.Context, handles ...desk.Handle) ([]desk.ConversationID, error) {
	return struck(s.fail, func() ([]desk.ConversationID, error) { return s.Store.Resolve(ctx, handles...) })
}

func (s failingStore) Record(ctx context.Context, line desk.LedgerLine) error {
	return struckOnly(s.fail, func() error { return s.Store.Record(ctx, line) })
}

func (s failingStore) Line(ctx context.Context, m desk.Mailbox, id desk.MessageID) (desk.LedgerLine, error) {
	return struck(s.fail, func() (desk.LedgerLine, error) { return s.Store.Line(ctx, m, id) })
}

func (s failingStore) Known(ctx context.Context, m desk.Mailbox, ids []desk.MessageID) (map[desk.MessageID]desk.ConversationID, error) {
	return struck(s.fail, func() (map[desk.MessageID]desk.ConversationID, error) { return s.Store.Known(ctx, m, ids) })
}

func (s failingStore) Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]desk.Intent, error) {
	return struck(s.fail, func() ([]desk.Intent, error) { return s.Store.Claim(ctx, holder, now, until, limit) })
}

func (s failingStore) Settle(ctx context.Context, outcomes []desk.Settlement) ([]desk.Intent, error) {
	return struck(s.fail, func() ([]desk.Intent, error) { return s.Store.Settle(ctx, outcomes) })
}

func (s failingStore) MailboxState(ctx context.Context, m desk.Mailbox) (desk.MailboxState, error) {
	return struck(s.fail, func() (desk.MailboxState, error) { return s.Store.MailboxState(ctx, m) })
}

func (s failingStore) SetMailboxState(ctx context.Context, m desk.Mailbox, fn func(*desk.MailboxState)) (desk.MailboxState, error) {
	return struck(s.fail, func() (desk.MailboxState, error) { return s.Store.SetMailboxState(ctx, m, fn) })
}

func (s failingStore) MailboxStates(ctx context.Context) ([]desk.MailboxState, error) {
	return struck(s.fail, func() ([]desk.MailboxState, error) { return s.Store.MailboxStates(ctx) })
}

func (s failingStore) Acquire(ctx context.Context, name, holder string, now, until time.Time) (desk.Lease, error) {
	return struck(s.fail, func() (desk.Lease, error) { return s.Store.Acquire(ctx, name, holder, now, until) })
}

func (s failingStore) Release(ctx context.Context, name, holder string) error {
	return struckOnly(s.fail, func() error { return s.Store.Release(ctx, name, holder) })
}

func (s failingStore) Presences(ctx context.Context) (map[desk.Email]desk.Presence, error) {
	return struck(s.fail, func() (map[desk.Email]desk.Presence, error) { return s.Store.Presences(ctx) })
}

func (s failingStore) Turns(ctx context.Context, team string) (map[desk.Email]time.Time, error) {
	return struck(s.fail, func() (map[desk.Email]time.Time, error) { return s.Store.Turns(ctx, team) })
}
