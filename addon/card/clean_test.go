package card_test

import (
	"html"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"baton/addon/card"
)

func TestClean(t *testing.T) {
	same := func(s string) [2]string { return [2]string{s, s} }
	for name, c := range map[string][2]string{
		"null":                {"a\x00b", "ab"},
		"escape":              {"a\x1b[31mb", "a[31mb"},
		"delete":              {"a\x7fb", "ab"},
		"C1":                  {"a\u0090b", "ab"},
		"override":            {"invoice\u202efdp.exe", "invoicefdp.exe"},
		"isolates":            {"\u2066a\u2067b\u2068c", "abc"},
		"isolate kept":        same("a \u2068שלום 7\u2069 b"),
		"isolates nested":     same("\u2068a \u2068b\u2069\u2069"),
		"isolate ended twice": {"\u2068a\u2069 b\u2069", "\u2068a\u2069 b"},
		"isolate across":      {"\u2068a\nb\u2069", "a\nb"},
		"isolate of nothing":  {"a\u2068 \u200b\u2069b", "a b"},
		"isolates without end": {strings.Repeat("\u2068", 50) + "a" + strings.Repeat("\u2069", 50),
			strings.Repeat("\u2068", 8) + "a" + strings.Repeat("\u2069", 8)},
		"zero width":          {"pay\u200bpal\ufeff\u2060", "paypal"},
		"joiner in Latin":     {"pay\u200dpal\u200c", "paypal"},
		"soft hyphen":         {"pay\u00adpal", "paypal"},
		"marks in Latin":      {"a\u200eb\u200f", "ab"},
		"Hangul filler":       {"\u3164a\u115f", "a"},
		"Braille blank":       {"\u2800a", "a"},
		"tags":                {"a\U000e0041\U000e0042", "a"},
		"flag with long tail": {"🏴\U000e0067\U000e0061\U000e0061\U000e0061\U000e0061\U000e0061\U000e0061\U000e0061\U000e007f", "🏴"},
		"selector on a":       {"a\ufe0fb\ufe00", "ab"},
		"selector twice":      {"❤\ufe0f\ufe0f", "❤\ufe0f"},
		"invalid UTF-8":       {"a\xffb", "a\ufffdb"},
		"line ends":           {"a\r\nb\rc\u2028d\u0085e\vf", "a\nb\nc\nd\ne\nf"},
		"tab":                 {"a\tb", "a b"},
		"pile of accents":     {"Z" + strings.Repeat("\u0301", 40), "Z" + strings.Repeat("\u0301", 5)},
		"interlinear":         {"a\ufff9b\ufffac\ufffb", "abc"},
		"non-character":       {"a\uffffb\ufdd0", "ab"},
		"ASCII":               same("Refund for order 1042?"),
		"family":              same("👨\u200d👩\u200d👧\u200d👦 at home"),
		"flag":                same("🇦🇹"),
		"Scotland":            same("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!"),
		"heart on fire":       same("❤\ufe0f\u200d🔥"),
		"skin":                same("👩🏽\u200d💻"),
		"keycap":              same("1\ufe0f⃣"),
		"Hebrew":              same("שלום עולם, order 7\u200f!"),
		"Arabic":              same("مرحبا بالعالم"),
		"Persian":             same("می\u200cخواهم"),
		"Hindi":               same("क्\u200dष हिन्दी"),
		"Vietnamese":          same("Tiếng Việt e\u0302\u0323"),
		"Arabic number sign":  same("\u0600\u0661"),
		"Thai":                same("สวัสดีครับ"),
		"Chinese":             same("你好，世界"),
		"no-break space":      same("1\u00a0000"),
	} {
		if got := card.Clean(c[0]); got != c[1] {
			t.Errorf("%s: Clean(%+q) = %+q, want %+q", name, c[0], got, c[1])
		}
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 10, ""}, {" \n\t ", 10, ""}, {"\u200b", 10, ""},
		{" a \n b ", 10, "a b"},
		{"abcdef", 6, "abcdef"}, {"abcdefg", 6, "abcde…"}, {"äöüäöü", 6, "äöüäöü"}, {"äöüäöüx", 6, "äöüäö…"},
		{"abcd efg", 6, "abcd…"}, {"👨\u200d👩\u200d👧\u200d👦x", 3, "👨…"}, {"abc", 1, "…"},
		{"<b>&", 10, "<b>&"},
	} {
		if got := card.Plain(c.in, c.limit); got != c.want {
			t.Errorf("Plain(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

// FuzzText holds that text comes out as text: what a reader sees is what Clean left of it.
func FuzzText(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Add("👨\u200d👩\u200d👧\u200d👦 שלום\u200f می\u200cخواهم\n🏴\U000e0067\U000e0062\U000e007f")
	f.Fuzz(func(t *testing.T, s string) {
		clean := card.Clean(s)
		if again := card.Clean(clean); again != clean {
			t.Errorf("Clean twice: %+q, then %+q", clean, again)
		}
		if !utf8.ValidString(clean) {
			t.Errorf("not UTF-8: %+q", clean)
		}
		for _, r := range clean {
			if unicode.IsControl(r) && r != '\n' || r >= 0x202a && r <= 0x202e || r == 0x2066 || r == 0x2067 || r == 0x200b {
				t.Errorf("%U is left in %+q", r, clean)
			}
		}
		markup := card.Text(s).String()
		bare := strings.ReplaceAll(markup, "<br>", "\n")
		if strings.ContainsAny(bare, "<>\"'") {
			t.Errorf("Text(%q) = %q", s, markup)
		}
		if utf8.RuneCountInString(clean) < 1000 && strings.TrimSpace(clean) != "" && bareText(html.UnescapeString(bare)) != bareText(clean) {
			t.Errorf("Text(%q) reads %q, want %q", s, html.UnescapeString(bare), clean)
		}
		if n := strings.Count(clean, "\u2068"); n != strings.Count(clean, "\u2069") {
			t.Errorf("an isolate is left open in %+q", clean)
		}
		line, isolated := card.Line(s, 20), card.Isolate(s)
		if loose(line) || loose(isolated) || utf8.RuneCountInString(line) > 20 {
			t.Errorf("Line(%+q, 20) = %+q, Isolate gives %+q", s, line, isolated)
		}
		if p := card.Plain(s, 20); utf8.RuneCountInString(p) > 20 || strings.Contains(p, "\n") {
			t.Errorf("Plain(%q, 20) = %q", s, p)
		}
	})
}

// bareText is a text without its isolates.
func bareText(s string) string { return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(s) }

// loose tells whether a letter that runs from right to left stands in no isolate.
func loose(s string) bool {
	depth := 0
	for _, r := range s {
		switch {
		case r == '\u2068':
			depth++
		case r == '\u2069':
			depth--
		case depth == 0 && unicode.In(r, unicode.Hebrew, unicode.Arabic) && r != '\u061c' && unicode.IsLetter(r):
			return true
		}
	}
	return depth != 0
}

func TestIsolates(t *testing.T) {
	for name, c := range map[string]struct{ in, isolated, line string }{
		"English":              {"Refund 7", "Refund 7", "Refund 7"},
		"a name with a number": {"דינה 7", "\u2068דינה 7\u2069", "\u2068דינה 7\u2069"},
		"mostly Hebrew":        {"הזמנה 1042 (order)!", "\u2068הזמנה 1042 (order)!\u2069", "\u2068הזמנה 1042 (order)!\u2069"},
		"in our sentence":      {"Given to דינה לוי, due 10:00", "\u2068Given to דינה לוי, due 10:00\u2069", "Given to \u2068דינה לוי\u2069, due 10:00"},
		"isolated already":     {"\u2068דינה 7\u2069, 10:00", "\u2068דינה 7, 10:00\u2069", "\u2068דינה 7\u2069, 10:00"},
		"ends our isolate":     {"דינה\u2069 7", "\u2068דינה 7\u2069", "\u2068דינה 7\u2069"},
		"override":             {"דינה\u202e 7", "\u2068דינה 7\u2069", "\u2068דינה 7\u2069"},
		"two lines":            {"שלום\nHi", "\u2068שלום\u2069\nHi", "\u2068שלום Hi\u2069"},
		"Arabic digits":        {"طلب ١٠٤٢", "\u2068طلب ١٠٤٢\u2069", "\u2068طلب ١٠٤٢\u2069"},
	} {
		if got := card.Isolate(c.in); got != c.isolated {
			t.Errorf("%s: Isolate = %+q, want %+q", name, got, c.isolated)
		}
		if got := card.Line(c.in, 100); got != c.line {
			t.Errorf("%s: Line = %+q, want %+q", name, got, c.line)
		}
	}
	long := strings.Repeat("שלום ", 20)
	for limit := 1; limit < 30; limit++ {
		got := card.Line(long, limit)
		if loose(got) || utf8.RuneCountInString(got) > limit || !strings.Contains(got, "…") {
			t.Errorf("cut to %d: %+q", limit, got)
		}
	}
}

func TestApart(t *testing.T) {
	for _, c := range []struct {
		in   card.HTML
		want string
	}{
		{card.Apart(card.Text("ask "), card.Bold("@ben")), "ask <b>@ben</b>"},
		{card.Apart(card.Text("דינה, ask "), card.Bold("@ben"), card.Text("\nשלום")), "\u2068דינה, ask <b>@ben</b>\u2069<br>\u2068שלום\u2069"},
		{card.Apart(), ""},
	} {
		if got := c.in.String(); got != c.want {
			t.Errorf("got %+q, want %+q", got, c.want)
		}
	}
	long := card.TextParagraph{Text: card.Apart(card.Text("דינה "), card.Bold(strings.Repeat("word ", 3000)), card.Text("end"))}
	built := card.Card{Header: card.Header{Title: "t"}, Sections: []card.Section{{Widgets: []card.Widget{long}}}}.Build()
	if text := built.Sections[0].Widgets[0].TextParagraph.Text; loose(text) || !strings.Contains(text, "…") {
		t.Errorf("cut, it ends in %+q", text[len(text)-40:])
	}
}
