package store

import (
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	emulators "baton/infra/emulator"

	"baton/infra/need"
)

// emulator is why Google's Firestore emulator does not answer, if it does not.
// Its address is in FIRESTORE_EMULATOR_HOST, which Firestore's client reads.
var emulator error

func TestMain(m *testing.M) {
	runCopier()
	stop := func() {}
	if os.Getenv("FIRESTORE_EMULATOR_HOST") == "" {
		e, err := emulators.Firestore()
		if emulator = err; err == nil {
			stop = e.Stop
			if err := os.Setenv("FIRESTORE_EMULATOR_HOST", e.Host); err != nil {
				emulator = err
			}
		}
	}
	// Each check writes to disks or to the emulator some hundred times.
	if err := flag.Set("rapid.checks", "15"); err != nil {
		emulator = err
	}
	status := m.Run()
	stop()
	if status == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	os.Exit(status)
}

// places give the address of a new store of each kind.
var places = map[string]func(t testing.TB) string{
	"sqlite": func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "baton.db") },
	"firestore": func(t testing.TB) string {
		need.Met(t, "Firestore's emulator", emulator)
		return "firestore:t-" + strings.ToLower(rand.Text()) + "/(default)"
	},
}
