// Package card builds what people see in Gmail's side panel.
//
// A [Card] is written down as plain values (sections, widgets, buttons) and turned into Google's own
// card types by [Card.Build]. Three things hold for whatever is put in:
//
//   - Text is inert. A formatted field takes [HTML], which only the constructors in html.go make, and
//     they escape; every other field takes a plain string. Both lose control characters, direction
//     overrides and invisible characters on their way in (clean.go).
//   - Google's limits are kept: 100 widgets, 100 choices, under 100 kB. What does not fit is counted
//     in the last place. Gmail would drop it silently, or the whole card (limits.go).
//   - Only fields that Gmail accepts are written. Gmail refuses a card with an unknown field, and many
//     fields of Google's types are for Chat alone.
//
// What cannot work is left out rather than sent: a button without an address, an input without a
// name, a section without a widget.
package card

import (
	chatapi "google.golang.org/api/chat/v1"
)

// Card is one page of the side panel.
type Card struct {
	Name     string // for wire.PopTo; at most 100 characters
	Header   Header
	Sections []Section
	Menu     []MenuItem // entries of the card's three-dot menu; at most 10 are kept
	Footer   *Footer
}

// Header is the top of a card. Both lines are plain text.
type Header struct {
	Title    string // required by Google; "(untitled)" when empty
	Subtitle string
	ImageURL string // https, PNG or JPG, readable by everybody
	ImageAlt string
	Round    bool // the image is a circle
}

// Section is a group of widgets under a heading.
type Section struct {
	Header      HTML
	Widgets     []Widget
	Collapsible bool
	Shown       int // widgets that stay visible while collapsed
}

// MenuItem is an entry of a card's three-dot menu.
type MenuItem struct {
	Label string
	Click Click
}

// Footer stays in place while the card scrolls. Its buttons are text only.
type Footer struct {
	Primary   Button
	Secondary *Button
}

// Widget is one element of a section.
type Widget interface {
	// widget gives Google's form, nothing when there is nothing to show, several when one is not enough.
	widget(f frame) []*chatapi.GoogleAppsCardV1Widget
}

func (h Header) build(f frame) *chatapi.GoogleAppsCardV1CardHeader {
	out := &chatapi.GoogleAppsCardV1CardHeader{
		Title:    f.plain(h.Title, maxLabel),
		Subtitle: f.plain(h.Subtitle, maxLabel),
	}
	if out.Title == "" {
		out.Title = "(untitled)"
	}
	if url := imageURL(h.ImageURL); url != "" {
		out.ImageUrl, out.ImageAltText, out.ImageType = url, f.plain(h.ImageAlt, maxLabel), "SQUARE"
		if h.Round {
			out.ImageType = "CIRCLE"
		}
	}
	return out
}

func (s Section) build(f frame) *chatapi.GoogleAppsCardV1Section {
	out := &chatapi.GoogleAppsCardV1Section{Header: f.formatted(s.Header, maxLabel)}
	for _, w := range s.Widgets {
		if w != nil {
			out.Widgets = append(out.Widgets, w.widget(f)...)
		}
	}
	if s.Collapsible {
		out.Collapsible = true
		out.UncollapsibleWidgetsCount = int64(max(0, s.Shown))
	}
	return out
}

func (m MenuItem) build(f frame) *chatapi.GoogleAppsCardV1CardAction {
	click, label := onClick(m.Click), f.plain(m.Label, maxButton)
	if click == nil || label == "" {
		return nil
	}
	return &chatapi.GoogleAppsCardV1CardAction{ActionLabel: label, OnClick: click}
}

func (t *Footer) build(f frame) *chatapi.GoogleAppsCardV1CardFixedFooter {
	if t == nil {
		return nil
	}
	var out chatapi.GoogleAppsCardV1CardFixedFooter
	first := t.Primary
	first.Icon = ""
	out.PrimaryButton = first.build(f)
	if t.Secondary != nil {
		second := *t.Secondary
		second.Icon = ""
		out.SecondaryButton = second.build(f)
	}
	if out.PrimaryButton == nil {
		out.PrimaryButton, out.SecondaryButton = out.SecondaryButton, nil
	}
	if out.PrimaryButton == nil {
		return nil
	}
	return &out
}
