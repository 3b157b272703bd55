package card

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// HTML is formatted text: a row of pieces, each with the tags around it. Only the constructors of
// this package make one, and each escapes what it is given, so no text from mail or people can bring
// a tag of its own. The zero value is empty. Because tags and text are kept apart, cutting it never
// leaves a tag open.
type HTML struct {
	runs []run
}

type run struct {
	open, text, close string // text is cleaned and not yet escaped
}

// Text is s as it stands. Line breaks are kept.
func Text(s string) HTML { return piece("", s, "") }

// Bold is s in bold.
func Bold(s string) HTML { return piece("<b>", s, "</b>") }

// Italic is s in italics.
func Italic(s string) HTML { return piece("<i>", s, "</i>") }

// Underline is s underlined.
func Underline(s string) HTML { return piece("<u>", s, "</u>") }

// Strike is s struck through.
func Strike(s string) HTML { return piece("<s>", s, "</s>") }

// Tint is s in a colour. Colour must not be the only sign of anything.
func Tint(c Colour, s string) HTML {
	return piece(fmt.Sprintf("<font color=\"#%02x%02x%02x\">", c.r, c.g, c.b), s, "</font>")
}

// Break is a line break.
func Break() HTML { return HTML{[]run{{text: "\n"}}} }

// Join puts parts one after the other.
func Join(parts ...HTML) HTML {
	var h HTML
	for _, p := range parts {
		h.runs = append(h.runs, p.runs...)
	}
	return h
}

// With puts parts one after the other with sep between those that are not empty.
func With(sep string, parts ...HTML) HTML { return between(Text(sep), parts) }

// Lines puts each part that is not empty on a line of its own.
func Lines(parts ...HTML) HTML { return between(Break(), parts) }

func between(sep HTML, parts []HTML) HTML {
	var h HTML
	for _, p := range parts {
		if p.Empty() {
			continue
		}
		if len(h.runs) > 0 {
			h.runs = append(h.runs, sep.runs...)
		}
		h.runs = append(h.runs, p.runs...)
	}
	return h
}

// Link is label as a link. Only https and mailto are linked, with a plain ASCII host and without a
// user name, which serves to imitate other hosts; anything else gives the label as text. Unless the
// label already says where the link leads, the host (or address) follows in brackets.
func Link(address, label string) HTML {
	href, place := linkable(address)
	if href == "" {
		return Text(label)
	}
	label = Plain(label, maxLabel)
	switch {
	case label == "":
		label = place
	case label != place && label != href:
		label += " (" + place + ")"
	}
	return piece(`<a href="`+html.EscapeString(href)+`">`, label, "</a>")
}

var mailAddress = regexp.MustCompile(`^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)

// linkable gives the address to link to and the place to name, both empty when it is not safe.
func linkable(address string) (href, place string) {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL {
		return "", ""
	}
	switch {
	case u.Scheme == "mailto" && mailAddress.MatchString(u.Opaque):
		return "mailto:" + u.Opaque, u.Opaque
	case u.Scheme == "https" && u.User == nil && asciiHost(u.Hostname()) && written(u.String()):
		return u.String(), u.Hostname()
	}
	return "", ""
}

func asciiHost(h string) bool {
	for i := range len(h) {
		c := h[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(".-_:", c) >= 0) {
			return false
		}
	}
	return h != ""
}

// Time is t in the reader's zone, as short as it can be understood at now: "14:20" today, then
// "Mon 14:20" within six days either way, "2 Jan 14:20" in the same year, "2 Jan 2025" otherwise.
// A nil zone means UTC, a zero t gives nothing.
func Time(t, now time.Time, zone *time.Location) HTML {
	if t.IsZero() {
		return HTML{}
	}
	if zone == nil {
		zone = time.UTC
	}
	t, now = t.In(zone), now.In(zone)
	away := t.Sub(now).Abs()
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return Text(t.Format("15:04"))
	case away < 6*24*time.Hour:
		return Text(t.Format("Mon 15:04"))
	case t.Year() == now.Year():
		return Text(t.Format("2 Jan 15:04"))
	}
	return Text(t.Format("2 Jan 2006"))
}

func piece(open, s, close string) HTML {
	s = Clean(head(s, 8*maxRun))
	if s == "" {
		return HTML{}
	}
	return HTML{[]run{{open, cut(settle(s), maxRun), close}}}
}

// Empty reports whether there is nothing to show.
func (h HTML) Empty() bool {
	for _, r := range h.runs {
		if strings.TrimSpace(r.text) != "" {
			return false
		}
	}
	return true
}

// String gives the markup.
func (h HTML) String() string { return h.render(1 << 30) }

// render gives the markup of the first limit characters of text.
func (h HTML) render(limit int) string {
	if h.Empty() {
		return ""
	}
	total := 0
	for _, r := range h.runs {
		total += utf8.RuneCountInString(r.text)
	}
	over := total > limit
	var b strings.Builder
	for _, r := range h.runs {
		text := r.text
		n := utf8.RuneCountInString(text)
		if over && n >= limit {
			text = cut(text+"……", limit) // longer than the limit, so that cut always ends it
		}
		b.WriteString(r.open)
		b.WriteString(strings.ReplaceAll(html.EscapeString(text), "\n", "<br>"))
		b.WriteString(r.close)
		if limit -= n; over && limit <= 0 {
			break
		}
	}
	// An isolate that runs over several pieces may have lost its end with them.
	b.WriteString(strings.Repeat(string(pdi), unclosed([]rune(b.String()))))
	return b.String()
}
