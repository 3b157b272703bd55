package preview

import (
	"strings"

	"golang.org/x/net/html"
)

// plain gives the readable text of an HTML mail: no markup, no addresses, no scripts. Blocks become
// lines, list items get a dash, runs of blanks and of empty lines shrink.
func plain(source string) string {
	var out strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(source))
	hidden := "" // the element whose content nobody reads
	for {
		switch tokens.Next() {
		case html.ErrorToken: // end of text; a reader over a string fails in no other way
			return tidy(out.String())
		case html.StartTagToken, html.SelfClosingTagToken:
			tag, _ := tokens.TagName()
			switch name := string(tag); name {
			case "script", "style", "title", "template", "noscript", "svg":
				if hidden == "" {
					hidden = name
				}
			case "li":
				out.WriteString("\n- ")
			case "td", "th":
				out.WriteByte(' ')
			default:
				if block[name] {
					out.WriteByte('\n')
				}
			}
		case html.EndTagToken:
			tag, _ := tokens.TagName()
			if name := string(tag); name == hidden {
				hidden = ""
			} else if block[name] {
				out.WriteByte('\n')
			}
		case html.TextToken:
			if hidden == "" {
				text := strings.Map(func(r rune) rune {
					if r == '\n' || r == '\r' || r == '\t' {
						return ' '
					}
					return r
				}, string(tokens.Text()))
				out.WriteString(html.UnescapeString(text))
			}
		}
	}
}

var block = map[string]bool{
	"p": true, "div": true, "br": true, "tr": true, "table": true, "ul": true, "ol": true, "hr": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "blockquote": true, "pre": true, "section": true,
}

func tidy(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
