package issuer_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.uber.org/goleak"

	"baton/desk/identity"
	"baton/desk/identity/issuer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const audience = "https://baton.test/addon/home"

// serve starts an issuer at its own address.
func serve(t *testing.T) *issuer.Issuer {
	var iss *issuer.Issuer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { iss.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	var err error
	if iss, err = issuer.New(issuer.Options{URL: server.URL}); err != nil {
		t.Fatal(err)
	}
	return iss
}

func verifier(t *testing.T, iss *issuer.Issuer, clock func() time.Time) *identity.Verifier {
	v, err := identity.New(identity.Options{Issuers: []string{iss.URL()}, KeysURL: iss.KeysURL(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func TestNoURL(t *testing.T) {
	if _, err := issuer.New(issuer.Options{}); err == nil {
		t.Error("an issuer without a name was made")
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	iss := serve(t)
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 404}, {"POST", issuer.KeysPath, 405}, {"GET", issuer.KeysPath, 200}, {"GET", issuer.DiscoveryPath, 200},
	} {
		w := httptest.NewRecorder()
		iss.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}

func TestGoogleTokensAreNotOurs(t *testing.T) {
	iss := serve(t)
	token, err := iss.Sign(identity.Claims{Issuer: identity.GoogleIssuer, Subject: "1", Audience: audience, Email: "ana@acme.test", EmailVerified: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = verifier(t, iss, nil).Verify(t.Context(), token, identity.Want{Audience: audience})
	if got := identity.ReasonOf(err); got != identity.Issuer {
		t.Errorf("%q, want %q", got, identity.Issuer)
	}
}

// TestRotation walks a token of each key through rotation and retirement.
func TestRotation(t *testing.T) {
	iss := serve(t)
	now := time.Now()
	v := verifier(t, iss, func() time.Time { return now })
	sign := func(sub identity.Subject) string {
		t.Helper()
		token, err := iss.Sign(identity.Claims{
			Subject: sub, Audience: audience, Email: "ana@acme.test", EmailVerified: true, HostedDomain: "acme.test",
			AuthorizedParty: "client", IssuedAt: now, NotBefore: now,
		})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	check := func(what, token string, want identity.Reason) {
		t.Helper()
		c, err := v.Verify(t.Context(), token, identity.Want{Audience: audience})
		if got := identity.ReasonOf(err); got != want {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
		if err == nil && (c.HostedDomain != "acme.test" || c.AuthorizedParty != "client") {
			t.Errorf("%s: claims %+v", what, c)
		}
	}
	check("first key", sign("1"), "")
	before := sign("2")
	if err := iss.Rotate(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(6 * time.Minute)
	check("second key", sign("3"), "")
	check("key before", before, "")
	iss.Retire()
	now = now.Add(61 * time.Minute)
	late := sign("4")
	check("second key after retirement", late, "")
	check("retired key", before, identity.Signature)
}

// TestDiscovery has a client that knows nothing but the issuer's name.
func TestDiscovery(t *testing.T) {
	iss := serve(t)
	p, err := oidc.NewProvider(t.Context(), iss.URL())
	if err != nil {
		t.Fatal(err)
	}
	token, err := iss.Sign(identity.Claims{Subject: "1", Audience: audience})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Verifier(&oidc.Config{ClientID: audience}).Verify(t.Context(), token); err != nil {
		t.Error(err)
	}
}
