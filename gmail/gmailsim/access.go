package gmailsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// The ways to a token, as calls of an access fault hook.
const (
	MethodAuth    = "auth"    // a browser goes to the consent page
	MethodToken   = "token"   // any grant type
	MethodRevoke  = "revoke"  //
	MethodSignJwt = "signJwt" // of IAM Credentials
)

func (s *Server) accessRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /token", s.faulty(MethodToken, writeOAuth, s.serveToken))
	mux.HandleFunc("POST /revoke", s.faulty(MethodRevoke, writeOAuth, s.serveRevoke))
	auth := s.faulty(MethodAuth, writeError, s.serveConsent)
	mux.HandleFunc("GET /o/oauth2/v2/auth", auth)
	mux.HandleFunc("GET /auth", auth)
	mux.HandleFunc("POST /v1/projects/-/serviceAccounts/{call}", s.faulty(MethodSignJwt, writeIAM, s.serveSignJwt))
}

// SetAccessFault installs a fault hook for the consent page, the token and revocation endpoints and
// signJwt; nil takes it away. Call.Method is one of Method..., Call.Mailbox whom the call is for,
// where that can be told. A fault's Reason is the error code there: "invalid_grant" and the like.
func (s *Server) SetAccessFault(f func(Call) *Fault) {
	s.auth.mu.Lock()
	defer s.auth.mu.Unlock()
	s.auth.fault = f
}

// AccessCalls counts the calls of each way to a token.
func (s *Server) AccessCalls() map[string]int {
	s.auth.mu.RLock()
	defer s.auth.mu.RUnlock()
	return maps.Clone(s.auth.calls)
}

// faulty counts a call and lets the fault hook have its way; write answers in the endpoint's shape.
func (s *Server) faulty(method string, write func(http.ResponseWriter, error), next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		box := s.meant(method, r)
		a := &s.auth
		a.mu.Lock()
		a.callN++
		a.calls[method]++
		var f *Fault
		if a.fault != nil {
			f = a.fault(Call{N: a.callN, MethodN: a.calls[method], Method: method, Mailbox: box})
		}
		a.mu.Unlock()
		if f == nil {
			next(w, r)
			return
		}
		if !f.wait(r.Context(), s) {
			return
		}
		if f.AppliedThenError && (f.Drop || f.Status != 0) {
			next(discard{}, r)
		}
		switch {
		case f.Drop:
			panic(http.ErrAbortHandler) // net/http closes the connection without an answer
		case f.Status == 0:
			next(w, r)
		default:
			write(w, &apiError{f.Status, f.Reason, f.Message, statusOf(f.Status)})
		}
	}
}

// discard takes an answer that nobody gets.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// meant finds whom a call is for, without believing anything yet.
func (s *Server) meant(method string, r *http.Request) string {
	switch method {
	case MethodAuth:
		return strings.ToLower(r.URL.Query().Get("login_hint"))
	case MethodSignJwt:
		return "" // the body is read once, by the handler
	}
	if err := r.ParseForm(); err != nil {
		return ""
	}
	if c := s.auth.consent(r.PostForm.Get("refresh_token") + r.PostForm.Get("token")); c != nil {
		return c.Mailbox
	}
	if j, err := jwt.ParseSigned(r.PostForm.Get("assertion"), []jose.SignatureAlgorithm{jose.RS256}); err == nil {
		var c jwt.Claims
		if j.UnsafeClaimsWithoutVerification(&c) == nil {
			return strings.ToLower(c.Subject)
		}
	}
	return ""
}

// oauthError is an answer of the token endpoint (RFC 6749, 5.2).
type oauthError struct{ code, text string }

func (e *oauthError) Error() string { return e.code + ": " + e.text }

func invalidGrant(text string) error { return &oauthError{"invalid_grant", text} }

// writeOAuth answers with an error as the token endpoint does.
func writeOAuth(w http.ResponseWriter, err error) {
	status, e := http.StatusBadRequest, &oauthError{"invalid_request", err.Error()}
	switch x := err.(type) {
	case *oauthError:
		e = x
		if e.code == "unauthorized_client" || e.code == "invalid_client" {
			status = http.StatusUnauthorized
		}
	case *apiError: // a fault
		status, e = x.code, &oauthError{x.reason, x.message}
		if e.code == "" {
			e.code = "internal_failure"
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": e.code, "error_description": e.text}) // the client may be gone
}

// serveToken is POST /token.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	var t token
	var refresh string
	err := r.ParseForm()
	if err == nil {
		switch g := r.PostForm.Get("grant_type"); g {
		case "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion":
			t, err = s.assertionGrant(r.PostForm.Get("assertion"))
		case "refresh_token":
			t, refresh, err = s.refreshGrant(r)
		case "authorization_code":
			t, refresh, err = s.codeGrant(r)
		default:
			err = &oauthError{"unsupported_grant_type", "Invalid grant_type: " + g}
		}
	}
	if err != nil {
		writeOAuth(w, err)
		return
	}
	answer := map[string]any{
		"access_token": s.issue(t), "token_type": "Bearer",
		"expires_in": int(tokenLife / time.Second), "scope": strings.Join(t.Scopes, " "),
	}
	if refresh != "" {
		answer["refresh_token"] = refresh
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer) // the client may be gone
}

// serveRevoke is POST /revoke.
func (s *Server) serveRevoke(w http.ResponseWriter, r *http.Request) {
	if err := s.Revoke(r.FormValue("token")); err != nil {
		writeOAuth(w, &oauthError{"invalid_token", "Token expired or revoked"})
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write([]byte("{}")) // the client may be gone
}
