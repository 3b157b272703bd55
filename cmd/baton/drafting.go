package main

import (
	"context"

	"baton/desk"
)

// drafting and sendAs reach parts of the service that are made after the desk, and
// leave mailboxes alone that people took out.
type (
	drafting struct{ sv *service }
	sendAs   struct{ sv *service }
)

// Make implements desk.Drafts.
func (d drafting) Make(ctx context.Context, t desk.ThreadID, in desk.Intent) (desk.Intent, error) {
	if d.sv.disconnected(in.Mailbox) {
		return in, errDisconnected
	}
	return d.sv.drafter.Make(ctx, t, in)
}

// InThread implements desk.Drafts.
func (d drafting) InThread(ctx context.Context, m desk.Mailbox, t desk.ThreadID) ([]string, error) {
	if d.sv.disconnected(m) {
		return nil, errDisconnected
	}
	return d.sv.drafter.InThread(ctx, m, t)
}

// Accepted implements desk.SendAs.
func (s sendAs) Accepted(ctx context.Context, m desk.Mailbox) ([]desk.Address, error) {
	if s.sv.disconnected(m) {
		return nil, errDisconnected
	}
	return s.sv.senders.Accepted(ctx, m)
}
