package gmailsim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

// SetSigners says who may have IAM sign for a service account, by address; nobody, if none are named.
// The word before counts no more.
func (s *Server) SetSigners(account string, callers ...string) error {
	for i, c := range callers {
		callers[i] = strings.ToLower(c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitLocked([]op{{Kind: opSigners, Name: strings.ToLower(account), Scopes: callers}})
}

// CallerToken gives the access token of an identity in Google Cloud, as the metadata server would.
func (s *Server) CallerToken(identity string) string {
	return s.issue(token{Identity: strings.ToLower(identity), Scopes: []string{cloudPlatform}})
}

// iamError is an error of IAM: no list of errors, but a detail with a reason.
type iamError struct {
	code            int
	reason, message string
}

func (e *iamError) Error() string { return e.message }

func writeIAM(w http.ResponseWriter, err error) {
	e := &iamError{http.StatusInternalServerError, "INTERNAL", err.Error()}
	switch x := err.(type) {
	case *iamError:
		e = x
	case *apiError: // a fault
		e = &iamError{x.code, x.reason, x.message}
	}
	body := map[string]any{"code": e.code, "message": e.message, "status": statusOf(e.code)}
	if e.reason != "" {
		body["details"] = []any{map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": e.reason, "domain": "iam.googleapis.com"}}
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(e.code)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": body}) // the client may be gone
}

// serveSignJwt is POST /v1/projects/-/serviceAccounts/{account}:signJwt.
func (s *Server) serveSignJwt(w http.ResponseWriter, r *http.Request) {
	account, verb, _ := strings.Cut(r.PathValue("call"), ":")
	if verb != "signJwt" {
		writeIAM(w, &iamError{http.StatusNotFound, "", "Method not found."})
		return
	}
	keyID, signed, err := s.signJwt(strings.ToLower(account), r)
	if err != nil {
		writeIAM(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"keyId": keyID, "signedJwt": signed}) // the client may be gone
}

func (s *Server) signJwt(account string, r *http.Request) (keyID, signed string, err error) {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	caller, err := s.checkToken(bearer)
	if err != nil || !slices.Contains(caller.Scopes, cloudPlatform) {
		return "", "", &iamError{http.StatusUnauthorized, "ACCESS_TOKEN_TYPE_UNSUPPORTED", "Request had invalid authentication credentials."}
	}
	s.auth.mu.RLock()
	may := slices.Contains(s.auth.signers[account], caller.Identity)
	s.auth.mu.RUnlock()
	if !may {
		return "", "", &iamError{http.StatusForbidden, "IAM_PERMISSION_DENIED", "Permission 'iam.serviceAccounts.signJwt' denied on resource (or it may not exist)."}
	}
	bad := func(what string) error { return &iamError{http.StatusBadRequest, "", what} }
	var req struct {
		Payload   string   `json:"payload"`
		Delegates []string `json:"delegates"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&req); err != nil {
		return "", "", bad("Invalid JSON payload received.")
	}
	var claims struct {
		Exp int64 `json:"exp"`
	}
	if err := json.Unmarshal([]byte(req.Payload), &claims); err != nil {
		return "", "", bad("The payload is no JSON object.")
	}
	if time.Unix(claims.Exp, 0).Sub(s.now()) > 12*time.Hour {
		return "", "", bad("The exp claim is more than 12 hours ahead.")
	}
	k, err := s.managedKey(account)
	if err != nil {
		return "", "", err
	}
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return "", "", fmt.Errorf("gmailsim: reading a kept key: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: k.ID}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", "", fmt.Errorf("gmailsim: signing: %w", err)
	}
	jws, err := signer.Sign([]byte(req.Payload))
	if err != nil {
		return "", "", fmt.Errorf("gmailsim: signing: %w", err)
	}
	signed, err = jws.CompactSerialize()
	return k.ID, signed, err
}

// managedKey gives the key that Google keeps for a service account; the first use makes it.
func (s *Server) managedKey(account string) (serviceKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.auth.managed(account); ok {
		return k, nil
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return serviceKey{}, fmt.Errorf("gmailsim: making a key: %w", err)
	}
	k := serviceKey{ID: randomText(20), Email: account}
	if k.Private, err = x509.MarshalPKCS8PrivateKey(private); err != nil {
		return serviceKey{}, fmt.Errorf("gmailsim: encoding a key: %w", err)
	}
	if k.Public, err = x509.MarshalPKIXPublicKey(&private.PublicKey); err != nil {
		return serviceKey{}, fmt.Errorf("gmailsim: encoding a key: %w", err)
	}
	data, err := json.Marshal(k)
	if err != nil {
		return serviceKey{}, fmt.Errorf("gmailsim: encoding a key: %w", err)
	}
	return k, s.commitLocked([]op{{Kind: opKey, Data: string(data)}})
}

func (a *authority) managed(account string) (serviceKey, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, k := range a.keys {
		if k.Email == account && k.Private != nil {
			return k, true
		}
	}
	return serviceKey{}, false
}
