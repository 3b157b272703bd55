package card_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/api/chat/v1"
	"pgregory.net/rapid"

	"baton/addon/card"
)

func paragraphs(n int, text string) []card.Widget {
	var ws []card.Widget
	for i := range n {
		ws = append(ws, card.TextParagraph{Text: card.Text(fmt.Sprint(text, i))})
	}
	return ws
}

func last(c *chat.GoogleAppsCardV1Card) string {
	s := c.Sections[len(c.Sections)-1]
	return s.Widgets[len(s.Widgets)-1].TextParagraph.Text
}

func count(c *chat.GoogleAppsCardV1Card) int {
	n := 0
	for _, s := range c.Sections {
		n += len(s.Widgets)
	}
	return n
}

func TestOverflow(t *testing.T) {
	var sections []card.Section
	for i := range 130 {
		sections = append(sections, card.Section{Header: card.Text(fmt.Sprint(i)), Widgets: paragraphs(1, "in "), Collapsible: true, Shown: 5})
	}
	columns := make([]card.Widget, 60)
	for i := range columns {
		columns[i] = card.Columns{Left: []card.ColumnWidget{card.TextParagraph{Text: card.Text("l")}}, Right: []card.ColumnWidget{card.TextParagraph{Text: card.Text("r")}}}
	}
	for name, c := range map[string]struct {
		sections []card.Section
		widgets  int
		last     string
	}{
		"exactly full":      {[]card.Section{section(paragraphs(100, "n")...)}, 100, "n99"},
		"one too many":      {[]card.Section{section(paragraphs(101, "n")...)}, 100, "2 more not shown"},
		"over two sections": {[]card.Section{section(paragraphs(60, "a")...), section(paragraphs(60, "b")...)}, 100, "21 more not shown"},
		"many sections":     {sections, 100, "31 more not shown"},
		"columns":           {[]card.Section{section(columns...)}, 34, "27 more not shown"},
	} {
		full := card.Card{Header: card.Header{Title: "t"}, Sections: c.sections}
		encode(t, full)
		got := full.Build()
		if count(got) != c.widgets || last(got) != c.last {
			t.Errorf("%s: %d widgets, last %q; want %d, %q", name, count(got), last(got), c.widgets, c.last)
		}
	}
}

func TestManyButtonsContinueInTheNextRow(t *testing.T) {
	var row card.Buttons
	for i := range 20 {
		row = append(row, card.Button{Text: fmt.Sprint(i), Click: card.Action{URL: base}})
	}
	got := card.Card{Sections: []card.Section{section(row)}}.Build().Sections[0].Widgets
	if len(got) != 3 || len(got[2].ButtonList.Buttons) != 4 {
		t.Errorf("%d rows, want 8, 8 and 4 buttons", len(got))
	}
}

// TestSize shows how a card that is too large shrinks: first its texts, then the number of widgets.
func TestSize(t *testing.T) {
	long := strings.Repeat("Üß< ", 3000)
	for name, ws := range map[string][]card.Widget{
		"texts":   paragraphs(100, long),
		"choices": choices(25),
		"values":  {card.TextInput{Name: "a", Value: long, Multiline: true}, card.TextInput{Name: "b", Value: long, Multiline: true}, card.TextInput{Name: "c", Value: long, Multiline: true}},
		"images":  images(5),
	} {
		c := card.Card{Header: card.Header{Title: long, Subtitle: long}, Sections: []card.Section{section(ws...)}}
		got := c.Build()
		b, err := json.Marshal(got)
		if err != nil || len(b) > card.MaxBytes {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		if len(b) < card.MaxBytes/8 {
			t.Errorf("%s: only %d bytes are left", name, len(b))
		}
		encode(t, c)
	}
	reply := strings.Repeat("x", 8000)
	got := card.Card{Sections: []card.Section{section(append(paragraphs(99, long), card.TextInput{Name: "reply", Value: reply, Multiline: true})...)}}.Build()
	if n := count(got); n != 100 {
		t.Fatalf("%d widgets, want 100", n)
	}
	if v := got.Sections[0].Widgets[99].TextInput.Value; v != reply {
		t.Errorf("a reply was cut to %d characters to make room", len(v))
	}
}

func choices(n int) []card.Widget {
	var items []card.Item
	for i := range 120 {
		items = append(items, card.Item{Text: strings.Repeat("é", 90), Value: fmt.Sprint(strings.Repeat("v", 300), i)})
	}
	var ws []card.Widget
	for i := range n {
		ws = append(ws, card.Selection{Name: fmt.Sprint("s", i), Items: items})
	}
	return ws
}

func images(n int) []card.Widget {
	var ws []card.Widget
	for range n {
		ws = append(ws, card.Image{URL: "data:image/png;base64," + strings.Repeat("A", 30<<10)})
	}
	return ws
}

// TestAnyCard builds cards from anything and holds each against the schema.
func TestAnyCard(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) { encode(r, anyCard().Draw(r, "card")) })
}

func anyCard() *rapid.Generator[card.Card] {
	return rapid.Custom(func(r *rapid.T) card.Card {
		c := card.Card{Name: str(r), Header: card.Header{Title: str(r), Subtitle: str(r), ImageURL: address(r), ImageAlt: str(r)}}
		for range rapid.IntRange(0, 4).Draw(r, "sections") {
			s := card.Section{Header: markup(r), Collapsible: flip(r), Shown: rapid.IntRange(-3, 9).Draw(r, "shown")}
			for range rapid.IntRange(0, 6).Draw(r, "widgets") {
				s.Widgets = append(s.Widgets, widget(r))
			}
			// A widget many times over reaches every limit at a small price.
			if n := len(s.Widgets); n > 0 && flip(r) {
				for range rapid.IntRange(0, 60).Draw(r, "copies") {
					s.Widgets = append(s.Widgets, s.Widgets[n-1])
				}
			}
			c.Sections = append(c.Sections, s)
		}
		if flip(r) {
			second := button(r)
			c.Footer = &card.Footer{Primary: button(r), Secondary: &second}
		}
		for range rapid.IntRange(0, 12).Draw(r, "menu") {
			c.Menu = append(c.Menu, card.MenuItem{Label: str(r), Click: clickable(r)})
		}
		return c
	})
}

func str(r *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(), rapid.Just(""), rapid.Just("name"),
		rapid.Custom(func(r *rapid.T) string {
			return strings.Repeat(rapid.String().Draw(r, "unit"), rapid.IntRange(0, 100).Draw(r, "times"))
		})).Draw(r, "text")
}

func flip(r *rapid.T) bool { return rapid.Bool().Draw(r, "flip") }

func address(r *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom([]string{base, "http://localhost:1/x", "mailto:a@b.test", "tel:+43 1", "tel:+431", "javascript:x",
		"data:image/png;base64,AAAA"}), rapid.Just("https://a.test/"+str(r)), rapid.String()).Draw(r, "address")
}

func markup(r *rapid.T) card.HTML {
	return card.Join(card.Lines(card.Text(str(r)), card.Bold(str(r)), card.Link(address(r), str(r))), card.Tint(card.RGB(1, 2, 3), str(r)), card.Break())
}

func action(r *rapid.T) card.Action {
	return card.Action{URL: address(r), Parameters: map[string]string{str(r): str(r), "v": str(r)}, Required: []string{str(r)}, AllRequired: flip(r)}
}

func clickable(r *rapid.T) card.Click {
	return rapid.SampledFrom([]card.Click{nil, action(r), card.OpenLink{URL: address(r), Overlay: flip(r)}}).Draw(r, "click")
}

func button(r *rapid.T) card.Button {
	return card.Button{Text: str(r), Icon: card.Icon(rapid.SampledFrom([]string{"", "STAR", "<b>"}).Draw(r, "icon")), Alt: str(r), Click: clickable(r), Disabled: flip(r)}
}

func widget(r *rapid.T) card.Widget {
	do := action(r)
	switch rapid.IntRange(0, 9).Draw(r, "widget") {
	case 0:
		return nil
	case 1:
		return card.Divider{}
	case 2:
		return card.TextParagraph{Text: markup(r)}
	case 3:
		return line(r)
	case 4:
		return card.Buttons{button(r), button(r)}
	case 5:
		return card.Image{URL: address(r), Alt: str(r)}
	case 6:
		return card.TextInput{
			Name: str(r), Label: str(r), Hint: str(r), Value: str(r), Multiline: flip(r), Complete: &do,
			Limit: rapid.Int().Draw(r, "limit"), Suggestions: rapid.SliceOfN(rapid.String(), 0, 120).Draw(r, "suggestions"),
		}
	case 7:
		return card.DateTime{
			Name: str(r), Label: str(r), Kind: card.DateTimeKind(str(r)),
			Value: time.UnixMilli(rapid.Int64Range(-1e15, 1e15).Draw(r, "ms")),
		}
	case 8:
		return card.Columns{Left: []card.ColumnWidget{line(r), nil}, Right: []card.ColumnWidget{card.TextParagraph{Text: markup(r)}}}
	}
	choice := card.Selection{
		Name: str(r), Label: str(r), Most: rapid.Int().Draw(r, "most"), OnChange: &do,
		Kind: card.SelectionKind(rapid.SampledFrom([]string{"", "DROPDOWN", "MULTI_SELECT", "RADIO_BUTTON", "odd"}).Draw(r, "kind")),
	}
	item := card.Item{Text: str(r), Value: str(r), Detail: str(r), Selected: flip(r)}
	for range rapid.IntRange(0, 130).Draw(r, "items") {
		choice.Items = append(choice.Items, item)
	}
	return choice
}

func line(r *rapid.T) card.DecoratedText {
	do := action(r)
	return card.DecoratedText{
		Top: str(r), Text: markup(r), Bottom: str(r), Click: clickable(r),
		End: rapid.SampledFrom([]card.End{nil, button(r), card.Star, card.Switch{Name: str(r), Value: str(r), OnChange: &do}}).Draw(r, "end"),
	}
}
