package gmail

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/api/googleapi"

	"baton/desk"
)

// Retry bounds how long a call is tried.
type Retry struct {
	Tries int           // requests at most
	Each  time.Duration // one request's deadline
	Total time.Duration // the call's deadline, waits included
	Base  time.Duration // first wait at most; doubles
	Cap   time.Duration // longest wait, unless Gmail names a time
}

// Usual retries for background work and for calls that a person waits for.
func usualRetry() Retry {
	return Retry{Tries: 6, Each: 20 * time.Second, Total: 90 * time.Second, Base: 250 * time.Millisecond, Cap: 16 * time.Second}
}

func hastyRetry() Retry {
	return Retry{Tries: 3, Each: 5 * time.Second, Total: 8 * time.Second, Base: 100 * time.Millisecond, Cap: time.Second}
}

// cure is what may help against an error.
type cure int

const (
	nothing cure = iota // our request is wrong, or the answer will stay
	refresh             // a new token
	slower              // wait: Gmail did not do it because we are too fast
	later               // wait: Gmail or the way to it has a fault
	hardly              // wait, but not often: usually it stays
)

// cureFor judges an error. ran tells whether Gmail may have done the work.
func cureFor(err error) (c cure, ran bool) {
	if errors.Is(err, desk.ErrForbidden) {
		return nothing, false // our own fence, not Google's
	}
	if te := (*tokenError)(nil); errors.As(err, &te) {
		if te.passing() {
			return later, false
		}
		return nothing, false
	}
	ge := (*googleapi.Error)(nil)
	if !errors.As(err, &ge) {
		if op := (*net.OpError)(nil); errors.As(err, &op) && op.Op == "dial" {
			return later, false
		}
		return later, true
	}
	switch reason := reasonOf(ge); {
	case ge.Code == http.StatusUnauthorized:
		return refresh, false
	case ge.Code == http.StatusTooManyRequests, ge.Code == http.StatusForbidden && tooFast(reason):
		return slower, false
	case ge.Code >= 500, ge.Code == http.StatusRequestTimeout:
		return later, true
	case ge.Code == http.StatusBadRequest && strings.Contains(ge.Message, "Precondition check failed"):
		return hardly, true
	}
	return nothing, false
}

func tooFast(reason string) bool {
	switch reason {
	case "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded":
		return true
	}
	return false
}

var retryAfterText = regexp.MustCompile(`(?i)retry after (\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:\d{2}))`)

// askedFor gives how long Gmail asks to wait: in a Retry-After header (seconds
// or a date) or in the message's text; 0 = it does not say.
func askedFor(err error, now time.Time) time.Duration {
	ge := (*googleapi.Error)(nil)
	if !errors.As(err, &ge) {
		return 0
	}
	if m := retryAfterText.FindStringSubmatch(ge.Message); m != nil {
		if t, err := time.Parse(time.RFC3339Nano, m[1]); err == nil {
			return max(0, t.Sub(now))
		}
	}
	v := ge.Header.Get("Retry-After")
	if n, err := strconv.Atoi(v); err == nil && n > 0 && n < 1e6 {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// pause gives the wait before try number n (from 1): full jitter over a
// doubling span, and not less than Gmail asked for.
func (r Retry) pause(n int, asked time.Duration) time.Duration {
	span := r.Base << min(n-1, 20)
	if span > r.Cap || span <= 0 {
		span = r.Cap
	}
	return asked + rand.N(span+1)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
