package main

import (
	"context"

	"baton/addon"
	"baton/desk"
	"baton/gmail"
)

// opened reads the headers of the message that a person has open.
type opened struct{ *gmail.Openings }

// Handles implements addon.Mail.
func (o opened) Handles(ctx context.Context, m addon.Opened) ([]desk.RFCID, error) {
	return o.Openings.Handles(ctx, gmail.Opened(m))
}
