package main

import (
	"context"
	"net/http"

	"baton/addon"
	"baton/desk"
	"baton/gmail"
)

// opened reads the headers of the message that a person has open.
type opened struct {
	endpoint  string
	transport http.RoundTripper
}

// Handles implements addon.Mail.
func (o opened) Handles(ctx context.Context, m addon.Opened) ([]desk.RFCID, error) {
	return gmail.OpenedHandles(ctx, o.endpoint, o.transport, gmail.Opened(m))
}
