package gmail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"baton/desk"
	"baton/gmail/seal"
)

// AccessOptions say how mailboxes are reached. Grants and Enrolled are required.
type AccessOptions struct {
	Grants     desk.Grants
	Enrolled   func(desk.Mailbox) bool // which mailboxes may be opened, in whatever way
	Delegation Tokens                  // a KeyFile or Keyless; nil = none
	Consent    *Consent                // nil = owners cannot be asked
	Key        *seal.Key               // seals refresh tokens; nil = owners cannot be asked
	Logger     *slog.Logger            // told of each token and each change; nil = nobody is
	Now        func() time.Time        // nil = time.Now
}

// Access opens each mailbox in the way that its stored grant says: by its
// owner's consent, or by delegation, which is also the way of a mailbox without
// a grant. The grant is read anew for each token, so that what another process
// changed counts from the next token on.
type Access struct {
	o        AccessOptions
	onChange atomic.Pointer[func(desk.Mailbox)]
}

// NewAccess makes an Access. It makes no call.
func NewAccess(o AccessOptions) (*Access, error) {
	if o.Grants == nil || o.Enrolled == nil {
		return nil, errors.New("gmail: access needs a store of grants and to know which mailboxes are enrolled")
	}
	if (o.Consent == nil) != (o.Key == nil) {
		return nil, errors.New("gmail: consents need both an OAuth client and a key to seal them with")
	}
	if o.Consent != nil && (o.Consent.ClientID == "" || o.Consent.ClientSecret == "") {
		return nil, errors.New("gmail: consents need the OAuth client's id and secret")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Access{o: o}, nil
}

// Format prints nothing but the kind, whatever the verb.
func (a *Access) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "gmail.Access") }

// changed has f called when a mailbox is connected or disconnected here.
func (a *Access) changed(f func(desk.Mailbox)) { a.onChange.Store(&f) }

func (a *Access) tell(m desk.Mailbox) {
	if f := a.onChange.Load(); f != nil {
		(*f)(m)
	}
}

// TokenSource implements Tokens.
func (a *Access) TokenSource(ctx context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	if !a.o.Enrolled(m) {
		return nil, notEnrolled()
	}
	return request(func() (*oauth2.Token, error) { return a.token(ctx, m) }), nil
}

// token asks for a token by the mailbox's grant; once more if the grant turns
// out to have been replaced meanwhile.
func (a *Access) token(ctx context.Context, m desk.Mailbox) (*oauth2.Token, error) {
	g, err := a.grant(ctx, m)
	if err != nil {
		return nil, err
	}
	tok, err := a.byGrant(ctx, g)
	if refused := (*AccessError)(nil); errors.As(err, &refused) {
		again, rerr := a.grant(ctx, m)
		if rerr == nil && (again.Rev != g.Rev || again.Mode != g.Mode) {
			g = again
			tok, err = a.byGrant(ctx, g)
		}
	}
	if err != nil {
		return nil, err
	}
	a.o.Logger.InfoContext(ctx, "gmail: a token was issued", "mailbox", m, "by", g.Mode, "rev", g.Rev)
	return tok, nil
}

// grant reads the mailbox's grant; none is one by delegation with Rev 0.
func (a *Access) grant(ctx context.Context, m desk.Mailbox) (desk.Grant, error) {
	g, err := a.o.Grants.Grant(ctx, m)
	if errors.Is(err, desk.ErrNotFound) {
		return desk.Grant{Mailbox: m, Mode: desk.ByDelegation}, nil
	}
	if err != nil {
		return desk.Grant{}, fmt.Errorf("gmail: reading the mailbox's grant: %w", err)
	}
	return g, nil
}

func (a *Access) byGrant(ctx context.Context, g desk.Grant) (*oauth2.Token, error) {
	if g.Mode == desk.ByConsent {
		return a.byConsent(ctx, g)
	}
	if a.o.Delegation == nil {
		return nil, accessError("notConnected", nil)
	}
	s, err := a.o.Delegation.TokenSource(ctx, g.Mailbox)
	if err != nil {
		return nil, err
	}
	return s.Token()
}

func (a *Access) byConsent(ctx context.Context, g desk.Grant) (*oauth2.Token, error) {
	if a.o.Consent == nil {
		return nil, accessError("noOAuthClient", nil)
	}
	refresh, err := a.open(ctx, g)
	if err != nil {
		return nil, err
	}
	tok, err := a.o.Consent.refresh(ctx, refresh)
	if err != nil {
		return nil, err
	}
	fresh := Secret(cmp.Or(tok.RefreshToken, string(refresh)))
	if fresh != refresh || g.Key != a.o.Key.Name() {
		// Google gave a new refresh token, or there is a new key.
		if err := a.replace(context.WithoutCancel(ctx), g, fresh); err != nil {
			// The token at hand works; should the old refresh token be over, the
			// mailbox will ask to be connected again.
			a.o.Logger.ErrorContext(ctx, "gmail: a mailbox's consent could not be stored anew", "mailbox", g.Mailbox, "error", logged(err))
		}
	}
	return &oauth2.Token{AccessToken: tok.AccessToken, TokenType: tok.TokenType, Expiry: tok.Expiry}, nil
}

// open decrypts a consent's refresh token.
func (a *Access) open(ctx context.Context, g desk.Grant) (Secret, error) {
	plain, err := a.o.Key.Open(ctx, g.Token, g.Mailbox)
	switch {
	case errors.Is(err, seal.ErrSealed):
		return "", accessError("otherKey", err)
	case errors.Is(err, seal.ErrRefused):
		return "", accessError("keyRefused", err)
	case err != nil:
		return "", fmt.Errorf("gmail: opening the mailbox's consent: %w", err)
	}
	return Secret(plain), nil
}
