package main

import (
	"context"

	"baton/desk"
	"baton/gmail"
)

// newImporter makes what puts handed-in mail into shared mailboxes.
func (sv *service) newImporter() (*gmail.Importer, error) {
	return gmail.NewImporter(gmail.ImporterOptions{
		Accounts: sv.accounts,
		Own:      func(e desk.Email) bool { return sv.desk.Policy().OwnAddress(e) },
		Shared:   func(m desk.Mailbox) bool { _, ok := sv.desk.Policy().Mailbox(m); return ok },
	})
}

// importer imports mail for the desk, which is made before the way to Gmail is,
// and leaves mailboxes alone that people took out.
type importer struct{ sv *service }

func (i importer) open(m desk.Mailbox) error {
	if i.sv.disconnected(m) {
		return &desk.Problem{Kind: desk.ErrMail, Say: string(m) + " is disconnected, so nothing can be handed in there. Ask the person who looks after Baton."}
	}
	return nil
}

// Find implements desk.Importer.
func (i importer) Find(ctx context.Context, m desk.Mailbox, id desk.RFCID) (desk.Landing, error) {
	if err := i.open(m); err != nil {
		return desk.Landing{}, err
	}
	return i.sv.importer.Find(ctx, m, id)
}

// Import implements desk.Importer.
func (i importer) Import(ctx context.Context, m desk.Mailbox, t desk.ThreadID, c desk.Copy) (desk.Landing, error) {
	if err := i.open(m); err != nil {
		return desk.Landing{}, err
	}
	return i.sv.importer.Import(ctx, m, t, c)
}

// Arrived implements desk.Importer.
func (i importer) Arrived(ctx context.Context, m desk.Mailbox, id desk.MessageID, needs desk.Needs) (desk.Arrival, error) {
	return i.sv.importer.Arrived(ctx, m, id, needs)
}

// Thread implements desk.Importer.
func (i importer) Thread(ctx context.Context, m desk.Mailbox, t desk.ThreadID) ([]desk.Arrival, error) {
	return i.sv.importer.Thread(ctx, m, t)
}
