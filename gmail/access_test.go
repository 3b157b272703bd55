package gmail_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

func TestAccessThatIsLostAndComesBack(t *testing.T) {
	for _, mode := range modes {
		o := newOffice(t, mode)
		for _, r := range refusals {
			if !slices.Contains(r.modes, mode) {
				continue
			}
			t.Run(mode+", "+r.name, func(t *testing.T) {
				o.t = t
				for _, m := range []desk.Mailbox{support, sales} {
					if _, err := o.read(m); err != nil {
						t.Fatalf("%s before: %v", m, err)
					}
				}
				check(t, r.lose(o))
				n, err := o.read(support)
				access := (*gmail.AccessError)(nil)
				if !errors.As(err, &access) || access.Reason != r.reason || !strings.Contains(access.Error(), r.text) {
					t.Errorf("got %v, want %s and %q", err, r.reason, r.text)
				}
				if n > 3 {
					t.Errorf("it took %d requests, want at most 3", n)
				}
				if gmail.NotFound(err) {
					t.Error("it looks as if a message were gone")
				}
				if n, err := o.read(support); err == nil || n > 3 {
					t.Errorf("again: %v after %d requests", err, n)
				}
				if n, err := o.read(sales); err != nil || n != 1 {
					t.Errorf("the other mailbox: %v after %d requests", err, n)
				}
				if r.back == nil {
					o.connect(support)
				} else {
					check(t, r.back(o))
				}
				if _, err := o.read(support); err != nil {
					t.Errorf("after it came back: %v", err)
				}
			})
		}
	}
}

// What is passing is tried again, and is nobody's business if it stays.
func TestTokensThatAreLate(t *testing.T) {
	faults := map[string]gmailsim.Fault{
		"500":             {Status: 500},
		"503":             {Status: 503, Reason: "backendError"},
		"429":             {Status: 429, Reason: "rateLimitExceeded"},
		"Google's 400":    {Status: 400, Reason: "internal_failure", Message: "Backend Error"},
		"dropped":         {Drop: true},
		"lost on the way": {Drop: true, AppliedThenError: true},
	}
	for _, mode := range modes {
		o := newOffice(t, mode)
		for name, fault := range faults {
			for _, method := range []string{gmailsim.MethodToken, gmailsim.MethodSignJwt} {
				if method == gmailsim.MethodSignJwt && (mode != "keyless" || fault.Status == 400) {
					continue // nobody signs, or says so
				}
				t.Run(fmt.Sprint(mode, " ", name, " ", method), func(t *testing.T) {
					o.t = t
					o.late(method, fault)
				})
			}
		}
	}
}

// late has a way to a token fail twice, and then for ever.
func (o *office) late(method string, fault gmailsim.Fault) {
	o.t.Helper()
	var n, limit atomic.Int64
	limit.Store(2)
	o.sim.SetAccessFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method != method {
			return nil
		}
		if n.Add(1) > limit.Load() {
			return nil
		}
		return &fault
	})
	o.accounts.Forget(support)
	if _, err := o.read(support); err != nil || n.Load() != 3 {
		o.t.Errorf("%v after %d tries, want success at the third", err, n.Load())
	}
	o.accounts.Forget(support)
	n.Store(0)
	limit.Store(1e6)
	_, err := o.read(support)
	call := (*gmail.CallError)(nil)
	if access := (*gmail.AccessError)(nil); !errors.As(err, &call) || errors.As(err, &access) || n.Load() > 4 {
		o.t.Fatalf("for ever: %v after %d tries", err, n.Load())
	}
	if !strings.Contains(call.Error(), "no token: ") {
		o.t.Errorf("the text does not say what is missing: %s", call)
	}
	limit.Store(0)
	if _, err := o.read(support); err != nil {
		o.t.Errorf("afterwards: %v", err)
	}
}

func TestMailboxThatIsNotConnected(t *testing.T) {
	o := newOffice(t, "none")
	n, err := o.read(support)
	access := (*gmail.AccessError)(nil)
	if !errors.As(err, &access) || access.Reason != "notConnected" || !strings.Contains(err.Error(), "baton mailbox connect ADDRESS") || n != 0 {
		t.Errorf("%v after %d requests", err, n)
	}
	if n, err := o.read(ana); !errors.Is(err, desk.ErrForbidden) || n != 0 {
		t.Errorf("a mailbox that is not enrolled: %v after %d requests", err, n)
	}
}

func TestAccessThatLacksSomething(t *testing.T) {
	o := newOffice(t, "consent")
	another := newOffice(t, "none")
	with := func(change func(*gmail.AccessOptions)) error {
		opts := gmail.AccessOptions{Grants: o.grants, Enrolled: enrolled, Consent: o.consent, Key: o.key}
		change(&opts)
		a, err := gmail.NewAccess(opts)
		if err != nil {
			return err
		}
		s, err := a.TokenSource(t.Context(), support)
		check(t, err)
		_, err = s.Token()
		o.quiet(err)
		return err
	}
	if err := with(func(*gmail.AccessOptions) {}); err != nil {
		t.Errorf("with everything: %v", err)
	}
	for want, change := range map[string]func(*gmail.AccessOptions){
		"does not open with Baton's key":    func(a *gmail.AccessOptions) { a.Key = another.key },
		"no OAuth client or no key":         func(a *gmail.AccessOptions) { a.Key, a.Consent = nil, nil },
		"a key to seal them with":           func(a *gmail.AccessOptions) { a.Key = nil },
		"client's id and secret":            func(a *gmail.AccessOptions) { a.Consent = &gmail.Consent{ClientID: "x"} },
		"know which mailboxes are enrolled": func(a *gmail.AccessOptions) { a.Enrolled = nil },
		"access needs a store of grants":    func(a *gmail.AccessOptions) { a.Grants = nil },
	} {
		if err := with(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	// One mailbox's sealed token in another's place opens nothing.
	stolen := o.grants.grants[sales]
	stolen.Mailbox = support
	_, err := o.grants.SetGrant(t.Context(), stolen)
	check(t, err)
	o.accounts.Forget(support)
	if n, err := o.read(support); err == nil || !strings.Contains(err.Error(), "does not open with Baton's key") || n != 0 {
		t.Errorf("another mailbox's token: %v after %d requests", err, n)
	}
	o.grants.down = fmt.Errorf("gone: %w", desk.ErrUnavailable)
	o.accounts.Forget(support)
	call := (*gmail.CallError)(nil)
	if _, err := o.read(support); !errors.As(err, &call) || !strings.Contains(err.Error(), "the store is unavailable") {
		t.Errorf("a store that is down: %v", err)
	}
}
