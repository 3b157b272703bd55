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

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Scope is the only right that Baton asks for: read, label, draft and send,
// but not delete for good.
const Scope = gmailapi.GmailModifyScope

// KeyFile opens mailboxes with a service account's key by domain-wide
// delegation. It opens no mailbox that enrolled does not name: Google's
// delegation covers every user of the domain, so this is the only fence.
type KeyFile struct {
	key      []byte
	enrolled func(desk.Mailbox) bool
	client   *http.Client
}

// NewKeyFile reads a service account's JSON key. enrolled tells which
// mailboxes may be opened. transport carries token requests; nil = usual.
func NewKeyFile(key []byte, enrolled func(desk.Mailbox) bool, transport http.RoundTripper) (*KeyFile, error) {
	if enrolled == nil {
		return nil, errors.New("gmail: delegation needs to know which mailboxes are enrolled")
	}
	conf, err := google.JWTConfigFromJSON(key, Scope)
	if err != nil {
		return nil, fmt.Errorf("gmail: the service account key cannot be read; use the JSON file that Google Cloud gave out: %w", err)
	}
	if !signs(conf.PrivateKey) {
		// Told now rather than by every mailbox that cannot be opened.
		return nil, errors.New("gmail: the service account key holds no RSA key; use the JSON file that Google Cloud gave out")
	}
	return &KeyFile{key: key, enrolled: enrolled, client: &http.Client{Transport: transport, Timeout: 15 * time.Second}}, nil
}

// signs tells whether a PEM text is a private RSA key, which tokens are asked
// for with.
func signs(text []byte) bool {
	block, _ := pem.Decode(text)
	if block == nil {
		return false
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		_, ok := key.(*rsa.PrivateKey)
		return ok
	}
	_, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	return err == nil
}

// TokenSource implements Tokens.
func (k *KeyFile) TokenSource(ctx context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	if !k.enrolled(m) {
		return nil, fmt.Errorf("gmail: this mailbox is not enrolled: %w", desk.ErrForbidden)
	}
	conf, err := google.JWTConfigFromJSON(k.key, Scope)
	if err != nil {
		return nil, fmt.Errorf("gmail: reading the service account key: %w", err)
	}
	conf.Subject = string(m)
	return conf.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, k.client)), nil
}
