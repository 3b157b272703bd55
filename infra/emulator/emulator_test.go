package emulator

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"baton/infra/need"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestStarts starts and stops both.
func TestStarts(t *testing.T) {
	for name, start := range map[string]func() (*Emulator, error){"firestore": Firestore, "pubsub": PubSub} {
		t.Run(name, func(t *testing.T) {
			e, err := start()
			need.Met(t, "the emulator of "+name, err)
			e.Stop()
			if err := e.answers(); err == nil || !strings.Contains(err.Error(), "ended") {
				t.Errorf("after Stop: %v, want that it ended", err)
			}
		})
	}
}

// TestMissing says what to install.
func TestMissing(t *testing.T) {
	p := firestore
	p.jar = "no-such-folder/no.jar"
	_, err := p.find()
	if err == nil || !strings.Contains(err.Error(), "cloud-firestore-emulator") {
		t.Errorf("find = %v, want the component to install", err)
	}
}
