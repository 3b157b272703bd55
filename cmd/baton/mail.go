package main

import (
	"context"

	"baton/addon"
	"baton/desk"
	"baton/gmail"
)

// threads reads mail for the desk, which is made before the way to Gmail is, and
// none of mailboxes that people took out, though delegation may still open them.
type threads struct{ sv *service }

// Heads implements desk.Threads.
func (t threads) Heads(ctx context.Context, m desk.Mailbox, id desk.ThreadID, newest desk.MessageID, messages int) ([]desk.Head, error) {
	if t.sv.disconnected(m) {
		return nil, errDisconnected
	}
	return t.sv.threads.Heads(ctx, m, id, newest, messages)
}

// Letters implements desk.Threads.
func (t threads) Letters(ctx context.Context, m desk.Mailbox, id desk.ThreadID, ids []desk.MessageID) ([]desk.Letter, error) {
	if t.sv.disconnected(m) {
		return nil, errDisconnected
	}
	return t.sv.threads.Letters(ctx, m, id, ids)
}

// opened reads the message that a person has open.
type opened struct{ *gmail.Openings }

// Handles implements addon.Mail.
func (o opened) Handles(ctx context.Context, m addon.Opened) ([]desk.RFCID, error) {
	return o.Openings.Handles(ctx, gmail.Opened(m))
}

// Original implements addon.Mail.
func (o opened) Original(m addon.Opened, thread desk.ThreadID) (addon.Original, error) {
	return o.Openings.Original(gmail.Opened(m), thread)
}
