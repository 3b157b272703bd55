package gmail

import (
	"encoding/base64"
	"mime"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Bounds on the parts of one mail; what is deeper or comes later is not seen.
const (
	maxDepth = 10
	maxParts = 200
	maxHTML  = 256 << 10 // bytes of HTML searched for text
)

// walk visits a mail's parts in order until visit gives false.
func walk(p *gmailapi.MessagePart, visit func(*gmailapi.MessagePart) bool) {
	left := maxParts
	var step func(*gmailapi.MessagePart, int) bool
	step = func(p *gmailapi.MessagePart, depth int) bool {
		if p == nil || depth > maxDepth || left == 0 {
			return left > 0
		}
		left--
		if !visit(p) {
			return false
		}
		for _, child := range p.Parts {
			if !step(child, depth+1) {
				return false
			}
		}
		return true
	}
	step(p, 0)
}

// bodyText gives the mail's text for rules: the first text/plain part, else
// the first text/html part without its tags; at most desk.MaxRuleBody bytes.
func bodyText(p *gmailapi.MessagePart) string {
	var text, markup string
	walk(p, func(p *gmailapi.MessagePart) bool {
		if p.Filename != "" || p.Body == nil || p.Body.Data == "" {
			return true
		}
		switch {
		case text == "" && strings.EqualFold(p.MimeType, "text/plain"):
			text = strings.TrimSpace(partText(p, 2*desk.MaxRuleBody))
		case markup == "" && strings.EqualFold(p.MimeType, "text/html"):
			markup = partText(p, maxHTML)
		}
		return text == ""
	})
	if text == "" {
		text = stripTags(markup)
	}
	return cut(strings.ReplaceAll(text, "\x00", ""), desk.MaxRuleBody)
}

// partText decodes the beginning of a part's data (base64url).
func partText(p *gmailapi.MessagePart, limit int) string {
	data := strings.TrimRight(p.Body.Data, "=")
	if n := (limit + 2) / 3 * 4; len(data) > n {
		data = data[:n]
	}
	b, err := base64.RawURLEncoding.DecodeString(data)
	if err != nil && len(b) == 0 {
		return ""
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// stripTags gives the text of HTML that a person would read.
func stripTags(markup string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	hidden := ""
	for b.Len() < desk.MaxRuleBody {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.StartTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "head", "title", "template":
				if hidden == "" {
					hidden = string(name)
				}
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote":
				newLine(&b)
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == hidden {
				hidden = ""
			}
		case html.SelfClosingTagToken:
			if name, _ := z.TagName(); string(name) == "br" {
				newLine(&b)
			}
		case html.TextToken:
			if hidden == "" {
				addText(&b, string(z.Text()))
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func newLine(b *strings.Builder) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteByte('\n')
	}
}

// addText adds words with one space where the markup had any.
func addText(b *strings.Builder, text string) {
	gap := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			gap = true
			continue
		}
		if gap {
			addSpace(b)
			gap = false
		}
		b.WriteRune(r)
	}
	if gap {
		addSpace(b)
	}
}

func addSpace(b *strings.Builder) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") && !strings.HasSuffix(s, " ") {
		b.WriteByte(' ')
	}
}

// attachments lists the named parts.
func attachments(p *gmailapi.MessagePart) []desk.Attachment {
	var out []desk.Attachment
	walk(p, func(p *gmailapi.MessagePart) bool {
		if p.Filename != "" {
			a := desk.Attachment{Name: cutRunes(plain(p.Filename), maxName), Type: mediaType(p.MimeType)}
			if p.Body != nil {
				a.Size = p.Body.Size
			}
			out = append(out, a)
		}
		return true
	})
	return out
}

func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil {
		return "application/octet-stream"
	}
	return t
}
