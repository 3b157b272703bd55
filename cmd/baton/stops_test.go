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

// TestStoppedOften asks the real program to stop at random instants of a load,
// from its start on: 40 times, or 200. Each time it ends in order within 8 s and
// leaves neither a claim nor a lease behind, so that the next one goes on at
// once. Half of the stops at least meet work; in the end nothing is lost.
func TestStoppedOften(t *testing.T) {
	mbox, path := need.Corpus(t), realBaton(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	const round = 20
	var ends, begins []time.Duration
	met, wanted := 0, need.Count(40, 200)
	for len(ends) < wanted || met < wanted/2 {
		dir := t.TempDir()
		for range round {
			c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir, "--mbox", mbox)
			url := c.address(t)
			if random.IntN(4) == 0 {
				begins = append(begins, reading(t, c, url))
			}
			c.after(time.Duration(random.IntN(120)) * time.Millisecond)
			ends = append(ends, terminate(t, c))
			free(t, dir)
			if !done(t, dir) {
				met++
			}
		}
		checkWhole(t, dir, mbox, finish(t, path, dir, mbox))
		if len(ends) >= 3*wanted && met < wanted/2 {
			t.Fatalf("only %d of %d stops met work", met, len(ends))
		}
	}
	slices.Sort(ends)
	slices.Sort(begins)
	if len(begins) == 0 {
		t.Fatalf("%d stops and no beginning", len(ends))
	}
	t.Logf("%d stops, of which %d met work: longest %v; ready after %v in the middle, %v at worst", len(ends), met, ends[len(ends)-1], begins[len(begins)/2], begins[len(begins)-1])
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
