package policy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// Limits of the saved texts.
const (
	MaxTexts    = 100
	MaxTextSize = 4000 // characters of one
)

// savedTexts reads the texts that people put into replies.
func (r *reader) savedTexts(t table, boxes []box) []desk.SavedText {
	var out []desk.SavedText
	taken := make(map[string]int) // the line of a name, in lower case
	r.each(t, "texts", MaxTexts, func(n ast.Node, at place) {
		m, ok := r.table(n, at, "a text", "name", "text", "mailboxes")
		if !ok {
			return
		}
		r.need(m, "name", "text")
		var s desk.SavedText
		var where place
		s.Name, where = r.name(m, "name")
		if line, again := taken[strings.ToLower(s.Name)]; again && s.Name != "" {
			r.fault(where, "the text %s is there already, in line %d: give this one another name", s.Name, line)
		}
		taken[strings.ToLower(s.Name)] = where.line
		s.Text, s.Mailboxes = r.savedText(m), r.offeredIn(m, boxes)
		out = append(out, s)
	})
	return out
}

// savedText checks a text: what is written wrongly would be read by customers.
func (r *reader) savedText(t table) string {
	w, ok := r.text(t, "text")
	if !ok {
		return ""
	}
	switch n := utf8.RuneCountInString(w.text); {
	case n == 0:
		r.fault(w.at, "text is empty: write what is to be inserted")
	case n > MaxTextSize:
		r.fault(w.at, "text has %d characters, at most %d are allowed", n, MaxTextSize)
	}
	var known []string
	for _, p := range desk.Placeholders() {
		known = append(known, string(p))
	}
	named, rest := desk.Slots(w.text)
	for _, p := range named {
		if p.Name() == "" {
			say := hint(string(p), known)
			if say == "" {
				say = ": there are " + strings.Join(known, ", ")
			}
			r.fault(w.at, "text has the placeholder {{%s}}, which is not known%s", clip(string(p)), say)
		}
	}
	if strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		r.fault(w.at, `text has {{ or }} that belongs to no placeholder: write one like {{customer.first_name}} or {{customer.first_name | "there"}}`)
	}
	if strings.IndexFunc(w.text, func(c rune) bool {
		return c != '\n' && unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == '\u2028' || c == '\u2029'
	}) >= 0 {
		r.fault(w.at, "text has an invisible character: remove it")
	}
	return w.text
}

// offeredIn reads the mailboxes in which a text is offered.
func (r *reader) offeredIn(t table, boxes []box) []desk.Mailbox {
	var all []desk.Email
	for _, b := range boxes {
		all = append(all, desk.Email(b.Address))
	}
	e, given := t.keys["mailboxes"]
	var out []desk.Mailbox
	for _, w := range r.texts(t, "mailboxes", MaxMailboxes) {
		addr, ok := r.address(w)
		switch {
		case !ok:
		case !slices.Contains(all, addr):
			r.fault(w.at, "%s is no mailbox of this desk%s", addr, orList(nearEmail(addr, all)))
		case slices.Contains(out, desk.Mailbox(addr)):
			r.fault(w.at, "%s is named twice: keep one", addr)
		default:
			out = append(out, desk.Mailbox(addr))
		}
	}
	if s, ok := e.node.(*ast.SequenceNode); given && ok && len(s.Values) == 0 {
		r.fault(e.at, "mailboxes is empty: to offer the text everywhere, remove the key")
	}
	return out
}

func orList(hint string) string {
	if hint == "" {
		return ": write the address of one of the mailboxes above"
	}
	return hint
}
