package main

import (
	"context"
	"errors"
	"time"

	"baton/desk"
	"baton/gmail"
)

// Pause has a mailbox left alone until Resume. Gmail is asked to send no more
// notices; mail that comes meanwhile is read afterwards.
func (b *mailboxes) Pause(ctx context.Context, m desk.Mailbox) (outcome, error) {
	d, st, err := b.begin(ctx, m)
	if err != nil {
		return outcome{}, err
	}
	if err := connected(st); err != nil {
		return outcome{}, err
	}
	if !st.PausedAt.IsZero() {
		d.skipped("pause", "It was paused already, %s.", b.since(st.PausedAt))
	} else {
		now := b.now().UTC()
		if err := b.change(ctx, m, func(st *desk.MailboxState) { st.PausedAt = now }); err != nil {
			return outcome{}, err
		}
		d.done("pause", "The mailbox is left alone from now on.")
	}
	if err := b.stopWatch(ctx, d, st); err != nil {
		return outcome{}, err
	}
	d.note("Mail that arrives meanwhile stays in Gmail and is read after 'baton mailbox resume %s'.", m)
	return b.end(ctx, d)
}

// Resume ends a pause.
func (b *mailboxes) Resume(ctx context.Context, m desk.Mailbox) (outcome, error) {
	d, st, err := b.begin(ctx, m)
	if err != nil {
		return outcome{}, err
	}
	if err := connected(st); err != nil {
		return outcome{}, err
	}
	if st.PausedAt.IsZero() {
		d.skipped("resume", "It was not paused.")
		return b.end(ctx, d)
	}
	if err := b.change(ctx, m, func(st *desk.MailboxState) { st.PausedAt = time.Time{} }); err != nil {
		return outcome{}, err
	}
	d.done("resume", "The pause of %s is over.", length(b.now().Sub(st.PausedAt)))
	d.note("What arrived meanwhile is read %s, and Gmail is asked for notices again.", b.when())
	return b.end(ctx, d)
}

// Resync has all mail since a time searched once, and taken in where the
// ledger does not have it.
func (b *mailboxes) Resync(ctx context.Context, m desk.Mailbox, since time.Time) (outcome, error) {
	d, st, err := b.begin(ctx, m)
	if err != nil {
		return outcome{}, err
	}
	if err := connected(st); err != nil {
		return outcome{}, err
	}
	now := b.now()
	if since.IsZero() || since.After(now) {
		return outcome{}, &fault{Code: faultInput, Say: "The time from which mail is searched must lie in the past.", Remedy: "Give --since 720h or a date such as --since 2026-01-31."}
	}
	since = since.UTC().Truncate(time.Second)
	if !st.Resync.IsZero() && !since.Before(st.Resync) {
		d.skipped("resync", "A search from %s on is asked for already and not done yet.", stamp(st.Resync))
	} else {
		if err := b.change(ctx, m, func(st *desk.MailboxState) { st.Resync = since }); err != nil {
			return outcome{}, err
		}
		d.done("resync", "All mail since %s is searched, and taken in where it is missing.", stamp(since))
	}
	switch {
	case !st.PausedAt.IsZero():
		d.note("The mailbox is paused: it is done after 'baton mailbox resume %s'.", m)
	default:
		d.note("It is done %s. 'baton mailbox status %s' shows when it is no longer waiting.", b.when(), m)
	}
	return b.end(ctx, d)
}

// change changes a mailbox's state.
func (b *mailboxes) change(ctx context.Context, m desk.Mailbox, fn func(*desk.MailboxState)) error {
	_, err := b.store.SetMailboxState(ctx, m, fn)
	return err
}

// connected refuses what makes no sense for a mailbox that was disconnected.
func connected(st desk.MailboxState) error {
	if st.DisconnectedAt.IsZero() {
		return nil
	}
	return &fault{Code: faultDisconnected, Say: "The mailbox was disconnected " + stamp(st.DisconnectedAt) + ".",
		Remedy: "Connect it again with 'baton mailbox connect " + string(st.Address) + "'."}
}

// when says when the server does what was asked for.
func (b *mailboxes) when() string {
	switch b.server() {
	case "running":
		return "at once"
	case "stopped":
		return "as soon as baton serve runs again; it does not run now"
	}
	return "within a minute, where baton serve runs"
}

// stopWatch asks Gmail to send no more notices. That Gmail refuses does no
// harm: nobody heeds them, and they end by themselves within a week.
func (b *mailboxes) stopWatch(ctx context.Context, d *does, st desk.MailboxState) error {
	if st.WatchExpires.IsZero() || !b.now().Before(st.WatchExpires) {
		d.skipped("watch", "Gmail sends no notices for it.")
		return nil
	}
	if b.accounts == nil {
		d.skipped("watch", "Gmail goes on sending notices until %s, which nobody heeds; the settings for access to it are not given here.", stamp(st.WatchExpires))
		return nil
	}
	err := b.stop(ctx, st.Address)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		d.skipped("watch", "Gmail could not be asked to send no more notices; nobody heeds them, and they end by themselves %s. %s", stamp(st.WatchExpires), plain(err))
		return nil
	}
	d.done("watch", "Gmail sends no more notices.")
	return b.change(ctx, st.Address, func(st *desk.MailboxState) { st.WatchExpires, st.WatchTopic = time.Time{}, "" })
}

func (b *mailboxes) stop(ctx context.Context, m desk.Mailbox) error {
	c, err := b.accounts.Client(m)
	if err != nil {
		return err
	}
	return c.Stop(gmail.Interactive(ctx))
}

// plain gives an error's words as people are told them.
func plain(err error) string {
	var access *gmail.AccessError
	if errors.As(err, &access) {
		return access.Say + " " + access.Remedy
	}
	return asFault(err).Error()
}
