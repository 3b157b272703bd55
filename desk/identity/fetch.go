package identity

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	jose "github.com/go-jose/go-jose/v4"
)

const (
	maxKeysBody = 1 << 20 // bytes; Google's set is near 2 kB
	maxKeys     = 64
	minKeyBits  = 2048
)

// fetchKeys reads a JSON Web Key Set and gives its RSA signature keys by id. Keys of other kinds are
// skipped; a set without a single usable key is an error, so that a broken answer replaces nothing.
func fetchKeys(ctx context.Context, client *http.Client, url string) (map[string]*rsa.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read keys: status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeysBody+1))
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	if len(body) > maxKeysBody {
		return nil, errors.New("read keys: answer too large")
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	keys := make(map[string]*rsa.PublicKey)
	for _, raw := range set.Keys {
		if kid, key := usable(raw); key != nil && len(keys) < maxKeys {
			keys[kid] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("read keys: no usable key in the answer")
	}
	return keys, nil
}

func usable(raw json.RawMessage) (string, *rsa.PublicKey) {
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON(raw); err != nil {
		return "", nil
	}
	key, ok := jwk.Key.(*rsa.PublicKey)
	if !ok || jwk.KeyID == "" || key.N.BitLen() < minKeyBits {
		return "", nil
	}
	if jwk.Use != "" && jwk.Use != "sig" || jwk.Algorithm != "" && jwk.Algorithm != "RS256" {
		return "", nil
	}
	return jwk.KeyID, key
}
