package card

import (
	"fmt"
	"strings"

	chatapi "google.golang.org/api/chat/v1"
)

// Limits. The first four are Google's (pages of google.apps.card.v1 and CardService). Google names no
// size for a whole answer; maxBytes stays below 100 kB with room for what is around the card. The
// others, in characters unless said otherwise, are what a panel of 360 pixels can reasonably show.
const (
	MaxWidgets  = 100 // in a card, those in columns included, and so in a section
	MaxSections = 100
	MaxItems    = 100
	MaxBytes    = 96 << 10

	maxParagraph = 6000
	maxLine      = 1000 // text of a DecoratedText
	maxLabel     = 200
	maxButton    = 60
	maxItem      = 100
	maxValue     = 8000 // what a TextInput is filled with; never cut further, it may be a reply
	maxRun       = 20000
	maxMenu      = 10
	maxURL       = 2000     // bytes
	maxAction    = 2048     // bytes of JSON
	maxID        = 512      // bytes of a name or a value
	maxImage     = 32 << 10 // bytes of a data URL
)

// frame is how much of a card is kept. Build tries the whole first, then shorter texts, then fewer
// widgets.
type frame struct {
	shrink  int // texts are cut to their limit halved so often
	widgets int
	items   int
}

func (f frame) limit(n int) int { return max(n>>f.shrink, min(n, 24)) }

func (f frame) plain(s string, limit int) string { return Line(s, f.limit(limit)) }

func (f frame) formatted(h HTML, limit int) string { return h.render(f.limit(limit)) }

// label is for small lines that may or may not be formatted: no angle bracket gets through.
func (f frame) label(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›").Replace(f.plain(s, maxLabel))
}

// Build gives the card in Google's types, within all limits.
func (c Card) Build() *chatapi.GoogleAppsCardV1Card {
	built, _ := c.fitted()
	return built
}

// fitted gives the card, and its JSON, in the largest form that fits.
func (c Card) fitted() (*chatapi.GoogleAppsCardV1Card, []byte) {
	f := frame{widgets: MaxWidgets, items: MaxItems}
	for {
		out := c.build(f)
		if b := encodeCard(out); len(b) <= MaxBytes || f.widgets == 1 {
			return out, b
		}
		if f.shrink < 5 {
			f.shrink++
			continue
		}
		f.widgets, f.items = f.widgets/2, max(2, f.items/2)
	}
}

func (c Card) build(f frame) *chatapi.GoogleAppsCardV1Card {
	out := &chatapi.GoogleAppsCardV1Card{Header: c.Header.build(f), FixedFooter: c.Footer.build(f)}
	if nameable(c.Name) {
		out.Name = c.Name
	}
	for _, m := range c.Menu {
		if item := m.build(f); item != nil && len(out.CardActions) < maxMenu {
			out.CardActions = append(out.CardActions, item)
		}
	}
	for _, s := range c.Sections {
		if section := s.build(f); len(section.Widgets) > 0 {
			out.Sections = append(out.Sections, section)
		}
	}
	out.Sections = fit(out.Sections, f.widgets)
	for _, s := range out.Sections {
		s.UncollapsibleWidgetsCount = min(s.UncollapsibleWidgetsCount, int64(len(s.Widgets)))
	}
	return out
}

// fit keeps the first room widgets, and in the last place says how many are left out. Since every
// section has a widget, this keeps the number of sections as well.
func fit(sections []*chatapi.GoogleAppsCardV1Section, room int) []*chatapi.GoogleAppsCardV1Section {
	total := 0
	for _, s := range sections {
		for _, w := range s.Widgets {
			total += weight(w)
		}
	}
	if total <= room {
		return sections
	}
	room-- // the last place
	var kept []*chatapi.GoogleAppsCardV1Section
	left, full := 0, false
	for _, s := range sections {
		part := *s
		part.Widgets = nil
		for _, w := range s.Widgets {
			if full = full || weight(w) > room; full {
				left++
				continue
			}
			room -= weight(w)
			part.Widgets = append(part.Widgets, w)
		}
		if len(part.Widgets) > 0 {
			kept = append(kept, &part)
		}
	}
	note := &chatapi.GoogleAppsCardV1Widget{TextParagraph: &chatapi.GoogleAppsCardV1TextParagraph{
		Text: fmt.Sprintf("%d more not shown", left),
	}}
	// A collapsed section would hide it.
	if n := len(kept); n > 0 && !kept[n-1].Collapsible {
		kept[n-1].Widgets = append(kept[n-1].Widgets, note)
		return kept
	}
	return append(kept, &chatapi.GoogleAppsCardV1Section{Widgets: []*chatapi.GoogleAppsCardV1Widget{note}})
}

// weight counts a widget and those inside its columns.
func weight(w *chatapi.GoogleAppsCardV1Widget) int {
	n := 1
	if w.Columns != nil {
		for _, c := range w.Columns.ColumnItems {
			n += len(c.Widgets)
		}
	}
	return n
}
