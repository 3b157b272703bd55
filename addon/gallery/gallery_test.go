package gallery

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"baton/desk"
	"baton/store/sqlite"
)

// counted opens stores below the test's folder and counts those that are open.
func counted(t *testing.T) (Store, *atomic.Int32) {
	t.Helper()
	root := t.TempDir()
	var open, n atomic.Int32
	return func(ctx context.Context) (desk.Store, func() error, error) {
		st, err := sqlite.Open(ctx, filepath.Join(root, time.Duration(n.Add(1)).String()), sqlite.Options{PutOff: time.Millisecond})
		if err != nil {
			return nil, nil, err
		}
		open.Add(1)
		return st, func() error { open.Add(-1); return st.Close(context.Background()) }, nil
	}, &open
}

func TestStatesThatCannotBeReached(t *testing.T) {
	store, open := counted(t)
	g, err := New(store)
	if err != nil {
		t.Fatal(err)
	}
	lost := errors.New("lost")
	for name, build := range map[string]func(s *stage) Answer{
		"the desk refuses": func(s *stage) Answer { s.ok(lost); return Answer{} },
		"no such address":  func(s *stage) Answer { return s.raw("/addon/do/never", event{as: ana}) },
	} {
		_, err := g.Draw(t.Context(), State{Name: "broken", build: build}, View{})
		if err == nil || !strings.Contains(err.Error(), "broken") {
			t.Errorf("%s: error %v, want one that names the state", name, err)
		}
	}
	if _, err := g.Draw(t.Context(), State{build: func(s *stage) Answer { s.ok(lost); return Answer{} }}, View{}); !errors.Is(err, lost) {
		t.Errorf("error %v does not wrap the cause", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a fault of the program is taken for a state that cannot be reached")
			}
		}()
		g.Draw(t.Context(), State{build: func(*stage) Answer { panic("fault") }}, View{})
	}()
	if n := open.Load(); n != 0 {
		t.Errorf("%d stores are still open", n)
	}
}

func TestGalleryRefuses(t *testing.T) {
	if _, err := New(nil); err == nil {
		t.Error("a gallery without a store is made")
	}
	full := errors.New("disk full")
	g, err := New(func(context.Context) (desk.Store, func() error, error) { return nil, nil, full })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.DrawAll(t.Context(), View{}); !errors.Is(err, full) {
		t.Errorf("error %v, want the store's", err)
	}
	if _, err := g.DrawAll(t.Context(), View{Platform: "DESKTOP"}); err == nil || errors.Is(err, full) {
		t.Errorf("error %v, want one about the platform", err)
	}
	if _, _, err := g.Scene(t.Context(), "S"); !errors.Is(err, full) {
		t.Errorf("error %v of a scene, want the store's", err)
	}
}

// A card is the same each time, also what the add-on makes at random.
func TestDrawnTwice(t *testing.T) {
	store, open := counted(t)
	g, err := New(store)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"several-done", "unavailable", "reply-waits"} {
		st, ok := Find(name)
		if !ok {
			t.Fatalf("no state %s", name)
		}
		var drawn [2]Answer
		for i := range drawn {
			if drawn[i], err = g.Draw(t.Context(), st, View{}); err != nil {
				t.Fatal(err)
			}
		}
		if string(drawn[0].JSON) != string(drawn[1].JSON) {
			t.Errorf("%s differs:\n%s\n%s", name, drawn[0].JSON, drawn[1].JSON)
		}
	}
	if n := open.Load(); n != 0 {
		t.Errorf("%d stores are still open", n)
	}
}

// The add-on of a scene checks who calls: nothing is open because it is a picture.
func TestSceneChecksTokens(t *testing.T) {
	store, _ := counted(t)
	g, err := New(store)
	if err != nil {
		t.Fatal(err)
	}
	sc, _, err := g.Scene(t.Context(), "Refund")
	if err != nil {
		t.Fatal(err)
	}
	defer sc.Close()
	rq, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sc.PublicURL+"/addon/home", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer made-up")
	rs, err := (&http.Client{Transport: sc}).Do(rq)
	if err != nil {
		t.Fatal(err)
	}
	rs.Body.Close()
	if rs.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", rs.StatusCode)
	}
}
