package glance_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/desk/glance"
)

// keeper notes what is written; it fails or hangs when told to.
type keeper struct {
	mu    sync.Mutex
	wrote []desk.Looked
	fail  error
	hangs bool
}

func (k *keeper) Look(ctx context.Context, id desk.ConversationID, l desk.Look, over ...desk.Email) error {
	if k.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail == nil {
		k.wrote = append(k.wrote, desk.Looked{Conversation: id, Look: l, Over: over})
	}
	return k.fail
}

// all gives what was written so far.
func (k *keeper) all() []desk.Looked {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.wrote)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func look(id desk.ConversationID, by desk.Email, kind desk.LookKind) desk.Looked {
	return desk.Looked{Conversation: id, Look: desk.Look{By: by, Kind: kind}, Over: []desk.Email{"old@acme.test"}}
}

// run runs a book in a bubble and ends it.
func run(t *testing.T, k *keeper, test func(b *glance.Book)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b, err := glance.New(glance.Options{Store: k, Logger: quiet()})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		test(b)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// pass lets the bubble's time pass.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestNothingWithoutAStore(t *testing.T) {
	if _, err := glance.New(glance.Options{Logger: quiet()}); err == nil {
		t.Error("made without a store")
	}
}

func TestFailuresAreDropped(t *testing.T) {
	k := &keeper{fail: errors.New("disk full")}
	run(t, k, func(b *glance.Book) {
		b.Looked(look("a", "ana@acme.test", desk.Viewing))
		pass(time.Second)
		if !b.Idle() {
			t.Error("it is kept for ever")
		}
		k.mu.Lock()
		k.fail = nil
		k.mu.Unlock()
		b.Looked(look("b", "ana@acme.test", desk.Viewing))
		pass(time.Second)
		if len(k.all()) != 1 || k.all()[0].Conversation != "b" {
			t.Errorf("wrote %+v", k.all())
		}
	})
}

// A store that hangs keeps nobody waiting, and holds so many looks at most.
func TestAStoreThatHangs(t *testing.T) {
	k := &keeper{hangs: true}
	run(t, k, func(b *glance.Book) {
		for i := range 3000 {
			b.Looked(look(desk.ConversationID(fmt.Sprint(i)), "ana@acme.test", desk.Viewing))
		}
		pass(time.Second)
		if b.Idle() {
			t.Error("it is done with a store that hangs")
		}
	})
}

func TestLooksBecomeOne(t *testing.T) {
	k := &keeper{}
	run(t, k, func(b *glance.Book) {
		for range 50 {
			b.Looked(look("a", "ana@acme.test", desk.Viewing))
		}
		b.Looked(look("a", "ana@acme.test", desk.Replying))
		synctest.Wait()
		if len(k.all()) != 0 {
			t.Error("written at once")
		}
		pass(time.Second)
		want := []desk.Looked{look("a", "ana@acme.test", desk.Replying)}
		if diff := cmp.Diff(want, k.all()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		b.Looked(look("a", "ben@acme.test", desk.Viewing))
		b.Looked(look("b", "ben@acme.test", desk.Viewing))
		pass(time.Second)
		if len(k.all()) != 3 || !b.Idle() {
			t.Errorf("%d written, want one for each person and conversation", len(k.all()))
		}
	})
}
