package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail/gmailsim"
	"baton/gmail/seal"
)

// TestConnectDelegation: access is tried before anything is changed.
func TestConnectDelegation(t *testing.T) {
	h := newHouse(t)
	if err := h.sim.Grant(demoMailAccount); err != nil { // nothing
		t.Fatal(err)
	}
	var direct ran
	refused := func() ran {
		r := h.mailbox("connect", support, "--json")
		if r.code != exitFault || !strings.Contains(r.stderr, "Domain-wide delegation does not cover") || !strings.Contains(r.stderr, "Admin console") {
			t.Errorf("without the delegation: %+v", r)
		}
		return r
	}
	direct = refused()
	if _, err := h.grant(support); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a grant was stored: %v", err)
	}
	at, stop := h.serve()
	h.lead(at.Address)
	if served := refused(); served != direct {
		t.Errorf("by the server %+v, by the store %+v", served, direct)
	}
	s := h.until(support, "a problem", func(s standing) bool { return s.State == stateProblem })
	if !strings.Contains(s.Problem, "Domain-wide delegation") || s.Troubled.IsZero() {
		t.Errorf("the problem is %q since %s", s.Problem, s.Troubled)
	}
	h.until(sales, "a problem", func(s standing) bool { return s.State == stateProblem })
	if r := h.mailbox("status"); r.code != exitFault || !strings.Contains(r.stderr, "2 mailboxes have a problem") {
		t.Errorf("status: %+v", r)
	}
	if err := h.sim.Grant(demoMailAccount, string(gmailsim.Modify)); err != nil {
		t.Fatal(err)
	}
	o := h.did("connect", support)
	if diff := cmp.Diff(map[string]stepState{"access": stepDone, "watch": stepDone}, steps(o)); diff != "" || !o.OK {
		t.Errorf("connect (-want +got):\n%s", diff)
	}
	// It goes on at once, not when the next probe is due.
	h.until(support, "being read", func(s standing) bool { return s.State == stateConnected && !s.Since.IsZero() })
	h.wearsIn(support, h.deliver(support, "After all"), "Baton/Status/Open")
	stop()
	g, err := h.grant(support)
	if err != nil || g.Mode != desk.ByDelegation || g.Rev != 1 {
		t.Errorf("the grant is %+v, %v", g, err)
	}
}

// visit gets the address that a command prints.
var visit = regexp.MustCompile(`(?m)^http\S+/o/oauth2/v2/auth\S+$`)

// agreeing is a `connect` that waits for the owner.
type agreeing struct {
	*house
	visit string
	stop  context.CancelFunc
	ended chan struct{}
	err   error
	out   *locked
}

// ask starts `connect --mode consent` and waits for the address.
func (h *house) ask(mailbox string, args ...string) *agreeing {
	h.Helper()
	ctx, stop := context.WithCancel(context.Background())
	a := &agreeing{house: h, stop: stop, ended: make(chan struct{}), out: &locked{}}
	lookup := func(name string) (string, bool) { v, ok := h.vars[name]; return v, ok }
	go func() {
		defer close(a.ended)
		a.err = run(ctx, append([]string{"mailbox", "connect", mailbox, "--mode", "consent"}, args...), lookup, a.out, a.out)
	}()
	h.Cleanup(func() { stop(); <-a.ended })
	end := time.After(time.Minute)
	for {
		if a.visit = visit.FindString(a.out.String()); a.visit != "" {
			return a
		}
		select {
		case <-a.ended:
			h.Fatalf("connect ended: %v, printed %q", a.err, a.out)
		case <-end:
			h.Fatalf("connect prints no address: %q", a.out)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// page gets an address and gives its status, headers and text.
func (h *house) page(c *http.Client, address string) (int, http.Header, string) {
	h.Helper()
	res, err := c.Get(address)
	if err != nil {
		h.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		h.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}

// guardedPage checks the headers of a page.
func guardedPage(t *testing.T, header http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cache-Control": "no-store", "X-Frame-Options": "DENY",
	} {
		if got := header.Get(name); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("the page may be framed")
	}
}

// TestConnectLoopback: the owner agrees in a browser on this machine, with a
// server and without.
func TestConnectLoopback(t *testing.T) {
	for _, served := range []bool{false, true} {
		h := newHouse(t)
		delete(h.vars, "BATON_SERVICE_KEY")
		stop := func() {}
		if served {
			var at serving
			at, stop = h.serve()
			h.lead(at.Address)
			h.until(support, "no access", func(s standing) bool { return s.State == stateUnconnected })
		}
		a := h.ask(support)
		stranger := strings.Replace(redirectOf(t, a.visit), "{}", "state=guess&code=4/x", 1)
		if code, header, text := h.page(http.DefaultClient, stranger); code != http.StatusBadRequest || !strings.Contains(text, "was not connected") {
			t.Errorf("a stranger's answer: %d %s", code, text)
		} else {
			guardedPage(t, header)
		}
		code, header, text := h.page(http.DefaultClient, a.visit)
		if code != http.StatusOK || !strings.Contains(text, "You may close this window") || !strings.Contains(text, support) {
			t.Errorf("the owner sees %d %s", code, text)
		}
		guardedPage(t, header)
		if <-a.ended; a.err != nil {
			t.Fatalf("connect: %v, printed %s", a.err, a.out)
		}
		if out := a.out.String(); !strings.Contains(out, "The mailbox's owner agreed") || credential.MatchString(out) {
			t.Errorf("connect printed %s", out)
		}
		if !served {
			var at serving
			at, stop = h.serve()
			h.lead(at.Address)
		}
		h.until(support, "being read", func(s standing) bool { return s.State == stateConnected && s.Mode == desk.ByConsent })
		h.wearsIn(support, h.deliver(support, "By consent"), "Baton/Status/Open")
		stop()
		h.sealed()
		http.DefaultClient.CloseIdleConnections()
	}
}

// credential is a code or a refresh token of the stand-in's, plain or in an
// address: long, since random names hold every short text now and then.
var credential = regexp.MustCompile(`(1//|1%2F%2F|4/|4%2F)[0-9a-f]{48}`)

// sealed checks that no file tells the refresh token.
func (h *house) sealed() {
	h.Helper()
	g, err := h.grant(support)
	if err != nil || g.Mode != desk.ByConsent || len(g.Token) == 0 || !strings.HasPrefix(g.Key, "file:") {
		h.Errorf("the grant is %+v, %v", g, err)
	}
	k, err := seal.Open(h.Context(), h.vars["BATON_TOKEN_KEY"], seal.Options{})
	if err != nil {
		h.Fatal(err)
	}
	if token, err := k.Open(h.Context(), g.Token, support); err != nil || !credential.Match(token) {
		h.Errorf("the token is no %s, %v", credential, err)
	}
	for _, name := range []string{"baton.db", "baton.db-wal"} {
		text, err := os.ReadFile(filepath.Join(h.dir, name))
		if err == nil && credential.Match(text) {
			h.Errorf("%s tells a refresh token", name)
		}
	}
}

// redirectOf gives where an address leads back to, with {} for its query.
func redirectOf(t *testing.T, visit string) string {
	t.Helper()
	u, err := url.Parse(visit)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("redirect_uri") + "?{}"
}

// TestConnectRefused: the owner says no, is somebody else, or never comes.
func TestConnectRefused(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		name   string
		choice gmailsim.ConsentChoice
		says   string
	}{
		{"no", gmailsim.ConsentChoice{Deny: true}, "did not agree"},
		{"somebody else", gmailsim.ConsentChoice{As: sales}, "Another account agreed"},
		{"half", gmailsim.ConsentChoice{Without: []string{gmailsim.Modify}}, "not to reading and changing mail"},
		{"the admins", gmailsim.ConsentChoice{Error: "admin_policy_enforced"}, "administrators do not allow"},
	} {
		h.sim.SetConsent(c.choice)
		a := h.ask(support, "--json")
		if code, _, text := h.page(http.DefaultClient, a.visit); !strings.Contains(text, "was not connected") {
			t.Errorf("%s: the page is %d %s", c.name, code, text)
		}
		if <-a.ended; exitCode(a.err) != exitFault || !strings.Contains(a.err.Error(), c.says) {
			t.Errorf("%s: connect ended with %v; want %q", c.name, a.err, c.says)
		}
		if _, err := h.grant(support); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s: a grant was stored: %v", c.name, err)
		}
	}
	if r := h.mailbox("connect", support, "--mode", "consent", "--within", "10ms"); r.code != exitFault || !strings.Contains(r.stderr, "Nobody agreed") {
		t.Errorf("nobody came: %+v", r)
	}
	h.vars["BATON_TOKEN_KEY"] = "file:" + filepath.Join(h.dir, "none.key")
	if r := h.mailbox("connect", support); r.code != exitUsage || !strings.Contains(r.stderr, "there is no key file") {
		t.Errorf("without the key file: %+v", r)
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestConnectHalf: what fails after the owner agreed does not say that nothing was
// changed, because the consent is kept.
func TestConnectHalf(t *testing.T) {
	h := newHouse(t)
	a := h.ask(support)
	h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == "gmail.users.watch" {
			a.stop()
		}
		return nil
	})
	_, header, text := h.page(http.DefaultClient, a.visit)
	guardedPage(t, header)
	// The link is used by then.
	if !strings.Contains(text, "Your consent is kept") || strings.Contains(text, "Nothing was changed") || strings.Contains(text, "link again") {
		t.Errorf("the owner sees %s", text)
	}
	<-a.ended
	if f := asFault(a.err); f.Code != faultHalf || !strings.Contains(f.Say, "has access to "+support+" now") || !strings.Contains(f.Remedy, "mailbox connect "+support) {
		t.Errorf("connect ended with %+v", f)
	}
	h.sim.SetFault(nil)
	h.sealed()
	if r := h.mailbox("status", support); !strings.Contains(r.stdout, "access       consent, given") {
		t.Errorf("status does not tell of the consent: %s", r.stdout)
	}
	http.DefaultClient.CloseIdleConnections()
}
