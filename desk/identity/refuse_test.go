package identity_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"baton/desk/identity"
)

type forged struct {
	name  string
	token string
	want  identity.Reason
}

// TestRefused is the table of everything that is not a token for us.
func TestRefused(t *testing.T) {
	h := newHouse(t)
	if got := h.verify(h.sign("first", nil)); got != "" {
		t.Fatalf("the token that all others are bent from is refused: %q", got)
	}
	table := append(shapes(h), append(headers(h), payloads(h)...)...)
	if len(table) < 60 {
		t.Errorf("%d cases, want at least 60", len(table))
	}
	seen := map[string]bool{}
	for _, c := range table {
		if seen[c.name] {
			t.Errorf("case %q occurs twice", c.name)
		}
		seen[c.name] = true
		_, err := h.verifier.Verify(t.Context(), c.token, identity.Want{Audience: audience, Email: robot})
		if got := identity.ReasonOf(err); got != c.want || !errors.Is(err, identity.ErrToken) {
			t.Errorf("%s: %v, want reason %q", c.name, err, c.want)
		}
		if err != nil && len(c.token) > 20 && strings.Contains(err.Error(), c.token[:20]) {
			t.Errorf("%s: the error holds the token", c.name)
		}
	}
}

func shapes(h *house) []forged {
	good := h.sign("first", nil)
	part := strings.Split(good, ".")
	flip := []byte(part[2])
	if flip[10]++; part[2][10] != 'A' {
		flip[10] = 'A'
	}
	const m, s = identity.Malformed, identity.Signature
	return []forged{
		{"empty", "", m},
		{"one word", "bearer", m},
		{"two segments", part[0] + "." + part[1], m},
		{"four segments", good + ".x", m},
		{"five segments", good + ".x.y", m},
		{"only dots", "..", m},
		{"no signature", part[0] + "." + part[1] + ".", m},
		{"no payload", part[0] + ".." + part[2], m},
		{"no header", "." + part[1] + "." + part[2], m},
		{"over 8 kB", part[0] + "." + part[1] + strings.Repeat("A", 8<<10) + "." + part[2], m},
		{"space in front", " " + good, m},
		{"line break at the end", good + "\n", m},
		{"line break inside", part[0] + "." + part[1][:8] + "\n" + part[1][8:] + "." + part[2], m},
		{"padding", good + "==", m},
		{"standard alphabet", part[0] + "." + part[1] + ".+/+/", m},
		{"with Bearer", "Bearer " + good, m},
		{"JSON serialisation", `{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}`, m},
		{"header not JSON", h.forge("RS256", h.good(nil), "first"), m},
		{"header a list", h.forge(`["RS256"]`, h.good(nil), "first"), m},
		{"header null", h.forge(`null`, h.good(nil), "first"), m},
		{"header twice", h.forge(`{"alg":"RS256","kid":"first"}{}`, h.good(nil), "first"), m},
		{"payload not JSON", h.forge(claims{"alg": "RS256", "kid": "first"}, "hello", "first"), m},
		{"payload a list", h.forge(claims{"alg": "RS256", "kid": "first"}, "[]", "first"), m},
		{"payload cut", h.forge(claims{"alg": "RS256", "kid": "first"}, `{"iss":`, "first"), m},
		{"signature bent", part[0] + "." + part[1] + "." + string(flip), s},
		{"signature short", part[0] + "." + part[1] + ".AAAA", s},
		{"signature of another token", part[0] + "." + part[1] + "." + strings.Split(h.sign("first", claims{"sub": "2"}), ".")[2], s},
		{"payload exchanged", part[0] + "." + h.segment(h.good(claims{"email": "boss@acme.test"})) + "." + part[2], s},
		{"stranger's key under our id", h.forge(claims{"alg": "RS256", "kid": "first"}, h.good(nil), "stranger"), s},
		{"stranger's key", h.sign("stranger", nil), s},
	}
}

func headers(h *house) []forged {
	const m, a = identity.Malformed, identity.Algorithm
	with := func(name string, v any) string {
		head := claims{"alg": "RS256", "kid": "first", "typ": "JWT"}
		head[name] = v
		return h.forge(head, h.good(nil), "first")
	}
	table := []forged{
		{"kid number", with("kid", 1), m},
		{"kid empty", with("kid", ""), m},
		{"kid huge", with("kid", strings.Repeat("k", 300)), m},
		{"kid path", with("kid", "../../first"), identity.Signature},
		{"typ at+jwt", with("typ", "at+jwt"), m},
		{"jku", with("jku", "https://evil.test/keys"), m},
		{"jwk", with("jwk", claims{"kty": "RSA", "n": "AQAB", "e": "AQAB"}), m},
		{"x5u", with("x5u", "https://evil.test/cert"), m},
		{"x5c", with("x5c", []string{"AAAA"}), m},
		{"crit", with("crit", []string{"exp"}), m},
		{"crit null", with("crit", nil), m},
		{"b64", with("b64", false), m},
		{"alg twice", h.forge(`{"alg":"none","alg":"RS256","kid":"first"}`, h.good(nil), "first"), m},
		{"alg twice in other case", h.forge(`{"Alg":"none","alg":"RS256","kid":"first"}`, h.good(nil), "first"), m},
		{"alg missing", h.forge(claims{"kid": "first"}, h.good(nil), "first"), a},
		{"alg number", with("alg", 256), m},
		{"alg only in capitals", h.forge(claims{"ALG": "RS256", "kid": "first"}, h.good(nil), "first"), a},
	}
	for _, alg := range []string{"none", "None", "NONE", "", "HS256", "HS512", "ES256", "ES384", "PS256", "RS384", "RS512", "EdDSA", "rs256", "RS256 "} {
		table = append(table, forged{"alg " + alg, with("alg", alg), a})
	}
	head := h.segment(claims{"alg": "ES256", "kid": "first"})
	table = append(table, forged{"ES256 with three bytes", head + "." + h.segment(h.good(nil)) + ".AAAA", a})
	// The classic confusion: an HMAC keyed with what everybody may read.
	mac := hmac.New(sha256.New, testKeys()["first"].N.Bytes())
	signed := h.segment(claims{"alg": "HS256", "kid": "first"}) + "." + h.segment(h.good(nil))
	mac.Write([]byte(signed))
	return append(table, forged{"HMAC with the public key", signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), a})
}

func payloads(h *house) []forged {
	now := h.clock()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	const m = identity.Malformed
	raw := func(old, new string) string {
		b, _ := json.Marshal(h.good(nil))
		text := strings.Replace(string(b), old, new, 1)
		return h.forge(claims{"alg": "RS256", "kid": "first"}, text, "first")
	}
	table := []forged{
		{"aud twice", raw(`"aud":`, `"aud":"https://evil.test","aud":`), m},
		{"email twice in other case", raw(`"email":`, `"Email":"a@b.test","email":`), m},
		{"nested key twice", raw(`"sub":`, `"act":{"a":1,"a":2},"sub":`), m},
		{"nested deep", raw(`"sub":`, `"act":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`,"sub":`), m},
		{"exp as text", raw(`"exp":`, `"exp":"9999999999","x":`), m},
		{"exp as fraction", raw(`"exp":`, `"exp":1795262400.5,"x":`), m},
		{"exp with exponent", raw(`"exp":`, `"exp":1.8e9,"x":`), m},
		{"exp beyond all numbers", raw(`"exp":`, `"exp":1e400,"x":`), m},
		{"email_verified null", raw(`"email_verified":true`, `"email_verified":null`), identity.Unverified},
		{"email_verified in other case", raw(`"email_verified"`, `"Email_Verified"`), identity.Unverified},
		{"text after the object", raw(`}`, `}]`), m},
	}
	for _, c := range []struct {
		name   string
		change claims
		want   identity.Reason
	}{
		{"iss missing", claims{"iss": nil}, identity.Issuer},
		{"iss empty", claims{"iss": ""}, identity.Issuer},
		{"iss stranger", claims{"iss": "https://evil.test"}, identity.Issuer},
		{"iss http", claims{"iss": "http://accounts.google.com"}, identity.Issuer},
		{"iss with slash", claims{"iss": "https://accounts.google.com/"}, identity.Issuer},
		{"iss lookalike", claims{"iss": "https://accounts.google.com.evil.test"}, identity.Issuer},
		{"iss list", claims{"iss": []string{identity.GoogleIssuer}}, m},
		{"aud missing", claims{"aud": nil}, identity.Audience},
		{"aud empty", claims{"aud": ""}, identity.Audience},
		{"aud other route", claims{"aud": "https://baton.test/addon/home"}, identity.Audience},
		{"aud prefix", claims{"aud": audience[:len(audience)-1]}, identity.Audience},
		{"aud with slash", claims{"aud": audience + "/"}, identity.Audience},
		{"aud other case", claims{"aud": strings.ToUpper(audience)}, identity.Audience},
		{"aud list of two", claims{"aud": []string{audience, "https://evil.test"}}, identity.Audience},
		{"aud list of one", claims{"aud": []string{audience}}, identity.Audience},
		{"sub missing", claims{"sub": nil}, m},
		{"sub number", claims{"sub": 117}, m},
		{"exp missing", claims{"exp": nil}, m},
		{"iat missing", claims{"iat": nil}, m},
		{"exp zero", claims{"exp": 0}, m},
		{"exp negative", claims{"exp": -5}, m},
		{"expired an hour ago", claims{"iat": at(-2 * time.Hour), "exp": at(-time.Hour)}, identity.Expired},
		{"expired half a minute ago", claims{"iat": at(-time.Hour), "exp": at(-30 * time.Second)}, identity.Expired},
		{"ten years", claims{"exp": at(87600 * time.Hour)}, identity.Lifetime},
		{"over an hour and five minutes", claims{"exp": at(65*time.Minute + time.Second)}, identity.Lifetime},
		{"ends before it begins", claims{"iat": at(30 * time.Second), "exp": at(10 * time.Second)}, identity.Lifetime},
		{"issued in two minutes", claims{"iat": at(2 * time.Minute), "exp": at(time.Hour)}, identity.Early},
		{"valid in two minutes", claims{"nbf": at(2 * time.Minute)}, identity.Early},
		{"nbf as text", claims{"nbf": "soon"}, m},
		{"email missing", claims{"email": nil}, identity.Email},
		{"email empty", claims{"email": ""}, identity.Email},
		{"email other", claims{"email": "mallory@evil.test"}, identity.Email},
		{"email longer", claims{"email": robot + ".evil.test"}, identity.Email},
		{"email with space", claims{"email": " " + robot}, identity.Email},
		{"email Kelvin sign", claims{"email": strings.Replace(robot, "s", "ſ", 1)}, identity.Email},
		{"email list", claims{"email": []string{robot}}, m},
		{"email_verified missing", claims{"email_verified": nil}, identity.Unverified},
		{"email_verified false", claims{"email_verified": false}, identity.Unverified},
		{"email_verified text", claims{"email_verified": "true"}, identity.Unverified},
		{"email_verified one", claims{"email_verified": 1}, identity.Unverified},
	} {
		table = append(table, forged{c.name, h.sign("first", maps.Clone(c.change)), c.want})
	}
	return table
}
