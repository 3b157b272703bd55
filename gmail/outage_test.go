package gmail_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// direct takes requests to a Gmail without a network, so that it can stand in a
// synctest bubble.
type direct struct{ sim *gmailsim.Server }

func (d direct) RoundTrip(r *http.Request) (res *http.Response, err error) {
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			res, err = nil, errors.New("connection reset")
		} else if p != nil {
			panic(p)
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.sim.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// bubbled opens an office in virtual time, with a room that reads two mailboxes.
func bubbled(t *testing.T, mode string) (*office, *gmail.Room, *fakeDesk) {
	t.Helper()
	sim := newSim(t, gmailsim.Options{Dir: t.TempDir()})
	o := furnish(t, mode, sim, "http://gmail.test", direct{sim}, nil)
	d := newFakeDesk()
	r, err := gmail.NewRoom(gmail.RoomOptions{Receiver: d, Store: d, Accounts: o.accounts, Holder: "one", Logger: quiet(), EchoDelay: -1})
	check(t, err)
	t.Cleanup(func() { r.Close() })
	for _, m := range []desk.Mailbox{support, sales} {
		check(t, r.Open(m))
	}
	check(t, r.Idle(t.Context()))
	return o, r, d
}

func (o *office) mail(m desk.Mailbox, subject string) {
	o.t.Helper()
	text := strings.Replace(string(letter(subject)), string(support), string(m), 1)
	_, err := o.sim.Deliver(context.Background(), string(m), []byte(text))
	check(o.t, err)
}

// A mailbox without access for almost an hour is probed every ten minutes, the other
// goes on, and what came meanwhile is read by itself when access is back.
func TestAlmostAnHourWithoutAccess(t *testing.T) {
	for _, mode := range modes {
		for name, turn := range map[string]func(o *office, on bool) error{
			"suspended": func(o *office, on bool) error {
				if on {
					return o.sim.SetCondition(string(support), gmailsim.Suspended)
				}
				return o.sim.SetCondition(string(support), gmailsim.Well)
			},
			"Gmail off": func(o *office, on bool) error {
				if on {
					return o.sim.SetCondition(string(support), gmailsim.GmailOff)
				}
				return o.sim.SetCondition(string(support), gmailsim.Well)
			},
			"withdrawn": func(o *office, on bool) error {
				if mode == "consent" {
					if on {
						return o.sim.EndConsents(string(support))
					}
					o.connectBy(o.peer(), support) // another process does
					return nil
				}
				if on {
					return errors.Join(o.sim.Grant(account, gmailsim.ReadOnly), o.sim.EndTokens(string(support)))
				}
				return o.sim.Grant(account, gmailsim.Modify)
			},
		} {
			t.Run(mode+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { longWithout(t, mode, turn) })
			})
		}
	}
}

func longWithout(t *testing.T, mode string, turn func(*office, bool) error) {
	o, r, d := bubbled(t, mode)
	time.Sleep(30 * time.Second)
	check(t, turn(o, true))
	o.mail(support, "waits")
	began := o.wire.count()
	// Five minutes short of an hour, for then the other mailbox's token runs out:
	// it needs a new one, which a delegation that is withdrawn denies to all.
	for i := range 55 {
		r.Hint(support, uint64(1e9+i))
		if i == 30 {
			o.mail(sales, "goes on")
		}
		time.Sleep(time.Minute)
	}
	if len(d.subjects()) != 1 || d.subjects()[0] != "goes on" {
		t.Errorf("received %q, want the other mailbox's mail alone", d.subjects())
	}
	st := d.state(support)
	if st.Problem == "" || strings.Contains(st.Problem, "@") {
		t.Errorf("problem %q", st.Problem)
	}
	if p := d.state(sales).Problem; p != "" {
		t.Errorf("the other mailbox has a problem: %s", p)
	}
	// 6 probes of at most 3 requests; the other mailbox reads about 13 times.
	if n := o.wire.count() - began; n > 6*3+20 {
		t.Errorf("%d requests in an hour", n)
	}
	check(t, turn(o, false))
	time.Sleep(12 * time.Minute)
	if got := d.subjects(); len(got) != 2 || d.state(support).Problem != "" {
		t.Errorf("after access is back: received %q, problem %q", got, d.state(support).Problem)
	}
	o.silent(o.log.String())
}

// A token endpoint that hangs costs 15 seconds a request, and the caller's
// patience ends it before.
func TestTokenThatNeverComes(t *testing.T) {
	for _, mode := range modes {
		synctest.Test(t, func(t *testing.T) {
			sim := newSim(t, gmailsim.Options{Dir: t.TempDir()})
			o := furnish(t, mode, sim, "http://gmail.test", direct{sim}, nil)
			sim.SetAccessFault(func(gmailsim.Call) *gmailsim.Fault { return &gmailsim.Fault{Delay: time.Hour} })
			c, err := o.accounts.Client(support)
			check(t, err)
			began := time.Now()
			_, err = c.Cursor(t.Context())
			call := (*gmail.CallError)(nil)
			if took := time.Since(began); !errors.As(err, &call) || !strings.Contains(err.Error(), "too slow") || took < 60*time.Second || took > 90*time.Second {
				t.Errorf("%s: %v after %v", mode, err, took)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			began = time.Now()
			if _, err := c.Cursor(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 3*time.Second {
				t.Errorf("%s: %v after %v, want the caller's 3 s", mode, err, time.Since(began))
			}
		})
	}
}

// once gives a client of an office that makes each request once.
func (o *office) once() *gmail.Client {
	o.t.Helper()
	one := &gmail.Retry{Tries: 1, Each: time.Minute, Total: time.Minute, Base: time.Millisecond, Cap: time.Millisecond}
	a, err := gmail.NewAccounts(o.access, gmail.Options{Endpoint: o.url + "/", Transport: o.wire, UnitsPerMinute: -1, Background: one})
	check(o.t, err)
	o.t.Cleanup(a.Close)
	o.accounts = a
	c, err := a.Client(support)
	check(o.t, err)
	return c
}

// Callers that need a token at the same time share a request for it, but not
// what becomes of each other.
func TestRequestsForTokensAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(t, gmailsim.Options{Dir: t.TempDir()})
		o := furnish(t, "keyfile", sim, "http://gmail.test", direct{sim}, nil)
		c := o.once()
		asked := func() int { return sim.AccessCalls()[gmailsim.MethodToken] }
		slow := func(d time.Duration) {
			sim.SetAccessFault(func(gmailsim.Call) *gmailsim.Fault { return &gmailsim.Fault{Delay: d} })
		}
		start := func(ctx context.Context) chan error {
			done := make(chan error, 1)
			go func() { _, err := c.Cursor(ctx); done <- err }()
			synctest.Wait()
			return done
		}
		// Who asks goes away: who waits asks anew.
		slow(time.Hour)
		short, cancel := context.WithCancel(t.Context())
		first := start(short)
		slow(0)
		second := start(t.Context())
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who went away: %v", err)
		}
		if err := <-second; err != nil || asked() != 2 {
			t.Errorf("who waited: %v after %d requests", err, asked())
		}
		// All is forgotten while a request is under way: its token is not kept.
		o.accounts.Forget(support)
		slow(time.Second)
		first = start(t.Context())
		o.accounts.Forget(support)
		if err := <-first; err != nil || asked() != 3 {
			t.Errorf("forgotten while asking: %v after %d requests", err, asked())
		}
		if err := <-start(t.Context()); err != nil || asked() != 4 {
			t.Errorf("the next: %v after %d requests, want a new one", err, asked())
		}
		// A refusal that comes late does not cost the token that is newer.
		n := 0
		sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
			if n++; n > 2 {
				return nil
			}
			return &gmailsim.Fault{Status: 401, Reason: "authError", Delay: time.Duration(n) * 5 * time.Second}
		})
		first, second = start(t.Context()), start(t.Context())
		for _, done := range []chan error{first, second} {
			if err := <-done; err != nil {
				t.Errorf("refused: %v", err)
			}
		}
		if asked() != 5 {
			t.Errorf("%d requests, want one for both that were refused", asked())
		}
	})
}
