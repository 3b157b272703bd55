package gmail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/oauth2"
)

func kindOf(err error) string { return fmt.Sprintf("%T", err) }

// errorCode gives the error code of a token endpoint (RFC 6749, 5.2). Package
// oauth2/jwt leaves it in the body.
func errorCode(re *oauth2.RetrieveError) string {
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

func (e *tokenError) lasting() *AccessError {
	if re := (*oauth2.RetrieveError)(nil); errors.As(e.err, &re) {
		switch code := errorCode(re); code {
		case "invalid_grant", "unauthorized_client", "access_denied", "invalid_client":
			return accessError(code, e.err)
		}
	}
	return nil
}

func (e *tokenError) passing() bool { return true }

func reasonOfToken(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "too slow"
	}
	return "the token endpoint could not be asked"
}

func delegationError(err error) error { return err }

func consentError(err error) error { return err }
