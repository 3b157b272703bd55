package identity_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"

	"baton/desk/identity"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	audience = "https://baton.test/addon/message"
	robot    = "service-7@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
)

type claims map[string]any

// testKeys are made once: a key costs some 100 ms.
var testKeys = sync.OnceValue(func() map[string]*rsa.PrivateKey {
	keys := map[string]*rsa.PrivateKey{}
	for _, id := range []string{"first", "second", "stranger"} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[id] = key
	}
	return keys
})

// house is a verifier, a key host that can break, and a clock.
type house struct {
	t        testing.TB
	verifier *identity.Verifier
	url      string

	mu     sync.Mutex
	now    time.Time
	body   string
	status int
	reads  int
	gate   *gate
}

type gate struct{ entered, open chan struct{} }

func newHouse(t testing.TB) *house {
	h := &house{t: t, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), status: http.StatusOK}
	h.publish("first")
	server := httptest.NewServer(http.HandlerFunc(h.serveKeys))
	t.Cleanup(server.Close)
	h.url = server.URL
	v, err := identity.New(identity.Options{KeysURL: server.URL, Clock: h.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	h.verifier = v
	return h
}

func (h *house) serveKeys(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.reads++
	status, body, gate := h.status, h.body, h.gate
	h.gate = nil
	h.mu.Unlock()
	if gate != nil {
		close(gate.entered)
		<-gate.open
	}
	w.WriteHeader(status)
	w.Write([]byte(body))
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) publish(ids ...string) {
	var set jose.JSONWebKeySet
	for _, id := range ids {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: testKeys()[id].Public(), KeyID: id, Algorithm: "RS256", Use: "sig"})
	}
	body, err := json.Marshal(set)
	if err != nil {
		h.t.Fatal(err)
	}
	h.serve(string(body))
}

func (h *house) serve(body string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.body = body
}

func (h *house) breakKeys(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

func (h *house) repairKeys() { h.breakKeys(http.StatusOK) }

func (h *house) holdKeys() *gate {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gate = &gate{make(chan struct{}), make(chan struct{})}
	return h.gate
}

func (h *house) fetched() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reads
}

// good is the payload of a token that passes, with changes; a nil value removes a claim.
func (h *house) good(change claims) claims {
	now := h.clock()
	c := claims{
		"iss": identity.GoogleIssuer, "aud": audience, "sub": "117", "azp": "117", "email": robot,
		"email_verified": true, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// sign makes a token as Google does, with a key of testKeys.
func (h *house) sign(key string, change claims) string {
	return h.forge(claims{"alg": "RS256", "kid": key, "typ": "JWT"}, h.good(change), key)
}

// forge signs any header and payload: JSON text as it is, everything else encoded.
func (h *house) forge(head, payload any, key string) string {
	signed := h.segment(head) + "." + h.segment(payload)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(nil, testKeys()[key], crypto.SHA256, sum[:])
	if err != nil {
		h.t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func (h *house) segment(v any) string {
	text, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			h.t.Fatal(err)
		}
		text = string(b)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}
