package gmailsim

import (
	"crypto/hmac"
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// tokenLife is how long an access token lives, as Google's do.
const tokenLife = time.Hour

const tokenMark = "ya29.sim-"

// token is an access token. It carries its own content, signed, so that none is stored.
type token struct {
	ID       string   `json:"j"`
	N        uint64   `json:"n"`           // tokens are numbered as they are issued
	Mailbox  string   `json:"b"`           // primary address
	Identity string   `json:"i"`           // who holds it
	Scopes   []string `json:"s,omitempty"` //
	Consent  string   `json:"c,omitempty"` // refresh token that it came from
	Message  uint64   `json:"m,omitempty"` // a message token: opens this message for an add-on
	Expires  int64    `json:"e"`           // s
}

func randomText(n int) string {
	b := make([]byte, n)
	_, _ = crand.Read(b) // never fails, as crypto/rand says
	return hex.EncodeToString(b)
}

// issue signs a token that lives for an hour.
func (s *Server) issue(t token) string {
	t.ID, t.N = randomText(8), s.auth.issued.Add(1)
	t.Expires = s.now().Add(tokenLife).Unix()
	data, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("gmailsim: a token does not encode: %v", err)) // strings and numbers always do
	}
	body := base64.RawURLEncoding.EncodeToString(data)
	return tokenMark + body + "." + s.auth.sign(body)
}

func (a *authority) sign(body string) string {
	h := hmac.New(sha256.New, a.secret)
	h.Write([]byte(body))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

var errToken = errors.New("token is not valid")

// checkToken reads an access or message token; what it read once it remembers.
func (s *Server) checkToken(text string) (*token, error) {
	a := &s.auth
	a.mu.RLock()
	t := a.seen[text]
	a.mu.RUnlock()
	if t == nil {
		body, sig, ok := strings.Cut(strings.TrimPrefix(text, tokenMark), ".")
		if !ok || !strings.HasPrefix(text, tokenMark) || !hmac.Equal([]byte(sig), []byte(a.sign(body))) {
			return nil, errToken
		}
		data, err := base64.RawURLEncoding.DecodeString(body)
		if err != nil {
			return nil, errToken
		}
		t = &token{}
		if err := json.Unmarshal(data, t); err != nil {
			return nil, errToken
		}
		a.remember(text, t)
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if s.now().Unix() >= t.Expires || t.N <= a.ended[t.Mailbox] || a.revoked[t.ID] || (t.Consent != "" && a.revoked[t.Consent]) {
		return nil, errToken
	}
	return t, nil
}

// remember keeps a verified token; when there are many, all are forgotten.
func (a *authority) remember(text string, t *token) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.seen) > 10_000 {
		clear(a.seen)
	}
	a.seen[text] = t
}

// MailboxToken gives an access token with every scope of a mailbox, for scripts; "" if there is no
// such mailbox. Its identity is "user:<address>".
func (s *Server) MailboxToken(address string) string { return s.userToken(address, everyScope()) }

// UserToken gives an access token as a Workspace add-on gets it in an event: only the given add-on
// scopes, by default those to read the open message. It opens nothing without a MessageToken in the
// header X-Goog-Gmail-Access-Token. "" if there is no such mailbox.
func (s *Server) UserToken(address string, scopes ...string) string {
	if len(scopes) == 0 {
		scopes = addonScopes()
	}
	return s.userToken(address, scopes)
}

func (s *Server) userToken(address string, scopes []scope) string {
	b := s.box(address)
	if b == nil {
		return ""
	}
	return s.issue(token{Mailbox: b.addr, Identity: "user:" + b.addr, Scopes: scopes})
}

// MessageToken gives the token that opens one message for an add-on; messageID is 16 hex digits or
// msg-f:<decimal>. "" if there is no such mailbox or the id is none.
func (s *Server) MessageToken(address, messageID string) string {
	b := s.box(address)
	id, ok := parseMessageID(messageID)
	if b == nil || !ok {
		return ""
	}
	return s.issue(token{Mailbox: b.addr, Identity: "user:" + b.addr, Message: id})
}

// Revoke ends an access token, or a refresh token. With a consent's token goes all that the account
// ever granted that client, as at Google. Unknown ones are an error.
func (s *Server) Revoke(text string) error {
	var ops []op
	var of *consent
	if strings.HasPrefix(text, tokenMark) {
		t, err := s.checkToken(text)
		if err != nil {
			return fmt.Errorf("gmailsim: revoking: %w", err)
		}
		ops = append(ops, op{Kind: opRevoke, Data: t.ID})
		of = s.auth.consent(t.Consent)
	} else if of = s.auth.consent(text); of == nil {
		return fmt.Errorf("gmailsim: revoking: %w", errToken)
	}
	if of != nil {
		ops = append(ops, s.auth.revocations(func(c consent) bool { return c.Client == of.Client && c.Mailbox == of.Mailbox })...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitLocked(ops)
}
