package cardtest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/addon/card"
	"baton/addon/wire"
)

func sample() card.Card {
	do := func(verb string) card.Action {
		return card.Action{URL: "https://baton.test/do/" + verb, Parameters: map[string]string{"version": "7"}, Required: []string{"note"}}
	}
	return card.Card{
		Name:   "conversation",
		Header: card.Header{Title: "Refund <1042>", Subtitle: "support@acme.test · Open"},
		Sections: []card.Section{
			{Widgets: []card.Widget{
				card.DecoratedText{Top: "Held by", Text: card.Bold("Ana & Ben"), Bottom: "since 10:02", Click: card.OpenLink{URL: "https://baton.test/c/1"},
					End: card.Button{Text: "Take", Fill: card.RGB(26, 115, 232), Click: do("take")}},
				card.Buttons{{Icon: card.Star, Alt: "Follow", Click: do("follow"), Disabled: true}},
			}},
			{Header: card.Text("Notes (3)"), Collapsible: true, Widgets: []card.Widget{
				card.TextParagraph{Text: card.Lines(card.Text("a < b"), card.Link("https://acme.test", "see"))},
				card.TextInput{Name: "note", Label: "Note", Value: "draft", Complete: &card.Action{URL: "https://baton.test/suggest"}, Suggestions: []string{"@ben"}},
				card.Selection{Name: "who", Label: "Give to", Items: []card.Item{{Text: "Ben", Value: "ben"}, {Text: "Mia", Value: "mia", Selected: true}}},
				card.DateTime{Name: "until", Value: time.UnixMilli(1672531200000), OnChange: &card.Action{URL: "https://baton.test/date"}},
				card.DecoratedText{Text: card.Text("Loud"), End: card.Switch{Name: "loud", On: true}},
				card.Columns{Left: []card.ColumnWidget{card.Buttons{{Text: "Left", Click: do("left")}}},
					Right: []card.ColumnWidget{card.Image{URL: "https://acme.test/p.png", Alt: "chart", Click: do("chart")}}},
			}},
		},
		Menu:   []card.MenuItem{{Label: "Export", Click: do("export")}},
		Footer: &card.Footer{Primary: card.Button{Text: "Reply", Click: do("reply")}},
	}
}

func answer(t *testing.T, kind wire.Kind, a wire.Answer) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := wire.Encode(&b, kind, a); err != nil {
		t.Fatal(err)
	}
	Check(t, b.Bytes(), kind)
	return b.Bytes()
}

func TestQueries(t *testing.T) {
	body := answer(t, wire.Action, wire.Submit{Changed: true, Render: wire.Render{
		Navigations: []wire.Navigation{wire.Pop(), wire.Update(sample())}, Notify: "Taken"}})
	c := Parse(t, body)
	if c.Title != "Refund <1042>" || c.Name != "conversation" || c.Notification != "Taken" || !c.Changed {
		t.Errorf("card %+v", c)
	}
	if diff := cmp.Diff([]string{"pop", "updateCard"}, c.Moves); diff != "" {
		t.Error(diff)
	}
	want := []string{"Refund <1042>", "support@acme.test · Open", "Export", "Held by", "Ana & Ben", "since 10:02", "Take", "Follow",
		"Notes (3)", "a < b\nsee (acme.test)", "Note", "draft", "@ben", "Give to", "Ben", "Mia", "until", "Loud", "Left", "chart", "Reply", "Taken"}
	if diff := cmp.Diff(want, c.Texts()); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	take := c.Button("Take")
	if diff := cmp.Diff(&Button{Text: "Take", URL: "https://baton.test/do/take", Parameters: map[string]string{"version": "7"},
		Filled: true, Required: []string{"note"}}, take); diff != "" {
		t.Errorf("Take (-want +got):\n%s", diff)
	}
	for _, text := range []string{"Export", "Left", "Reply", "chart", "Follow"} {
		if b := c.Button(text); b == nil || b.URL == "" {
			t.Errorf("button %q: %+v", text, b)
		}
	}
	if b := c.Button("Ana & Ben"); b == nil || b.Link != "https://baton.test/c/1" {
		t.Errorf("line: %+v", b)
	}
	if diff := cmp.Diff([]string{"https://acme.test/p.png"}, c.Images()); diff != "" {
		t.Error(diff)
	}
}

func TestInputs(t *testing.T) {
	got := Open(sample()).Inputs()
	want := []Input{
		{Name: "note", Label: "Note", Value: "draft", Texts: []string{"@ben"}, Complete: "https://baton.test/suggest"},
		{Name: "who", Label: "Give to", Texts: []string{"Ben", "Mia"}, Values: []string{"ben", "mia"}, Selected: []string{"mia"}},
		{Name: "until", Label: "until", Millis: 1672531200000, OnChange: "https://baton.test/date"},
		{Name: "loud", Values: []string{"on"}, Selected: []string{"on"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

// recorder is a testing.TB that keeps what would fail.
type recorder struct {
	testing.TB
	failed []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failed = append(r.failed, fmt.Sprintf(format, args...))
}

func TestHas(t *testing.T) {
	c := Open(sample())
	c.Has(t, HasText("Ana & Ben"), HasButton("Take"), Not(HasButton("Close")), HasSection("Notes"), HasInput("who"),
		In("Notes", HasText("a < b"), HasInput("note"), Not(HasText("Held by")), Not(HasButton("Reply"))))
	for name, cond := range map[string]Condition{
		`no text with "Cleo"`:         HasText("Cleo"),
		`no button "Close"`:           HasButton("Close"),
		`button "Follow" is disabled`: HasButton("Follow"),
		`no input "x"`:                HasInput("x"),
		`no section "History"`:        HasSection("History"),
		`section "Notes": no button`:  In("Notes", HasButton("Take")),
		`should not have`:             Not(HasText("Ana")),
	} {
		r := &recorder{TB: t}
		c.Has(r, cond)
		if len(r.failed) != 1 || !strings.Contains(r.failed[0], name) || !strings.Contains(r.failed[0], "Held by") {
			t.Errorf("got %q, want one failure with %q and the card's texts", r.failed, name)
		}
	}
}

func TestCheckFails(t *testing.T) {
	r := &recorder{TB: t}
	Check(r, []byte(`{"action":{"navigations":[{"pushCard":{}}]},"x":1}`), wire.Trigger)
	if len(r.failed) != 2 {
		t.Errorf("failures %q, want 2", r.failed)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "[]", `{"action":{"navigations":[{}]}}`, `{"action":{"navigations":[{"pushCard":7}]}}`} {
		if c, err := parse([]byte(s)); err == nil {
			t.Errorf("%q: parsed %+v", s, c)
		}
	}
}

func TestGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "testdata", "x.json")
	if err := golden(path, []byte(`{"b":"<","a":1.0}`), false); err == nil || !strings.Contains(err.Error(), "-update") {
		t.Errorf("missing file: %v", err)
	}
	if err := golden(path, []byte(`{"b":"<","a":1.0}`), true); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "{\n  \"a\": 1.0,\n  \"b\": \"<\"\n}\n" {
		t.Errorf("canonical %q", got)
	}
	if err := golden(path, []byte(" {\"a\":1.0,\"b\":\"\\u003c\"}"), false); err != nil {
		t.Errorf("same meaning: %v", err)
	}
	for _, s := range []string{`{"a":1,"b":"<"}`, `{`} {
		if err := golden(path, []byte(s), false); err == nil {
			t.Errorf("%s: equal", s)
		}
	}
}

func TestSample(t *testing.T) { Golden(t, "sample", answer(t, wire.Trigger, wire.Show(sample()))) }
