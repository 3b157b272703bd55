package gmail

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"baton/desk"
)

// Opened is a message that a person has open in their own mailbox, with the
// short-lived tokens of the add-on's event. They reach that message alone.
type Opened struct {
	Message      string // as the event names it: msg-f:<decimal>, msg-a:... or hex
	UserToken    string
	MessageToken string
}

// OpenedHandles gives the Message-ID of an opened message first, then those of
// the messages that it answers, newest first. It costs the person's own quota
// 20 units. The tokens are not kept.
func OpenedHandles(ctx context.Context, endpoint string, transport http.RoundTripper, o Opened) ([]desk.RFCID, error) {
	ctx, cancel := context.WithTimeout(ctx, hastyRetry().Total)
	defer cancel()
	client := &http.Client{Transport: &oauth2.Transport{
		Base: transport, Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: o.UserToken}),
	}}
	service, err := gmailapi.NewService(ctx, option.WithHTTPClient(client), option.WithEndpoint(endpoint))
	if err != nil {
		return nil, fmt.Errorf("gmail: client for an opened message: %w", err)
	}
	call := service.Users.Messages.Get("me", o.Message).Format("metadata").
		MetadataHeaders("Message-ID", "In-Reply-To", "References").Context(ctx)
	// developers.google.com/workspace/add-ons/guides/alternate-runtimes: the
	// token of the message goes beside the person's.
	call.Header().Set("X-Goog-Gmail-Access-Token", o.MessageToken)
	m, err := call.Do()
	if err != nil {
		return nil, fmt.Errorf("gmail: headers of an opened message: %w", err)
	}
	h := headersOf(m.Payload)
	ids := references(h)
	slices.Reverse(ids)
	if own := messageID(h); own != "" {
		ids = append([]desk.RFCID{own}, ids...)
	}
	return ids, nil
}
