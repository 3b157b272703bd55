package seal_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"go.uber.org/goleak"

	"baton/gmail/seal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const kmsKey = "gcp-kms://projects/p/locations/europe-west1/keyRings/baton/cryptoKeys/tokens"

// cloud is a Cloud KMS with one key, as its discovery document describes it.
type cloud struct {
	t     *testing.T
	url   string
	aead  tink.AEAD
	fault atomic.Pointer[http.HandlerFunc] // answers instead
	bend  atomic.Pointer[func(answer map[string]any)]
	doc   discovery
}

// discovery is as much of Google's document as the stand-in is held to.
type discovery struct {
	Schemas map[string]struct {
		Properties map[string]struct{ Type, Format string }
	}
	Resources struct {
		Projects struct {
			Resources struct {
				Locations struct {
					Resources struct {
						KeyRings struct {
							Resources struct {
								CryptoKeys struct {
									Methods map[string]struct{ FlatPath, HTTPMethod string }
								}
							}
						}
					}
				}
			}
		}
	}
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{t: t}
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "google.golang.org/api/cloudkms/v1").Output()
	if err != nil {
		t.Fatalf("finding Google's client: %v", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "cloudkms-api.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &c.doc); err != nil {
		t.Fatal(err)
	}
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	if c.aead, err = aead.New(h); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(s.Close)
	c.url = s.URL
	return c
}

func (c *cloud) key() *seal.Key {
	c.t.Helper()
	tr := &http.Transport{}
	c.t.Cleanup(tr.CloseIdleConnections)
	return open(c.t, kmsKey, seal.Options{KMSURL: c.url, Client: &http.Client{Transport: tr}})
}

// fits holds a JSON object to a schema of the document.
func (c *cloud) fits(schema string, v map[string]any) {
	for k, x := range v {
		p, ok := c.doc.Schemas[schema].Properties[k]
		_, text := x.(string)
		_, flag := x.(bool)
		if !ok || text != (p.Type == "string") || flag != (p.Type == "boolean") {
			c.t.Errorf("%s.%s = %v is not as Google describes it: %+v", schema, k, x, p)
		}
	}
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	if f := c.fault.Load(); f != nil {
		(*f)(w, r)
		return
	}
	var verb string
	for name, m := range c.doc.Resources.Projects.Resources.Locations.Resources.KeyRings.Resources.CryptoKeys.Methods {
		path := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta("/"+m.FlatPath), "[^/:]+")
		if m.HTTPMethod == r.Method && regexp.MustCompile("^"+path+"$").MatchString(r.URL.Path) {
			verb = name
		}
	}
	if !slices.Contains([]string{"encrypt", "decrypt"}, verb) || !strings.Contains(r.URL.Path, strings.TrimPrefix(kmsKey, "gcp-kms://")+":") {
		refuse(404, "notFound")(w, r)
		return
	}
	var in map[string]any
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		c.t.Error(err)
	}
	name := strings.ToUpper(verb[:1]) + verb[1:]
	c.fits(name+"Request", in)
	get := func(field string) []byte {
		text, _ := in[field].(string)
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || in[field+"Crc32c"] != sum(b) {
			c.t.Errorf("%s has the checksum %v, want %s; %v", field, in[field+"Crc32c"], sum(b), err)
		}
		return b
	}
	bound := get("additionalAuthenticatedData")
	var answer map[string]any
	if verb == "encrypt" {
		out, err := c.aead.Encrypt(get("plaintext"), bound)
		if err != nil {
			c.t.Error(err)
		}
		answer = map[string]any{
			"name": strings.TrimPrefix(kmsKey, "gcp-kms://") + "/cryptoKeyVersions/1", "ciphertext": base64.StdEncoding.EncodeToString(out), "ciphertextCrc32c": sum(out),
			"verifiedPlaintextCrc32c": true, "verifiedAdditionalAuthenticatedDataCrc32c": true, "protectionLevel": "SOFTWARE",
		}
	} else {
		plain, err := c.aead.Decrypt(get("ciphertext"), bound)
		if err != nil {
			refuse(400, "badRequest")(w, r)
			return
		}
		answer = map[string]any{"plaintext": base64.StdEncoding.EncodeToString(plain), "plaintextCrc32c": sum(plain), "usedPrimary": true, "protectionLevel": "SOFTWARE"}
	}
	c.fits(name+"Response", answer)
	if bend := c.bend.Load(); bend != nil {
		(*bend)(answer)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		c.t.Error(err)
	}
}

func sum(b []byte) string {
	return fmt.Sprint(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func refuse(code int, reason string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"error":{"code":%d,"message":"about support@acme.test","errors":[{"reason":%q,"message":"x","domain":"global"}]}}`, code, reason)
	}
}

func TestCloudKeyHoldsTheContract(t *testing.T) {
	k := newCloud(t).key()
	contract(t, k)
	if k.Name() != kmsKey {
		t.Errorf("named %s", k.Name())
	}
}

func TestCloudKeyInTrouble(t *testing.T) {
	c := newCloud(t)
	k := c.key()
	sealed, err := k.Seal(t.Context(), []byte(secret), support)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		fault   http.HandlerFunc
		refused bool
	}{
		{"no right", refuse(403, "forbidden"), true},
		{"no key", refuse(404, "notFound"), true},
		{"no identity", refuse(401, "authError"), true},
		{"version disabled", refuse(400, "failedPrecondition"), true},
		{"too fast", refuse(429, "rateLimitExceeded"), false},
		{"down", refuse(503, "backendError"), false},
		{"gone away", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
	} {
		c.fault.Store(&test.fault)
		_, serr := k.Seal(t.Context(), []byte(secret), support)
		_, oerr := k.Open(t.Context(), sealed, support)
		for _, err := range []error{serr, oerr} {
			if err == nil || errors.Is(err, seal.ErrRefused) != test.refused || errors.Is(err, seal.ErrSealed) {
				t.Errorf("%s: %v", test.name, err)
			}
			if strings.Contains(fmt.Sprint(err), "@") || strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("%s: the error says too much: %v", test.name, err)
			}
		}
	}
	c.fault.Store(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Open(ctx, sealed, support); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: %v", err)
	}
	for name, bend := range map[string]func(map[string]any){
		"ciphertext":      func(a map[string]any) { a["ciphertextCrc32c"] = "1" },
		"plaintext unmet": func(a map[string]any) { delete(a, "verifiedPlaintextCrc32c") },
		"data unmet":      func(a map[string]any) { delete(a, "verifiedAdditionalAuthenticatedDataCrc32c") },
		"no base64":       func(a map[string]any) { a["ciphertext"] = "%" },
	} {
		c.bend.Store(&bend)
		if _, err := k.Seal(t.Context(), []byte(secret), support); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v, want that it was damaged", name, err)
		}
	}
	bend := func(a map[string]any) { a["plaintextCrc32c"] = "1" }
	c.bend.Store(&bend)
	if _, err := k.Open(t.Context(), sealed, support); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a bent plaintext: %v", err)
	}
	c.bend.Store(nil)
	if _, err := k.Open(t.Context(), sealed, support); err != nil {
		t.Errorf("after all trouble: %v", err)
	}
}
