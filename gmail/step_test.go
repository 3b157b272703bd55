package gmail_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"baton/desk"
)

// step stands in the way of everything that sending does: each call to Gmail
// and to the store passes it, before it is carried out and after.
type step struct {
	mu    sync.Mutex
	gmail int                         // calls to Gmail so far
	calls int                         // calls to the store so far
	onWeb func(n int, m string) fault // what happens to Gmail's nth call, from 1
	onOwn func(n int) (before, after error)
}

// fault is what happens to a call to Gmail.
type fault struct {
	before, after func() error // instead of the call, or instead of its answer; nil = nothing
	status        int          // of an answer instead of the call's
	applied       bool         // the status comes after the call was carried out
	hang          bool         // no answer comes by the deadline; before the call, or after with applied
}

var errKilled = errors.New("killed")

// errLate is what a call ends with whose deadline is over. No test waits for that:
// one that comes soon is one that a busy machine misses by itself.
var errLate = context.DeadlineExceeded

func (s *step) set(web func(n int, m string) fault, own func(n int) (before, after error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gmail, s.calls, s.onWeb, s.onOwn = 0, 0, web, own
}

func (s *step) web(method string) fault {
	s.mu.Lock()
	s.gmail++
	n, f := s.gmail, s.onWeb
	s.mu.Unlock()
	if f == nil {
		return fault{}
	}
	return f(n, method)
}

func (s *step) own() (before, after error) {
	s.mu.Lock()
	s.calls++
	n, f := s.calls, s.onOwn
	s.mu.Unlock()
	if f == nil {
		return nil, nil
	}
	return f(n)
}

// store passes a call to the store that is made by the caller itself.
func (s *step) store() error {
	before, after := s.own()
	for _, err := range []error{before, after} {
		if err == errKilled {
			panic(err)
		}
	}
	return before
}

// drafts is the store's part of sending, with the step before and after.
type drafts struct {
	store interface {
		Draft(ctx context.Context, id desk.IntentID, draft string) (desk.Intent, error)
	}
	step *step
}

func (d drafts) Draft(ctx context.Context, id desk.IntentID, draft string) (desk.Intent, error) {
	before, after := d.step.own()
	if before == errKilled {
		panic(before)
	}
	if before != nil {
		return desk.Intent{}, before
	}
	in, err := d.store.Draft(ctx, id, draft)
	if after == errKilled {
		panic(after)
	}
	if after != nil {
		return desk.Intent{}, after
	}
	return in, err
}

// brittle is the way to Gmail with the step in it.
type brittle struct {
	base http.RoundTripper
	step *step
}

func (f *brittle) RoundTrip(r *http.Request) (*http.Response, error) {
	path := r.URL.Path[strings.Index(r.URL.Path, "/users/me/")+len("/users/me/"):]
	x := f.step.web(r.Method + " " + path)
	if x.before != nil {
		if err := x.before(); err != nil {
			return nil, err
		}
	}
	if x.hang && !x.applied {
		return nil, errLate
	}
	if x.status != 0 && !x.applied {
		return answer(r, x.status), nil
	}
	resp, err := f.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if x.after != nil || x.applied {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	if x.after != nil {
		if err := x.after(); err != nil {
			return nil, err
		}
	}
	if x.hang {
		return nil, errLate
	}
	if x.applied {
		return answer(r, x.status), nil
	}
	return resp, nil
}

func (f *brittle) CloseIdleConnections() {
	f.base.(interface{ CloseIdleConnections() }).CloseIdleConnections()
}

func answer(r *http.Request, status int) *http.Response {
	reason := map[int]string{400: "invalidArgument", 401: "authError", 403: "userRateLimitExceeded", 404: "notFound", 429: "rateLimitExceeded"}[status]
	if reason == "" {
		reason = "backendError"
	}
	body := `{"error":{"message":"made up","errors":[{"reason":"` + reason + `"}]}}`
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}
