package gmailsim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// ServiceAccountKey makes a key (RSA 2048) of a service account and gives its JSON key file, as
// google.JWTConfigFromJSON reads it. tokenURL is this server's /token. An account that no Grant has
// named gets every Gmail scope.
func (s *Server) ServiceAccountKey(email, tokenURL string) ([]byte, error) {
	email = strings.ToLower(email)
	priv, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("gmailsim: making a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		return nil, fmt.Errorf("gmailsim: encoding a key: %w", err)
	}
	pub, err := x509.MarshalPKIXPublicKey(&priv.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("gmailsim: encoding a key: %w", err)
	}
	k := serviceKey{ID: randomText(20), Email: email, TokenURL: tokenURL, Public: pub}
	data, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("gmailsim: encoding a key: %w", err)
	}
	ops := []op{{Kind: opKey, Data: string(data)}}
	s.auth.mu.RLock()
	_, named := s.auth.grants[email]
	s.auth.mu.RUnlock()
	if !named {
		ops = append(ops, op{Kind: opGrant, Name: email, Scopes: everyScope()})
	}
	s.mu.Lock()
	err = s.commitLocked(ops)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	_, project, _ := strings.Cut(email, "@")
	project, _, _ = strings.Cut(project, ".")
	return json.MarshalIndent(map[string]string{
		"type": "service_account", "project_id": project, "private_key_id": k.ID,
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": email, "client_id": "1" + itoa(int(s.random(1e15))), "token_uri": tokenURL,
	}, "", "  ")
}

// oauthError is an answer of the token endpoint (RFC 6749, 5.2).
type oauthError struct{ code, text string }

func (e *oauthError) Error() string { return e.code + ": " + e.text }

func invalidGrant(text string) error { return &oauthError{"invalid_grant", text} }

// serveToken is POST /token.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	var t token
	var refresh string
	err := r.ParseForm()
	if err == nil {
		switch g := r.PostForm.Get("grant_type"); g {
		case "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion":
			t, err = s.assertionGrant(r.PostForm.Get("assertion"))
		case "refresh_token":
			t, err = s.refreshGrant(r)
		case "authorization_code":
			t, refresh, err = s.codeGrant(r)
		default:
			err = &oauthError{"unsupported_grant_type", "Invalid grant_type: " + g}
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	answer := map[string]any{}
	if err != nil {
		e, ok := err.(*oauthError)
		if !ok {
			e = &oauthError{"invalid_request", err.Error()}
		}
		answer["error"], answer["error_description"] = e.code, e.text
		status := http.StatusBadRequest
		if e.code == "unauthorized_client" || e.code == "invalid_client" {
			status = http.StatusUnauthorized
		}
		w.WriteHeader(status)
	} else {
		answer["access_token"], answer["token_type"] = s.issue(t), "Bearer"
		answer["expires_in"], answer["scope"] = int(tokenLife/time.Second), strings.Join(t.Scopes, " ")
		if refresh != "" {
			answer["refresh_token"] = refresh
		}
	}
	_ = json.NewEncoder(w).Encode(answer) // the client may be gone
}

// assertionGrant checks a JWT that a service account signed to act for a mailbox.
func (s *Server) assertionGrant(assertion string) (token, error) {
	j, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(j.Headers) != 1 {
		return token{}, invalidGrant("Bad JWT")
	}
	var std jwt.Claims
	var own struct {
		Scope string `json:"scope"`
	}
	if err := j.UnsafeClaimsWithoutVerification(&std, &own); err != nil {
		return token{}, invalidGrant("Bad JWT claims")
	}
	if s.key(j, std.Issuer, &std, &own) == nil {
		return token{}, invalidGrant("Invalid JWT Signature.")
	}
	k := s.key(j, std.Issuer, &std, &own)
	if len(std.Audience) != 1 || (std.Audience[0] != k.TokenURL && std.Audience[0] != "https://oauth2.googleapis.com/token") {
		return token{}, invalidGrant("Invalid JWT: wrong audience")
	}
	now := s.now()
	if std.Expiry == nil || std.IssuedAt == nil || now.After(std.Expiry.Time()) || std.IssuedAt.Time().After(now.Add(time.Minute)) || std.Expiry.Time().Sub(std.IssuedAt.Time()) > time.Hour {
		return token{}, invalidGrant("Invalid JWT: iat and exp must be within an hour")
	}
	b := s.box(std.Subject)
	if b == nil {
		return token{}, invalidGrant("Invalid email or User ID")
	}
	scopes := strings.Fields(own.Scope)
	if !s.auth.granted(k.Email, scopes) {
		return token{}, &oauthError{"unauthorized_client", "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."}
	}
	return token{Mailbox: b.addr, Identity: k.Email, Scopes: scopes}, nil
}

// key gives the issuer's key that signed a JWT, or nil if none did; it reads the claims into dest.
func (s *Server) key(j *jwt.JSONWebToken, issuer string, dest ...any) *serviceKey {
	s.auth.mu.RLock()
	defer s.auth.mu.RUnlock()
	for _, k := range s.auth.keys {
		if kid := j.Headers[0].KeyID; kid != "" && kid != k.ID || !strings.EqualFold(k.Email, issuer) {
			continue
		}
		if j.Claims(k.key, dest...) == nil {
			return &k
		}
	}
	return nil
}

// OAuthClient registers a client of the web kind, whose users give consent at /auth and come back to
// redirect.
func (s *Server) OAuthClient(redirect string) (id, secret string, err error) {
	c := client{ID: randomText(12) + ".apps.googleusercontent.com", Secret: "GOCSPX-" + randomText(14), Redirect: redirect}
	data, err := json.Marshal(c)
	if err != nil {
		return "", "", fmt.Errorf("gmailsim: encoding a client: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.ID, c.Secret, s.commitLocked([]op{{Kind: opClient, Data: string(data)}})
}

// serveConsent is GET /auth: the mailbox in login_hint consents to everything asked, at once.
func (s *Server) serveConsent(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.auth.mu.RLock()
	c, ok := s.auth.clients[q.Get("client_id")]
	s.auth.mu.RUnlock()
	if !ok || q.Get("redirect_uri") != c.Redirect || q.Get("response_type") != "code" {
		writeError(w, badRequest("Unknown client, other redirect_uri, or response_type is not code"))
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	if b := s.box(q.Get("login_hint")); b == nil {
		back.Set("error", "access_denied")
	} else {
		text := "4/" + randomText(24)
		s.auth.mu.Lock()
		s.auth.codes[text] = code{consent{Client: c.ID, Mailbox: b.addr, Scopes: strings.Fields(q.Get("scope"))}, c.Redirect, s.now().Add(10 * time.Minute)}
		s.auth.mu.Unlock()
		back.Set("code", text)
	}
	sep := "?"
	if strings.Contains(c.Redirect, "?") {
		sep = "&"
	}
	http.Redirect(w, r, c.Redirect+sep+back.Encode(), http.StatusFound)
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
	if !ok || k.Client != c.ID || k.redirect != r.PostForm.Get("redirect_uri") || s.now().After(k.expires) {
		return token{}, "", invalidGrant("Malformed auth code.")
	}
	k.Refresh = "1//" + randomText(24)
	data, err := json.Marshal(k.consent)
	if err != nil {
		return token{}, "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.commitLocked([]op{{Kind: opConsent, Data: string(data)}})
	return k.token(), k.Refresh, err
}

func (s *Server) refreshGrant(r *http.Request) (token, error) {
	c, err := s.clientOf(r)
	if err != nil {
		return token{}, err
	}
	k := s.auth.consent(r.PostForm.Get("refresh_token"))
	if k == nil || k.Client != c.ID {
		return token{}, invalidGrant("Token has been expired or revoked.")
	}
	return k.token(), nil
}

func (k *consent) token() token {
	return token{Mailbox: k.Mailbox, Identity: "client:" + k.Client, Scopes: k.Scopes, Consent: k.Refresh}
}

// serveRevoke is POST /revoke.
func (s *Server) serveRevoke(w http.ResponseWriter, r *http.Request) {
	if err := s.Revoke(r.FormValue("token")); err != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_token","error_description":"Token expired or revoked"}`))
	}
}
