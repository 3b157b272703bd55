package card_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/api/chat/v1"

	"baton/addon/card"
)

func section(ws ...card.Widget) card.Section { return card.Section{Widgets: ws} }

func one(t *testing.T, w card.Widget) *chat.GoogleAppsCardV1Widget {
	t.Helper()
	c := card.Card{Header: card.Header{Title: "t"}, Sections: []card.Section{section(w)}}
	encode(t, c)
	built := c.Build()
	if len(built.Sections) == 0 {
		return nil
	}
	return built.Sections[0].Widgets[0]
}

// TestLeftOut holds that what cannot work is not sent.
func TestLeftOut(t *testing.T) {
	do := card.Action{URL: base + "x"}
	for name, w := range map[string]card.Widget{
		"no text":              card.TextParagraph{},
		"invisible text":       card.TextParagraph{Text: card.Join(card.Text("\u200b"), card.Bold(" "), card.Break())},
		"empty line":           card.DecoratedText{Click: do},
		"button without click": card.Buttons{{Text: "x"}},
		"button without text":  card.Buttons{{Click: do, Alt: "x"}},
		"button to nowhere":    card.Buttons{{Text: "x", Click: card.Action{URL: "/relative"}}},
		"too many parameters":  card.Buttons{{Text: "x", Click: card.Action{URL: base, Parameters: map[string]string{"a": strings.Repeat("x", 3000)}}}},
		"unknown icon":         card.Buttons{{Icon: "SKULL", Click: do}},
		"input without name":   card.TextInput{Label: "x"},
		"name with space":      card.TextInput{Name: " x"},
		"choice without items": card.Selection{Name: "x"},
		"choice of nothing":    card.Selection{Name: "x", Items: []card.Item{{Value: "1"}}},
		"date without name":    card.DateTime{Label: "x"},
		"image over http":      card.Image{URL: "http://acme.test/p.png"},
		"SVG":                  card.Image{URL: "data:image/svg+xml;base64,AAAA"},
		"large data":           card.Image{URL: "data:image/png;base64," + strings.Repeat("A", 40<<10)},
		"bent data":            card.Image{URL: "data:image/png;base64,\"><b>"},
		"columns of nothing":   card.Columns{Left: []card.ColumnWidget{card.TextParagraph{}}},
		"nil":                  nil,
	} {
		if got := one(t, w); got != nil {
			b, _ := json.Marshal(got)
			t.Errorf("%s: sent %s", name, b)
		}
	}
	built := card.Card{
		Name: "\u202e", Menu: []card.MenuItem{{Label: "x"}, {Click: do}},
		Footer: &card.Footer{Primary: card.Button{Text: "x"}, Secondary: &card.Button{Text: "y", Icon: card.Star, Click: do}},
	}.Build()
	if built.Header.Title == "" || built.Name != "" || built.CardActions != nil {
		t.Errorf("card %+v", built)
	}
	if f := built.FixedFooter; f.PrimaryButton.Text != "y" || f.PrimaryButton.Icon != nil || f.SecondaryButton != nil {
		t.Errorf("footer %+v, want y alone, without its icon", f)
	}
}

func TestAction(t *testing.T) {
	got := one(t, card.Buttons{{Text: "Take", Fill: card.RGB(0, 0, 0), Click: card.Action{
		URL: base + "take", Parameters: map[string]string{"version": "7", "id": "c1", "empty": "", "": "x"}, Required: []string{"note", ""},
	}}})
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"buttonList":{"buttons":[{"color":{"blue":0,"green":0,"red":0},"onClick":{"action":{"function":"` + base + `take",` +
		`"loadIndicator":"SPINNER","parameters":[{"key":"id","value":"c1"},{"key":"version","value":"7"}],` +
		`"requiredWidgets":["note"]}},"text":"Take"}]}}`
	if string(b) != want {
		t.Errorf("got\n%s, want\n%s", b, want)
	}
	for url, ok := range map[string]bool{
		"http://127.0.0.1:8080/x": true, "http://localhost/x": true, "http://[::1]:1/x": true,
		"http://baton.test/x": false, "https://": false, "ftp://a.test": false, "https://u:p@a.test/": false,
	} {
		if got := one(t, card.Buttons{{Text: "x", Click: card.Action{URL: url}}}) != nil; got != ok {
			t.Errorf("%s: sent %v, want %v", url, got, ok)
		}
	}
}

func TestDateTime(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 7, 1, 23, 30, 0, 0, time.UTC) // 1:30 on 2 July in Vienna
	for _, c := range []struct {
		in   card.DateTime
		want string
	}{
		{card.DateTime{Value: at, Zone: vienna}, `{"label":"d","name":"d","timezoneOffsetDate":120,"type":"DATE_AND_TIME","valueMsEpoch":"1782948600000"}`},
		{card.DateTime{Value: at}, `{"label":"d","name":"d","timezoneOffsetDate":0,"type":"DATE_AND_TIME","valueMsEpoch":"1782948600000"}`},
		{card.DateTime{Value: at, Zone: vienna, Kind: card.DateOnly}, `{"label":"d","name":"d","type":"DATE_ONLY","valueMsEpoch":"1782950400000"}`},
		{card.DateTime{Value: at, Zone: vienna, Kind: card.TimeOnly}, `{"label":"d","name":"d","type":"TIME_ONLY","valueMsEpoch":"5400000"}`},
		{card.DateTime{Value: at.Add(30 * time.Minute), Kind: card.TimeOnly}, `{"label":"d","name":"d","type":"TIME_ONLY","valueMsEpoch":"0"}`},
		{card.DateTime{Kind: card.TimeOnly}, `{"label":"d","name":"d","type":"TIME_ONLY"}`},
		{card.DateTime{Kind: "ODD"}, `{"label":"d","name":"d","type":"DATE_AND_TIME"}`},
	} {
		c.in.Name = "d"
		b, err := json.Marshal(one(t, c.in).DateTimePicker)
		if err != nil || string(b) != c.want {
			t.Errorf("%+v:\n got %s, %v\nwant %s", c.in, b, err, c.want)
		}
	}
}

func TestSelectionKeepsWhatIsSelected(t *testing.T) {
	var items []card.Item
	for i := range 250 {
		items = append(items, card.Item{Text: fmt.Sprint("member ", i), Value: fmt.Sprint(i), Selected: i == 7 || i == 240})
	}
	got := one(t, card.Selection{Name: "who", Items: items}).SelectionInput
	if n := len(got.Items); n != 100 {
		t.Fatalf("%d items, want 100", n)
	}
	if last := got.Items[99]; last.Text != "151 more not shown" || last.Value != card.NoValue || last.Selected {
		t.Errorf("last item %+v", last)
	}
	if it := got.Items[98]; it.Value != "240" || it.Selected {
		t.Errorf("item 98 is %+v, want 240 kept, and unselected since a dropdown selects one", it)
	}
	if !got.Items[7].Selected {
		t.Error("item 7 lost its selection")
	}
	if got := one(t, card.Selection{Name: "who", Items: []card.Item{{Text: "Nobody"}}}).SelectionInput.Items[0].Value; got != card.NoValue {
		t.Errorf("value %q, want %q", got, card.NoValue)
	}
}

func TestInputs(t *testing.T) {
	many := one(t, card.TextInput{Name: "to", Multiline: true, Suggestions: []string{"ana", "", "ben"}, Value: "a\nb"}).TextInput
	if many.Type != "SINGLE_LINE" || many.Value != "a b" || many.Label != "to" || len(many.InitialSuggestions.Items) != 2 {
		t.Errorf("with suggestions: %+v", many)
	}
	reply := one(t, card.TextInput{Name: "reply", Hint: "write", Multiline: true, Value: "a\nb"}).TextInput
	if reply.Type != "MULTIPLE_LINE" || reply.Value != "a\nb" || reply.Label != "" {
		t.Errorf("multiline: %+v", reply)
	}
	line := one(t, card.DecoratedText{End: card.Switch{Name: "away", On: true}}).DecoratedText
	want := &chat.GoogleAppsCardV1SwitchControl{Name: "away", Value: "on", Selected: true, ControlType: "SWITCH"}
	if diff := cmp.Diff(want, line.SwitchControl); diff != "" || line.Text == "" {
		t.Errorf("switch, text %q (-want +got):\n%s", line.Text, diff)
	}
	if two := one(t, card.Columns{Right: []card.ColumnWidget{card.TextParagraph{Text: card.Text("x")}}}).Columns; len(two.ColumnItems) != 1 {
		t.Errorf("an empty column is sent")
	}
}
