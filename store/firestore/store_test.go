package firestore

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"testing"

	"baton/desk"
	"baton/store/storetest"

	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// project gives the name of a database that no other test uses.
func project() string { return "t-" + strings.ToLower(rand.Text()) }

// openTest opens a store on a database of its own; it is closed when the test
// ends, and each of its queries is compared with indexes.json.
func openTest(t testing.TB) *Store {
	t.Helper()
	return openAt(t, project(), Options{})
}

func openAt(t testing.TB, where string, o Options, dial ...grpc.DialOption) *Store {
	t.Helper()
	needEmulator(t)
	dial = append(dial, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(owner{}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	conn, err := grpc.NewClient(emulator.host, dial...)
	if err != nil {
		t.Fatal(err)
	}
	o.Client = append(o.Client, option.WithGRPCConn(conn))
	s, err := Open(t.Context(), where, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	file := readIndexes(t)
	var mu sync.Mutex
	s.saw = func(sh shape) {
		mu.Lock()
		defer mu.Unlock()
		if err := file.serves(sh); err != nil {
			t.Error(err)
		}
	}
	return s
}

// owner are the credentials that make the emulator pass over access rules.
type owner struct{}

func (owner) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer owner"}, nil
}

func (owner) RequireTransportSecurity() bool { return false }

func TestContract(t *testing.T) {
	needEmulator(t)
	storetest.Run(t, func(t *testing.T) desk.Store { return openTest(t) })
}

// TestContractOfMany runs the contract without the locks that spare callers of
// one process from racing: all is up to the commits' preconditions, as between
// many processes.
func TestContractOfMany(t *testing.T) {
	needEmulator(t)
	storetest.Run(t, func(t *testing.T) desk.Store {
		s := openTest(t)
		for i := range s.records.slots {
			s.records.slots[i] = make(chan struct{}, 1000)
		}
		return s
	})
}

func BenchmarkStore(b *testing.B) {
	needEmulator(b)
	storetest.Bench(b, func(b *testing.B) desk.Store { return openTest(b) })
}

func mustUpdate(t testing.TB, s *Store, id desk.ConversationID, fn func(c *desk.Conversation) desk.Change) desk.Conversation {
	t.Helper()
	c, err := s.Update(t.Context(), id, func(c *desk.Conversation) (desk.Change, error) { return fn(c), nil })
	if err != nil {
		t.Fatal(fmt.Errorf("update %s: %w", id, err))
	}
	return c
}
