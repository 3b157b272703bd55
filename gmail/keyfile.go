package gmail

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2/google"

	"baton/desk"
)

// KeyFile opens mailboxes by domain-wide delegation with a service account's
// key. Keyless needs no key and is the better way where it can be had.
type KeyFile struct{ delegation }

// NewKeyFile reads a service account's JSON key. enrolled tells which
// mailboxes may be opened. transport carries token requests, which go to the
// file's token_uri; nil = usual.
func NewKeyFile(key []byte, enrolled func(desk.Mailbox) bool, transport http.RoundTripper) (*KeyFile, error) {
	if enrolled == nil {
		return nil, errors.New("gmail: delegation needs to know which mailboxes are enrolled")
	}
	conf, err := google.JWTConfigFromJSON(key, Scope)
	if err != nil {
		return nil, errors.New("gmail: the service account key cannot be read; use the JSON file that Google Cloud gave out")
	}
	private := rsaKey(conf.PrivateKey)
	if private == nil {
		// Told now rather than by every mailbox that cannot be opened.
		return nil, errors.New("gmail: the service account key holds no RSA key; use the JSON file that Google Cloud gave out")
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: conf.PrivateKeyID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("gmail: the service account key cannot sign: %w", err)
	}
	return &KeyFile{delegation{
		account: conf.Email, audience: conf.TokenURL, tokenURL: conf.TokenURL,
		enrolled: enrolled, client: tokenClient(transport), now: time.Now,
		sign: func(_ context.Context, claims []byte) (string, error) {
			signed, err := signer.Sign(claims)
			if err != nil {
				return "", fmt.Errorf("signing with the service account key: %w", err)
			}
			return signed.CompactSerialize()
		},
	}}, nil
}

// rsaKey reads a private RSA key from a PEM text; nil = there is none.
func rsaKey(text []byte) *rsa.PrivateKey {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	if any, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		key, _ := any.(*rsa.PrivateKey)
		return key
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil
	}
	return key
}
