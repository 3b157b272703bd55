package gmail

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// maxHref is how much of a link's address is shown, in characters.
const maxHref = 300

// maxQuote is how deep quotations are told apart.
const maxQuote = 8

// readable gives the text of HTML as a reader would see it, at most about limit
// bytes: a line for each block, "> " before quotations, and behind a link the
// address that it really leads to. Pictures are named and never fetched.
func readable(markup string, limit int) string {
	w := &lines{limit: limit}
	z := html.NewTokenizer(strings.NewReader(markup))
	for w.b.Len() < limit {
		switch z.Next() {
		case html.ErrorToken:
			w.breakLine()
			return strings.Trim(w.b.String(), "\n")
		case html.StartTagToken:
			w.open(z.Token())
		case html.SelfClosingTagToken:
			if t := z.Token(); void[t.Data] {
				w.open(t)
			}
		case html.EndTagToken:
			w.close(z.Token().Data)
		case html.TextToken:
			if w.hidden == "" {
				w.words(string(z.Text()))
			}
		}
	}
	w.breakLine()
	return strings.Trim(w.b.String(), "\n")
}

// void are elements without an end tag.
var void = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "meta": true, "link": true, "wbr": true, "col": true, "area": true}

var hiding = map[string]bool{"script": true, "style": true, "head": true, "title": true, "template": true, "noscript": true, "select": true, "svg": true}

var block = map[string]bool{
	"p": true, "div": true, "tr": true, "li": true, "ul": true, "ol": true, "table": true, "h1": true, "h2": true, "h3": true, "h4": true,
	"h5": true, "h6": true, "pre": true, "section": true, "article": true, "header": true, "footer": true, "hr": true, "dt": true, "dd": true,
}

var spaced = map[string]bool{"p": true, "h1": true, "h2": true, "h3": true, "ul": true, "ol": true, "table": true, "pre": true}

// lines is text that is written line by line.
type lines struct {
	b     strings.Builder
	line  strings.Builder
	limit int

	space, gap bool // a space, an empty line is due before what comes next
	quote      int
	href       string // of the link that is open
	label      int    // length of the line when the link began

	hidden string // name of the element that hides what is inside; "" = none
	depth  int    // of elements of that name
}

func (w *lines) open(t html.Token) {
	name := t.Data
	if w.hidden == "head" && name == "body" {
		w.hidden = ""
	}
	if w.hidden != "" {
		if name == w.hidden {
			w.depth++
		}
		return
	}
	if !void[name] && (hiding[name] || invisible(t)) {
		w.hidden, w.depth = name, 1
		return
	}
	switch {
	case name == "br":
		w.endLine()
	case name == "td" || name == "th":
		w.space = true
	case name == "img":
		if alt := oneLine(attribute(t, "alt")); alt != "" {
			w.words(" [" + cutRunes(alt, 100) + "] ")
		}
	case name == "a":
		w.endLink()
		w.href, w.label = oneLine(attribute(t, "href")), w.line.Len()
	case name == "blockquote":
		w.breakLine()
		w.quote++
	case block[name]:
		w.breakLine()
		w.gap = w.gap || spaced[name]
		if name == "li" {
			w.words("- ")
		}
	}
}

func (w *lines) close(name string) {
	if w.hidden != "" {
		if name == w.hidden {
			if w.depth--; w.depth == 0 {
				w.hidden = ""
			}
		}
		return
	}
	switch {
	case name == "a":
		w.endLink()
	case name == "blockquote":
		w.breakLine()
		w.quote = max(0, w.quote-1)
	case block[name]:
		w.breakLine()
		w.gap = w.gap || spaced[name]
	}
}

// invisible tells whether an element is not to be seen, as senders hide the
// preview of their mail.
func invisible(t html.Token) bool {
	for _, a := range t.Attr {
		if a.Key == "hidden" {
			return true
		}
		if a.Key == "style" {
			style := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
		}
	}
	return false
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words writes text with one space where the markup had any.
func (w *lines) words(text string) {
	for _, r := range text {
		if unicode.IsSpace(r) {
			w.space = true
			continue
		}
		if r == 0 {
			continue
		}
		if w.space && w.line.Len() > 0 {
			w.line.WriteByte(' ')
		}
		w.space = false
		w.line.WriteRune(r)
		if w.line.Len() > w.limit {
			w.endLine()
		}
	}
}

// endLink writes where a link leads, unless its text says so already.
func (w *lines) endLink() {
	href := w.href
	w.href = ""
	if href == "" {
		return
	}
	text := w.line.String()
	text = strings.TrimSpace(text[min(w.label, len(text)):])
	scheme, rest, _ := strings.Cut(href, ":")
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" && scheme != "mailto" {
		return
	}
	if text == href || scheme == "mailto" && text == rest || strings.TrimSuffix(text, "/") == strings.TrimSuffix(href, "/") {
		return
	}
	if short := cutRunes(href, maxHref); short != href {
		href = short + "…"
	}
	w.space = w.space || text != ""
	w.words("(" + href + ")")
	w.space = true
}

// breakLine ends a line that has anything on it.
func (w *lines) breakLine() {
	w.endLink()
	if w.line.Len() > 0 {
		w.endLine()
	}
	w.space = false
}

// endLine ends the line, empty or not.
func (w *lines) endLine() {
	mark := strings.Repeat("> ", min(w.quote, maxQuote))
	if w.gap && w.line.Len() > 0 {
		if w.b.Len() > 0 && !strings.HasSuffix(w.b.String(), "\n\n") {
			w.b.WriteString(strings.TrimRight(mark, " ") + "\n")
		}
		w.gap = false
	}
	if w.line.Len() > 0 {
		w.b.WriteString(mark + w.line.String() + "\n")
	} else if !strings.HasSuffix(w.b.String(), "\n\n") {
		w.b.WriteString(strings.TrimRight(mark, " ") + "\n")
	}
	w.line.Reset()
	w.label = 0
	w.space = false
}
