package emulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
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

// TestSomebodyElseAnswers has another program on the port: that is no emulator.
func TestSomebodyElseAnswers(t *testing.T) {
	e := &Emulator{ended: make(chan struct{})}
	ends := sync.OnceFunc(func() { close(e.ended) }) // as Java does without its port
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("hello"))
		ends()
	}))
	defer s.Close()
	e.Host = strings.TrimPrefix(s.URL, "http://")
	if err := e.answers(); !errors.Is(err, errSilent) {
		t.Errorf("got %v, want that the emulator did not answer", err)
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
