// Package identity answers one question: who is calling?
//
// Everything that reaches Baton from outside carries a Google ID token: the add-on's service account
// and the end user on every add-on call, the push service account on every Pub/Sub push. [Verifier]
// checks such a token in four steps, each in its own file:
//
//   - shape.go refuses what should never reach a token library: too long, another algorithm than
//     RS256, keys or key addresses inside the header, JSON with the same key twice;
//   - coreos/go-oidc checks signature and audience, with keys from keys.go;
//   - claims.go checks issuer, times, and a verified e-mail address;
//   - cache.go remembers tokens that passed, since each one comes back for an hour.
//
// The issuers and the address of the keys are configurable, so the demo and the tests run the same
// code against an issuer of their own (package issuer). There is no way to switch the check off.
package identity

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Google's own issuer names and the address of its keys.
const (
	GoogleIssuer      = "https://accounts.google.com"
	GoogleIssuerShort = "accounts.google.com"
	GoogleKeysURL     = "https://www.googleapis.com/oauth2/v3/certs"
)

// DefaultCacheSize is the number of verified tokens remembered: two tokens an hour for 4,096 users.
const DefaultCacheSize = 8192

// Options say whose tokens are believed. The zero value believes Google.
type Options struct {
	Issuers    []string         // accepted "iss" values; default both of Google's
	KeysURL    string           // JSON Web Key Set; https, or http on loopback; default GoogleKeysURL
	HTTPClient *http.Client     // for KeysURL; each fetch is also bounded to 5 s; default a client of our own
	Clock      func() time.Time // default time.Now
	CacheSize  int              // verified tokens remembered; default DefaultCacheSize
}

// Want is what one endpoint expects of a token.
type Want struct {
	Audience string // the one accepted "aud", compared exactly; must not be empty
	Email    string // the one accepted e-mail (letter case ignored); empty accepts any verified e-mail
}

// ErrWant reports a Want without an audience: an endpoint that would accept tokens made for others.
var ErrWant = errors.New("identity: no audience expected; set the audience that callers of this endpoint sign for")

// Verifier verifies ID tokens. It is safe for concurrent use. Close it when done.
type Verifier struct {
	issuers map[string]bool
	keys    *keySet
	cache   *cache
	now     func() time.Time
}

// New returns a Verifier. It fetches nothing: keys are read when the first token arrives.
func New(o Options) (*Verifier, error) {
	if len(o.Issuers) == 0 {
		o.Issuers = []string{GoogleIssuer, GoogleIssuerShort}
	}
	if o.KeysURL == "" {
		o.KeysURL = GoogleKeysURL
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.CacheSize <= 0 {
		o.CacheSize = DefaultCacheSize
	}
	if err := checkKeysURL(o.KeysURL); err != nil {
		return nil, err
	}
	issuers := make(map[string]bool, len(o.Issuers))
	for _, iss := range o.Issuers {
		if iss == "" {
			return nil, errors.New("identity: an issuer is empty; remove it or name it")
		}
		issuers[iss] = true
	}
	cache, err := newCache(o.CacheSize)
	if err != nil {
		return nil, err
	}
	return &Verifier{
		issuers: issuers,
		keys:    newKeySet(o.KeysURL, o.HTTPClient, o.Clock),
		cache:   cache,
		now:     o.Clock,
	}, nil
}

// Close ends a key fetch under way and waits for it.
func (v *Verifier) Close() error {
	v.keys.close()
	return nil
}

// Verify gives the claims of token, or an error that wraps [ErrToken] and carries a [Reason].
// An empty want.Audience gives [ErrWant]. The error text never holds any part of the token.
//
// A token that passed is remembered until it expires: the signature is then not checked again,
// the times and the e-mail address are.
func (v *Verifier) Verify(ctx context.Context, token string, want Want) (Claims, error) {
	if want.Audience == "" {
		return Claims{}, ErrWant
	}
	if len(token) > maxToken {
		return Claims{}, refuse(Malformed)
	}
	now := v.now()
	key := v.cache.key(token, want.Audience)
	claims, cached := v.cache.get(key, now)
	if !cached {
		var err error
		if claims, err = v.verify(ctx, token, want.Audience); err != nil {
			return Claims{}, err
		}
	}
	if err := v.checkClaims(claims, now); err != nil {
		return Claims{}, err
	}
	if !cached {
		v.cache.put(key, claims, now)
	}
	if want.Email != "" && !equalFoldASCII(claims.Email, want.Email) {
		return Claims{}, refuse(Email)
	}
	return claims, nil
}

// verify checks form, signature and audience.
func (v *Verifier) verify(ctx context.Context, token, audience string) (Claims, error) {
	head, err := checkShape(token)
	if err != nil {
		return Claims{}, err
	}
	signed := &signature{keys: v.keys, kid: head.Kid}
	verifier := oidc.NewVerifier("", signed, &oidc.Config{
		ClientID:             audience,
		SupportedSigningAlgs: []string{oidc.RS256},
		SkipIssuerCheck:      true, // several issuers: checkClaims
		SkipExpiryCheck:      true, // the library allows no leeway: checkClaims
	})
	if _, err := verifier.Verify(ctx, token); err != nil && !signed.ok {
		if signed.err != nil {
			return Claims{}, signed.err
		}
		return Claims{}, refuse(Malformed)
	} else if err != nil {
		if _, err := parseClaims(signed.payload); err != nil {
			return Claims{}, err
		}
		return Claims{}, refuse(Audience)
	}
	claims, err := parseClaims(signed.payload)
	if err != nil {
		return Claims{}, err
	}
	if claims.Audience != audience {
		return Claims{}, refuse(Audience)
	}
	return claims, nil
}

// checkKeysURL accepts https, and plain http on this machine only: whoever can change the keys on
// their way can sign for anybody.
func checkKeysURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return fmt.Errorf("identity: keys address %q is not an absolute URL", s)
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("identity: keys address %q must be https (http only on loopback)", s)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
