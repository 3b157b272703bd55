package addon_test

import (
	"log/slog"
	"strings"
	"testing"

	"baton/addon"
	"baton/addon/gallery"
	"baton/desk"
	"baton/desk/identity"
)

// Every button that there is stands on a card of the gallery, or leads to one.
func TestGalleryShowsEveryAction(t *testing.T) {
	shown := map[string]string{}
	everyCard(t, func(st gallery.State, a gallery.Answer, v any) {
		if verb, ok := strings.CutPrefix(a.Path, "/addon/do/"); ok {
			shown[verb] = st.Name
		}
		each("", v, func(name string, v any) {
			if url, ok := v.(string); ok && name == "function" {
				if _, verb, ok := strings.Cut(url, "/addon/do/"); ok {
					shown[verb] = st.Name
				}
			}
		})
	})
	for _, verb := range verbs(t) {
		if shown[verb] == "" {
			t.Errorf("no state of the gallery has a button that posts to %q or shows its answer; add a row (see package gallery)", verb)
		}
	}
}

// noRules sorts nothing.
type noRules struct{}

func (noRules) Route(desk.Facts) desk.Routing { return desk.Routing{} }
func (noRules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

// verbs are the add-on's actions.
func verbs(t *testing.T) []string {
	t.Helper()
	d, err := desk.New(desk.Options{Store: struct{ desk.Store }{}}, &desk.Policy{}, noRules{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := addon.New(addon.Options{Desk: d, Verifier: &identity.Verifier{}, Mail: struct{ addon.Mail }{},
		PublicURL: "https://baton.test", Account: "a", ClientID: "c", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a.Verbs()
}

// each sees every value of a JSON value with its name.
func each(name string, v any, see func(name string, v any)) {
	see(name, v)
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			each("", x, see)
		}
	case map[string]any:
		for key, x := range v {
			each(key, x, see)
		}
	}
}

func TestGalleryTable(t *testing.T) {
	seen := map[string]bool{}
	for _, st := range gallery.States() {
		if seen[st.Name] {
			t.Errorf("two states are called %s", st.Name)
		}
		seen[st.Name] = true
		if st.Title == "" || !strings.HasSuffix(st.Shows, ".") {
			t.Errorf("%s: title %q, shows %q; want a title and a sentence", st.Name, st.Title, st.Shows)
		}
		if strings.Trim(st.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q is no name for a file and an address", st.Name)
		}
	}
}
