package main

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"baton/infra/emulator"
	"baton/infra/need"
)

// TestMailboxFirestore: with a store that several processes share, commands
// work on it themselves.
func TestMailboxFirestore(t *testing.T) {
	host := os.Getenv("FIRESTORE_EMULATOR_HOST")
	if host == "" {
		e, err := emulator.Firestore()
		need.Met(t, "Firestore's emulator", err)
		t.Cleanup(e.Stop)
		host = e.Host
	}
	t.Setenv("FIRESTORE_EMULATOR_HOST", host)
	h := newHouse(t)
	h.vars["BATON_STORE"] = "firestore:t-" + strings.ToLower(rand.Text())
	if o := h.did("connect", support); o.Status.State != stateStarting || steps(o)["watch"] != stepDone || !strings.Contains(o.Steps[2].Say, "within a minute") {
		t.Errorf("connect: %+v", o)
	}
	if r := h.roll(); r.Server != "unknown" {
		t.Errorf("the server is %q, want unknown", r.Server)
	}
	if o := h.did("pause", support); o.Status.State != statePaused || steps(o)["watch"] != stepDone {
		t.Errorf("pause: %+v", o)
	}
	if o := h.did("resume", support); o.Status.State != stateStarting {
		t.Errorf("resume: %+v", o)
	}
	if o := h.did("disconnect", support, "--erase", "--yes"); o.Status.State != stateDisconnected || steps(o)["erase"] != stepDone {
		t.Errorf("disconnect: %+v", o)
	}
}
