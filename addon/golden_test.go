package addon_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/addon/gallery"
	"baton/desk"
	"baton/store/sqlite"
)

// theGallery is made once for all tests: making its key takes long.
var theGallery = sync.OnceValues(func() (*gallery.Gallery, error) {
	return gallery.New(func(ctx context.Context) (desk.Store, func() error, error) {
		dir, err := os.MkdirTemp("", "gallery-")
		if err != nil {
			return nil, nil, err
		}
		st, err := sqlite.Open(ctx, filepath.Join(dir, "baton.db"), sqlite.Options{PutOff: time.Millisecond})
		if err != nil {
			return nil, nil, err
		}
		return st, func() error { return errors.Join(st.Close(context.Background()), os.RemoveAll(dir)) }, nil
	})
})

// drawn is a state's answer, held against what Gmail accepts.
func drawn(t *testing.T, st gallery.State, v gallery.View) gallery.Answer {
	t.Helper()
	g, err := theGallery()
	if err != nil {
		t.Fatal(err)
	}
	a, err := g.Draw(t.Context(), st, v)
	if err != nil {
		t.Fatal(err)
	}
	cardtest.Check(t, a.JSON, a.Kind)
	return a
}

// onPhones is every state's answer as a phone gets it, drawn once for all tests
// that look at the whole table: cards then hold all that they ever hold.
var onPhones = sync.OnceValues(func() ([]gallery.Answer, error) {
	g, err := theGallery()
	if err != nil {
		return nil, err
	}
	return g.DrawAll(context.Background(), gallery.View{Platform: "ANDROID"})
})

// everyCard gives each state with the JSON value of its answer.
func everyCard(t *testing.T, see func(st gallery.State, a gallery.Answer, v any)) {
	t.Helper()
	all, err := onPhones()
	if err != nil {
		t.Fatal(err)
	}
	for i, st := range gallery.States() {
		cardtest.Check(t, all[i].JSON, all[i].Kind)
		var v any
		if err := json.Unmarshal(all[i].JSON, &v); err != nil {
			t.Fatal(err)
		}
		see(st, all[i], v)
	}
}

// The whole appearance of cards, for people to review. Write them with
// go test ./addon -run Golden -update.
func TestGolden(t *testing.T) {
	for _, st := range gallery.States() {
		t.Run(st.Name, func(t *testing.T) {
			t.Parallel()
			cardtest.Golden(t, st.Name, drawn(t, st, gallery.View{}).JSON)
		})
	}
}

// A golden file that no state draws is reviewed by nobody.
func TestGoldenFilesAreDrawn(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); !known(name) {
			t.Errorf("%s is drawn by no state of the gallery: add a row (see package gallery) or remove it", f)
		}
	}
}

func known(name string) bool {
	_, ok := gallery.Find(name)
	return ok
}
