package gmail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cloud.google.com/go/auth"
	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"

	"baton/desk"
)

// tokenError says that no token could be had, and that nobody knows a remedy.
// Its text leaves out what was answered.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "no token: " + e.why() }

func (e *tokenError) Unwrap() error { return e.err }

func (e *tokenError) why() string {
	if re := (*oauth2.RetrieveError)(nil); errors.As(e.err, &re) && re.Response != nil {
		return fmt.Sprintf("the token endpoint answered %d", re.Response.StatusCode)
	}
	if se := (*signError)(nil); errors.As(e.err, &se) && se.code != 0 {
		return fmt.Sprintf("IAM answered %d", se.code)
	}
	if ce := (*callerError)(nil); errors.As(e.err, &ce) {
		return "Baton's own identity in Google Cloud could not be had"
	}
	switch {
	case errors.Is(e.err, desk.ErrForbidden):
		return "this mailbox is not enrolled"
	case errors.Is(e.err, desk.ErrUnavailable):
		return "the store is unavailable"
	case errors.Is(e.err, context.DeadlineExceeded):
		return "too slow"
	}
	return "connection failed"
}

// passing tells whether to ask again may help: all but what the token endpoint
// or IAM refuse for a reason of theirs.
func (e *tokenError) passing() bool {
	if re := (*oauth2.RetrieveError)(nil); errors.As(e.err, &re) && re.Response != nil {
		code, _ := refusalOf(re)
		return passingStatus(re.Response.StatusCode) || code == "internal_failure" || code == "temporarily_unavailable"
	}
	if se := (*signError)(nil); errors.As(e.err, &se) && se.code != 0 {
		return passingStatus(se.code)
	}
	return true
}

func passingStatus(code int) bool {
	return code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout
}

// lasting gives the remedy for an answer of the token endpoint to a source that
// does not know one itself.
func (e *tokenError) lasting() *AccessError {
	if e.passing() {
		return nil
	}
	re := (*oauth2.RetrieveError)(nil)
	if !errors.As(e.err, &re) {
		return nil
	}
	return refused(re, "", e.err)
}

// refusalOf gives the error code of a token endpoint and, in lower case, what
// it adds (RFC 6749, 5.2).
func refusalOf(re *oauth2.RetrieveError) (code, text string) {
	code, text = re.ErrorCode, re.ErrorDescription
	var body struct {
		Error   string `json:"error"`
		Text    string `json:"error_description"`
		Subtype string `json:"error_subtype"` // Google's own
	}
	if json.Unmarshal(re.Body, &body) == nil {
		code, text = body.Error, body.Text+" "+body.Subtype
	}
	return code, strings.ToLower(text)
}

// refused gives the remedy for a refusal of the token endpoint; mode is
// "delegation", "consent", "code" (a consent is asked for) or "" (unknown). nil = there is none.
func refused(re *oauth2.RetrieveError, mode string, err error) *AccessError {
	code, text := refusalOf(re)
	says := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
	}
	key := code + "/" + mode
	switch {
	case code == "invalid_grant" && says("jwt signature"):
		key = "invalid_grant/signature"
	case code == "invalid_grant" && says("iat and exp", "timeframe"):
		key = "invalid_grant/clock"
	case code == "invalid_grant" && says("rapt"):
		key = "invalid_grant/session"
	case mode == "delegation" && (code == "invalid_grant" && says("user id", "valid email", "deleted") || code == "invalid_request" && says("impersonation")):
		key = code + "/mailbox"
	}
	keys := []string{key, code}
	if mode == "code" {
		keys = []string{key, code + "/consent", code}
	}
	for _, k := range keys {
		if _, ok := remedies[k]; ok && k != "" {
			return accessError(k, err)
		}
	}
	if code == "" {
		return nil
	}
	a := accessError("access_denied", err)
	a.Reason = code
	return a
}

// signError says that IAM did not sign. It holds no *googleapi.Error, lest one
// of IAM's be taken for one of Gmail's.
type signError struct {
	code int // HTTP status; 0 = no answer came
	text string
	err  error // when no answer came
}

func newSignError(err error) *signError {
	if ge := (*googleapi.Error)(nil); errors.As(err, &ge) {
		return &signError{code: ge.Code, text: ge.Message + " " + ge.Body}
	}
	return &signError{err: err}
}

func (e *signError) Error() string {
	if e.code == 0 {
		return "signing for the service account: " + e.err.Error()
	}
	return fmt.Sprintf("signing for the service account: IAM answered %d", e.code)
}

func (e *signError) Unwrap() error { return e.err }

// callerError says that Baton's own identity gave no token.
type callerError struct{ err error }

func (e *callerError) Error() string { return "asking who Baton is: " + e.err.Error() }

func (e *callerError) Unwrap() error { return e.err }

// delegationError sorts what a token by delegation can fail with: *AccessError
// where a person can help, else *tokenError.
func delegationError(err error) error {
	if re := (*oauth2.RetrieveError)(nil); errors.As(err, &re) && !(&tokenError{err}).passing() {
		if a := refused(re, "delegation", err); a != nil {
			return a
		}
	}
	if ce := (*callerError)(nil); errors.As(err, &ce) {
		if ae := (*auth.Error)(nil); errors.As(ce, &ae) && ae.Response != nil && !passingStatus(ae.Response.StatusCode) {
			return accessError("callerRefused", err)
		}
	}
	if se := (*signError)(nil); errors.As(err, &se) && se.code != 0 && !passingStatus(se.code) {
		switch {
		case se.code == http.StatusUnauthorized:
			return accessError("callerRefused", err)
		case se.code == http.StatusForbidden && (strings.Contains(se.text, "SERVICE_DISABLED") || strings.Contains(se.text, "has not been used in project")):
			return accessError("iamNotConfigured", err)
		case se.code == http.StatusForbidden:
			return accessError("signJwtDenied", err)
		}
		return accessError("signJwtFailed", err)
	}
	return &tokenError{err}
}

// consentError is delegationError for tokens by consent: mode is "consent", or
// "code" while a consent is asked for.
func consentError(err error, mode string) error {
	if re := (*oauth2.RetrieveError)(nil); errors.As(err, &re) && !(&tokenError{err}).passing() {
		if a := refused(re, mode, err); a != nil {
			return a
		}
	}
	return &tokenError{err}
}
