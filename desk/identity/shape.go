package identity

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

const (
	maxToken = 8 << 10 // bytes; Google's tokens are near 1 kB
	maxKid   = 256     // bytes; Google's are 40
)

// header is the part of a token's header that Baton looks at.
type header struct {
	Alg string
	Kid string
}

// checkShape refuses what no token of Google's looks like, before a library parses it: the library
// decides by the header which algorithm and key to use, and the header is the caller's.
func checkShape(token string) (header, error) {
	parts := strings.Split(token, ".")
	if len(token) > maxToken || len(parts) != 3 {
		return header{}, refuse(Malformed)
	}
	var raw [3][]byte
	for i, p := range parts {
		// The decoder skips line breaks, so the alphabet is checked first.
		if p == "" || strings.ContainsAny(p, "\r\n") {
			return header{}, refuse(Malformed)
		}
		b, err := base64.RawURLEncoding.Strict().DecodeString(p)
		if err != nil {
			return header{}, refuse(Malformed)
		}
		raw[i] = b
	}
	head, err := object(raw[0])
	if err != nil {
		return header{}, refuse(Malformed)
	}
	if _, err := object(raw[1]); err != nil {
		return header{}, refuse(Malformed)
	}
	return parseHeader(head)
}

func parseHeader(head map[string]json.RawMessage) (header, error) {
	// Each of these lets the sender choose a key or a rule; Google sends none of them.
	for _, name := range []string{"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc"} {
		if _, ok := head[name]; ok {
			return header{}, refuse(Malformed)
		}
	}
	alg, err := text(head, "alg")
	if err != nil {
		return header{}, err
	}
	if alg != "RS256" {
		return header{}, refuse(Algorithm)
	}
	typ, err := text(head, "typ")
	if err != nil || typ != "" && typ != "JWT" {
		return header{}, refuse(Malformed)
	}
	kid, err := text(head, "kid")
	if err != nil || kid == "" || len(kid) > maxKid {
		return header{}, refuse(Malformed)
	}
	return header{Alg: alg, Kid: kid}, nil
}

// object decodes one JSON object and refuses a key that occurs twice anywhere in it, also in another
// letter case: two readers might each take a different one.
func object(b []byte) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := unique(dec, 0); err != nil {
		return nil, err
	}
	if dec.InputOffset() != int64(len(bytes.TrimRight(b, " \t\r\n"))) {
		return nil, fmt.Errorf("identity: text after the object")
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	if m == nil {
		return nil, fmt.Errorf("identity: not an object")
	}
	return m, nil
}

// unique reads one value from dec; depth is bounded, for Google's tokens are flat.
func unique(dec *json.Decoder, depth int) error {
	if depth > 8 {
		return fmt.Errorf("identity: nested too deep")
	}
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	open, ok := tok.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if open == '{' {
			key, err := dec.Token()
			if err != nil {
				return err
			}
			name := strings.ToLower(key.(string))
			if seen[name] {
				return fmt.Errorf("identity: a key occurs twice")
			}
			seen[name] = true
		}
		if err := unique(dec, depth+1); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

// text gives a string member, "" when absent, and refuses any other type. Names match exactly, which
// encoding/json's struct decoding does not.
func text(m map[string]json.RawMessage, name string) (string, error) {
	raw, ok := m[name]
	if !ok {
		return "", nil
	}
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil || s == nil {
		return "", refuse(Malformed)
	}
	return *s, nil
}
