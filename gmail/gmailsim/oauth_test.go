package gmailsim_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"baton/gmail/gmailsim"
)

const robot = "baton@acme-proj.iam.gserviceaccount.com"

// wantOAuth checks the code of a refused token.
func wantOAuth(t *testing.T, name string, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		t.Fatalf("%s: got %v, want %s", name, err, code)
	}
	var body struct{ Error string }
	if err := json.Unmarshal(e.Body, &body); err != nil || body.Error != code {
		t.Errorf("%s: got %s, want %s", name, e.Body, code)
	}
}

func TestServiceAccount(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now}) // the client signs with the real time
	key := must(w.ServiceAccountKey(robot, w.url+"/token"))(t)
	ask := func(key []byte, subject string, change func(k map[string]string), scopes ...string) (*oauth2.Token, error) {
		var k map[string]string
		noError(t, json.Unmarshal(key, &k))
		if change != nil {
			change(k)
		}
		cfg, err := google.JWTConfigFromJSON(must(json.Marshal(k))(t), scopes...)
		noError(t, err)
		cfg.Subject = subject
		return cfg.TokenSource(context.Background()).Token()
	}
	foreign := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	pkcs8 := must(x509.MarshalPKCS8PrivateKey(foreign))(t)
	for _, c := range []struct {
		name, subject string
		change        func(map[string]string)
		scope, want   string
	}{
		{"no subject", "", nil, gmailsim.Modify, "invalid_grant"},
		{"unknown subject", "nobody@acme.test", nil, gmailsim.Modify, "invalid_grant"},
		{"foreign key", support, func(k map[string]string) {
			k["private_key"] = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
		}, gmailsim.Modify, "invalid_grant"},
		{"other issuer", support, func(k map[string]string) { k["client_email"] = "eve@acme-proj.iam.gserviceaccount.com" }, gmailsim.Modify, "invalid_grant"},
		{"other audience", support, func(k map[string]string) { k["token_uri"] = w.url + "/token?x=1" }, gmailsim.Modify, "invalid_grant"},
		{"unknown scope", support, nil, "https://www.googleapis.com/auth/drive", "unauthorized_client"},
		{"no scope", support, nil, "", "unauthorized_client"},
	} {
		_, err := ask(key, c.subject, c.change, c.scope)
		wantOAuth(t, c.name, err, c.want)
	}
	tok := must(ask(key, support, nil, gmailsim.Modify))(t)
	if left := time.Until(tok.Expiry); left < 59*time.Minute || left > time.Hour {
		t.Errorf("got a token for %v, want an hour", left)
	}
	d := w.deliver(support, mail("a@x", "A", "a"))
	must(w.client(tok.AccessToken).Users.Messages.Trash("me", d.ID).Do())(t)
	if e := w.Effects(); len(e) != 1 || e[0].Identity != robot {
		t.Errorf("got effects %+v, want one by %s", e, robot)
	}
	_, err := w.client(tok.AccessToken).Users.GetProfile(ana).Do()
	wantError(t, err, 403, "forbidden", "Delegation denied for "+support)
	noError(t, w.Grant(robot, gmailsim.ReadOnly))
	_, err = ask(key, support, nil, gmailsim.Modify)
	wantOAuth(t, "after the grant shrank", err, "unauthorized_client")
	must(ask(key, support, nil, gmailsim.ReadOnly))(t)
}

func TestTokensEnd(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	profile := func(tok string) error { return errOf(w.client(tok).Users.GetProfile("me").Do()) }
	tok := w.MailboxToken(support)
	noError(t, profile(tok))
	for _, bad := range []string{"rubbish", "ya29.sim-", tok + "x", tok[:len(tok)-2], "ya29.sim-e30.e30"} {
		wantError(t, profile(bad), 401, "authError", "")
	}
	res := must(http.Get(w.url + "/gmail/v1/users/me/profile"))(t)
	res.Body.Close()
	if res.StatusCode != 401 {
		t.Errorf("got %d without a token, want 401", res.StatusCode)
	}
	w.clock.advance(time.Hour)
	wantError(t, profile(tok), 401, "authError", "")
	fresh := w.MailboxToken(support)
	noError(t, w.Revoke(fresh))
	wantError(t, profile(fresh), 401, "authError", "")
	if w.Revoke(fresh) == nil || w.Revoke("1//none") == nil || w.MailboxToken("nobody@acme.test") != "" {
		t.Error("revoking nothing, or a token of nobody, passes")
	}
}

func TestConsent(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	const back = "http://baton.test/oauth"
	id, secret, err := w.OAuthClient(back)
	noError(t, err)
	cfg := oauth2.Config{ClientID: id, ClientSecret: secret, RedirectURL: back, Scopes: []string{gmailsim.Modify}, Endpoint: oauth2.Endpoint{AuthURL: w.url + "/auth", TokenURL: w.url + "/token"}}
	consent := func(hint string) url.Values {
		hc := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res := must(hc.Get(cfg.AuthCodeURL("st", oauth2.AccessTypeOffline, oauth2.SetAuthURLParam("login_hint", hint))))(t)
		res.Body.Close()
		return must(res.Location())(t).Query()
	}
	if q := consent("nobody@acme.test"); q.Get("error") != "access_denied" || q.Get("state") != "st" {
		t.Errorf("got %v", q)
	}
	ctx := context.Background()
	code := consent(support).Get("code")
	tok := must(cfg.Exchange(ctx, code))(t)
	_, err = cfg.Exchange(ctx, code)
	wantOAuth(t, "the code again", err, "invalid_grant")
	wrong := cfg
	wrong.ClientSecret = "guess"
	_, err = wrong.Exchange(ctx, consent(support).Get("code"))
	wantOAuth(t, "wrong secret", err, "invalid_client")
	renew := func() (*oauth2.Token, error) {
		return cfg.TokenSource(ctx, &oauth2.Token{RefreshToken: tok.RefreshToken}).Token()
	}
	second := must(renew())(t)
	noError(t, errOf(w.client(second.AccessToken).Users.GetProfile("me").Do()))
	res := must(http.PostForm(w.url+"/revoke", url.Values{"token": {tok.RefreshToken}}))(t)
	res.Body.Close()
	_, err = renew()
	wantOAuth(t, "after revoking", err, "invalid_grant")
	wantError(t, errOf(w.client(second.AccessToken).Users.GetProfile("me").Do()), 401, "authError", "")
	_, err = (&oauth2.Config{ClientID: id, Endpoint: cfg.Endpoint}).PasswordCredentialsToken(ctx, "a", "b")
	wantOAuth(t, "password grant", err, "unsupported_grant_type")
}

func TestScopes(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	d := w.deliver(support, withAttachment)
	as := func(scopes ...string) *gmailapi.UsersService { return w.client(w.UserToken(support, scopes...)).Users }
	modify := func(u *gmailapi.UsersService) error {
		return errOf(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{}).Do())
	}
	meta := as(gmailsim.Metadata)
	noError(t, errOf(meta.Messages.List("me").Do()))
	noError(t, errOf(meta.Messages.Get("me", d.ID).Format("metadata").Do()))
	for _, err := range []error{
		errOf(meta.Messages.List("me").Q("x").Do()), errOf(meta.Threads.List("me").Q("x").Do()),
		errOf(meta.Messages.Get("me", d.ID).Do()), errOf(meta.Messages.Get("me", d.ID).Format("raw").Do()), errOf(meta.Threads.Get("me", d.ThreadID).Do()),
		modify(meta), modify(as(gmailsim.ReadOnly)),
		errOf(as(gmailsim.ReadOnly).Labels.Create("me", &gmailapi.Label{Name: "x"}).Do()),
		as(gmailsim.Modify).Messages.Delete("me", d.ID).Do(), as(gmailsim.Modify).Threads.Delete("me", d.ThreadID).Do(),
		errOf(as(gmailsim.Send).Messages.List("me").Do()),
	} {
		wantError(t, err, 403, "insufficientPermissions", "")
	}
	noError(t, modify(as(gmailsim.Modify)))
	noError(t, as(gmailsim.Full).Messages.Delete("me", d.ID).Do())
}

// TestAddonTokens opens the open message, with the scope to read its thread too, and nothing else.
func TestAddonTokens(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	open := w.deliver(support, withAttachment)
	other := w.deliver(support, mail("o@x", "Other", "x"))
	anas := w.deliver(ana, mail("p@x", "Ana's", "x"))
	u := w.client(w.UserToken(support)).Users
	get := func(id, tok, format string) error {
		c := u.Messages.Get("me", id).Format(format)
		if tok != "" {
			c.Header().Set("X-Goog-Gmail-Access-Token", tok)
		}
		return errOf(c.Do())
	}
	tok := w.MessageToken(support, "msg-f:"+decimal(open.ID))
	noError(t, get(open.ID, tok, "full"))
	noError(t, get("msg-f:"+decimal(open.ID), tok, "metadata"))
	th := u.Threads.Get("me", open.ThreadID).Format("metadata")
	th.Header().Set("X-Goog-Gmail-Access-Token", tok)
	noError(t, errOf(th.Do()))
	beside := w.deliver(support, mail("q@x", "Re: Caf\u00e9", "later", "In-Reply-To: <att@x>\r\n"))
	if beside.ThreadID != open.ThreadID {
		t.Fatalf("thread %s, want %s", beside.ThreadID, open.ThreadID)
	}
	noError(t, get(beside.ID, tok, "raw"))
	for name, err := range map[string]error{
		"no message token": get(open.ID, "", "metadata"), "other message": get(other.ID, tok, "metadata"), "not there": get("00000000000000aa", tok, "metadata"),
		"token of another mailbox": get(open.ID, w.MessageToken(ana, anas.ID), "metadata"),
		"another's, for this id":   get(open.ID, w.MessageToken(ana, open.ID), "metadata"),
	} {
		t.Log(name)
		wantError(t, err, 403, "forbidden", "")
	}
	wantError(t, get(open.ID, w.MailboxToken(support), "metadata"), 401, "authError", "")
	list := u.Messages.List("me")
	list.Header().Set("X-Goog-Gmail-Access-Token", tok)
	wantError(t, errOf(list.Do()), 403, "insufficientPermissions", "")
	wantError(t, errOf(w.client(tok).Users.GetProfile("me").Do()), 401, "authError", "")
	u = w.client(w.UserToken(support, gmailsim.AddonMetadata)).Users
	wantError(t, get(open.ID, tok, "full"), 403, "insufficientPermissions", "")
	noError(t, get(open.ID, tok, "metadata"))
	wantError(t, get(beside.ID, tok, "metadata"), 403, "forbidden", "")
	u = w.client(w.UserToken(support, gmailsim.AddonAction)).Users
	noError(t, get(open.ID, tok, "raw"))
	wantError(t, get(beside.ID, tok, "raw"), 403, "forbidden", "")
}

// TestKeyFileIsJSON is what other clients than Google's read.
func TestKeyFileIsJSON(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	key := must(w.ServiceAccountKey(robot, w.url+"/token"))(t)
	if !bytes.Contains(key, []byte(`"type": "service_account"`)) {
		t.Errorf("got %s", key)
	}
	if _, err := gmailapi.NewService(context.Background(), option.WithAuthCredentialsJSON(option.ServiceAccount, key), option.WithEndpoint(w.url)); err != nil {
		t.Error(err)
	}
}
