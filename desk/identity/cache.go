package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

// cache remembers verified tokens by a hash of token and audience. Verifying costs some 70 µs, and
// an add-on sends the same two tokens with every click of an hour. Refusals are not remembered, so
// nobody can fill the cache with junk. Its memory is bounded: about 0.5 kB an entry.
type cache struct {
	mu      sync.Mutex
	size    int
	entries map[[32]byte]Claims
	swept   time.Time
}

func newCache(size int) *cache {
	return &cache{size: size, entries: make(map[[32]byte]Claims)}
}

func cacheKey(token, audience string) [32]byte {
	// The length in front keeps two different pairs from running into the same bytes.
	b := make([]byte, 0, 2048)
	b = append(b, byte(len(token)>>8), byte(len(token)))
	b = append(b, token...)
	b = append(b, audience...)
	return sha256.Sum256(b)
}

func (c *cache) get(key [32]byte, now time.Time) (Claims, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	claims, ok := c.entries[key]
	if ok && dead(claims, now) {
		delete(c.entries, key)
		return Claims{}, false
	}
	return claims, ok
}

func (c *cache) put(key [32]byte, claims Claims, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= c.size || now.Sub(c.swept) > 5*time.Minute {
		c.sweep(now)
	}
	c.entries[key] = claims
}

// sweep drops what expired; if that makes no room, any eighth of the rest goes, so that a full cache
// sweeps once in many puts.
func (c *cache) sweep(now time.Time) {
	c.swept = now
	for k, claims := range c.entries {
		if dead(claims, now) {
			delete(c.entries, k)
		}
	}
	if len(c.entries) < c.size {
		return
	}
	drop := c.size/8 + 1
	for k := range c.entries {
		if drop == 0 {
			break
		}
		delete(c.entries, k)
		drop--
	}
}

func dead(c Claims, now time.Time) bool { return !c.Expiry.After(now.Add(-leewayLate)) }

func (c *cache) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries)
}
