package identity_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk/identity"
)

func TestNoAudience(t *testing.T) {
	h := newHouse(t)
	_, err := h.verifier.Verify(t.Context(), h.sign("first", claims{"aud": ""}), identity.Want{Email: robot})
	if !errors.Is(err, identity.ErrWant) || errors.Is(err, identity.ErrToken) {
		t.Errorf("got %v, want ErrWant", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]identity.Options{
		"plain http":   {KeysURL: "http://keys.test/certs"},
		"no host":      {KeysURL: "/certs"},
		"file":         {KeysURL: "file:///keys"},
		"empty issuer": {Issuers: []string{""}},
	} {
		if v, err := identity.New(o); err == nil {
			v.Close()
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestClaims(t *testing.T) {
	h := newHouse(t)
	got, err := h.verifier.Verify(t.Context(), h.sign("first", claims{"hd": "acme.test"}),
		identity.Want{Audience: audience, Email: strings.ToUpper(robot)})
	if err != nil {
		t.Fatal(err)
	}
	want := identity.Claims{
		Issuer: identity.GoogleIssuer, Subject: "117", Audience: audience, AuthorizedParty: "117",
		Email: robot, EmailVerified: true, HostedDomain: "acme.test",
		IssuedAt: h.clock(), Expiry: h.clock().Add(time.Hour),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

func TestAccepted(t *testing.T) {
	h := newHouse(t)
	now := h.clock()
	for name, change := range map[string]claims{
		"short issuer":      {"iss": identity.GoogleIssuerShort},
		"late by 29 s":      {"iat": now.Add(-time.Hour).Unix(), "exp": now.Add(-29 * time.Second).Unix()},
		"early by a minute": {"iat": now.Add(time.Minute).Unix()},
		"longest life":      {"exp": now.Add(65 * time.Minute).Unix()},
		"nbf now":           {"nbf": now.Unix()},
		"unknown claims":    {"nonce": "x", "locale": "de", "act": map[string]any{"sub": "1"}},
		"no azp":            {"azp": nil},
	} {
		if got := h.verify(h.sign("first", change)); got != "" {
			t.Errorf("%s: refused: %q", name, got)
		}
	}
}

// TestRememberedToken shows that a remembered token is still held to audience, address and time.
func TestRememberedToken(t *testing.T) {
	h := newHouse(t)
	token := h.sign("first", nil)
	h.expect("first time", token, "", 1)
	h.publish("second")
	h.advance(25 * time.Minute)
	h.expect("remembered", token, "", 1)

	for _, c := range []struct {
		want   identity.Want
		reason identity.Reason
	}{
		{identity.Want{Audience: audience + "2"}, identity.Audience},
		{identity.Want{Audience: audience, Email: "other@acme.test"}, identity.Email},
	} {
		_, err := h.verifier.Verify(t.Context(), token, c.want)
		if got := identity.ReasonOf(err); got != c.reason {
			t.Errorf("%+v: %q, want %q", c.want, got, c.reason)
		}
	}
	h.advance(36 * time.Minute)
	if got := h.verify(token); got != identity.Expired && got != identity.Signature {
		t.Errorf("after its hour: %q, want refused", got)
	}
}

func TestReasonOfOther(t *testing.T) {
	if got := identity.ReasonOf(errors.New("disk full")); got != "" {
		t.Errorf("got %q, want none", got)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := newHouse(b)
	want := identity.Want{Audience: audience, Email: robot}
	b.Run("remembered", func(b *testing.B) {
		token := h.sign("first", nil)
		for b.Loop() {
			if _, err := h.verifier.Verify(b.Context(), token, want); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("new", func(b *testing.B) {
		tokens := make([]string, 2000)
		for i := range tokens {
			tokens[i] = h.sign("first", claims{"sub": strconv.Itoa(i)})
		}
		b.ResetTimer()
		for i := range b.N {
			want := want
			if i >= len(tokens) { // a new verdict each time: the same token for another audience fails late
				want.Audience = strconv.Itoa(i)
			}
			h.verifier.Verify(b.Context(), tokens[i%len(tokens)], want)
		}
	})
}
