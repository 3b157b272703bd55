package sqlite

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"baton/desk"
	"baton/store/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	runCrasher()
	goleak.VerifyTestMain(m)
}

// openTest opens a store in a new file; it is closed when the test ends.
func openTest(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "baton.db"), Options{PutOff: time.Millisecond})
}

func openAt(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) desk.Store { return openTest(t) })
}

func BenchmarkStore(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) desk.Store { return openTest(b) })
}
