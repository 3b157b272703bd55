package gmail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Scope is the only right that Baton asks for: read, label, draft and send,
// but not delete for good.
const Scope = gmailapi.GmailModifyScope

// googleTokenURL is where Google gives out tokens, and the audience of what is
// signed for it.
const googleTokenURL = "https://oauth2.googleapis.com/token"

// delegation opens mailboxes in the name of a service account that the domain's
// administrators let act for their users. It opens no mailbox that enrolled
// does not name: Google's delegation covers every user of the domain, so this
// is the only fence, and this file the only place that names a subject.
type delegation struct {
	account  string // the service account's address
	audience string
	tokenURL string
	enrolled func(desk.Mailbox) bool
	client   *http.Client
	now      func() time.Time
	// sign gives the claims as a signed JWT of the account.
	sign func(ctx context.Context, claims []byte) (string, error)
}

// TokenSource implements Tokens.
func (d *delegation) TokenSource(ctx context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	if !d.enrolled(m) {
		return nil, notEnrolled()
	}
	return request(func() (*oauth2.Token, error) {
		tok, err := d.token(ctx, m)
		if err != nil {
			return nil, delegationError(err)
		}
		return tok, nil
	}), nil
}

// Format prints nothing but the kind, whatever the verb.
func (d *delegation) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "gmail delegation") }

func notEnrolled() error {
	return fmt.Errorf("gmail: this mailbox is not enrolled: %w", desk.ErrForbidden)
}

// token signs for the mailbox and exchanges that for a token
// (developers.google.com/identity/protocols/oauth2/service-account).
func (d *delegation) token(ctx context.Context, m desk.Mailbox) (*oauth2.Token, error) {
	now := d.now()
	claims, err := json.Marshal(map[string]any{
		"iss": d.account, "sub": string(m), "scope": Scope, "aud": d.audience,
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	})
	if err != nil {
		return nil, fmt.Errorf("writing claims: %w", err)
	}
	signed, err := d.sign(ctx, claims)
	if err != nil {
		return nil, err
	}
	conf := clientcredentials.Config{
		TokenURL: d.tokenURL, AuthStyle: oauth2.AuthStyleInParams,
		EndpointParams: url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {signed}},
	}
	return conf.Token(context.WithValue(ctx, oauth2.HTTPClient, d.client))
}

// tokenClient makes the HTTP client of token requests; nil = the usual
// transport. The time bound is the context's and, for safety, its own.
func tokenClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport: transport, Timeout: tokenPatience,
		// Secrets are posted to where we were told, and nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("the token endpoint redirects") },
	}
}
