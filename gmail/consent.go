package gmail

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Where Google asks for consent and takes it back.
const (
	googleAuthURL   = "https://accounts.google.com/o/oauth2/v2/auth"
	googleRevokeURL = "https://oauth2.googleapis.com/revoke"
)

// Consent has mailboxes' owners agree, as an OAuth client of the web or desktop
// kind. ClientID and ClientSecret are required; the rest is Google's if empty.
type Consent struct {
	ClientID     string
	ClientSecret Secret
	AuthURL      string
	TokenURL     string
	RevokeURL    string
	GmailURL     string            // asked whose consent it is
	Transport    http.RoundTripper // nil = usual
	Now          func() time.Time  // nil = time.Now
}

// Consented is what an owner agreed to.
type Consented struct {
	Refresh Secret
	Scopes  []string
	Address desk.Mailbox // who agreed, as Gmail says
}

// Begin prepares to ask a mailbox's owner, who comes back to redirect: https,
// or http to this machine. It makes no call.
func (c *Consent) Begin(redirect string, m desk.Mailbox) (Flow, error) {
	u, err := url.Parse(redirect)
	if err != nil || u.Host == "" || u.Fragment != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return Flow{}, errors.New("gmail: the address to come back to after the consent must begin with https://, or be on this machine")
	}
	f := Flow{Mailbox: m, Redirect: redirect, State: oauth2.GenerateVerifier(), Verifier: Secret(oauth2.GenerateVerifier()), Began: c.now()}
	f.Visit = c.config(redirect).AuthCodeURL(f.State, oauth2.AccessTypeOffline, oauth2.ApprovalForce,
		oauth2.S256ChallengeOption(string(f.Verifier)), oauth2.SetAuthURLParam("login_hint", string(m)))
	return f, nil
}

// Finish takes what the owner's browser came back with, and gives the consent
// if the mailbox's own account gave it and gave enough. Otherwise nothing of
// it stays, at Google neither. Refusals are *AccessError.
func (c *Consent) Finish(ctx context.Context, f Flow, query url.Values) (Consented, error) {
	return c.finish(ctx, f, query, func(desk.Mailbox) bool { return false })
}

// finish is Finish. Google ends all consents that an account gave a client when
// one is revoked, so a stray one is let live if inUse says that the account's
// mailbox is connected. When nobody knows whose it is, it is most likely the
// mailbox's that was asked for.
func (c *Consent) finish(ctx context.Context, f Flow, query url.Values, inUse func(desk.Mailbox) bool) (Consented, error) {
	if err := f.check(query, c.now()); err != nil {
		return Consented{}, err
	}
	tok, err := c.config(f.Redirect).Exchange(c.with(ctx), query.Get("code"), oauth2.VerifierOption(string(f.Verifier)))
	if err != nil {
		return Consented{}, consentError(err, "code")
	}
	got := Consented{Refresh: Secret(tok.RefreshToken), Scopes: scopesOf(tok)}
	got.Address, err = c.whose(ctx, tok, got.Scopes)
	switch {
	case err != nil:
	case !strings.EqualFold(string(got.Address), string(f.Mailbox)):
		err = accessError("otherAccount", nil)
	case got.Refresh == "":
		err = accessError("noRefreshToken", nil)
	default:
		return got, nil
	}
	if inUse(cmp.Or(got.Address, f.Mailbox)) {
		return Consented{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenPatience)
	defer cancel()
	return Consented{}, errors.Join(err, c.Revoke(ctx, Secret(cmp.Or(tok.RefreshToken, tok.AccessToken))))
}

// whose asks Gmail whose token it is. Without the right to that, the consent is
// too small in any case.
func (c *Consent) whose(ctx context.Context, tok *oauth2.Token, scopes []string) (desk.Mailbox, error) {
	if !slices.Contains(scopes, Scope) {
		return "", accessError("scopeNotGranted", nil)
	}
	client, err := NewClient(func(context.Context) (oauth2.TokenSource, error) {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: tok.AccessToken}), nil
	}, Options{Endpoint: c.GmailURL, Transport: c.transport()})
	if err != nil {
		return "", err
	}
	defer client.Close()
	p, err := call(Interactive(ctx), client, GetProfile, repeatable, func(ctx context.Context) (*gmailapi.Profile, error) {
		return client.api.GetProfile("me").Fields("emailAddress").Context(ctx).Do()
	})
	if err != nil {
		return "", err
	}
	return desk.Mailbox(strings.ToLower(p.EmailAddress)), nil
}

// Revoke ends a consent at Google; one that is over already is no error.
func (c *Consent) Revoke(ctx context.Context, refresh Secret) error {
	ctx, cancel := context.WithTimeout(ctx, tokenPatience)
	defer cancel()
	form := strings.NewReader(url.Values{"token": {string(refresh)}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, cmp.Or(c.RevokeURL, googleRevokeURL), form)
	if err != nil {
		return errors.New("gmail: the address to revoke consents at is none")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := tokenClient(c.transport()).Do(req)
	if err != nil {
		return fmt.Errorf("gmail: Google could not be told that the consent is over: %w", err)
	}
	defer res.Body.Close()
	var body struct {
		Error string `json:"error"`
	}
	_ = json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&body) // the status says enough
	if res.StatusCode == http.StatusOK || res.StatusCode == http.StatusBadRequest && body.Error == "invalid_token" {
		return nil
	}
	return fmt.Errorf("gmail: Google did not take the consent back (%d); the owner can, at myaccount.google.com under third-party access", res.StatusCode)
}

// refresh gives a token by a refresh token, and with it a new refresh token if
// Google gave one.
func (c *Consent) refresh(ctx context.Context, refresh Secret) (*oauth2.Token, error) {
	tok, err := c.config("").TokenSource(c.with(ctx), &oauth2.Token{RefreshToken: string(refresh)}).Token()
	if err != nil {
		return nil, consentError(err, "consent")
	}
	if s := scopesOf(tok); len(s) > 0 && !slices.Contains(s, Scope) {
		return nil, accessError("insufficientPermissions", nil)
	}
	return tok, nil
}

func (c *Consent) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: string(c.ClientSecret), RedirectURL: redirect, Scopes: []string{Scope},
		Endpoint: oauth2.Endpoint{
			AuthURL: cmp.Or(c.AuthURL, googleAuthURL), TokenURL: cmp.Or(c.TokenURL, googleTokenURL), AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

func (c *Consent) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, tokenClient(c.transport()))
}

func (c *Consent) transport() http.RoundTripper {
	if c.Transport == nil {
		return http.DefaultTransport
	}
	return c.Transport
}

func (c *Consent) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// sameText compares without telling by its time how much is the same.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// scopesOf gives the scopes that a token's answer names.
func scopesOf(tok *oauth2.Token) []string {
	s, _ := tok.Extra("scope").(string)
	return strings.Fields(s)
}
