package addon_test

import (
	"encoding/json"
	"testing"

	"baton/addon/gallery"
)

// Whatever a card shows without words has words to be read aloud: every icon,
// every picture, every button without a text. Every input has a label, and a
// text that is the same on several buttons of a card says which is which.
func TestEveryCardCanBeReadAloud(t *testing.T) {
	icons := 0
	everyCard(t, func(st gallery.State, _ gallery.Answer, v any) {
		each("", v, func(name string, v any) {
			o, ok := v.(map[string]any)
			if !ok {
				return
			}
			text := func(key string) string { s, _ := o[key].(string); return s }
			switch name {
			case "startIcon", "endIcon", "icon":
				if icons++; text("altText") == "" {
					t.Errorf("%s: an icon says nothing: %v", st.Name, o)
				}
			case "image":
				if text("altText") == "" {
					t.Errorf("%s: a picture says nothing: %v", st.Name, o)
				}
			case "textInput", "selectionInput", "dateTimePicker":
				if text("label") == "" {
					t.Errorf("%s: an input without a label: %v", st.Name, o)
				}
			case "button":
				if text("text") == "" && text("altText") == "" {
					t.Errorf("%s: a button says nothing: %v", st.Name, o)
				}
			case "header":
				if text("imageUrl") != "" && text("imageAltText") == "" {
					t.Errorf("%s: the picture of the header says nothing", st.Name)
				}
			}
		})
		alike(t, st.Name, v)
	})
	if icons < 100 {
		t.Errorf("only %d icons in the gallery; the test looks at nothing", icons)
	}
}

// alike fails for two buttons of a card that are read aloud the same and do
// different things.
func alike(t *testing.T, state string, card any) {
	t.Helper()
	does := map[string]string{}
	each("", card, func(_ string, v any) {
		o, ok := v.(map[string]any)
		if !ok || o["onClick"] == nil {
			return
		}
		said, _ := o["altText"].(string)
		text, ok := o["text"].(string)
		if !ok || o["startIcon"] != nil || o["wrapText"] != nil || o["topLabel"] != nil || o["bottomLabel"] != nil {
			return // a line, whose other words are read with it
		}
		if said == "" {
			said = text
		}
		click, err := json.Marshal(o["onClick"])
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := does[said]; ok && before != string(click) {
			t.Errorf("%s: two buttons are both read as %q", state, said)
		}
		does[said] = string(click)
	})
}
