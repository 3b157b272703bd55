package identity_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"baton/desk/identity"
)

// verify asks for the usual audience and gives the reason of a refusal, "" when accepted.
func (h *house) verify(token string) identity.Reason {
	h.t.Helper()
	_, err := h.verifier.Verify(h.t.Context(), token, identity.Want{Audience: audience})
	if err != nil && !errors.Is(err, identity.ErrToken) {
		h.t.Fatalf("Verify: %v, want an error that wraps ErrToken", err)
	}
	return identity.ReasonOf(err)
}

func (h *house) expect(what, token string, want identity.Reason, fetches int) {
	h.t.Helper()
	if got := h.verify(token); got != want {
		h.t.Errorf("%s: reason %q, want %q", what, got, want)
	}
	if got := h.fetched(); got != fetches {
		h.t.Errorf("%s: keys read %d times, want %d", what, got, fetches)
	}
}

func TestKeysUnreachableCold(t *testing.T) {
	h := newHouse(t)
	h.breakKeys(http.StatusServiceUnavailable)
	h.expect("cold", h.sign("first", nil), identity.Unavailable, 1)
	h.expect("cold again at once", h.sign("first", nil), identity.Unavailable, 1)
	h.advance(6 * time.Second)
	h.expect("cold after the pause", h.sign("first", nil), identity.Unavailable, 2)
	h.repairKeys()
	h.advance(6 * time.Second)
	h.expect("host is back", h.sign("first", nil), "", 3)
}

func TestKeysUnreachableWarm(t *testing.T) {
	h := newHouse(t)
	h.expect("warm up", h.sign("first", nil), "", 1)
	h.breakKeys(http.StatusInternalServerError)
	h.advance(30 * time.Minute)
	h.expect("fresh set needs no host", h.sign("first", nil), "", 1)
	h.advance(2 * time.Hour)
	h.expect("stale set serves", h.sign("first", nil), "", 2)
	h.expect("stale set serves without another try", h.sign("first", claims{"sub": "2"}), "", 2)
	h.advance(21 * time.Hour)
	h.expect("still within a day", h.sign("first", nil), "", 3)
	h.advance(time.Hour)
	h.expect("after a day", h.sign("first", nil), identity.Unavailable, 4)
}

func TestKeyRotation(t *testing.T) {
	h := newHouse(t)
	h.expect("first key", h.sign("first", nil), "", 1)
	h.advance(6 * time.Minute)
	h.publish("first", "second")
	h.expect("new key is fetched", h.sign("second", nil), "", 2)
	h.expect("old key still good", h.sign("first", nil), "", 2)
	h.publish("second")
	h.advance(2 * time.Hour)
	h.expect("withdrawn key", h.sign("first", nil), identity.Signature, 3)
	h.expect("current key", h.sign("second", nil), "", 3)
}

func TestKidFlood(t *testing.T) {
	h := newHouse(t)
	h.expect("warm up", h.sign("first", nil), "", 1)
	h.advance(6 * time.Minute)
	for i := range 500 {
		head := claims{"alg": "RS256", "kid": "junk-" + strconv.Itoa(i)}
		h.expect("junk", h.forge(head, h.good(nil), "first"), identity.Signature, 2)
	}
	h.expect("good ones pass meanwhile", h.sign("first", nil), "", 2)
	h.advance(5 * time.Minute)
	h.expect("one more read after five minutes", h.forge(claims{"alg": "RS256", "kid": "x"}, h.good(nil), "first"),
		identity.Signature, 3)
}

func TestSingleFlight(t *testing.T) {
	h := newHouse(t)
	gate := h.holdKeys()
	token := h.sign("first", nil)
	got := make([]identity.Reason, 20)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i] = h.verify(token) })
	}
	<-gate.entered
	close(gate.open)
	all.Wait()
	for i, r := range got {
		if r != "" {
			t.Errorf("caller %d: %q, want accepted", i, r)
		}
	}
	if n := h.fetched(); n != 1 {
		t.Errorf("keys read %d times, want 1", n)
	}
}

func TestCallerLeaves(t *testing.T) {
	h := newHouse(t)
	gate := h.holdKeys()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := h.verifier.Verify(ctx, h.sign("first", nil), identity.Want{Audience: audience})
		done <- err
	}()
	<-gate.entered
	cancel()
	if err := <-done; identity.ReasonOf(err) != identity.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("caller who left: %v, want %q and context.Canceled", err, identity.Unavailable)
	}
	close(gate.open)
	h.expect("the read went on for the next one", h.sign("first", nil), "", 1)
}

func TestCloseEndsTheRead(t *testing.T) {
	h := newHouse(t)
	gate := h.holdKeys()
	done := make(chan identity.Reason)
	go func() { done <- h.verify(h.sign("first", nil)) }()
	<-gate.entered
	if err := h.verifier.Close(); err != nil {
		t.Fatal(err)
	}
	close(gate.open)
	if got := <-done; got != identity.Unavailable {
		t.Errorf("caller during Close: %q, want %q", got, identity.Unavailable)
	}
	if got := h.verify(h.sign("first", nil)); got != identity.Unavailable {
		t.Errorf("caller after Close: %q, want %q", got, identity.Unavailable)
	}
}

func TestUselessKeySets(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":      "<html>",
		"empty":         `{}`,
		"no keys":       `{"keys":[]}`,
		"other kinds":   `{"keys":[{"kty":"oct","kid":"first","k":"c2VjcmV0"}]}`,
		"no id":         `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`,
		"short modulus": `{"keys":[{"kty":"RSA","kid":"first","n":"3q2-7w","e":"AQAB"}]}`,
	} {
		h := newHouse(t)
		h.serve(body)
		if got := h.verify(h.sign("first", nil)); got != identity.Unavailable {
			t.Errorf("%s: %q, want %q", name, got, identity.Unavailable)
		}
	}
}
