package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/desk"
)

// Disconnect takes a mailbox out until it is connected again: it is read no
// more, Gmail sends no more notices, the grant is forgotten and a consent ended
// at Google. With erase its records go too.
func (b *mailboxes) Disconnect(ctx context.Context, m desk.Mailbox, erase bool) (outcome, error) {
	d, st, err := b.begin(ctx, m)
	if err != nil {
		return outcome{}, err
	}
	g, err := b.store.Grant(ctx, m)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return outcome{}, err
	}
	granted := err == nil
	if granted && g.Mode == desk.ByConsent && (b.ways == nil || b.ways.key == nil) {
		return outcome{}, &fault{Code: "no_consent", Say: "The owner's consent cannot be ended at Google from here; nothing was changed.",
			Remedy: "Give --consent-client-id, --consent-client-secret and --token-key as for baton serve, or run this while baton serve runs."}
	}
	if !st.DisconnectedAt.IsZero() {
		d.skipped("disconnect", "It was disconnected already, %s.", b.since(st.DisconnectedAt))
	} else {
		now := b.now().UTC()
		if err := b.change(ctx, m, func(st *desk.MailboxState) {
			st.DisconnectedAt, st.PausedAt, st.Resync = now, time.Time{}, time.Time{}
		}); err != nil {
			return outcome{}, err
		}
		d.done("disconnect", "The mailbox is not read any more.")
	}
	if b.reader != nil {
		if err := b.reader.Refresh(ctx); err != nil {
			return outcome{}, err
		}
	}
	if err := b.stopWatch(ctx, d, st); err != nil {
		return outcome{}, err
	}
	if granted {
		if err := b.forget(ctx, d, g); err != nil {
			return outcome{}, err
		}
	}
	if b.accounts != nil {
		b.accounts.Forget(m)
	}
	if erase {
		if err := b.erase(ctx, d); err != nil {
			return outcome{}, fmt.Errorf("erasing the records was not finished; run the same command again: %w", err)
		}
	} else {
		d.note("Its records are kept: 'baton mailbox connect %s' goes on with them, 'baton mailbox disconnect %s --erase' takes them away.", m, m)
	}
	return b.end(ctx, d)
}

// forget drops a mailbox's grant.
func (b *mailboxes) forget(ctx context.Context, d *does, g desk.Grant) error {
	if g.Mode == desk.ByConsent {
		b.revoke(ctx, d, g.Mailbox)
		return ctx.Err()
	}
	if err := b.store.DropGrant(ctx, g.Mailbox); err != nil {
		return err
	}
	d.done("access", "Baton does not use the domain-wide delegation for it any more. The delegation itself stands in the Admin console.")
	return nil
}

// revoke ends a consent at Google and forgets it.
func (b *mailboxes) revoke(ctx context.Context, d *does, m desk.Mailbox) {
	if err := b.ways.access.Disconnect(ctx, m); err != nil {
		d.failed("consent", "The owner's consent is forgotten here, but could not be ended at Google; the owner can end it at https://myaccount.google.com/connections. (%s)", plain(err))
		return
	}
	d.done("consent", "The owner's consent was ended at Google and forgotten here.")
}

// erase takes the records of a disconnected mailbox away, when nobody reads it
// any more.
func (b *mailboxes) erase(ctx context.Context, d *does) (err error) {
	m := d.Mailbox
	verdicts, err := b.store.Verdicts(ctx, m)
	if err != nil {
		return err
	}
	statuses, err := b.store.Statuses(ctx, m)
	if err != nil {
		return err
	}
	if b.reader != nil {
		b.reader.Leave(m)
		if _, ok := b.policy().Mailbox(m); ok {
			// However this ends, the mailbox is known to be there, and disconnected.
			defer func() { err = errors.Join(err, b.reader.Open(m), b.reader.Refresh(context.WithoutCancel(ctx))) }()
		}
	}
	err = b.alone(ctx, m, func(ctx context.Context, fence int64) error {
		if err := b.store.EraseMailbox(ctx, m); err != nil {
			return err
		}
		return b.change(ctx, m, func(st *desk.MailboxState) {
			*st = desk.MailboxState{Address: m, DisconnectedAt: st.DisconnectedAt, Fence: max(st.Fence, fence), Restart: true}
		})
	})
	if err != nil {
		return err
	}
	d.done("erase", "%d conversations and the ledger lines of %d messages were erased, with their notes, shares and history. The mail itself is in Gmail, with the labels that it wears.", sum(statuses), sum(verdicts))
	return nil
}

func sum[K comparable](counts map[K]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
