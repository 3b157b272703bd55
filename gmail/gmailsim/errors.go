package gmailsim

import (
	"encoding/json"
	"errors"
	"net/http"
)

// apiError is an answer in Google's error shape.
type apiError struct {
	code    int
	reason  string
	message string
	status  string
}

func (e *apiError) Error() string { return e.message }

var errBadToken = errors.New("not one of ours")

func badRequest(message string) error {
	return &apiError{http.StatusBadRequest, "invalidArgument", message, "INVALID_ARGUMENT"}
}

func invalidLabel(id string) error { return badRequest("Invalid label: " + id) }

func precondition(message string) error {
	return &apiError{http.StatusBadRequest, "failedPrecondition", message, "FAILED_PRECONDITION"}
}

func notFound() error {
	return &apiError{http.StatusNotFound, "notFound", "Requested entity was not found.", "NOT_FOUND"}
}

func unauthorized(message string) error {
	return &apiError{http.StatusUnauthorized, "authError", message, "UNAUTHENTICATED"}
}

func forbidden(reason, message string) error {
	return &apiError{http.StatusForbidden, reason, message, "PERMISSION_DENIED"}
}

func lacksScope() error {
	return forbidden("insufficientPermissions", "Request had insufficient authentication scopes.")
}

// statusOf gives Google's word for a code, for faults that leave it out.
func statusOf(code int) string {
	switch code {
	case http.StatusBadRequest:
		return "INVALID_ARGUMENT"
	case http.StatusUnauthorized:
		return "UNAUTHENTICATED"
	case http.StatusForbidden:
		return "PERMISSION_DENIED"
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusConflict:
		return "ABORTED"
	case http.StatusTooManyRequests:
		return "RESOURCE_EXHAUSTED"
	case http.StatusServiceUnavailable:
		return "UNAVAILABLE"
	case http.StatusGatewayTimeout:
		return "DEADLINE_EXCEEDED"
	}
	if code >= 500 {
		return "INTERNAL"
	}
	return "UNKNOWN"
}

// writeError answers with an error; what is not an apiError is a 500 with its text, since the only
// reader is a developer.
func writeError(w http.ResponseWriter, err error) {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = &apiError{http.StatusInternalServerError, "backendError", err.Error(), "INTERNAL"}
	}
	type item struct {
		Message string `json:"message"`
		Domain  string `json:"domain"`
		Reason  string `json:"reason"`
	}
	type body struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Errors  []item `json:"errors"`
		Status  string `json:"status"`
	}
	domain := "global"
	if e.code == http.StatusTooManyRequests || e.reason == "userRateLimitExceeded" || e.reason == "rateLimitExceeded" {
		domain = "usageLimits"
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if e.code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="https://accounts.google.com/", error="invalid_token"`)
	}
	w.WriteHeader(e.code)
	data, err := json.Marshal(map[string]body{"error": {e.code, e.message, []item{{e.message, domain, e.reason}}, e.status}})
	if err == nil {
		_, _ = w.Write(data) // the client may be gone
	}
}
