package firestore

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	emulators "baton/infra/emulator"

	"baton/infra/need"
)

// emulator is where Google's Firestore emulator answers, or why it does not.
var emulator struct {
	host string
	why  error
}

func TestMain(m *testing.M) {
	stop := func() {}
	if emulator.host = os.Getenv("FIRESTORE_EMULATOR_HOST"); emulator.host == "" {
		e, err := emulators.Firestore()
		if emulator.why = err; err == nil {
			emulator.host, stop = e.Host, e.Stop
		}
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

// needEmulator skips a test, or fails it where everything is required.
func needEmulator(t testing.TB) {
	t.Helper()
	need.Met(t, "Firestore's emulator", emulator.why)
}
