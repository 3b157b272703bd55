package main

import (
	"context"

	"baton/desk"
)

// drafting and sendAs reach parts of the service that are made after the desk.
type (
	drafting struct{ sv *service }
	sendAs   struct{ sv *service }
)

// Make implements desk.Drafts.
func (d drafting) Make(ctx context.Context, t desk.ThreadID, in desk.Intent) (desk.Intent, error) {
	return d.sv.drafter.Make(ctx, t, in)
}

// InThread implements desk.Drafts.
func (d drafting) InThread(ctx context.Context, m desk.Mailbox, t desk.ThreadID) ([]string, error) {
	return d.sv.drafter.InThread(ctx, m, t)
}

// Accepted implements desk.SendAs.
func (s sendAs) Accepted(ctx context.Context, m desk.Mailbox) ([]desk.Address, error) {
	return s.sv.senders.Accepted(ctx, m)
}
