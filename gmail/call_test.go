package gmail_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/gmail"
)

// calling makes one call against answers and tells how it went.
func calling(t *testing.T, ctx context.Context, answer func(n int) (int, string)) (n int, took time.Duration, err error) {
	v := newVirtual(t, nil)
	v.set(func(string) (int, string) {
		n++
		return answer(n)
	})
	start := time.Now()
	_, err = v.client().Cursor(ctx)
	return n, time.Since(start), err
}

func TestCallsThatAreTriedAgain(t *testing.T) {
	for name, refuse := range map[string]func() (int, string){
		"429": func() (int, string) {
			return refusal(429, "rateLimitExceeded", "Too many concurrent requests for user.")
		},
		"403 user":    func() (int, string) { return refusal(403, "userRateLimitExceeded", "x") },
		"403 project": func() (int, string) { return refusal(403, "rateLimitExceeded", "x") },
		"403 daily":   func() (int, string) { return refusal(403, "dailyLimitExceeded", "x") },
		"500":         func() (int, string) { return refusal(500, "backendError", "x") },
		"503 page":    func() (int, string) { return 503, "<html>busy</html>" },
		"precondition": func() (int, string) {
			return refusal(400, "failedPrecondition", "Precondition check failed.")
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			n, took, err := calling(t, t.Context(), func(n int) (int, string) {
				if n < 3 {
					return refuse()
				}
				return 0, ""
			})
			if err != nil || n != 3 {
				t.Errorf("%s: %v after %d calls, want success at the third", name, err, n)
			}
			if took > 2*time.Second {
				t.Errorf("%s: took %v", name, took)
			}
			n, took, err = calling(t, t.Context(), func(int) (int, string) { return refuse() })
			c := (*gmail.CallError)(nil)
			if !errors.As(err, &c) || n < 3 || n > 6 || took > 90*time.Second {
				t.Errorf("%s for ever: %v after %d calls and %v", name, err, n, took)
			}
			n, took, err = calling(t, gmail.Interactive(t.Context()), func(int) (int, string) { return refuse() })
			if !errors.As(err, &c) || n > 3 || took > 8*time.Second {
				t.Errorf("%s with a person waiting: %v after %d calls and %v", name, err, n, took)
			}
		})
	}
}

func TestCallsThatWaitAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, took, err := calling(t, t.Context(), func(n int) (int, string) {
			if n == 1 {
				at := time.Now().Add(30 * time.Second).UTC().Format("2006-01-02T15:04:05.000Z")
				return refusal(429, "rateLimitExceeded", "User-rate limit exceeded.  Retry after "+at)
			}
			return 0, ""
		})
		if err != nil || took < 29*time.Second || took > 32*time.Second {
			t.Errorf("%v after %v, want success after 30 s", err, took)
		}
		n, took, err := calling(t, t.Context(), func(int) (int, string) {
			return refusal(429, "rateLimitExceeded", "Retry after "+time.Now().Add(4*time.Hour).UTC().Format(time.RFC3339))
		})
		if err == nil || n != 1 || took > time.Second {
			t.Errorf("%v after %d calls and %v: a wait beyond the deadline is no use", err, n, took)
		}
	})
}

func TestCallsThatAreNotTriedAgain(t *testing.T) {
	for _, test := range []struct {
		code            int
		reason, message string
		access          string // of the AccessError's sentence; "" = it is none
	}{
		{400, "invalidArgument", "Invalid query", ""},
		{404, "notFound", "Requested entity was not found.", ""},
		{409, "aborted", "Label name exists or conflicts", ""},
		{403, "domainPolicy", "The domain administrators have disabled Gmail apps.", "do not allow this app"},
		{403, "insufficientPermissions", "Insufficient Permission", "does not cover"},
		{403, "forbidden", "Delegation denied for support@acme.test", "does not let Baton act"},
		{403, "", "?", "does not let Baton act"},
		{403, "accessNotConfigured", "x", "switched off in the Google Cloud project"},
		{400, "failedPrecondition", "Mail service not enabled", "Gmail is switched off"},
		{401, "authError", "Invalid Credentials", "refused Baton's token twice"},
	} {
		synctest.Test(t, func(t *testing.T) {
			n, took, err := calling(t, t.Context(), func(int) (int, string) { return refusal(test.code, test.reason, test.message) })
			want := 1
			if test.code == http.StatusUnauthorized {
				want = 2
			}
			if err == nil || n != want || took != 0 {
				t.Errorf("%d %s: %v after %d calls and %v", test.code, test.reason, err, n, took)
			}
			access := (*gmail.AccessError)(nil)
			if got := errors.As(err, &access); got != (test.access != "") {
				t.Errorf("%d %s: %T", test.code, test.reason, err)
			}
			if !strings.Contains(err.Error(), test.access) || strings.Contains(err.Error(), "@") {
				t.Errorf("%d %s: text %q", test.code, test.reason, err)
			}
			if access != nil && (!strings.HasSuffix(access.Say, ".") || !strings.HasSuffix(access.Remedy, ".")) {
				t.Errorf("%d %s: %+v", test.code, test.reason, access)
			}
		})
	}
}

func TestCallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, took, err := calling(t, ctx, func(int) (int, string) {
			return refusal(429, "rateLimitExceeded", "Retry after "+time.Now().Add(20*time.Second).UTC().Format(time.RFC3339))
		})
		if err == nil || took > time.Second {
			t.Errorf("%v after %v", err, took)
		}
		ctx, cancel = context.WithCancel(t.Context())
		cancel()
		if _, _, err := calling(t, ctx, func(int) (int, string) { return 0, "" }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	})
}

func TestUnitsAreCounted(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	for i := range 3 {
		d := h.deliver(fmt.Sprint("mail ", i))
		h.sweep()
		h.apply(d, d.ID, []string{"Baton/Status/Open"}, nil)
		h.apply(d, "", []string{"Baton/Status/Closed"}, []string{"Baton/Status/Open"})
	}
	h.sweep()
	ours, theirs := h.accounts.Usage()[support], h.sim.Calls()[string(support)]
	for method, u := range ours {
		theirs := theirs["gmail.users."+strings.TrimPrefix(string(method), "users.")]
		if u.Calls != int64(theirs.Calls) || u.Units != int64(theirs.Units) {
			t.Errorf("%s: we counted %+v, Gmail %+v", method, u, theirs)
		}
	}
	if got, want := gmail.Total(ours), int64(h.sim.Units(string(support))); got != want {
		t.Errorf("%d units, Gmail says %d", got, want)
	}
}
