package gmail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"baton/desk"
	"baton/gmail/seal"
)

// Begin prepares to ask the owner of an enrolled mailbox; see Consent.Begin.
func (a *Access) Begin(redirect string, m desk.Mailbox) (Flow, error) {
	if a.o.Consent == nil {
		return Flow{}, accessError("noOAuthClient", nil)
	}
	if !a.o.Enrolled(m) {
		return Flow{}, notEnrolled()
	}
	return a.o.Consent.Begin(redirect, m)
}

// Finish is Consent.Finish and then Connect. A stray consent of an account
// whose own mailbox is connected is not revoked, for that would end both.
func (a *Access) Finish(ctx context.Context, f Flow, query url.Values) (desk.Grant, error) {
	if a.o.Consent == nil {
		return desk.Grant{}, accessError("noOAuthClient", nil)
	}
	if !a.o.Enrolled(f.Mailbox) {
		return desk.Grant{}, notEnrolled()
	}
	c, err := a.o.Consent.finish(ctx, f, query, func(m desk.Mailbox) bool {
		g, err := a.o.Grants.Grant(ctx, m)
		return err == nil && g.Mode == desk.ByConsent || err != nil && !errors.Is(err, desk.ErrNotFound)
	})
	if err != nil {
		return desk.Grant{}, err
	}
	return a.Connect(ctx, f.Mailbox, c)
}

// Connect stores an owner's consent, encrypted, in place of the grant that the
// mailbox had.
func (a *Access) Connect(ctx context.Context, m desk.Mailbox, c Consented) (desk.Grant, error) {
	switch {
	case a.o.Key == nil:
		return desk.Grant{}, accessError("noOAuthClient", nil)
	case !a.o.Enrolled(m):
		return desk.Grant{}, notEnrolled()
	case c.Refresh == "" || !strings.EqualFold(string(c.Address), string(m)):
		return desk.Grant{}, accessError("otherAccount", nil)
	}
	g, err := a.sealed(ctx, desk.Grant{Mailbox: m, Mode: desk.ByConsent, Scopes: c.Scopes}, c.Refresh)
	if err != nil {
		return desk.Grant{}, err
	}
	return a.set(ctx, g)
}

// Delegate stores that a mailbox is reached by delegation, in place of the
// grant that it had.
func (a *Access) Delegate(ctx context.Context, m desk.Mailbox) (desk.Grant, error) {
	if a.o.Delegation == nil {
		return desk.Grant{}, accessError("notConnected", nil)
	}
	if !a.o.Enrolled(m) {
		return desk.Grant{}, notEnrolled()
	}
	return a.set(ctx, desk.Grant{Mailbox: m, Mode: desk.ByDelegation, Scopes: []string{Scope}, At: a.o.Now()})
}

// Disconnect forgets a mailbox's grant and ends a consent at Google. An error
// of Google's comes back, but the grant is forgotten all the same. A mailbox
// without a grant is no error; by delegation, where there is one, it can still
// be opened.
func (a *Access) Disconnect(ctx context.Context, m desk.Mailbox) error {
	g, err := a.grant(ctx, m)
	if err != nil {
		return err
	}
	var ended error
	if g.Mode == desk.ByConsent {
		ended = a.end(ctx, g)
	}
	if err := a.o.Grants.DropGrant(ctx, m); err != nil {
		return errors.Join(fmt.Errorf("gmail: forgetting the mailbox's grant: %w", err), ended)
	}
	a.o.Logger.InfoContext(ctx, "gmail: a mailbox's grant was dropped", "mailbox", m, "by", g.Mode, "rev", g.Rev)
	a.tell(m)
	return ended
}

func (a *Access) end(ctx context.Context, g desk.Grant) error {
	if a.o.Consent == nil {
		return accessError("noOAuthClient", nil)
	}
	refresh, err := a.open(ctx, g)
	if err != nil {
		return err
	}
	return a.o.Consent.Revoke(ctx, refresh)
}

// Reseal encrypts all consents that another key sealed with the current one, so
// that the other can be retired, and gives how many. Each token does so for its
// mailbox, but nobody asks for tokens of mailboxes that are paused.
func (a *Access) Reseal(ctx context.Context) (int, error) {
	if a.o.Key == nil {
		return 0, nil
	}
	all, err := a.o.Grants.Grants(ctx)
	if err != nil {
		return 0, fmt.Errorf("gmail: listing grants: %w", err)
	}
	n := 0
	for _, g := range all {
		if g.Mode != desk.ByConsent || g.Key == a.o.Key.Name() {
			continue
		}
		refresh, err := a.open(ctx, g)
		if err == nil {
			err = a.replace(ctx, g, refresh)
		}
		if err != nil {
			return n, fmt.Errorf("gmail: sealing a consent anew, after %d: %w", n, err)
		}
		n++
	}
	return n, nil
}

// replace stores another refresh token for a grant, unless the grant was
// replaced itself.
func (a *Access) replace(ctx context.Context, g desk.Grant, refresh Secret) error {
	fresh, err := a.sealed(ctx, g, refresh)
	if err != nil {
		return err
	}
	if _, err := a.o.Grants.RenewGrant(ctx, fresh); err != nil && !errors.Is(err, desk.ErrConflict) {
		return fmt.Errorf("gmail: storing the mailbox's grant: %w", err)
	}
	return nil
}

func (a *Access) sealed(ctx context.Context, g desk.Grant, refresh Secret) (desk.Grant, error) {
	sealed, err := a.o.Key.Seal(ctx, []byte(refresh), g.Mailbox)
	if errors.Is(err, seal.ErrRefused) {
		return desk.Grant{}, accessError("keyRefused", err)
	}
	if err != nil {
		return desk.Grant{}, fmt.Errorf("gmail: sealing the mailbox's consent: %w", err)
	}
	g.Token, g.Key, g.At = sealed, a.o.Key.Name(), a.o.Now()
	return g, nil
}

func (a *Access) set(ctx context.Context, g desk.Grant) (desk.Grant, error) {
	g, err := a.o.Grants.SetGrant(ctx, g)
	if err != nil {
		return desk.Grant{}, fmt.Errorf("gmail: storing the mailbox's grant: %w", err)
	}
	a.o.Logger.InfoContext(ctx, "gmail: a mailbox was connected", "mailbox", g.Mailbox, "by", g.Mode, "rev", g.Rev)
	a.tell(g.Mailbox)
	return g, nil
}
