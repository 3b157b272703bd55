package gmailsim

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
)

func itoa(n int) string { return strconv.Itoa(n) }

// snippetLen is about what Gmail shows, in characters; snippetRead bounds what is read for it.
const (
	snippetLen  = 200
	snippetRead = 16 << 10
)

// textPart finds the first part of a text type that is no attachment, embedded mails left out.
func (p *part) textPart(ctype string) *part {
	if p.leaf() {
		if p.ctype == ctype && p.filename() == "" {
			return p
		}
		return nil
	}
	if p.ctype == "message/rfc822" {
		return nil
	}
	for _, c := range p.children {
		if t := c.textPart(ctype); t != nil {
			return t
		}
	}
	return nil
}

// plainText is the mail's text for reading and searching: the plain part, else the HTML part's text.
func (p *part) plainText(limit int) string {
	if t := p.textPart("text/plain"); t != nil {
		return string(t.limited(limit).content())
	}
	if t := p.textPart("text/html"); t != nil {
		return htmlText(t.limited(limit).content())
	}
	return ""
}

// limited gives the part with at most n bytes of body as sent; 0 is all of it.
func (p *part) limited(n int) *part {
	if n == 0 || len(p.body) <= n {
		return p
	}
	q := *p
	q.body = p.body[:n]
	return &q
}

// attachments lists the names of attached parts.
func (p *part) attachments() []string {
	var out []string
	if p.id != "" && p.attached() && p.filename() != "" {
		out = append(out, p.filename())
	}
	if p.ctype == "message/rfc822" {
		return out
	}
	for _, c := range p.children {
		out = append(out, c.attachments()...)
	}
	return out
}

// snippet is the beginning of the text on one line, escaped for HTML as Gmail does.
func (p *part) snippet() string {
	text := p.plainText(snippetRead)
	var b strings.Builder
	n, space := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || r == 0 {
			space = n > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		if n >= snippetLen {
			break
		}
		b.WriteRune(r)
		n++
	}
	s := strings.TrimSpace(b.String())
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return html.EscapeString(s)
}

// htmlText is the visible text of HTML.
func htmlText(data []byte) string {
	z := nethtml.NewTokenizer(bytes.NewReader(data))
	z.SetMaxBuf(1 << 20)
	var b strings.Builder
	skip := 0
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String()
		case nethtml.TextToken:
			if skip == 0 {
				b.Write(z.Text())
			}
		case nethtml.StartTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "head", "title":
				skip++
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote":
				b.WriteByte('\n')
			case "td", "th":
				b.WriteByte(' ')
			}
		case nethtml.SelfClosingTagToken:
			if name, _ := z.TagName(); string(name) == "br" {
				b.WriteByte('\n')
			}
		case nethtml.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "head", "title":
				skip = max(0, skip-1)
			}
		}
	}
}
