package gmail_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

func TestOwnerAgrees(t *testing.T) {
	o := newOffice(t, "none")
	f, err := o.access.Begin(redirect, support)
	check(t, err)
	u, err := url.Parse(f.Visit)
	check(t, err)
	q := u.Query()
	want := map[string]string{
		"access_type": "offline", "prompt": "consent", "login_hint": string(support), "redirect_uri": redirect, "response_type": "code",
		"scope": gmail.Scope, "code_challenge_method": "S256", "state": f.State, "client_id": o.consent.ClientID,
	}
	for k, v := range want {
		if q.Get(k) != v {
			t.Errorf("%s is %q, want %q", k, q.Get(k), v)
		}
	}
	if len(q.Get("code_challenge")) != 43 || strings.Contains(f.Visit, string(f.Verifier)) || len(f.State) < 43 {
		t.Errorf("the address to visit: %s", f.Visit)
	}
	g, err := o.access.Finish(t.Context(), f, o.ask(f))
	check(t, err)
	if d := cmp.Diff([]string{gmail.Scope}, g.Scopes); d != "" || g.Mode != desk.ByConsent || g.Key != o.key.Name() || g.Rev != 1 || g.Mailbox != support || g.At.IsZero() {
		t.Errorf("grant %+v, scopes (-want +got):\n%s", g, d)
	}
	o.silent(string(g.Token))
	if n, err := o.read(support); err != nil || n != 2 {
		t.Errorf("%v after %d requests, want the token and the call", err, n)
	}
	if n, err := o.read(support); err != nil || n != 1 {
		t.Errorf("%v after %d requests, want the call alone", err, n)
	}
}

// What the owner's browser comes back with is refused, and Google's grants are
// as they were before.
func TestConsentThatIsRefused(t *testing.T) {
	type back = func(o *office, f *gmail.Flow) url.Values
	choose := func(c gmailsim.ConsentChoice) back {
		return func(o *office, f *gmail.Flow) url.Values { o.sim.SetConsent(c); return o.ask(*f) }
	}
	for name, test := range map[string]struct {
		back   back
		reason string
		text   string
	}{
		"denied":              {choose(gmailsim.ConsentChoice{Deny: true}), "consentDenied", "did not agree"},
		"box unticked":        {choose(gmailsim.ConsentChoice{Without: []string{gmail.Scope}}), "scopeNotGranted", "box for Gmail ticked"},
		"somebody else":       {choose(gmailsim.ConsentChoice{As: string(ana)}), "otherAccount", "Another account agreed"},
		"administrator's ban": {choose(gmailsim.ConsentChoice{Error: "admin_policy_enforced"}), "admin_policy_enforced", "administrators do not allow"},
		"internal app":        {choose(gmailsim.ConsentChoice{Error: "org_internal"}), "org_internal", "does not belong to the organisation"},
		"any other error":     {choose(gmailsim.ConsentChoice{Error: "server_error"}), "consentFailed", "to the end"},
		"other state": {func(o *office, f *gmail.Flow) url.Values {
			q := o.ask(*f)
			q.Set("state", q.Get("state")[1:]+"x")
			return q
		}, "otherFlow", "does not belong"},
		"no state":  {func(o *office, f *gmail.Flow) url.Values { q := o.ask(*f); q.Del("state"); return q }, "otherFlow", "does not belong"},
		"no flow":   {func(o *office, f *gmail.Flow) url.Values { *f = gmail.Flow{Mailbox: support}; return url.Values{} }, "otherFlow", "does not belong"},
		"no code":   {func(o *office, f *gmail.Flow) url.Values { q := o.ask(*f); q.Del("code"); return q }, "consentFailed", ""},
		"too late":  {func(o *office, f *gmail.Flow) url.Values { f.Began = f.Began.Add(-11 * time.Minute); return o.ask(*f) }, "flowExpired", "within 10 minutes"},
		"too early": {func(o *office, f *gmail.Flow) url.Values { f.Began = f.Began.Add(11 * time.Minute); return o.ask(*f) }, "flowExpired", ""},
		"other verifier": {func(o *office, f *gmail.Flow) url.Values {
			q := o.ask(*f)
			f.Verifier = "0123456789012345678901234567890123456789012"
			return q
		}, "invalid_grant", "browser came back with"},
		"other redirect": {func(o *office, f *gmail.Flow) url.Values { q := o.ask(*f); f.Redirect += "/"; return q }, "redirect_uri_mismatch", "redirect URIs"},
		"guessed code":   {func(o *office, f *gmail.Flow) url.Values { q := o.ask(*f); q.Set("code", "4/guess"); return q }, "invalid_grant", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, "none")
			f, err := o.access.Begin(redirect, support)
			check(t, err)
			q := test.back(o, &f)
			_, err = o.access.Finish(t.Context(), f, q)
			o.quiet(err)
			access := (*gmail.AccessError)(nil)
			if !errors.As(err, &access) || access.Reason != test.reason || !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %v, want %s and %q", err, test.reason, test.text)
			}
			if len(o.grants.grants) != 0 {
				t.Errorf("grants %v, want none", o.grants.grants)
			}
			if n := o.sim.Consents(); n != 0 {
				t.Errorf("%d consents are left at Google", n)
			}
		})
	}
}

// Revoking a stray consent would end the one that its account's mailbox lives
// on, so that one stays.
func TestStrayConsentOfAConnectedMailboxStays(t *testing.T) {
	o := newOffice(t, "consent")
	o.sim.SetConsent(gmailsim.ConsentChoice{As: string(sales)})
	f, err := o.access.Begin(redirect, support)
	check(t, err)
	_, err = o.access.Finish(t.Context(), f, o.ask(f))
	if access := (*gmail.AccessError)(nil); !errors.As(err, &access) || access.Reason != "otherAccount" {
		t.Errorf("got %v", err)
	}
	for _, m := range []desk.Mailbox{support, sales} {
		o.accounts.Forget(m)
		if _, err := o.read(m); err != nil {
			t.Errorf("%s afterwards: %v", m, err)
		}
	}
}

// The owner of a mailbox that is connected begins again and does not come to the
// end of it: what was, goes on. That holds also when nobody knows whose consent it
// was, for revoking it ends all that the account gave.
func TestConsentThatFailsLeavesTheOneBefore(t *testing.T) {
	for name, test := range map[string]struct {
		choice gmailsim.ConsentChoice
		broken bool // Gmail does not say whose it is
	}{
		"box unticked": {choice: gmailsim.ConsentChoice{Without: []string{gmail.Scope}}},
		"Gmail down":   {broken: true},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, "consent")
			o.sim.SetConsent(test.choice)
			f, err := o.access.Begin(redirect, support)
			check(t, err)
			q := o.ask(f)
			if test.broken {
				o.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
					if c.Method == "gmail.users.getProfile" {
						return &gmailsim.Fault{Status: 404, Reason: "notFound"}
					}
					return nil
				})
			}
			if _, err := o.access.Finish(t.Context(), f, q); err == nil {
				t.Error("it was finished")
			}
			o.sim.SetFault(nil)
			o.accounts.Forget(support)
			if _, err := o.read(support); err != nil {
				t.Errorf("the mailbox afterwards: %v", err)
			}
		})
	}
}

func TestConsentNeedsASafeWayBack(t *testing.T) {
	o := newOffice(t, "none")
	for _, r := range []string{"http://baton.acme.test/back", "baton.acme.test/back", "", "https://baton.acme.test/back#x", "javascript:alert(1)", "https:///back", "http://127.0.0.1.evil.test/"} {
		if _, err := o.access.Begin(r, support); err == nil || !strings.Contains(err.Error(), "https://") {
			t.Errorf("%q: %v", r, err)
		}
	}
	for _, r := range []string{"https://baton.acme.test/back?x=1", "http://127.0.0.1:4711/back", "http://[::1]:80/", "http://localhost:1/"} {
		if _, err := o.access.Begin(r, support); err != nil {
			t.Errorf("%q: %v", r, err)
		}
	}
	if _, err := o.access.Begin(redirect, ana); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("a mailbox that is not enrolled: %v", err)
	}
}

func TestFlowTravelsSealed(t *testing.T) {
	o := newOffice(t, "none")
	f, err := o.access.Begin(redirect, support)
	check(t, err)
	text, err := gmail.SealFlow(t.Context(), o.key, f)
	check(t, err)
	if url.QueryEscape(text) != text || strings.Contains(text, f.State) || len(text) > 1000 {
		t.Errorf("%d bytes: %s", len(text), text)
	}
	back, err := gmail.OpenFlow(t.Context(), o.key, text, f.Began.Add(gmail.FlowLife))
	f.Visit = ""
	if d := cmp.Diff(f, back); d != "" || err != nil || back.Verifier != f.Verifier {
		t.Errorf("%v (-sealed +opened):\n%s", err, d)
	}
	for name, try := range map[string]func() (gmail.Flow, error){
		"late": func() (gmail.Flow, error) {
			return gmail.OpenFlow(t.Context(), o.key, text, f.Began.Add(gmail.FlowLife+time.Second))
		},
		"early": func() (gmail.Flow, error) {
			return gmail.OpenFlow(t.Context(), o.key, text, f.Began.Add(-2*time.Minute))
		},
		"bent": func() (gmail.Flow, error) {
			return gmail.OpenFlow(t.Context(), o.key, text[:40]+"AAAA"+text[44:], f.Began)
		},
		"no base64": func() (gmail.Flow, error) { return gmail.OpenFlow(t.Context(), o.key, "%%", f.Began) },
		"none":      func() (gmail.Flow, error) { return gmail.OpenFlow(t.Context(), o.key, "", f.Began) },
		"another key": func() (gmail.Flow, error) {
			return gmail.OpenFlow(t.Context(), newOffice(t, "none").key, text, f.Began)
		},
	} {
		access := (*gmail.AccessError)(nil)
		if got, err := try(); !errors.As(err, &access) || got.State != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if strings.Contains(fmt.Sprintf(verb, f), string(f.Verifier)) {
			t.Errorf("%s prints the verifier", verb)
		}
	}
}
