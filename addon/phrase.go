package addon

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baton/addon/card"
	"baton/desk"
)

// subject is a subject as cards show it.
func subject(s string) string {
	if strings.TrimSpace(s) == "" {
		return "(no subject)"
	}
	return card.Isolate(s)
}

// named is how a person of the desk is called in a sentence.
func named(p *desk.Policy, e desk.Email) string { return card.Isolate(p.NameOf(e)) }

// nameOf is how a customer is called: the name, or the address.
func nameOf(a desk.Address) string {
	switch {
	case strings.TrimSpace(a.Name) != "":
		return card.Isolate(a.Name)
	case a.Email != "":
		return string(a.Email)
	}
	return "Somebody"
}

// echoed is what somebody typed, as a sentence says it back: one line, cut.
func echoed(typed string) string {
	return card.Isolate(card.Plain(typed, desk.MaxEcho))
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

func joinTags(tags []string) string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = card.Isolate(t)
	}
	return strings.Join(out, ", ")
}

func shareRoleName(r desk.ShareRole) string {
	switch r {
	case desk.ShareComment:
		return "may read and comment"
	case desk.ShareReply:
		return "may read, comment and answer"
	}
	return "may read"
}

// mentioned is a note's text with the people and teams that it names in bold.
func mentioned(p *desk.Policy, mb desk.Mailbox, n desk.Note) card.HTML {
	var out []card.HTML
	rest := n.Text
	for {
		i := strings.IndexByte(rest, '@')
		if i < 0 {
			break
		}
		end := i + 1
		for end < len(rest) {
			r, size := utf8.DecodeRuneInString(rest[end:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._+-@", r) {
				break
			}
			end += size
		}
		word := rest[i:end]
		out = append(out, card.Text(rest[:i]))
		called, _ := p.Called(word[1:], mb)
		if slices.ContainsFunc(called, func(e desk.Email) bool { return slices.Contains(n.Mentions, e) || slices.Contains(n.Outside, e) }) {
			out = append(out, card.Bold(word))
		} else {
			out = append(out, card.Text(word))
		}
		rest = rest[end:]
	}
	return card.Apart(append(out, card.Text(rest))...)
}

// eventLine is one line of a history.
func eventLine(p *desk.Policy, r reader, ev desk.Event) card.DecoratedText {
	return card.DecoratedText{Top: r.at(ev.At), Text: card.Text(sentence(p, r, ev)), Wrap: true}
}
