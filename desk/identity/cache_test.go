package identity

import (
	"strconv"
	"testing"
	"time"
)

func testCache(t *testing.T) *cache {
	c, err := newCache(100)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCacheIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := testCache(t)
	for i := range 1000 {
		c.put(c.key(strconv.Itoa(i), "a"), Claims{Expiry: now.Add(time.Hour)}, now)
		if n := c.len(); n > 100 {
			t.Fatalf("after %d puts: %d entries, want at most 100", i+1, n)
		}
	}
	if _, ok := c.get(c.key("999", "a"), now); !ok {
		t.Error("the newest entry is gone")
	}
}

func TestCacheForgetsExpired(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := testCache(t)
	for i := range 50 {
		c.put(c.key(strconv.Itoa(i), "a"), Claims{Expiry: now.Add(time.Minute)}, now)
	}
	now = now.Add(2 * time.Minute)
	if _, ok := c.get(c.key("7", "a"), now); ok {
		t.Error("an expired entry was found")
	}
	now = now.Add(10 * time.Minute)
	c.put(c.key("new", "a"), Claims{Expiry: now.Add(time.Hour)}, now)
	if n := c.len(); n != 1 {
		t.Errorf("%d entries after a sweep, want 1", n)
	}
}

func TestCacheKeyParts(t *testing.T) {
	c := testCache(t)
	if c.key("ab", "c") == c.key("a", "bc") {
		t.Error("two different pairs share a key")
	}
	if c.key("token", "a") == c.key("token", "b") || c.key("token1", "a") == c.key("token2", "a") {
		t.Error("token or audience is not part of the key")
	}
	if one, two := c.key("token", "a"), c.key("token", "a"); one != two {
		t.Error("the same pair has two keys")
	}
}
