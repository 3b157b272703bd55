package gallery

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// press presses the first button of a card with a text; ev says who does, beside
// which mail, and what they have typed.
func (s *stage) press(on Answer, text string, ev event) Answer {
	var card any
	s.ok(json.Unmarshal(on.JSON, &card))
	url, with, ok := button(card, text)
	if !ok {
		s.ok(fmt.Errorf("the card has no button %q", text))
	}
	ev.params = with
	return s.raw(strings.TrimPrefix(url, publicURL), ev)
}

// button finds a button and gives where it posts to, with what.
func button(v any, text string) (url string, with map[string]string, ok bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if url, with, ok = button(x, text); ok {
				return url, with, true
			}
		}
	case map[string]any:
		click, _ := v["onClick"].(map[string]any)
		act, _ := click["action"].(map[string]any)
		if url, ok = act["function"].(string); ok && v["text"] == text {
			with = map[string]string{}
			list, _ := act["parameters"].([]any)
			for _, x := range list {
				if p, _ := x.(map[string]any); p != nil {
					with[fmt.Sprint(p["key"])] = fmt.Sprint(p["value"])
				}
			}
			return url, with, true
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if url, with, ok = button(v[key], text); ok {
				return url, with, true
			}
		}
	}
	return "", nil, false
}
