package gmailsim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"baton/gmail/gmailsim"
)

func TestFaults(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	d := w.deliver(support, mail("a@x", "A", "a"))
	star := func() error {
		return errOf(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{"STARRED"}}).Do())
	}
	starred := func() bool {
		w.SetFault(nil)
		m := must(u.Messages.Get("me", d.ID).Format("minimal").Do())(t)
		for _, l := range m.LabelIds {
			if l == "STARRED" {
				must(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{RemoveLabelIds: []string{"STARRED"}}).Do())(t)
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		name    string
		fault   gmailsim.Fault
		code    int
		reason  string
		applied bool
	}{
		{"503", gmailsim.Fault{Status: 503}, 503, "backendError", false},
		{"429", gmailsim.Fault{Status: 429, Reason: "rateLimitExceeded", Message: "slow down"}, 429, "rateLimitExceeded", false},
		{"applied", gmailsim.Fault{Status: 500, AppliedThenError: true}, 500, "backendError", true},
		{"dropped", gmailsim.Fault{Drop: true}, 0, "", false},
		{"applied and dropped", gmailsim.Fault{Drop: true, AppliedThenError: true}, 0, "", true},
	} {
		w.SetFault(func(gmailsim.Call) *gmailsim.Fault { return &c.fault })
		err := star()
		if c.code > 0 {
			wantError(t, err, c.code, c.reason, c.fault.Message)
		} else if _, ok := errors.AsType[*googleapi.Error](err); err == nil || ok {
			t.Errorf("%s: got %v, want a broken connection", c.name, err)
		}
		if got := starred(); got != c.applied {
			t.Errorf("%s: applied %v, want %v", c.name, got, c.applied)
		}
	}
	var calls []gmailsim.Call
	base := 0
	w.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if base == 0 {
			base = c.N - 1
		}
		c.N -= base
		calls = append(calls, c)
		return &gmailsim.Fault{Delay: time.Microsecond}
	})
	noError(t, star())
	must(u.GetProfile("me").Do())(t)
	must(u.GetProfile("me").Do())(t)
	calls[0].MethodN = 0
	want := []gmailsim.Call{
		{N: 1, Method: "gmail.users.messages.modify", Mailbox: support},
		{N: 2, MethodN: 1, Method: "gmail.users.getProfile", Mailbox: support},
		{N: 3, MethodN: 2, Method: "gmail.users.getProfile", Mailbox: support},
	}
	if d := cmp.Diff(want, calls); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
}

func TestQuota(t *testing.T) {
	w := newWorld(t, gmailsim.Options{UnitsPerMinute: 45})
	u := w.users(support)
	d := w.deliver(support, mail("a@x", "A", "a"))
	must(u.Messages.Get("me", d.ID).Do())(t)
	must(u.Messages.Get("me", d.ID).Format("minimal").Do())(t)
	_, err := u.Messages.Get("me", d.ID).Do()
	wantError(t, err, 429, "userRateLimitExceeded", "Retry after 2026-11-21T09:01:00")
	must(w.users(ana).GetProfile("me").Do())(t) // another mailbox has its own
	w.clock.advance(time.Minute)
	must(u.Messages.Get("me", d.ID).Do())(t)
	if got := w.Units(support); got != 80 {
		t.Errorf("got %d units, want 80: refused calls count too", got)
	}
	want := map[string]map[string]gmailsim.Count{
		support: {"gmail.users.messages.get": {Calls: 4, Units: 80}},
		ana:     {"gmail.users.getProfile": {Calls: 1, Units: 1}},
	}
	if d := cmp.Diff(want, w.Calls()); d != "" {
		t.Errorf("counts (-want +got):\n%s", d)
	}
}
