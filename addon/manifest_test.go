package addon

import (
	"encoding/json"
	"strings"
	"testing"
)

// Every address in the manifest is one of ours, and answers.
func TestManifest(t *testing.T) {
	for _, bad := range [][3]string{{"http://x.test", "N", "https://x.test/l.png"}, {"https://x.test/", "N", "https://x.test/l.png"}, {"https://x.test", " ", "https://x.test/l.png"}, {"https://x.test", "N", "l.png"}} {
		if _, err := Manifest(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	b, err := Manifest(publicURL, "Baton", publicURL+"/logo.png")
	if err != nil {
		t.Fatal(err)
	}
	var m any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	called := 0
	var walk func(v any, key string)
	walk = func(v any, key string) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(x, k)
			}
		case []any:
			for _, x := range v {
				walk(x, key)
			}
		case string:
			if strings.HasSuffix(strings.ToLower(key), "function") {
				called++
				if got := h.raw(strings.TrimPrefix(v, publicURL), event{as: ana}); !strings.Contains(string(got), "pushCard") {
					t.Errorf("%s answers %.200s", v, got)
				}
			}
		}
	}
	walk(m, "")
	if called != 3 {
		t.Errorf("%d addresses, want the home, message and compose triggers", called)
	}
}
