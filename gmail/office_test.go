package gmail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/auth"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/gmail/seal"
)

const (
	sales    = desk.Mailbox("sales@acme.test")
	ana      = desk.Mailbox("ana@acme.test")
	account  = "baton@project.iam.gserviceaccount.com"
	runner   = "runner@project.iam.gserviceaccount.com"
	redirect = "https://baton.acme.test/consent/back"
)

// office is a Gmail whose mailboxes are reached by real tokens.
type office struct {
	t        *testing.T
	sim      *gmailsim.Server
	url      string
	wire     *wiretap
	grants   *fakeGrants
	keyPath  string
	key      *seal.Key
	consent  *gmail.Consent
	access   *gmail.Access
	accounts *gmail.Accounts
	log      *sharedLog
}

// modes are the ways to a mailbox.
var modes = []string{"consent", "keyless", "keyfile"}

// newOffice opens one over HTTP.
func newOffice(t *testing.T, mode string) *office {
	t.Helper()
	sim := newSim(t, gmailsim.Options{})
	srv := httptest.NewServer(sim)
	t.Cleanup(srv.Close)
	tr := gmail.NewTransport(srv.URL)
	t.Cleanup(tr.CloseIdleConnections)
	return furnish(t, mode, sim, srv.URL, tr, quickly())
}

func newSim(t *testing.T, o gmailsim.Options) *gmailsim.Server {
	t.Helper()
	sim, err := gmailsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return sim
}

func furnish(t *testing.T, mode string, sim *gmailsim.Server, url string, tr http.RoundTripper, retry *gmail.Retry) *office {
	t.Helper()
	o := &office{t: t, sim: sim, url: url, wire: &wiretap{base: tr}, grants: newFakeGrants(), log: &sharedLog{}}
	for _, m := range []desk.Mailbox{support, sales, ana} {
		check(t, sim.AddMailbox(gmailsim.Mailbox{Address: string(m)}))
	}
	o.keyPath = filepath.Join(t.TempDir(), "key")
	check(t, seal.Create(o.keyPath))
	var err error
	o.key, err = seal.Open(t.Context(), "file:"+o.keyPath, seal.Options{})
	check(t, err)
	id, secret, err := sim.OAuthClient(redirect)
	check(t, err)
	o.wire.secret(secret)
	o.consent = &gmail.Consent{
		ClientID: id, ClientSecret: gmail.Secret(secret), GmailURL: url + "/", Transport: o.wire,
		AuthURL: url + "/o/oauth2/v2/auth", TokenURL: url + "/token", RevokeURL: url + "/revoke",
	}
	o.access, err = gmail.NewAccess(gmail.AccessOptions{
		Grants: o.grants, Enrolled: enrolled, Delegation: o.delegation(mode), Consent: o.consent, Key: o.key,
		Logger: slog.New(slog.NewJSONHandler(o.log, nil)),
	})
	check(t, err)
	o.accounts, err = gmail.NewAccounts(o.access, gmail.Options{Endpoint: url + "/", Transport: o.wire, UnitsPerMinute: -1, Background: retry, Interactive: retry})
	check(t, err)
	t.Cleanup(o.accounts.Close)
	t.Cleanup(func() { o.silent(o.log.String()) })
	if mode == "consent" {
		o.connect(support)
		o.connect(sales)
	}
	return o
}

func enrolled(m desk.Mailbox) bool { return m == support || m == sales }

// delegation gives the tokens of a mode; nil = none.
func (o *office) delegation(mode string) gmail.Tokens {
	o.t.Helper()
	switch mode {
	case "keyless":
		check(o.t, o.sim.Grant(account, gmailsim.Modify))
		check(o.t, o.sim.SetSigners(account, runner))
		k, err := gmail.NewKeyless(gmail.KeylessOptions{
			Account: account, Enrolled: enrolled, Caller: caller{o}, Transport: o.wire,
			IAMURL: o.url, TokenURL: o.url + "/token",
		})
		check(o.t, err)
		return k
	case "keyfile":
		key, err := o.sim.ServiceAccountKey(account, o.url+"/token")
		check(o.t, err)
		check(o.t, o.sim.Grant(account, gmailsim.Modify))
		k, err := gmail.NewKeyFile(key, enrolled, o.wire)
		check(o.t, err)
		return k
	}
	return nil
}

// caller is who Baton is in Google Cloud.
type caller struct{ o *office }

func (c caller) Token(context.Context) (*auth.Token, error) {
	v := c.o.sim.CallerToken(runner)
	c.o.wire.secret(v)
	return &auth.Token{Value: v}, nil
}

// ask sends the owner's browser to Google and gives what it comes back with.
func (o *office) ask(f gmail.Flow) url.Values {
	o.t.Helper()
	o.wire.secret(string(f.Verifier))
	req, err := http.NewRequestWithContext(o.t.Context(), "GET", f.Visit, nil)
	check(o.t, err)
	res, err := o.wire.base.RoundTrip(req)
	check(o.t, err)
	defer res.Body.Close()
	back, err := res.Location()
	if err != nil || !strings.HasPrefix(back.String(), f.Redirect+"?") {
		body, _ := io.ReadAll(res.Body)
		o.t.Fatalf("the consent page sends to %v, %v: %s", back, err, body)
	}
	return back.Query()
}

func (o *office) connect(m desk.Mailbox) desk.Grant {
	o.t.Helper()
	f, err := o.access.Begin(redirect, m)
	check(o.t, err)
	g, err := o.access.Finish(o.t.Context(), f, o.ask(f))
	check(o.t, err)
	return g
}

// read makes one call to a mailbox, and gives how many requests it took.
func (o *office) read(m desk.Mailbox) (requests int, err error) {
	o.t.Helper()
	c, err := o.accounts.Client(m)
	check(o.t, err)
	before := o.wire.count()
	_, err = c.Cursor(o.t.Context())
	o.quiet(err)
	return o.wire.count() - before, err
}

// quiet checks that an error gives away no secret, all the way down.
func (o *office) quiet(err error) {
	o.t.Helper()
	if err == nil {
		return
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
		o.silent(fmt.Sprintf(verb, err))
	}
	if a := (*gmail.AccessError)(nil); errors.As(err, &a) && strings.Contains(a.Error(), "@") {
		o.t.Errorf("the text names an address: %s", a)
	}
	switch x := err.(type) {
	case interface{ Unwrap() error }:
		o.quiet(x.Unwrap())
	case interface{ Unwrap() []error }:
		for _, e := range x.Unwrap() {
			o.quiet(e)
		}
	}
}

// silent checks that a text holds no secret.
func (o *office) silent(text string) {
	o.t.Helper()
	for _, s := range o.wire.secrets() {
		if strings.Contains(text, s) {
			i := strings.Index(text, s)
			o.t.Errorf("a secret is told: %q", text[max(0, i-80):min(len(text), i+20)])
		}
	}
}

// wiretap counts requests and notes all secrets that pass.
type wiretap struct {
	base http.RoundTripper

	mu   sync.Mutex
	n    int
	seen map[string]bool
}

// Format keeps what it heard to itself.
func (w *wiretap) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "wiretap") }

func (w *wiretap) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}

func (w *wiretap) secret(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	if s != "" {
		w.seen[s] = true
	}
}

func (w *wiretap) secrets() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.seen {
		out = append(out, s)
	}
	return out
}

func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.n++
	w.mu.Unlock()
	if form := r.Header.Get("Content-Type") == "application/x-www-form-urlencoded"; form {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		v, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		for _, k := range []string{"assertion", "refresh_token", "code", "code_verifier", "client_secret", "token"} {
			w.secret(v.Get(k))
		}
	}
	res, err := w.base.RoundTrip(r)
	if err != nil || !slices.Contains([]string{"/token"}, r.URL.Path) {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	var a struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal(body, &a) == nil {
		w.secret(a.Access)
		w.secret(a.Refresh)
	}
	return res, err
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fakeGrants keeps grants as a store does.
type fakeGrants struct {
	mu     sync.Mutex
	rev    map[desk.Mailbox]int64
	grants map[desk.Mailbox]desk.Grant
	down   error
	onRead func() // runs before each read of one
	before func() // runs before one is renewed
}

func newFakeGrants() *fakeGrants {
	return &fakeGrants{rev: map[desk.Mailbox]int64{}, grants: map[desk.Mailbox]desk.Grant{}}
}

func (f *fakeGrants) Grant(_ context.Context, m desk.Mailbox) (desk.Grant, error) {
	if f.onRead != nil {
		f.onRead()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	g, ok := f.grants[m]
	if f.down != nil {
		return desk.Grant{}, f.down
	}
	if !ok {
		return desk.Grant{}, desk.ErrNotFound
	}
	return g, nil
}

func (f *fakeGrants) SetGrant(_ context.Context, g desk.Grant) (desk.Grant, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rev[g.Mailbox]++
	g.Rev = f.rev[g.Mailbox]
	f.grants[g.Mailbox] = g
	return g, f.down
}

func (f *fakeGrants) RenewGrant(ctx context.Context, g desk.Grant) (desk.Grant, error) {
	if f.before != nil {
		f.before()
	}
	f.mu.Lock()
	now, ok := f.grants[g.Mailbox]
	f.mu.Unlock()
	if !ok || now.Rev != g.Rev {
		return desk.Grant{}, desk.ErrConflict
	}
	return f.SetGrant(ctx, g)
}

func (f *fakeGrants) DropGrant(_ context.Context, m desk.Mailbox) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.grants, m)
	return f.down
}

func (f *fakeGrants) Grants(context.Context) (out []desk.Grant, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, g := range f.grants {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b desk.Grant) int { return strings.Compare(string(a.Mailbox), string(b.Mailbox)) })
	return out, f.down
}

// sharedLog is a log that workers may write while a test reads it.
type sharedLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *sharedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *sharedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
