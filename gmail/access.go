package gmail

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/oauth2"
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

// remedies are the reasons that stay until a person acts
// (developers.google.com/workspace/gmail/api/guides/handle-errors).
var remedies = map[string][2]string{
	"domainPolicy": {"The domain's administrators do not allow this app to use Gmail.",
		"Allow it in the Admin console under Security, API controls."},
	"insufficientPermissions": {"The grant does not cover changing mail.",
		"Grant the scope https://www.googleapis.com/auth/gmail.modify and try again."},
	"accessNotConfigured": {"The Gmail API is switched off in the Google Cloud project.",
		"Enable the Gmail API in the project that Baton runs in."},
	"forbidden": {"Google does not let Baton act for this mailbox.",
		"Check that the address is a mailbox of its own (not a delegate's or a group's) and that it was granted."},
	"invalid_grant": {"The grant for this mailbox was withdrawn or has run out.",
		"Grant access again, and check that the mailbox exists and is not suspended."},
	"unauthorized_client": {"Domain-wide delegation does not cover this app or its scope.",
		"Enter the service account's client id with the scope gmail.modify in the Admin console; it can take some minutes to work."},
	"access_denied": {"Google refused to issue a token for this mailbox.",
		"Check the domain-wide delegation and that the mailbox belongs to the domain."},
	"invalid_client": {"Google does not know the service account or client that Baton uses.",
		"Check the key or client secret that Baton was given."},
	"mailServiceNotEnabled": {"Gmail is switched off for this account.",
		"Switch Gmail on for the account in the Admin console, or take the mailbox out of the policy."},
	"authError": {"Google refused Baton's token twice.",
		"Check that the grant for this mailbox is still in force."},
}

func accessError(reason string, err error) *AccessError {
	text, ok := remedies[reason]
	if !ok {
		text = remedies["forbidden"]
	}
	return &AccessError{Reason: reason, Say: text[0], Remedy: text[1], Err: err}
}

// tokenError gives the error code of a token endpoint (RFC 6749, 5.2). Package
// oauth2/jwt leaves it in the body.
func tokenError(re *oauth2.RetrieveError) string {
	if re.ErrorCode != "" {
		return re.ErrorCode
	}
	var body struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(re.Body, &body) != nil {
		return ""
	}
	return body.Error
}

// lasting recognises errors that no retry cures, or gives nil.
func lasting(err error) *AccessError {
	if re := (*oauth2.RetrieveError)(nil); errors.As(err, &re) {
		switch code := tokenError(re); code {
		case "invalid_grant", "unauthorized_client", "access_denied", "invalid_client":
			return accessError(code, err)
		}
		return nil
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
