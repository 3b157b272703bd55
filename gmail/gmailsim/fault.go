package gmailsim

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Call describes an API call to a fault hook.
type Call struct {
	N       int    // counts all calls from 1
	MethodN int    // counts calls of this method from 1
	Method  string // as Google names it: gmail.users.messages.modify
	Mailbox string // primary address
}

// Fault is what happens to a call instead of its answer.
type Fault struct {
	Status  int    // answer with this; 0 lets the call pass (after Delay)
	Reason  string // errors[].reason; "" is "backendError"
	Message string
	Delay   time.Duration // before anything else
	Drop    bool          // close the connection without an answer
	// AppliedThenError performs the call first: the caller sees the fault, the mailbox the change.
	AppliedThenError bool
}

// SetFault installs the fault hook; nil takes it away. The hook is called once for each call that has
// a valid token, one at a time, and must not call the Server.
func (s *Server) SetFault(f func(Call) *Fault) {
	s.callMu.Lock()
	defer s.callMu.Unlock()
	s.fault = f
}

// wait passes the delay; false if the caller went away.
func (f *Fault) wait(ctx context.Context, s *Server) bool {
	if f.Delay <= 0 {
		return true
	}
	select {
	case <-s.opt.After(f.Delay):
		return true
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	return false
}

// answer makes the fault visible; false if there is nothing but a delay.
func (f *Fault) answer(w http.ResponseWriter) bool {
	if f.Drop {
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	}
	if f.Status == 0 {
		return false
	}
	e := &apiError{f.Status, f.Reason, f.Message, statusOf(f.Status)}
	if e.reason == "" {
		e.reason = "backendError"
	}
	if e.message == "" {
		e.message = fmt.Sprintf("gmailsim: fault %d", f.Status)
	}
	writeError(w, e)
	return true
}
