package identity

import "errors"

// ErrToken is wrapped by every error that refuses a token.
var ErrToken = errors.New("identity: token refused")

// Reason is one word for the log on why a token was refused. It is not for the caller, who learns
// only that he is not let in.
type Reason string

// The reasons for which a token is refused.
const (
	Malformed   Reason = "malformed"        // not a signed token as Google makes them
	Algorithm   Reason = "algorithm"        // signed with anything but RS256
	Signature   Reason = "signature"        // wrong signature, or signed with a key that is not published
	Unavailable Reason = "keys unavailable" // the keys could not be read; the same token may pass later
	Issuer      Reason = "issuer"           // made by somebody else
	Audience    Reason = "audience"         // made for somebody else
	Expired     Reason = "expired"          // too old
	Early       Reason = "early"            // issued or valid only in the future
	Lifetime    Reason = "lifetime"         // valid for longer than Google's tokens are
	Email       Reason = "email"            // no e-mail address, or not the expected one
	Unverified  Reason = "unverified"       // the e-mail address is not verified
)

// refusal is the one error type of this package; its text is fixed, so no token can leak into it.
type refusal struct {
	reason Reason
	cause  error // only for Unavailable: what went wrong with the keys
}

func refuse(r Reason) error { return &refusal{reason: r} }

func (e *refusal) Error() string {
	s := ErrToken.Error() + ": " + string(e.reason)
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

func (e *refusal) Unwrap() []error { return []error{ErrToken, e.cause} }

// ReasonOf gives the reason why a token was refused, or "" when err is not such a refusal.
func ReasonOf(err error) Reason {
	var r *refusal
	if errors.As(err, &r) {
		return r.reason
	}
	return ""
}
