// Package issuer makes ID tokens for places without Google: the demo, and the tests.
//
// An [Issuer] signs with RS256 as Google does and serves its public keys over HTTP, so that
// identity.Verifier runs the very path it runs in production, only with another address to read keys
// from. Whoever holds an Issuer can be anybody towards a Baton that believes it: no deployment with
// real mail may name one.
package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"baton/desk/identity"
)

// Paths that ServeHTTP answers.
const (
	KeysPath      = "/oauth2/v3/certs"
	DiscoveryPath = "/.well-known/openid-configuration"
)

// DefaultLifetime is how long Google's own tokens are valid.
const DefaultLifetime = time.Hour

// Options set up an Issuer.
type Options struct {
	URL   string           // the "iss" of its tokens, and the base of the addresses it publishes; required
	Clock func() time.Time // default time.Now
}

// Issuer signs tokens and, as an http.Handler, serves the keys to check them with. It is safe for
// concurrent use.
type Issuer struct {
	url string
	now func() time.Time

	mu   sync.Mutex
	keys []jose.JSONWebKey // private; the newest signs
}

// New makes an issuer with one fresh 2048-bit key. Making the key takes some 100 ms.
func New(o Options) (*Issuer, error) {
	if o.URL == "" {
		return nil, errors.New("issuer: no URL; tokens need an issuer name")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	i := &Issuer{url: strings.TrimSuffix(o.URL, "/"), now: o.Clock}
	if err := i.Rotate(); err != nil {
		return nil, err
	}
	return i, nil
}

// URL is the issuer name, for identity.Options.Issuers.
func (i *Issuer) URL() string { return i.url }

// KeysURL is where the keys are, for identity.Options.KeysURL, once the handler is served at URL.
func (i *Issuer) KeysURL() string { return i.url + KeysPath }

// Rotate makes a new key and signs with it from now on. The key before stays published.
func (i *Issuer) Rotate() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("issuer: make a key: %w", err)
	}
	id := make([]byte, 20)
	if _, err := rand.Read(id); err != nil {
		return fmt.Errorf("issuer: name a key: %w", err)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: hex.EncodeToString(id), Algorithm: string(jose.RS256), Use: "sig"}
	i.mu.Lock()
	defer i.mu.Unlock()
	if n := len(i.keys); n > 1 {
		i.keys = i.keys[n-1:]
	}
	i.keys = append(i.keys, jwk)
	return nil
}

// Retire stops publishing every key but the newest.
func (i *Issuer) Retire() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = i.keys[len(i.keys)-1:]
}

// Sign makes a token that says c. An empty Issuer, a zero IssuedAt and a zero Expiry are filled in:
// this issuer, now, and an hour later. Nothing else is added or checked, so that a test can have a
// wrong token too.
func (i *Issuer) Sign(c identity.Claims) (string, error) {
	if c.Issuer == "" {
		c.Issuer = i.url
	}
	if c.IssuedAt.IsZero() {
		c.IssuedAt = i.now()
	}
	if c.Expiry.IsZero() {
		c.Expiry = c.IssuedAt.Add(DefaultLifetime)
	}
	claims := map[string]any{
		"iss": c.Issuer, "sub": string(c.Subject), "aud": c.Audience, "email_verified": c.EmailVerified,
		"iat": c.IssuedAt.Unix(), "exp": c.Expiry.Unix(),
	}
	for name, s := range map[string]string{"email": c.Email, "hd": c.HostedDomain, "azp": c.AuthorizedParty} {
		if s != "" {
			claims[name] = s
		}
	}
	if !c.NotBefore.IsZero() {
		claims["nbf"] = c.NotBefore.Unix()
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("issuer: %w", err)
	}
	return i.SignPayload(payload)
}

// SignPayload signs any bytes as the payload of a token.
func (i *Issuer) SignPayload(payload []byte) (string, error) {
	i.mu.Lock()
	key := i.keys[len(i.keys)-1]
	i.mu.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("issuer: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("issuer: %w", err)
	}
	return signed.CompactSerialize()
}

// ServeHTTP serves the public keys and the discovery document.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	var body any
	switch r.URL.Path {
	case KeysPath:
		body = i.public()
	case DiscoveryPath:
		body = map[string]any{
			"issuer": i.url, "jwks_uri": i.KeysURL(),
			"response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"RS256"},
		}
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the reader has gone; there is nobody to tell
}

func (i *Issuer) public() jose.JSONWebKeySet {
	i.mu.Lock()
	defer i.mu.Unlock()
	var set jose.JSONWebKeySet
	for _, k := range i.keys {
		set.Keys = append(set.Keys, k.Public())
	}
	return set
}
