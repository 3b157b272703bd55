package gmailsim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
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
	if err := s.auth.refuses(b.addr); err != nil {
		return token{}, err
	}
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
