package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"baton/infra/emulator"
	"baton/infra/need"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// short is a run of the harness that a test has time for.
func short(t *testing.T, o options) *result {
	t.Helper()
	var said bytes.Buffer
	o.dir, o.progress, o.every = t.TempDir(), &said, 200*time.Millisecond
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	r, err := torture(t.Context(), o)
	t.Logf("\n%s", &said)
	if errors.Is(err, emulator.ErrMissing) {
		need.Met(t, "Firestore's emulator", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkGood fails a test unless nothing at all was wrong.
func checkGood(t *testing.T, r *result, kills int) {
	t.Helper()
	if !r.good() {
		t.Errorf("seed %d: %d lost, %d doubled, %d mislabelled, %d faults", r.Seed, r.Lost, r.Doubled, r.Mislabelled, len(r.faults))
	}
	if r.Kills < kills {
		t.Errorf("%d kills, want at least %d", r.Kills, kills)
	}
}

// TestSQLite is `make torture` in short.
func TestSQLite(t *testing.T) {
	checkGood(t, short(t, options{store: "sqlite", notifications: 600, kills: 25}), 25)
}

// TestFirestore is `make torture ARGS="-store firestore"` in short.
func TestFirestore(t *testing.T) {
	checkGood(t, short(t, options{store: "firestore", notifications: 200, kills: 10}), 10)
}

// TestOptions refuses what cannot be run.
func TestOptions(t *testing.T) {
	for args, want := range map[string]string{
		"-store postgres":               "neither",
		"-processes 2":                  "sqlite takes 1 to 1",
		"-store firestore -processes 5": "1 to 4",
		"-notifications 0":              "positive",
		"-every -1s":                    "positive",
		"-store sqlite more":            "not a flag",
		"-notifications many":           "invalid value",
	} {
		var said bytes.Buffer
		_, err := parse(strings.Fields(args), &said)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error that says %q", args, err, want)
		}
	}
	o, err := parse(strings.Fields("-store firestore -notifications 9600 -seed 7"), nil)
	if err != nil || o.kills != 300 || o.processes != 2 || o.seed != 7 {
		t.Errorf("parse = %+v, %v; want 300 kills, 2 processes, seed 7", o, err)
	}
}
