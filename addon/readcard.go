package addon

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"baton/addon/card"
	"baton/desk"
)

// How much of a message is shown, in characters: of the newest, of older ones,
// and of one that is shown whole in a part. Together they stay within a card
// also when each character takes several bytes.
const (
	shownNewest = 2500
	shownOlder  = 1200
	shownPart   = 5000
	shownFiles  = 10
)

// readCard shows messages, newest first; older ones are folded to a line.
func (d drawing) readCard(r desk.Reading) card.Card {
	c := card.Card{Header: card.Header{Title: subject(d.v.Subject), Subtitle: readStretch(r)}}
	if hint := d.readHint(r); hint != "" && r.Newer == 0 {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: card.Text(hint)}}})
	}
	for i, l := range r.Letters {
		newest := r.Newer == 0 && i == 0
		limit := shownOlder
		if newest {
			limit = shownNewest
		}
		s := card.Section{Widgets: d.letter(l, limit)}
		if !newest {
			s.Collapsible, s.Shown = true, 1
		}
		c.Sections = append(c.Sections, s)
	}
	var end []card.Widget
	switch n := len(r.Letters); {
	case r.Total == 0:
		end = append(end, card.TextParagraph{Text: card.Text("There is no message to show. The notes and the history are on the conversation's card.")})
	case n > 0 && r.Older > 0:
		end = append(end, card.Buttons{{Text: fmt.Sprintf("Show older (%d)", r.Older), Click: d.do("read", "p", string(r.Letters[n-1].ID))}})
	}
	c.Sections = append(c.Sections, card.Section{Widgets: end})
	return c
}

func readStretch(r desk.Reading) string {
	n := len(r.Letters)
	switch {
	case n == 0:
		return "No messages"
	case r.Total == 1:
		return "1 message"
	case n == r.Total:
		return fmt.Sprintf("%d messages, newest first", r.Total)
	}
	return fmt.Sprintf("Messages %d to %d of %d, newest first", r.Newer+1, r.Newer+n, r.Total)
}

// readHint says to a guest what the share leaves out.
func (d drawing) readHint(r desk.Reading) string {
	if r.Role != desk.Guest || r.Share == nil {
		return ""
	}
	var out []string
	if r.Part() {
		out = append(out, "A part of the thread was shared with you.")
	}
	if !r.Share.Attachments {
		out = append(out, "Files are not shared.")
	}
	if !r.Share.Unmasked {
		out = append(out, "Card and account numbers are hidden.")
	}
	return strings.Join(append(out, "What you read is logged."), " ")
}

// letter shows one message: who, when, what they say without what they quote.
func (d drawing) letter(l desk.Letter, limit int) []card.Widget {
	own, quotes := split(l.Text)
	text, more := beginning(own, limit)
	ws := []card.Widget{d.letterHead(l)}
	switch {
	case strings.TrimSpace(text) != "":
		ws = append(ws, card.TextParagraph{Text: card.Text(text)})
	case !l.Cut:
		ws = append(ws, card.TextParagraph{Text: card.Text("(no text)")})
	}
	var bs card.Buttons
	whole := func(text string) card.Button {
		return card.Button{Text: text, Alt: text + " of " + nameOf(l.From) + ", " + d.rq.r.at(l.At), Click: d.do("read", "msg", string(l.ID))}
	}
	switch {
	case more:
		bs = append(bs, whole("Show whole message"))
	case quotes:
		bs = append(bs, whole("Show quoted text"))
	}
	if d.v.May(desk.RightShare) {
		bs = append(bs, card.Button{Text: "Share …", Alt: "Share the message of " + nameOf(l.From) + ", " + d.rq.r.at(l.At) + ", or the thread from it on", Click: d.do("share-form", "msg", string(l.ID))})
	}
	ws = append(ws, d.files(l)...)
	if l.Cut && !more {
		ws = append(ws, tooLong())
	}
	if len(bs) > 0 {
		ws = append(ws, bs)
	}
	return ws
}

func (d drawing) letterHead(l desk.Letter) card.Widget {
	line := card.DecoratedText{Icon: card.Person, Top: d.rq.r.at(l.At), Text: card.Bold(nameOf(l.From)), Wrap: true}
	if l.Own {
		line.Icon = card.Email
	}
	if l.From.Name != "" && l.From.Email != "" {
		// Anybody can give themselves any name.
		line.Text = card.Join(line.Text, card.Text(" <"+string(l.From.Email)+">"))
	}
	if to := recipients(l.To); to != "" {
		line.Bottom = "to " + to
	}
	if cc := recipients(l.Cc); cc != "" {
		line.Bottom += ", cc " + cc
	}
	return line
}

// recipients names at most three people.
func recipients(list []desk.Address) string {
	var out []string
	for _, a := range list[:min(len(list), 3)] {
		out = append(out, nameOf(a))
	}
	s := strings.Join(out, ", ")
	if n := len(list) - len(out); n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}

func (d drawing) files(l desk.Letter) []card.Widget {
	if len(l.Files) == 0 {
		return nil
	}
	var out []string
	for _, f := range l.Files[:min(len(l.Files), shownFiles)] {
		out = append(out, f.Name+" ("+size(f.Size)+")")
	}
	if n := len(l.Files) - len(out); n > 0 {
		out = append(out, fmt.Sprintf("and %d more", n))
	}
	return []card.Widget{card.DecoratedText{Icon: card.Description, Top: "Files, to be opened in Gmail", Text: card.Text(strings.Join(out, ", ")), Wrap: true}}
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func tooLong() card.Widget {
	return card.TextParagraph{Text: card.Text("The rest is too long to be shown here; it is in the shared mailbox.")}
}

// letterCard shows one message with all that it quotes, part by part.
func (d drawing) letterCard(l desk.Letter, part int) card.Card {
	parts := partsOf(l.Text)
	part = min(max(part, 1), len(parts))
	c := card.Card{Header: card.Header{Title: subject(d.v.Subject), Subtitle: "One message, with quoted text"}}
	if len(parts) > 1 {
		c.Header.Subtitle = fmt.Sprintf("One message, with quoted text, part %d of %d", part, len(parts))
	}
	ws := []card.Widget{d.letterHead(l), card.TextParagraph{Text: card.Text(parts[part-1])}}
	if part == len(parts) {
		ws = append(ws, d.files(l)...)
		if l.Cut {
			ws = append(ws, tooLong())
		}
	} else {
		ws = append(ws, card.Buttons{{Text: "Go on", Alt: "Show the next part", Click: d.do("read", "msg", string(l.ID), "part", strconv.Itoa(part+1))}})
	}
	c.Sections = append(c.Sections, card.Section{Widgets: ws})
	return c
}

// partsOf cuts a text into parts that a card can show; at least one.
func partsOf(text string) []string {
	var out []string
	for {
		head, more := beginning(text, shownPart)
		out = append(out, head)
		if !more {
			return out
		}
		text = text[len(head):]
	}
}

// beginning gives at most so many characters of a text, to the end of a line or
// a word when one ends late enough, and whether there is more.
func beginning(text string, limit int) (string, bool) {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text, false
	}
	end := 0
	for range limit {
		_, n := utf8.DecodeRuneInString(text[end:])
		end += n
	}
	head := text[:end]
	for _, sep := range []string{"\n", " "} {
		if i := strings.LastIndex(head, sep); i >= end/2 {
			return head[:i+1], true
		}
	}
	return head, true
}
