package gmail_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/gmail/seal"
)

// peer is another process of the same house.
func (o *office) peer() *gmail.Access {
	o.t.Helper()
	a, err := gmail.NewAccess(gmail.AccessOptions{Grants: o.grants, Enrolled: enrolled, Consent: o.consent, Key: o.key, Logger: slog.New(slog.NewJSONHandler(o.log, nil))})
	check(o.t, err)
	return a
}

// connectBy connects a mailbox through some process.
func (o *office) connectBy(a *gmail.Access, m desk.Mailbox) desk.Grant {
	o.t.Helper()
	f, err := a.Begin(redirect, m)
	check(o.t, err)
	g, err := a.Finish(o.t.Context(), f, o.ask(f))
	check(o.t, err)
	return g
}

// A mailbox that another process connected again is read with the new consent
// by itself, even if that happens between reading the grant and being refused.
func TestGrantThatAnotherProcessReplaced(t *testing.T) {
	o := newOffice(t, "consent")
	if _, err := o.read(support); err != nil {
		t.Fatal(err)
	}
	check(t, o.sim.EndConsents(string(support)))
	if _, err := o.read(support); err == nil {
		t.Fatal("it is read without a consent")
	}
	g := o.connectBy(o.peer(), support)
	if g.Rev != 2 {
		t.Errorf("rev %d, want 2", g.Rev)
	}
	if n, err := o.read(support); err != nil || n != 2 {
		t.Errorf("after it was connected elsewhere: %v after %d requests", err, n)
	}
	check(t, o.sim.EndConsents(string(support)))
	o.sim.SetAccessFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == gmailsim.MethodToken && c.Mailbox == "" { // the ended consent is nobody's
			return &gmailsim.Fault{Status: 400, Reason: "invalid_grant"}
		}
		return nil
	})
	peer, reads := o.peer(), 0
	o.grants.onRead = func() {
		if reads++; reads == 2 { // after the refusal
			o.sim.SetAccessFault(nil)
			o.grants.onRead = nil
			o.connectBy(peer, support)
		}
	}
	if _, err := o.read(support); err != nil {
		t.Errorf("replaced while it was refused: %v", err)
	}
}

func TestModesOfOneHouse(t *testing.T) {
	o := newOffice(t, "keyless")
	ctx := t.Context()
	signs := func() int { return o.sim.AccessCalls()[gmailsim.MethodSignJwt] }
	if _, err := o.read(support); err != nil || signs() != 1 {
		t.Errorf("without a grant: %v, signed %d times", err, signs())
	}
	// Connecting in this process counts at once.
	o.connect(support)
	if n, err := o.read(support); err != nil || n != 2 || signs() != 1 {
		t.Errorf("by consent: %v after %d requests, signed %d times", err, n, signs())
	}
	if _, err := o.access.Delegate(ctx, support); err != nil {
		t.Fatal(err)
	}
	if n, err := o.read(support); err != nil || n != 3 || signs() != 2 {
		t.Errorf("by delegation again: %v after %d requests, signed %d times", err, n, signs())
	}
	o.connect(support)
	check(t, o.access.Disconnect(ctx, support))
	if n := o.sim.Consents(); n != 0 {
		t.Errorf("%d consents are left at Google", n)
	}
	if _, err := o.read(support); err != nil || signs() != 3 {
		t.Errorf("disconnected, where delegation covers it: %v, signed %d times", err, signs())
	}
	if _, err := o.access.Delegate(ctx, ana); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("a mailbox that is not enrolled: %v", err)
	}
}

func TestDisconnect(t *testing.T) {
	o := newOffice(t, "consent")
	ctx := t.Context()
	if _, err := o.read(support); err != nil {
		t.Fatal(err)
	}
	check(t, o.access.Disconnect(ctx, support))
	n, err := o.read(support)
	if access := (*gmail.AccessError)(nil); !errors.As(err, &access) || access.Reason != "notConnected" || n != 0 {
		t.Errorf("afterwards: %v after %d requests", err, n)
	}
	if _, err := o.read(sales); err != nil {
		t.Errorf("the other mailbox: %v", err)
	}
	check(t, o.access.Disconnect(ctx, support)) // once more is no error
	// Google cannot be told: the grant is forgotten all the same.
	o.sim.SetAccessFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == gmailsim.MethodRevoke {
			return &gmailsim.Fault{Status: 503}
		}
		return nil
	})
	err = o.access.Disconnect(ctx, sales)
	o.quiet(err)
	if err == nil || !strings.Contains(err.Error(), "third-party access") || len(o.grants.grants) != 0 {
		t.Errorf("Google cannot be told: %v, grants %v", err, o.grants.grants)
	}
	o.sim.SetAccessFault(nil)
	o.connect(support)
	check(t, o.sim.EndConsents(string(support)))
	if err := o.access.Disconnect(ctx, support); err != nil {
		t.Errorf("a consent that is over already: %v", err)
	}
}

func TestNewRefreshTokenIsKept(t *testing.T) {
	o := newOffice(t, "consent")
	o.sim.RotateRefresh(true)
	for i := range 3 {
		o.accounts.Forget(support)
		if _, err := o.read(support); err != nil {
			t.Fatalf("use %d: %v", i, err)
		}
	}
	if g := o.grants.grants[support]; g.Rev != 4 || g.Mode != desk.ByConsent || len(g.Scopes) != 1 {
		t.Errorf("grant %+v, want the fourth", g)
	}
	// Another process connected it meanwhile: the newer grant stays.
	peer := o.peer()
	var fresh desk.Grant
	o.grants.before = func() {
		o.grants.before = nil
		fresh = o.connectBy(peer, support)
	}
	o.accounts.Forget(support)
	if _, err := o.read(support); err != nil || o.grants.before != nil {
		t.Errorf("%v, or no new token was to be stored", err)
	}
	if g := o.grants.grants[support]; g.Rev != fresh.Rev {
		t.Errorf("rev %d, want %d as the other process left it", g.Rev, fresh.Rev)
	}
	// It was disconnected meanwhile: that stays so.
	o.grants.before = func() {
		o.grants.before = nil
		check(t, o.grants.DropGrant(t.Context(), support))
	}
	o.accounts.Forget(support)
	if _, err := o.read(support); err != nil || o.grants.before != nil {
		t.Errorf("%v, or no new token was to be stored", err)
	}
	if g, ok := o.grants.grants[support]; ok {
		t.Errorf("a grant that was dropped is back with rev %d", g.Rev)
	}
}

func TestKeyIsRotated(t *testing.T) {
	o := newOffice(t, "consent")
	ctx := t.Context()
	check(t, seal.Rotate(o.keyPath))
	if _, err := o.read(support); err != nil {
		t.Fatal(err)
	}
	old, fresh := o.grants.grants[sales], o.grants.grants[support]
	if fresh.Key == old.Key || fresh.Rev != 2 || old.Rev != 1 {
		t.Errorf("after one token: rev %d with %s, and untouched rev %d with %s", fresh.Rev, fresh.Key, old.Rev, old.Key)
	}
	for i, want := range []int{1, 0} {
		if n, err := o.access.Reseal(ctx); n != want || err != nil {
			t.Errorf("time %d: %d resealed, %v; want %d", i, n, err, want)
		}
	}
	check(t, seal.Retire(o.keyPath))
	for _, m := range []desk.Mailbox{support, sales} {
		o.accounts.Forget(m)
		if _, err := o.read(m); err != nil {
			t.Errorf("%s: %v", m, err)
		}
	}
}

// A crowd that finds its token refused asks for one new token, and a crowd that
// may not have one asks once.
func TestCrowdAsksOnce(t *testing.T) {
	o := newOffice(t, "keyless")
	crowd := func() (failed int) {
		c, err := o.accounts.Client(support)
		check(t, err)
		var wg sync.WaitGroup
		errs := make(chan error, 16)
		for range cap(errs) {
			wg.Go(func() { _, err := c.Cursor(t.Context()); errs <- err })
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				failed++
			}
		}
		return failed
	}
	if failed := crowd(); failed != 0 || o.sim.AccessCalls()[gmailsim.MethodToken] != 1 {
		t.Errorf("%d failed, %v", failed, o.sim.AccessCalls())
	}
	check(t, o.sim.EndTokens(string(support)))
	if failed := crowd(); failed != 0 || o.sim.AccessCalls()[gmailsim.MethodToken] > 3 {
		t.Errorf("refused together: %d failed, %v", failed, o.sim.AccessCalls())
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	o := newOffice(t, "consent")
	keyless, keyfile := o.delegation("keyless"), o.delegation("keyfile")
	if _, err := o.read(support); err != nil {
		t.Fatal(err)
	}
	refresh, err := o.key.Open(t.Context(), o.grants.grants[support].Token, support)
	check(t, err)
	o.wire.secret(string(refresh))
	got := gmail.Consented{Refresh: gmail.Secret(refresh)}
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	client, err := o.accounts.Client(support)
	check(t, err)
	for _, v := range []any{o.access, o.accounts, client, o.consent, *o.consent, o.key, keyless, keyfile, got, &got, got.Refresh, []any{got}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			text := fmt.Sprintf(verb, v)
			o.silent(text)
			if strings.Contains(text, fmt.Sprintf("%x", string(refresh))) || len(text) > 6000 {
				t.Errorf("%T prints too much with %s: %.200s", v, verb, text)
			}
		}
		logger.Info("x", "value", v)
	}
	o.silent(log.String())
	if len(o.wire.secrets()) < 5 {
		t.Errorf("only %d secrets were seen", len(o.wire.secrets()))
	}
}
