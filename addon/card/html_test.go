package card_test

import (
	"strings"
	"testing"
	"time"

	"baton/addon/card"
)

func TestMarkup(t *testing.T) {
	for name, c := range map[string]struct {
		in   card.HTML
		want string
	}{
		"zero":          {card.HTML{}, ""},
		"escape":        {card.Text(`a<b>&"'`), "a&lt;b&gt;&amp;&#34;&#39;"},
		"line ends":     {card.Text("a\r\nb\nc"), "a<br>b<br>c"},
		"tags":          {card.Join(card.Bold("a"), card.Italic("b"), card.Underline("c"), card.Strike("d")), "<b>a</b><i>b</i><u>c</u><s>d</s>"},
		"tint":          {card.Tint(card.RGB(0, 128, 255), "a"), `<font color="#0080ff">a</font>`},
		"lines":         {card.Lines(card.Text("a"), card.HTML{}, card.Bold(" "), card.Bold("b")), "a<br><b>b</b>"},
		"with":          {card.With(" · ", card.Text("a"), card.Text(""), card.Text("b")), "a · b"},
		"empty tag":     {card.Bold(""), ""},
		"only breaks":   {card.Join(card.Break(), card.Break()), ""},
		"break":         {card.Join(card.Text("a"), card.Break(), card.Text("b")), "a<br>b"},
		"label is host": {card.Link("https://acme.test/x", "acme.test"), `<a href="https://acme.test/x">acme.test</a>`},
	} {
		if got := c.in.String(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestCutKeepsTagsClosed cuts a formatted text at every length.
func TestCutKeepsTagsClosed(t *testing.T) {
	bold, rest := strings.Repeat("b", 150), strings.Repeat("<", 150)
	c := card.Card{Sections: []card.Section{{
		Header:  card.Join(card.Bold(bold), card.Text(rest)),
		Widgets: []card.Widget{card.Divider{}},
	}}}
	encode(t, c)
	want := "<b>" + bold + "</b>" + strings.Repeat("&lt;", 49) + "…"
	if got := c.Build().Sections[0].Header; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c.Sections[0].Header = card.Join(card.Bold(bold), card.Italic(bold+bold), card.Text(rest))
	want = "<b>" + bold + "</b><i>" + strings.Repeat("b", 49) + "…</i>"
	if got := c.Build().Sections[0].Header; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c.Sections[0].Header = card.Join(card.Text(strings.Repeat("a", 200)), card.Text("b"))
	if got, want := c.Build().Sections[0].Header, strings.Repeat("a", 199)+"…"; got != want {
		t.Errorf("cut at the seam: %q, want %q", got, want)
	}
}

func TestTime(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, 22, 30, 0, 0, time.UTC) // Saturday, 23:30 in Vienna
	for _, c := range []struct {
		t    time.Time
		zone *time.Location
		want string
	}{
		{time.Time{}, nil, ""},
		{now, nil, "22:30"},
		{now, vienna, "23:30"},
		{now.Add(time.Hour), vienna, "Sun 00:30"},
		{now.Add(time.Hour), nil, "23:30"},
		{now.Add(-5 * 24 * time.Hour), nil, "Mon 22:30"},
		{now.Add(-6 * 24 * time.Hour), nil, "15 Nov 22:30"},
		{now.Add(-365 * 24 * time.Hour), nil, "21 Nov 2025"},
		{now.Add(42 * 24 * time.Hour), nil, "2 Jan 2027"},
	} {
		if got := card.Time(c.t, now, c.zone).String(); got != c.want {
			t.Errorf("%v in %v: %q, want %q", c.t, c.zone, got, c.want)
		}
	}
}
