package card_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baton/addon/card"
)

// hostile are texts as they arrive in subjects, names and notes of people who mean harm.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`<img src="https://evil.test/pixel.png">`,
	`<b>Your session expired</b>`,
	`</b><i>`,
	`<a href="https://evil.test">Sign in</a>`,
	`<a href=javascript:alert(1)>x</a>`,
	`<font color="#ffffff">hidden</font>`,
	`<br><br><br><br>`,
	`<BR/>`,
	`<svg/onload=alert(1)>`,
	`<iframe src=//evil.test>`,
	`<time>`,
	`<!-- --><b>`,
	`<![CDATA[<b>]]>`,
	`<?xml version="1.0"?><b>`,
	`&lt;b&gt;`,
	`&#60;b&#62;`,
	`&#x3c;b&#x3e;`,
	`&amp;lt;b&amp;gt;`,
	"<\u0000b>x",
	"<\u200bb>x",
	"\u202e<b>x",
	"<b\n>x</b\n>",
	"<\ufeffscript>",
	`\u003cb\u003e`,
	"\x3cb\x3e",
	"＜b＞", "‹b›",
	"<" + strings.Repeat("b", 300) + ">",
	strings.Repeat("<b>", 100),
	strings.Repeat("&", 300),
	`{{.}} ${7*7} <%= x %>`,
	"**bold** [x](https://evil.test) `c`",
	`=HYPERLINK("https://evil.test")`,
	"\xff\xfe<b>",
	"a\"b'c<d>e&f",
}

var anyTag = regexp.MustCompile(`<[^>]*>?`)

// TestHostileText puts each text through every field: no formatted field may have another tag than the
// same field has with a harmless text.
func TestHostileText(t *testing.T) {
	for name, mark := range map[string]func(string) card.HTML{
		"text":   card.Text,
		"bold":   card.Bold,
		"italic": card.Italic,
		"strike": card.Strike,
		"under":  card.Underline,
		"tint":   func(s string) card.HTML { return card.Tint(card.RGB(9, 9, 9), s) },
		"link":   func(s string) card.HTML { return card.Link("https://acme.test/x", s) },
		"lines":  func(s string) card.HTML { return card.Lines(card.Bold(s), card.Text(s)) },
		"with":   func(s string) card.HTML { return card.With(s, card.Bold("a"), card.Text("b")) },
	} {
		want := tagsOf(t, encode(t, full("harmless", mark)))
		for _, s := range hostile {
			got := tagsOf(t, encode(t, full(s, mark)))
			if !slices.Equal(got, want) {
				t.Errorf("%s of %q: tags %q, want %q", name, s, got, want)
			}
		}
	}
}

// tagsOf gives every tag of every formatted field, line breaks left out.
func tagsOf(t *testing.T, answer []byte) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	var tags []string
	var see func(key, owner string, v any)
	see = func(key, owner string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range sorted(v) {
				see(k, key, v[k])
			}
		case []any:
			for _, e := range v {
				see(key, owner, e)
			}
		case string:
			formatted := key == "text" && (owner == "textParagraph" || owner == "decoratedText") ||
				key == "header" || key == "topLabel" || key == "bottomLabel"
			if formatted {
				for _, tag := range anyTag.FindAllString(v, -1) {
					if tag != "<br>" {
						tags = append(tags, tag)
					}
				}
			}
		}
	}
	see("", "", v)
	return tags
}

func sorted(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestHostileLinks(t *testing.T) {
	for _, address := range []string{
		"", "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
		"vbscript:x", "file:///etc/passwd", "http://acme.test", "//acme.test", "/path", "acme.test", "https:acme.test",
		"https://", "https:///x", "https://bank.test@evil.test/", "https://аpple.com/", "https://a\u202eb.test", "https://a b.test", "https://acme.test/?q=\"x",
		"ftp://acme.test", "mailto:", "mailto:x", "mailto:a@b.test,c@d.test",
		"https://acme.test/" + strings.Repeat("a", 3000), "%zz", "https://[::1",
	} {
		if got := card.Link(address, "see").String(); got != "see" {
			t.Errorf("Link(%q) = %q, want the label alone", address, got)
		}
		c := card.Card{Sections: []card.Section{{Widgets: []card.Widget{card.DecoratedText{
			Text: card.Text("x"), Click: card.OpenLink{URL: address}, End: card.Button{Text: "b", Click: card.Action{URL: address}},
		}}}}}.Build()
		if d := c.Sections[0].Widgets[0].DecoratedText; d.OnClick != nil || d.Button != nil {
			t.Errorf("%q can be clicked", address)
		}
	}
	for address, want := range map[string]string{
		"https://acme.test/Käse?b=c&d=e": `<a href="https://acme.test/K%C3%A4se?b=c&amp;d=e">see (acme.test)</a>`,
		"mailto:a@b.test?bcc=c@d.test":   `<a href="mailto:a@b.test">see (a@b.test)</a>`,
		"mailto:ana@acme.test":           `<a href="mailto:ana@acme.test">see (ana@acme.test)</a>`,
	} {
		if got := card.Link(address, "see").String(); got != want {
			t.Errorf("Link(%q) = %q, want %q", address, got, want)
		}
	}
	if got, want := card.Link("https://acme.test/x", "").String(), `<a href="https://acme.test/x">acme.test</a>`; got != want {
		t.Errorf("without a label: %q, want %q", got, want)
	}
}
