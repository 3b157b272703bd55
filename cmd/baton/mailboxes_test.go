package main

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail/gmailsim"
)

const sales = "sales@acme.test"

// house is a deployment with everything that connecting mailboxes needs: an
// OAuth client, a key, and the public address with TLS in front.
type house struct {
	*deployment
	front *httptest.Server
	dir   string

	mu   sync.Mutex
	back string // where serve listens; "" = nowhere
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{deployment: deploy(t)}
	h.dir = filepath.Dir(h.vars["BATON_POLICY"])
	h.front = httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		h.mu.Lock()
		defer h.mu.Unlock()
		u, err := url.Parse(h.back)
		if err != nil {
			t.Error(err)
			return
		}
		r.SetURL(u)
	}})
	t.Cleanup(h.front.Close)
	gmailURL := strings.TrimRight(h.vars["BATON_GMAIL_URL"], "/")
	id, secret, err := h.sim.OAuthClient(h.front.URL+connectDonePath, "http://127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(h.dir, "token.key")
	if r := runs(t, nil, "mailbox", "key", key); r.code != exitOK {
		t.Fatal(r)
	}
	for name, v := range map[string]string{
		"PUBLIC_URL": h.front.URL, "PUSH_AUDIENCE": publicURL + "/push",
		"CONSENT_CLIENT_ID": id, "CONSENT_CLIENT_SECRET": secret, "TOKEN_KEY": "file:" + key,
		"AUTH_URL": gmailURL + "/o/oauth2/v2/auth", "TOKEN_URL": gmailURL + "/token", "REVOKE_URL": gmailURL + "/revoke",
	} {
		h.vars["BATON_"+name] = v
	}
	return h
}

// open serves, with pushes and the public address led there.
func (h *house) open() (serving, func()) {
	h.Helper()
	at, stop := h.serve()
	h.lead(at.Address)
	h.read(at)
	return at, func() { h.lead(""); stop() }
}

func (h *house) lead(address string) {
	h.mu.Lock()
	h.back = address
	h.mu.Unlock()
	h.deployment.mu.Lock()
	h.push = address
	h.deployment.mu.Unlock()
}

// mailbox runs `baton mailbox`.
func (h *house) mailbox(args ...string) ran {
	h.Helper()
	return runs(h.T, h.vars, append([]string{"mailbox"}, args...)...)
}

// did runs a command that must succeed and gives its outcome.
func (h *house) did(args ...string) outcome {
	h.Helper()
	r := h.mailbox(append(args, "--json")...)
	var o outcome
	if err := json.Unmarshal([]byte(r.stdout), &o); err != nil || r.code != exitOK {
		h.Fatalf("%q: code %d, printed %q, said %q", args, r.code, r.stdout, r.stderr)
	}
	return o
}

// standing tells how a mailbox stands.
func (h *house) standing(m string) standing {
	h.Helper()
	r := h.mailbox("status", m, "--json")
	var got roll
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || len(got.Mailboxes) != 1 {
		h.Fatalf("status %s: code %d, printed %q, said %q", m, r.code, r.stdout, r.stderr)
	}
	return got.Mailboxes[0]
}

// until waits until a mailbox stands as wanted.
func (h *house) until(m, what string, want func(standing) bool) standing {
	h.Helper()
	end := time.After(time.Minute)
	for {
		s := h.standing(m)
		if want(s) {
			return s
		}
		select {
		case <-end:
			h.Fatalf("%s: it does not come to %s: %+v", m, what, s)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// deliver brings a mail and gives its thread.
func (h *house) deliver(to, subject string) string {
	h.Helper()
	d, err := h.sim.Deliver(h.Context(), to, []byte(strings.Replace(customerMail("carla@shop.example", subject, "Hello."), support, to, 1)))
	if err != nil {
		h.Fatal(err)
	}
	return d.ThreadID
}

// calls counts what Gmail was asked for a mailbox by a method.
func (h *house) calls(m, method string) int { return h.sim.Calls()[m][method].Calls }

// steps gives the states of an outcome's steps by name, notes left out.
func steps(o outcome) map[string]stepState {
	out := map[string]stepState{}
	for _, s := range o.Steps {
		if s.State != stepNote {
			out[s.Name] = s.State
		}
	}
	return out
}

// browser is a person's, with cookies; it trusts the front's certificate.
func (h *house) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	c := *h.front.Client()
	c.Jar = jar
	return &c
}

// grant reads a mailbox's grant while nobody serves.
func (h *house) grant(m desk.Mailbox) (desk.Grant, error) {
	h.Helper()
	s := openStore(h.T, h.dir)
	defer s.Close(h.Context())
	return s.Grant(h.Context(), m)
}

// TestMailboxNowhere: what cannot be done says what to do, with the right code.
func TestMailboxNowhere(t *testing.T) {
	dir := t.TempDir()
	none := map[string]string{"BATON_STORE": "sqlite:" + filepath.Join(dir, "none.db")}
	for _, c := range []struct {
		name string
		vars map[string]string
		args []string
		code int
		says string
	}{
		{"no store", none, []string{"list"}, exitFault, "There is no store at"},
		{"no store, status", none, []string{"status", "support@acme.test"}, exitFault, "There is no store at"},
		{"no policy", none, []string{"connect", "support@acme.test"}, exitUsage, "--policy (BATON_POLICY) is missing"},
		{"no folder", map[string]string{"BATON_STORE": "sqlite:" + filepath.Join(dir, "a", "b.db")}, []string{"connect", "support@acme.test"}, exitFault, "create it first"},
		{"wrong store", map[string]string{"BATON_STORE": "baton.db"}, []string{"list"}, exitUsage, "--store"},
		{"no address", nil, []string{"pause"}, exitUsage, "<address>"},
		{"bad address", nil, []string{"pause", "support"}, exitUsage, "is no address of a mailbox"},
		{"bad since", nil, []string{"resync", "support@acme.test", "--since", "yesterday"}, exitUsage, "--since"},
		{"since in the future", nil, []string{"resync", "support@acme.test", "--since", "2999-01-01"}, exitUsage, "--since"},
		{"bad mode", nil, []string{"connect", "support@acme.test", "--mode", "imap"}, exitUsage, "--mode"},
		{"link by delegation", nil, []string{"connect", "support@acme.test", "--mode", "delegation", "--link"}, exitUsage, "--link"},
		{"loopback elsewhere", nil, []string{"connect", "support@acme.test", "--loopback", "0.0.0.0:0"}, exitUsage, "--loopback"},
		{"half of consent", none, []string{"connect", "support@acme.test", "--token-key", "file:x"}, exitUsage, "--consent-client-id"},
		{"key and keyless", none, []string{"pause", "support@acme.test", "--service-key", "x", "--delegate", "a@b"}, exitUsage, "two ways"},
		{"erase unasked", none, []string{"disconnect", "support@acme.test", "--erase"}, exitUsage, "--yes"},
		{"rotate and retire", nil, []string{"key", "x", "--rotate", "--retire"}, exitUsage, "not both"},
		{"no key", nil, []string{"key", filepath.Join(dir, "none", "key")}, exitFault, "key file"},
	} {
		if r := runs(t, c.vars, append([]string{"mailbox"}, c.args...)...); r.code != c.code || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%s: code %d, said %q; want code %d and %q", c.name, r.code, r.stderr, c.code, c.says)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 3 {
		t.Errorf("left in the folder: %v, %v", files, err)
	}
}

// TestMailboxUnknown: a mailbox that the policy does not name is refused the
// same way by the store and by the server, as JSON too.
func TestMailboxUnknown(t *testing.T) {
	h := newHouse(t)
	commands := [][]string{
		{"status", "x@acme.test"}, {"pause", "x@acme.test"}, {"resume", "x@acme.test"}, {"resync", "x@acme.test"},
		{"connect", "x@acme.test"}, {"connect", "x@acme.test", "--link"}, {"disconnect", "x@acme.test"},
	}
	if r := h.mailbox("connect", support); r.code != exitOK { // makes the store
		t.Fatal(r)
	}
	var direct []ran
	for _, c := range commands {
		direct = append(direct, h.mailbox(append(c, "--json")...))
	}
	_, stop := h.open()
	defer stop()
	for i, c := range commands {
		served := h.mailbox(append(c, "--json")...)
		if served != direct[i] {
			t.Errorf("%q: by the server %+v, by the store %+v", c, served, direct[i])
		}
		var f failed
		if err := json.Unmarshal([]byte(served.stdout), &f); err != nil || f.Error.Code != faultUnknown || served.code != exitFault || !strings.Contains(f.Error.Remedy, support) {
			t.Errorf("%q: code %d, printed %q", c, served.code, served.stdout)
		}
	}
}

// TestMailboxSecrets: no output tells a secret.
func TestMailboxSecrets(t *testing.T) {
	vars := map[string]string{
		"BATON_STORE": "sqlite:" + filepath.Join(t.TempDir(), "baton.db"), "BATON_CONSENT_CLIENT_ID": "id", "BATON_CONSENT_CLIENT_SECRET": canary,
		"BATON_TOKEN_KEY": canary, "BATON_SERVICE_KEY": "/nowhere/" + canary,
	}
	for _, c := range []string{"connect", "disconnect", "pause", "list", "status"} {
		for _, args := range [][]string{{c, "--help"}, {c, support}, {c, support, "--json"}} {
			if r := runs(t, vars, append([]string{"mailbox"}, args...)...); strings.Contains(r.stdout+r.stderr, canary) {
				t.Errorf("%q tells a secret: %+v", args, r)
			}
		}
	}
	_ = os.Remove(support) // made by `key`
}

var _ gmailsim.Publisher = (*house)(nil)
