package gmailsim_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"

	"baton/gmail/gmailsim"
)

func googleError(err error) *googleapi.Error {
	e, _ := errors.AsType[*googleapi.Error](err)
	return e
}

// asker is an OAuth client in a world.
type asker struct {
	w    *world
	conf oauth2.Config
}

func newAsker(t *testing.T, w *world, redirects ...string) *asker {
	t.Helper()
	id, secret, err := w.OAuthClient(redirects...)
	noError(t, err)
	return &asker{w, oauth2.Config{
		ClientID: id, ClientSecret: secret, RedirectURL: redirects[0], Scopes: []string{gmailsim.Modify},
		Endpoint: oauth2.Endpoint{AuthURL: w.url + "/o/oauth2/v2/auth", TokenURL: w.url + "/token", AuthStyle: oauth2.AuthStyleInParams},
	}}
}

// visit goes to the consent page; nil = it does not send back.
func (a *asker) visit(opts ...oauth2.AuthCodeOption) url.Values {
	a.w.t.Helper()
	hc := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res := must(hc.Get(a.conf.AuthCodeURL("st", append(opts, oauth2.SetAuthURLParam("login_hint", support))...)))(a.w.t)
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		return nil
	}
	return back.Query()
}

func (a *asker) exchange(code string, opts ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	return a.conf.Exchange(context.Background(), code, opts...)
}

func (a *asker) renew(tok *oauth2.Token) (*oauth2.Token, error) {
	return a.conf.TokenSource(context.Background(), &oauth2.Token{RefreshToken: tok.RefreshToken}).Token()
}

func TestPKCE(t *testing.T) {
	a := newAsker(t, newWorld(t, gmailsim.Options{Now: time.Now}), "https://baton.test/back")
	v := oauth2.GenerateVerifier()
	for name, opts := range map[string][]oauth2.AuthCodeOption{"no verifier": nil, "another verifier": {oauth2.VerifierOption(oauth2.GenerateVerifier())}} {
		_, err := a.exchange(a.visit(oauth2.S256ChallengeOption(v)).Get("code"), opts...)
		wantOAuth(t, name, err, "invalid_grant")
	}
	must(a.exchange(a.visit(oauth2.S256ChallengeOption(v)).Get("code"), oauth2.VerifierOption(v)))(t)
	if q := a.visit(oauth2.SetAuthURLParam("code_challenge", v), oauth2.SetAuthURLParam("code_challenge_method", "plain")); q != nil {
		t.Errorf("a plain challenge passes: %v", q)
	}
}

func TestRedirects(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	a := newAsker(t, w, "https://baton.test/back", "http://127.0.0.1")
	for redirect, want := range map[string]bool{
		"https://baton.test/back": true, "http://127.0.0.1:4711/any": true, "http://127.0.0.1": true,
		"https://baton.test/back/": false, "https://baton.test/back?x=1": false, "http://localhost:1/": false,
		"http://127.0.0.1.evil.test/": false, "https://127.0.0.1:1/": false, "": false,
	} {
		a.conf.RedirectURL = redirect
		if got := a.visit() != nil; got != want {
			t.Errorf("%q: got %v, want %v", redirect, got, want)
		}
	}
	a.conf.RedirectURL = "https://baton.test/back"
	code := a.visit().Get("code")
	a.conf.RedirectURL = "http://127.0.0.1:1/"
	_, err := a.exchange(code)
	wantOAuth(t, "another redirect", err, "redirect_uri_mismatch")
}

func TestRefreshTokenNeedsOfflineAndConsent(t *testing.T) {
	a := newAsker(t, newWorld(t, gmailsim.Options{Now: time.Now}), "https://baton.test/back")
	for i, c := range []struct {
		opts []oauth2.AuthCodeOption
		want bool
	}{
		{nil, false}, {[]oauth2.AuthCodeOption{oauth2.AccessTypeOffline}, false}, // the first agreed already
		{[]oauth2.AuthCodeOption{oauth2.AccessTypeOffline, oauth2.ApprovalForce}, true},
	} {
		tok := must(a.exchange(a.visit(c.opts...).Get("code")))(t)
		if got := tok.RefreshToken != ""; got != c.want {
			t.Errorf("%d: a refresh token: %v, want %v", i, got, c.want)
		}
	}
}

func TestChoicesAtTheConsentPage(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	a := newAsker(t, w, "https://baton.test/back")
	for _, c := range []struct {
		choice gmailsim.ConsentChoice
		want   string
	}{
		{gmailsim.ConsentChoice{Deny: true}, "access_denied"}, {gmailsim.ConsentChoice{As: "nobody@acme.test"}, "access_denied"},
		{gmailsim.ConsentChoice{Error: "admin_policy_enforced"}, "admin_policy_enforced"},
	} {
		w.SetConsent(c.choice)
		if q := a.visit(); q.Get("error") != c.want || q.Has("code") || q.Get("state") != "st" {
			t.Errorf("%+v: got %v", c.choice, q)
		}
	}
	w.SetConsent(gmailsim.ConsentChoice{As: ana, Without: []string{gmailsim.Modify}})
	a.conf.Scopes = []string{gmailsim.Modify, gmailsim.ReadOnly}
	tok := must(a.exchange(a.visit().Get("code")))(t)
	if s, _ := tok.Extra("scope").(string); s != gmailsim.ReadOnly {
		t.Errorf("scopes %q", s)
	}
	if p := must(w.client(tok.AccessToken).Users.GetProfile("me").Do())(t); p.EmailAddress != ana {
		t.Errorf("consent of %s", p.EmailAddress)
	}
	w.SetConsent(gmailsim.ConsentChoice{})
	noError(t, w.SetCondition(support, gmailsim.Suspended))
	if q := a.visit(); q.Get("error") != "access_denied" {
		t.Errorf("a suspended account agrees: %v", q)
	}
}

// TestConditions sets and takes back what can be wrong with an account.
func TestConditions(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	a := newAsker(t, w, "https://baton.test/back")
	tok := must(a.exchange(a.visit(oauth2.AccessTypeOffline, oauth2.ApprovalForce).Get("code")))(t)
	profile := func() error { return errOf(w.client(tok.AccessToken).Users.GetProfile("me").Do()) }
	for c, want := range map[gmailsim.Condition]struct {
		code   int
		reason string
		renews bool
	}{
		gmailsim.Suspended: {401, "authError", false}, gmailsim.Removed: {401, "authError", false}, gmailsim.GmailOff: {400, "failedPrecondition", true},
	} {
		noError(t, w.SetCondition(support, c))
		wantError(t, profile(), want.code, want.reason, "")
		if _, err := a.renew(tok); (err == nil) != want.renews {
			t.Errorf("%s: renewing gives %v", c, err)
		}
		noError(t, errOf(w.client(w.MailboxToken(ana)).Users.GetProfile("me").Do()))
		noError(t, w.SetCondition(support, gmailsim.Well))
		noError(t, profile())
		must(a.renew(tok))(t)
	}
	noError(t, w.EndTokens(support))
	wantError(t, profile(), 401, "authError", "")
	next := must(a.renew(tok))(t)
	noError(t, errOf(w.client(next.AccessToken).Users.GetProfile("me").Do()))
	noError(t, w.EndConsents(support))
	_, err := a.renew(tok)
	wantOAuth(t, "after the consents ended", err, "invalid_grant")
	for name, err := range map[string]error{"condition": w.SetCondition("nobody@x", gmailsim.Well), "tokens": w.EndTokens("nobody@x"), "consents": w.EndConsents("nobody@x")} {
		if err == nil || !strings.Contains(err.Error(), "no mailbox") {
			t.Errorf("%s of nobody: %v", name, err)
		}
	}
}

// TestRevokingOneEndsAll is what Google does for one account and client.
func TestRevokingOneEndsAll(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	a, b := newAsker(t, w, "https://baton.test/back"), newAsker(t, w, "https://other.test/back")
	agree := func(a *asker) *oauth2.Token {
		return must(a.exchange(a.visit(oauth2.AccessTypeOffline, oauth2.ApprovalForce).Get("code")))(t)
	}
	one, two, other := agree(a), agree(a), agree(b)
	_, err := b.renew(one)
	wantOAuth(t, "another client", err, "unauthorized_client")
	noError(t, w.Revoke(one.AccessToken))
	_, err = a.renew(two)
	wantOAuth(t, "the other consent", err, "invalid_grant")
	must(b.renew(other))(t)
	if w.Consents() != 1 {
		t.Errorf("%d consents are left, want the other client's", w.Consents())
	}
	w.RotateRefresh(true)
	fresh := must(b.renew(other))(t)
	_, err = b.renew(other)
	wantOAuth(t, "a refresh token that was used", err, "invalid_grant")
	if fresh.RefreshToken == other.RefreshToken {
		t.Error("the refresh token is the same")
	}
	must(b.renew(fresh))(t)
}
