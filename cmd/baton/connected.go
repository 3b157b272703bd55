package main

import (
	"context"
	"errors"

	"baton/desk"
	"baton/desk/outbox"
)

// errDisconnected keeps promises waiting, and parks them in the end: people
// took the mailbox out, though delegation may still open it.
var errDisconnected = errors.New("the mailbox is disconnected; connect it again, or erase its records")

// connectedOnly performs intents of mailboxes that are not disconnected.
type connectedOnly struct {
	outbox.Performer
	gone func(desk.Mailbox) bool
}

// Perform implements outbox.Performer.
func (p connectedOnly) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	if p.gone(in.Mailbox) {
		return desk.Settlement{}, errDisconnected
	}
	return p.Performer.Perform(ctx, c, in)
}

// connectedOnly has performers leave disconnected mailboxes alone, as far as
// the room knows of them, which reads their states regularly.
func (sv *service) connectedOnly(all map[desk.IntentKind]outbox.Performer) map[desk.IntentKind]outbox.Performer {
	for kind, p := range all {
		all[kind] = connectedOnly{p, sv.disconnected}
	}
	return all
}

// disconnected tells whether people took a mailbox out, as far as the room knows.
// One of the policy that the room does not have, or knows nothing of yet, is being
// erased or was just now.
func (sv *service) disconnected(m desk.Mailbox) bool {
	for _, s := range sv.room.Statuses() {
		if s.Mailbox == m {
			return s.Disconnected || !s.Known
		}
	}
	_, ours := sv.desk.Policy().Mailbox(m)
	return ours
}

// served gives the mailboxes of the policy that people do not want left alone.
func (sv *service) served() []desk.Mailbox {
	var out []desk.Mailbox
	for _, s := range sv.room.Statuses() {
		if s.Known && !s.Disconnected && !s.Paused {
			out = append(out, s.Mailbox)
		}
	}
	return out
}

// reseal encrypts consents with the current key that another one sealed, also
// those of mailboxes that are paused, for which nobody asks for a token.
func (sv *service) reseal(ctx context.Context) {
	n, err := sv.boxes.ways.access.Reseal(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		sv.log.Warn("not every consent is encrypted with the current key: keep the older ones until it is", "error", err)
	case n > 0:
		sv.log.Info("consents were encrypted with the current key", "consents", n)
	}
}
