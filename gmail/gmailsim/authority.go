package gmailsim

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// authority is what the OAuth side knows.
type authority struct {
	mu       sync.RWMutex
	secret   []byte
	keys     map[string]serviceKey // by key id
	grants   map[string][]string   // service account: scopes; domain-wide delegation
	clients  map[string]client
	consents map[string]consent // by refresh token
	codes    map[string]code    // not kept: they live for minutes
	revoked  map[string]bool
	seen     map[string]*token
	signers  map[string][]string // service account: who may sign for it
	states   map[string]Condition
	ended    map[string]uint64 // mailbox: access tokens up to this number are over
	issued   atomic.Uint64     // numbers access tokens

	choice ConsentChoice // of who is asked for consent
	rotate bool          // each use of a refresh token gives a new one
	fault  func(Call) *Fault
	calls  map[string]int
	callN  int
}

// serviceKey is the public half of a service account's key.
type serviceKey struct {
	ID       string `json:"id"`
	Email    string `json:"email"`
	TokenURL string `json:"url"`
	Public   []byte `json:"pub"` // PKIX
	// Private is there for keys that Google keeps, to sign for others: PKCS 8.
	Private []byte `json:"priv,omitempty"`
	key     *rsa.PublicKey
}

// client is a registered OAuth client.
type client struct {
	ID        string   `json:"id"`
	Secret    string   `json:"secret"`
	Redirect  string   `json:"redirect,omitempty"` // one, as earlier journals have it
	Redirects []string `json:"redirects,omitempty"`
}

// consent is what a user allowed a client.
type consent struct {
	Refresh string   `json:"refresh"`
	Client  string   `json:"client"`
	Mailbox string   `json:"box"`
	Scopes  []string `json:"scopes"`
}

// code is an authorization code: good once, for ten minutes.
type code struct {
	consent
	redirect  string
	challenge string // of PKCE, S256; "" = none
	lasting   bool   // gives a refresh token
	expires   time.Time
}

func (a *authority) init() {
	a.keys, a.grants = map[string]serviceKey{}, map[string][]string{}
	a.clients, a.consents = map[string]client{}, map[string]consent{}
	a.codes, a.revoked, a.seen = map[string]code{}, map[string]bool{}, map[string]*token{}
	a.signers, a.states, a.ended = map[string][]string{}, map[string]Condition{}, map[string]uint64{}
	a.calls = map[string]int{}
}

// apply makes an op about OAuth so.
func (a *authority) apply(o *op) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	bad := func(err error) error { return fmt.Errorf("gmailsim: journal line %q: %w", o.Kind, err) }
	switch o.Kind {
	case opSecret:
		b, err := base64.StdEncoding.DecodeString(o.Data)
		if err != nil {
			return bad(err)
		}
		a.secret = b
	case opKey:
		var k serviceKey
		if err := json.Unmarshal([]byte(o.Data), &k); err != nil {
			return bad(err)
		}
		pub, err := x509.ParsePKIXPublicKey(k.Public)
		if err != nil {
			return bad(err)
		}
		k.key = pub.(*rsa.PublicKey)
		a.keys[k.ID] = k
	case opGrant:
		a.grants[o.Name] = o.Scopes
	case opClient:
		var c client
		if err := json.Unmarshal([]byte(o.Data), &c); err != nil {
			return bad(err)
		}
		a.clients[c.ID] = c
	case opConsent:
		var c consent
		if err := json.Unmarshal([]byte(o.Data), &c); err != nil {
			return bad(err)
		}
		a.consents[c.Refresh] = c
	case opRevoke:
		a.revoked[o.Data] = true
	case opSigners:
		a.signers[o.Name] = o.Scopes
	case opCondition:
		a.states[o.Name] = Condition(o.Data)
	case opEnd:
		a.ended[o.Name] = o.ID
		a.issued.Store(max(a.issued.Load(), o.ID))
	}
	return nil
}

// consent gives the live consent of a refresh token.
func (a *authority) consent(refresh string) *consent {
	a.mu.RLock()
	defer a.mu.RUnlock()
	c, ok := a.consents[refresh]
	if !ok || a.revoked[refresh] {
		return nil
	}
	return &c
}

// ensureSecret makes the signing secret of a new directory.
func (s *Server) ensureSecret() error {
	if s.auth.secret != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitLocked([]op{{Kind: opSecret, Data: base64.StdEncoding.EncodeToString([]byte(randomText(32)))}})
}

// Grant says which scopes a service account may ask for on any mailbox, as a domain's admin does;
// none takes all away. The word before counts no more.
func (s *Server) Grant(serviceAccount string, scopes ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitLocked([]op{{Kind: opGrant, Name: strings.ToLower(serviceAccount), Scopes: scopes}})
}

// granted tells whether all scopes are granted to a service account.
func (a *authority) granted(email string, scopes []string) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	have := a.grants[strings.ToLower(email)]
	for _, s := range scopes {
		if !slices.Contains(have, s) {
			return false
		}
	}
	return len(scopes) > 0
}
