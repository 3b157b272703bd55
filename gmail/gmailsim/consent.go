package gmailsim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuthClient registers an OAuth client, whose users give consent at /o/oauth2/v2/auth and come back
// to one of redirects, exactly. http://127.0.0.1 and http://localhost without a port stand for any
// port and path there, as for clients of the desktop kind.
func (s *Server) OAuthClient(redirects ...string) (id, secret string, err error) {
	c := client{ID: randomText(12) + ".apps.googleusercontent.com", Secret: "GOCSPX-" + randomText(14), Redirects: redirects}
	data, err := json.Marshal(c)
	if err != nil {
		return "", "", fmt.Errorf("gmailsim: encoding a client: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.ID, c.Secret, s.commitLocked([]op{{Kind: opClient, Data: string(data)}})
}

// returns tells whether users of the client may come back to an address.
func (c client) returns(redirect string) bool {
	for _, r := range append([]string{c.Redirect}, c.Redirects...) {
		if r == "http://127.0.0.1" || r == "http://localhost" {
			u, err := url.Parse(redirect)
			if err == nil && u.Scheme+"://"+u.Hostname() == r {
				return true
			}
		}
		if r != "" && r == redirect {
			return true
		}
	}
	return false
}

// ConsentChoice is what people do at the consent page. The zero value agrees to everything at once,
// as the account that login_hint names.
type ConsentChoice struct {
	As      string   // agrees as this account instead
	Deny    bool     // says no
	Without []string // unticks these scopes
	Error   string   // Google itself refuses with this code: "admin_policy_enforced"
}

// SetConsent says what people do at the consent page from now on.
func (s *Server) SetConsent(c ConsentChoice) {
	s.auth.mu.Lock()
	defer s.auth.mu.Unlock()
	s.auth.choice = c
}

// RotateRefresh has each use of a refresh token give a new one and end the old.
func (s *Server) RotateRefresh(on bool) {
	s.auth.mu.Lock()
	defer s.auth.mu.Unlock()
	s.auth.rotate = on
}

// serveConsent is GET /o/oauth2/v2/auth: somebody decides at once and is sent back.
func (s *Server) serveConsent(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.auth.mu.RLock()
	c, ok := s.auth.clients[q.Get("client_id")]
	choice := s.auth.choice
	s.auth.mu.RUnlock()
	redirect := q.Get("redirect_uri")
	switch {
	case !ok || !c.returns(redirect) || q.Get("response_type") != "code":
		writeError(w, badRequest("Unknown client, other redirect_uri, or response_type is not code"))
		return
	case q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256":
		writeError(w, badRequest("code_challenge_method is not S256"))
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	who := q.Get("login_hint")
	if choice.As != "" {
		who = choice.As
	}
	b := s.box(who)
	switch {
	case choice.Error != "":
		back.Set("error", choice.Error)
	case b == nil || choice.Deny || s.auth.refuses(b.addr) != nil:
		back.Set("error", "access_denied")
	default:
		scopes := slices.DeleteFunc(strings.Fields(q.Get("scope")), func(s string) bool { return slices.Contains(choice.Without, s) })
		k := code{
			consent:  consent{Client: c.ID, Mailbox: b.addr, Scopes: scopes},
			redirect: redirect, challenge: q.Get("code_challenge"), expires: s.now().Add(10 * time.Minute),
			lasting: q.Get("access_type") == "offline" && (q.Get("prompt") == "consent" || !s.auth.agreed(c.ID, b.addr)),
		}
		text := "4/" + randomText(24)
		s.auth.mu.Lock()
		s.auth.codes[text] = k
		s.auth.mu.Unlock()
		back.Set("code", text)
		back.Set("scope", strings.Join(scopes, " "))
	}
	sep := "?"
	if strings.Contains(redirect, "?") {
		sep = "&"
	}
	http.Redirect(w, r, redirect+sep+back.Encode(), http.StatusFound)
}

// agreed tells whether an account has a live consent with a client.
func (a *authority) agreed(client, addr string) bool {
	return len(a.revocations(func(c consent) bool { return c.Client == client && c.Mailbox == addr })) > 0
}

// clientOf checks the client's id and secret, in the form or as basic authentication.
func (s *Server) clientOf(r *http.Request) (client, error) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if u, p, ok := r.BasicAuth(); ok {
		id, secret = u, p
	}
	s.auth.mu.RLock()
	defer s.auth.mu.RUnlock()
	c, ok := s.auth.clients[id]
	if !ok || subtle.ConstantTimeCompare([]byte(secret), []byte(c.Secret)) != 1 {
		return client{}, &oauthError{"invalid_client", "Unknown client or wrong secret."}
	}
	return c, nil
}

// codeGrant exchanges an authorization code; the consent it makes is kept.
func (s *Server) codeGrant(r *http.Request) (token, string, error) {
	c, err := s.clientOf(r)
	if err != nil {
		return token{}, "", err
	}
	text := r.PostForm.Get("code")
	s.auth.mu.Lock()
	k, ok := s.auth.codes[text]
	delete(s.auth.codes, text)
	s.auth.mu.Unlock()
	if !ok || k.Client != c.ID || s.now().After(k.expires) {
		return token{}, "", invalidGrant("Malformed auth code.")
	}
	if k.redirect != r.PostForm.Get("redirect_uri") {
		return token{}, "", &oauthError{"redirect_uri_mismatch", "Bad Request"}
	}
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if k.challenge != "" && k.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		return token{}, "", invalidGrant("Invalid code verifier.")
	}
	if err := s.consented(&k.consent); err != nil {
		return token{}, "", err
	}
	if !k.lasting {
		return k.token(), "", nil
	}
	return k.token(), k.Refresh, nil
}

// consented keeps a consent under a new refresh token, and ends others.
func (s *Server) consented(k *consent, ends ...string) error {
	k.Refresh = "1//" + randomText(24)
	data, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("gmailsim: encoding a consent: %w", err)
	}
	ops := []op{{Kind: opConsent, Data: string(data)}}
	for _, e := range ends {
		ops = append(ops, op{Kind: opRevoke, Data: e})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitLocked(ops)
}

func (s *Server) refreshGrant(r *http.Request) (t token, refresh string, err error) {
	c, err := s.clientOf(r)
	if err != nil {
		return token{}, "", err
	}
	k := s.auth.consent(r.PostForm.Get("refresh_token"))
	if k == nil {
		return token{}, "", invalidGrant("Token has been expired or revoked.")
	}
	if k.Client != c.ID {
		return token{}, "", &oauthError{"unauthorized_client", "Unauthorized"}
	}
	if err := s.auth.refuses(k.Mailbox); err != nil {
		return token{}, "", err
	}
	s.auth.mu.RLock()
	rotate := s.auth.rotate
	s.auth.mu.RUnlock()
	if rotate {
		if err := s.consented(k, k.Refresh); err != nil {
			return token{}, "", err
		}
		refresh = k.Refresh
	}
	return k.token(), refresh, nil
}

func (k *consent) token() token {
	return token{Mailbox: k.Mailbox, Identity: "client:" + k.Client, Scopes: k.Scopes, Consent: k.Refresh}
}
