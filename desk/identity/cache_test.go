package identity

import (
	"strconv"
	"testing"
	"time"
)

func TestCacheIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := newCache(100)
	for i := range 1000 {
		c.put(cacheKey(strconv.Itoa(i), "a"), Claims{Expiry: now.Add(time.Hour)}, now)
		if n := c.len(); n > 100 {
			t.Fatalf("after %d puts: %d entries, want at most 100", i+1, n)
		}
	}
	if _, ok := c.get(cacheKey("999", "a"), now); !ok {
		t.Error("the newest entry is gone")
	}
}

func TestCacheForgetsExpired(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := newCache(100)
	for i := range 50 {
		c.put(cacheKey(strconv.Itoa(i), "a"), Claims{Expiry: now.Add(time.Minute)}, now)
	}
	now = now.Add(2 * time.Minute)
	if _, ok := c.get(cacheKey("7", "a"), now); ok {
		t.Error("an expired entry was found")
	}
	now = now.Add(10 * time.Minute)
	c.put(cacheKey("new", "a"), Claims{Expiry: now.Add(time.Hour)}, now)
	if n := c.len(); n != 1 {
		t.Errorf("%d entries after a sweep, want 1", n)
	}
}

func TestCacheKeyParts(t *testing.T) {
	if cacheKey("ab", "c") == cacheKey("a", "bc") {
		t.Error("two different pairs share a key")
	}
}
