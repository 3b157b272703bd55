package gmail

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/api/googleapi"
)

// AccessError says that Gmail will not serve a mailbox until a person changes
// something. It is not retried. Its text names no address and no token, so it
// may be logged and shown.
type AccessError struct {
	Reason string // Google's own word: "domainPolicy", "invalid_grant" ...
	Say    string // what happened, one plain sentence
	Remedy string // what to do, one plain sentence
	Err    error  // what Google answered; may name addresses
}

func (e *AccessError) Error() string {
	return fmt.Sprintf("%s %s (%s)", e.Say, e.Remedy, e.Reason)
}

// Unreachable tells the outbox that what was promised waits until access is
// back.
func (e *AccessError) Unreachable() bool { return true }

// Unwrap gives what Google answered.
func (e *AccessError) Unwrap() error { return e.Err }

// CallError says that a call to Gmail failed. Its text leaves out Google's
// message, which may name addresses.
type CallError struct {
	Method Method
	Code   int    // HTTP status; 0 = no answer came
	Reason string // Google's errors[].reason, or what went wrong on the way
	Tries  int
	Err    error
}

func (e *CallError) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("gmail %s: no answer (%s) after %d tries", e.Method, e.Reason, e.Tries)
	}
	return fmt.Sprintf("gmail %s: %d %s after %d tries", e.Method, e.Code, e.Reason, e.Tries)
}

// Unwrap gives the error underneath.
func (e *CallError) Unwrap() error { return e.Err }

// StatusCode gives the HTTP status that Gmail answered with, 0 when err is none.
func StatusCode(err error) int {
	if ge := (*googleapi.Error)(nil); errors.As(err, &ge) {
		return ge.Code
	}
	return 0
}

// NotFound tells whether Gmail said that a thing is not there.
func NotFound(err error) bool { return StatusCode(err) == 404 }

func reasonOf(ge *googleapi.Error) string {
	if len(ge.Errors) > 0 {
		return ge.Errors[0].Reason
	}
	return ""
}

// accessError gives the remedy of a key of remedies.
func accessError(key string, err error) *AccessError {
	text, ok := remedies[key]
	if !ok {
		text = remedies["forbidden"]
	}
	reason, _, _ := strings.Cut(key, "/")
	return &AccessError{Reason: reason, Say: text[0], Remedy: text[1], Err: err}
}

// lasting recognises errors that no retry cures, or gives nil.
func lasting(err error) *AccessError {
	if a := (*AccessError)(nil); errors.As(err, &a) {
		return a
	}
	if te := (*tokenError)(nil); errors.As(err, &te) {
		return te.lasting()
	}
	ge := (*googleapi.Error)(nil)
	if !errors.As(err, &ge) {
		return nil
	}
	reason := reasonOf(ge)
	switch {
	case ge.Code == 400 && strings.Contains(ge.Message, "Mail service not enabled"):
		return accessError("mailServiceNotEnabled", err)
	case ge.Code == 400 && slices.Contains([]string{"invalid_grant", "unauthorized_client"}, reason):
		return accessError(reason, err)
	case ge.Code == 403 && !tooFast(reason):
		if reason == "" {
			reason = "forbidden"
		}
		return accessError(reason, err)
	}
	return nil
}
