package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"baton/gmail/gmailsim"
)

// faultShare is how many of a thousand calls to Gmail go wrong.
const faultShare = 50

// faults decides what happens to each call: the same for the same seed, method
// and number of the call. It stops when told.
type faults struct {
	seed uint64
	off  atomic.Bool
	hits atomic.Int64
}

// at implements gmailsim's fault hook.
func (f *faults) at(c gmailsim.Call) *gmailsim.Fault {
	x := mix(f.seed, "fault "+c.Method, c.MethodN)
	if f.off.Load() || x%1000 >= faultShare {
		return nil
	}
	f.hits.Add(1)
	x /= 1000
	kind, wait := x%10, time.Duration(x/10%900)*time.Millisecond
	switch kind {
	case 0:
		return &gmailsim.Fault{Status: http.StatusTooManyRequests, Reason: "rateLimitExceeded"}
	case 1:
		until := time.Now().Add(100*time.Millisecond + wait/3).UTC().Format(time.RFC3339Nano)
		return &gmailsim.Fault{Status: http.StatusTooManyRequests, Reason: "userRateLimitExceeded", Message: fmt.Sprintf("User-rate limit exceeded. Retry after %s", until)}
	case 2:
		return &gmailsim.Fault{Status: http.StatusForbidden, Reason: "rateLimitExceeded", Message: "Rate Limit Exceeded"}
	case 3:
		return &gmailsim.Fault{Status: http.StatusInternalServerError}
	case 4:
		return &gmailsim.Fault{Status: http.StatusServiceUnavailable}
	case 5:
		return &gmailsim.Fault{Drop: true}
	case 6:
		return &gmailsim.Fault{Delay: 100*time.Millisecond + wait, Drop: true} // nobody hears of it again
	case 7:
		return &gmailsim.Fault{Status: http.StatusServiceUnavailable, AppliedThenError: true}
	case 8:
		return &gmailsim.Fault{Drop: true, AppliedThenError: true}
	}
	return &gmailsim.Fault{Delay: 100*time.Millisecond + wait, Drop: true, AppliedThenError: true}
}
