package addon_test

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"baton/addon/gallery"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// typed are texts that go back to the add-on as they are.
var typed = []string{"value", "key", "name", "function", "url", "imageUrl", "iconUrl"}

// Text that runs from right to left stands in isolates of its own wherever a
// card shows it, and every isolate ends before our own words go on: a time or a
// number after a Hebrew name stays after it.
func TestEveryCardKeepsDirectionsApart(t *testing.T) {
	seen := 0
	everyCard(t, func(st gallery.State, _ gallery.Answer, v any) {
		each("", v, func(name string, v any) {
			s, ok := v.(string)
			if !ok || slices.Contains(typed, name) {
				return
			}
			depth := 0
			for _, r := range html.UnescapeString(tags.ReplaceAllString(s, "")) {
				switch {
				case r == '\u2068':
					depth++
				case r == '\u2069':
					depth--
				case unicode.In(r, unicode.Hebrew, unicode.Arabic) && unicode.IsLetter(r):
					if seen++; depth == 0 {
						t.Errorf("%s: %s is not kept apart: %+q", st.Name, name, s)
						return
					}
				}
			}
			if depth != 0 {
				t.Errorf("%s: %s leaves an isolate open: %+q", st.Name, name, s)
			}
		})
	})
	if seen < 100 {
		t.Errorf("only %d such letters in the gallery; the test looks at nothing", seen)
	}
}

// The name is isolated by itself, not the sentence with it: what stands after it
// is ours.
func TestNamesAreIsolatedByThemselves(t *testing.T) {
	for state, want := range map[string][]string{
		"rtl": {"\u2068דינה לוי 7\u2069 has waited since 09:00 (20 min)", "\u2068נועה כהן\u2069 · 09:20",
			"\u2068את מכירה אותם, order 1042\u2069 · due 12:20 (in 3 h)", "Tags: \u2068החזר 50%\u2069"},
		"rtl-company": {"\u2068נועה כהן\u2069 started a reply 4 min ago", "\u2068נועה כהן\u2069 · due 11:20", "Done: \u2068להתקשר ל-DHL, RX-77\u2069"},
		"rtl-history": {"\u2068נועה כהן\u2069 shared it with Olga Novak until 1 Apr: \u2068מלאי 12\u2069",
			"Mia Lindqvist gave it to \u2068נועה כהן\u2069: \u2068את מכירה אותם, order 1042\u2069, due 12:20"},
	} {
		st, ok := gallery.Find(state)
		if !ok {
			t.Fatalf("no state %s", state)
		}
		got := string(drawn(t, st, gallery.View{}).JSON)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s has no %+q", state, w)
			}
		}
	}
}
