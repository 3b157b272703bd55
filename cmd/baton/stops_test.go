package main

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"baton/desk"
	"baton/infra/need"
)

// stops are the most stops of TestStoppedOften, stopping the time it has for
// them.
const (
	stops    = 200
	stopping = 30 * time.Second
)

// TestStoppedOften asks the real program to stop at random instants of a load,
// from its start on, up to 200 times or for half a minute. Each time it ends in order
// within 8 s and leaves neither a claim nor a lease behind, so that the next one
// goes on at once; in the end nothing is lost.
func TestStoppedOften(t *testing.T) {
	mbox, path := need.Corpus(t), realBaton(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var ends, begins []time.Duration
	for end := time.Now().Add(stopping); len(ends) < stops && time.Now().Before(end); {
		dir := t.TempDir()
		for range 20 {
			c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir, "--mbox", mbox)
			url := c.address(t)
			if random.IntN(4) == 0 {
				begins = append(begins, reading(t, c, url))
			}
			c.after(time.Duration(random.IntN(150)) * time.Millisecond)
			ends = append(ends, terminate(t, c))
			free(t, dir)
			if time.Now().After(end) {
				break
			}
		}
		checkWhole(t, dir, mbox, finish(t, path, dir, mbox))
	}
	slices.Sort(ends)
	slices.Sort(begins)
	if len(ends) == 0 || len(begins) == 0 {
		t.Fatalf("%d stops and %d beginnings", len(ends), len(begins))
	}
	t.Logf("%d stops: longest %v; ready after %v in the middle, %v at worst", len(ends), ends[len(ends)-1], begins[len(begins)/2], begins[len(begins)-1])
}

// reading waits until a process is ready and gives how long that took from its
// start.
func reading(t *testing.T, c *child, url string) time.Duration {
	t.Helper()
	defer http.DefaultClient.CloseIdleConnections()
	for {
		res, err := http.Get(url + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return time.Since(c.began)
			}
		}
		if time.Since(c.began) > 30*time.Second {
			t.Fatalf("not ready within 30 s: %v", err)
		}
		c.after(2 * time.Millisecond)
	}
}

// free fails the test when a process that ended in order left a claim, or the
// lease of the mailbox, behind.
func free(t *testing.T, dir string) {
	t.Helper()
	s := openStore(t, dir)
	defer s.Close(t.Context())
	intents, err := s.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := intents[desk.IntentClaimed]; n != 0 {
		t.Errorf("%d promises are still claimed: %v", n, intents)
	}
	const name = "sync:" + support
	now := time.Now()
	if _, err := s.Acquire(t.Context(), name, "somebody else", now, now.Add(time.Minute)); err != nil {
		t.Errorf("the mailbox's lease was not given back: %v", err)
	}
	if err := s.Release(t.Context(), name, "somebody else"); err != nil {
		t.Fatal(err)
	}
}
