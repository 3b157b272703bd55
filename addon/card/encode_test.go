package card_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/addon/card"
)

// TestJSONIsWhatGooglesTypesWrite compares our encoder with Google's own
// methods, over cards of every shape.
func TestJSONIsWhatGooglesTypesWrite(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := anyCard().Draw(r, "card")
		want, err := json.Marshal(c.Build())
		if err != nil {
			r.Fatal(err)
		}
		compare(r, c.JSON(), want)
	})
	for _, text := range []string{"plain", "<b>\"quoted\" \\ & 'so'", "\u2028\u2029\x7f\xff", "😀 é العربية"} {
		c := full(text, card.Text)
		want, err := json.Marshal(c.Build())
		if err != nil {
			t.Fatal(err)
		}
		compare(t, c.JSON(), want)
	}
}

func compare(t interface {
	Helper()
	Fatalf(string, ...any)
}, got, want []byte) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatalf("Google's JSON: %v", err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Fatalf("our encoder differs from Google's (-Google +ours):\n%s", diff)
	}
	if bytes.ContainsAny(got, "<>&") {
		t.Fatalf("unescaped markup in %s", got)
	}
}

func BenchmarkJSON(b *testing.B) {
	c := full("Order 1042", card.Text)
	b.ReportAllocs()
	for b.Loop() {
		c.JSON()
	}
}
