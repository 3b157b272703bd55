package identity

import (
	"encoding/json"
	"strconv"
	"time"
)

// Allowances for time. Google's tokens live one hour; clocks differ a little.
const (
	maxLifetime = time.Hour + 5*time.Minute
	leewayEarly = 60 * time.Second
	leewayLate  = 30 * time.Second
)

// Subject is Google's permanent id of an account. An e-mail address may pass on to another person,
// a subject never does.
type Subject string

// Claims are what a verified token says about its bearer.
type Claims struct {
	Issuer          string
	Subject         Subject
	Audience        string
	AuthorizedParty string // "azp", "" when absent
	Email           string // as written in the token; compare without letter case
	EmailVerified   bool   // always true in what Verify returns
	HostedDomain    string // "hd": the Workspace domain, "" when absent
	IssuedAt        time.Time
	NotBefore       time.Time // zero when absent
	Expiry          time.Time
}

// parseClaims reads the payload of a token whose signature was checked.
func parseClaims(payload []byte) (Claims, error) {
	m, err := object(payload)
	if err != nil {
		return Claims{}, refuse(Malformed)
	}
	var c Claims
	var sub string
	for name, to := range map[string]*string{
		"iss": &c.Issuer, "sub": &sub, "azp": &c.AuthorizedParty, "email": &c.Email, "hd": &c.HostedDomain,
	} {
		if *to, err = text(m, name); err != nil {
			return Claims{}, err
		}
	}
	c.Subject = Subject(sub)
	if c.Subject == "" {
		return Claims{}, refuse(Malformed)
	}
	// Google writes one audience as a string. A list would be a token for several parties, each of
	// which could use it against the others.
	if c.Audience, err = text(m, "aud"); err != nil {
		return Claims{}, refuse(Audience)
	}
	c.EmailVerified = string(m["email_verified"]) == "true"
	for name, to := range map[string]*time.Time{"iat": &c.IssuedAt, "nbf": &c.NotBefore, "exp": &c.Expiry} {
		if *to, err = instant(m[name]); err != nil {
			return Claims{}, err
		}
	}
	if c.IssuedAt.IsZero() || c.Expiry.IsZero() {
		return Claims{}, refuse(Malformed)
	}
	return c, nil
}

// instant reads whole seconds since 1970, zero time when absent.
func instant(raw json.RawMessage) (time.Time, error) {
	if raw == nil {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n <= 0 || n > 1<<40 {
		return time.Time{}, refuse(Malformed)
	}
	return time.Unix(n, 0).UTC(), nil
}

// checkClaims checks who made the token, when, and that its e-mail address is verified.
func (v *Verifier) checkClaims(c Claims, now time.Time) error {
	switch {
	case !v.issuers[c.Issuer]:
		return refuse(Issuer)
	case !c.Expiry.After(now.Add(-leewayLate)):
		return refuse(Expired)
	case c.IssuedAt.After(now.Add(leewayEarly)), c.NotBefore.After(now.Add(leewayEarly)):
		return refuse(Early)
	case c.Expiry.Before(c.IssuedAt), c.Expiry.Sub(c.IssuedAt) > maxLifetime:
		return refuse(Lifetime)
	case c.Email == "":
		return refuse(Email)
	case !c.EmailVerified:
		return refuse(Unverified)
	}
	return nil
}

// equalFoldASCII compares addresses. Unicode folding is left out on purpose: it makes the Kelvin
// sign equal to k.
func equalFoldASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
