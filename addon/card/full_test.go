package card_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"baton/addon/card"
	"baton/addon/card/schema"
	"baton/addon/wire"
)

const base = "https://baton.test/addon/do/"

// full is a card with s in every text field and mark(s) in every formatted one.
func full(s string, mark func(string) card.HTML) card.Card {
	do := card.Action{
		URL: base + "x", Parameters: map[string]string{"key": s, "version": "7"},
		Quiet: true, Persist: true, Required: []string{"note"},
	}
	all := do
	all.AllRequired = true
	open := card.OpenLink{URL: "https://baton.test/page", Overlay: true, Reload: true}
	button := card.Button{Text: s, Icon: card.Star, Alt: s, Click: do, Fill: card.RGB(1, 2, 3), Disabled: true}
	line := card.DecoratedText{
		Top: s, Text: mark(s), Bottom: s, Wrap: true, Icon: card.Person, Click: open, End: button,
	}
	toggle := line
	toggle.End = card.Switch{Name: "loud", Value: "yes", On: true, CheckBox: true, OnChange: &do}
	image := card.Image{URL: "https://baton.test/p.png", Alt: s, Click: open}
	return card.Card{
		Name:   "conversation",
		Header: card.Header{Title: s, Subtitle: s, ImageURL: "https://baton.test/i.png", ImageAlt: s, Round: true},
		Sections: []card.Section{{
			Header: mark(s), Collapsible: true, Shown: 2,
			Widgets: []card.Widget{
				card.TextParagraph{Text: mark(s)}, line, toggle, card.Divider{}, image, card.Buttons{button},
				card.TextInput{
					Name: "note", Label: s, Hint: s, Value: s, Multiline: true, Limit: 500,
					Suggestions: []string{s}, Complete: &do, OnChange: &do,
				},
				card.Selection{
					Name: "who", Label: s, Kind: card.MultiSelect, Most: 2, OnChange: &all,
					Items: []card.Item{{Text: s, Value: "a", Detail: s, Selected: true}},
				},
				card.DateTime{Name: "until", Label: s, Kind: card.DateOnly, Value: time.Unix(1e9, 0), Zone: time.UTC, OnChange: &do},
				card.Columns{
					Left:  []card.ColumnWidget{card.TextParagraph{Text: mark(s)}, line},
					Right: []card.ColumnWidget{image, card.Buttons{button}},
				},
			},
		}},
		Menu:   []card.MenuItem{{Label: s, Click: do}},
		Footer: &card.Footer{Primary: button, Secondary: &button},
	}
}

// TestFullIsFull fails when a builder gains a field that full does not fill.
func TestFullIsFull(t *testing.T) {
	missing := map[string]bool{}
	filled := map[string]bool{}
	walk(reflect.ValueOf(full("x", card.Text)), func(owner reflect.Type, name string, v reflect.Value) {
		key := owner.Name() + "." + name
		if v.IsZero() {
			missing[key] = true
		} else {
			filled[key] = true
		}
	})
	for key := range missing {
		if !filled[key] {
			t.Errorf("%s is never filled", key)
		}
	}
	for _, name := range []string{"TextParagraph", "DecoratedText", "Image", "Buttons", "TextInput", "Selection", "DateTime", "Columns", "Switch"} {
		found := false
		for key := range filled {
			found = found || strings.HasPrefix(key, name+".") || name == "Buttons" && strings.HasPrefix(key, "Button.")
		}
		if !found {
			t.Errorf("no %s in the card", name)
		}
	}
}

func walk(v reflect.Value, see func(reflect.Type, string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), see)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), see)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				see(v.Type(), f.Name, v.Field(i))
				walk(v.Field(i), see)
			}
		}
	}
}

// encode gives the card as an answer to a trigger and holds it against the schema.
func encode(t interface {
	Helper()
	Fatalf(string, ...any)
}, c card.Card) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := wire.Encode(&b, wire.Trigger, wire.Show(c)); err != nil {
		t.Fatalf("encode: %v", err)
	}
	for _, err := range schema.Validate(b.Bytes(), wire.Trigger) {
		t.Fatalf("%v\n%.2000s", err, b.Bytes())
	}
	return b.Bytes()
}
