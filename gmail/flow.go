package gmail

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"baton/desk"
	"baton/gmail/seal"
)

// FlowLife is how long an owner has to agree.
const FlowLife = 10 * time.Minute

// Flow is one asking for consent. Whoever asked keeps it until the owner's
// browser comes back; see SealFlow for doing so in that browser.
type Flow struct {
	Visit    string // where the owner goes
	Mailbox  desk.Mailbox
	Redirect string
	State    string
	Verifier Secret // of PKCE (RFC 7636)
	Began    time.Time
}

// check says what is wrong with what the owner's browser came back with.
func (f Flow) check(query url.Values, now time.Time) error {
	switch age := now.Sub(f.Began); {
	case f.State == "" || !sameText(query.Get("state"), f.State):
		return accessError("otherFlow", nil)
	case age > FlowLife || age < -time.Minute:
		return accessError("flowExpired", nil)
	}
	switch reason := query.Get("error"); {
	case reason == "access_denied":
		return accessError("consentDenied", nil)
	case reason == "admin_policy_enforced", reason == "org_internal":
		return accessError(reason, nil)
	case reason != "" || query.Get("code") == "":
		return accessError("consentFailed", nil)
	}
	return nil
}

// flowWire is a Flow as it is sealed.
type flowWire struct {
	Mailbox  desk.Mailbox `json:"m"`
	Redirect string       `json:"r"`
	State    string       `json:"s"`
	Verifier string       `json:"v"`
	Began    time.Time    `json:"t"`
}

const flowPurpose = "consent-flow"

// SealFlow encrypts a flow into a text for a cookie, so that any process that
// has the key can finish it. Visit is left out.
func SealFlow(ctx context.Context, k *seal.Key, f Flow) (string, error) {
	plain, err := json.Marshal(flowWire{f.Mailbox, f.Redirect, f.State, string(f.Verifier), f.Began})
	if err != nil {
		return "", fmt.Errorf("gmail: writing a consent flow: %w", err)
	}
	sealed, err := k.SealFor(ctx, plain, flowPurpose)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// OpenFlow gives the flow that SealFlow took, for FlowLife after it began.
func OpenFlow(ctx context.Context, k *seal.Key, text string, now time.Time) (Flow, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Flow{}, accessError("otherFlow", nil)
	}
	plain, err := k.OpenFor(ctx, sealed, flowPurpose)
	if errors.Is(err, seal.ErrSealed) {
		return Flow{}, accessError("otherFlow", err)
	}
	if err != nil {
		return Flow{}, err
	}
	var w flowWire
	if err := json.Unmarshal(plain, &w); err != nil {
		return Flow{}, accessError("otherFlow", nil)
	}
	if age := now.Sub(w.Began); age > FlowLife || age < -time.Minute {
		return Flow{}, accessError("flowExpired", nil)
	}
	return Flow{Mailbox: w.Mailbox, Redirect: w.Redirect, State: w.State, Verifier: Secret(w.Verifier), Began: w.Began}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
