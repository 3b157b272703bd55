package card

import (
	"slices"

	chatapi "google.golang.org/api/chat/v1"
)

// Button is a text, an icon, or both, that does something when clicked.
type Button struct {
	Text     string
	Icon     Icon
	Alt      string // read aloud; needed for a button without text
	Click    Click
	Fill     Colour // the zero Colour leaves the button unfilled
	Disabled bool
}

// Buttons is a row of buttons. More than buttonsPerRow continue in the next row.
type Buttons []Button

const buttonsPerRow = 8

func (w Buttons) widget(f frame) widgets {
	var built []*chatapi.GoogleAppsCardV1Button
	for _, b := range w {
		if one := b.build(f); one != nil {
			built = append(built, one)
		}
	}
	var out widgets
	for row := range slices.Chunk(built, buttonsPerRow) {
		out = append(out, &chatapi.GoogleAppsCardV1Widget{ButtonList: &chatapi.GoogleAppsCardV1ButtonList{Buttons: row}})
	}
	return out
}

// build gives nil for a button that shows or does nothing.
func (b Button) build(f frame) *chatapi.GoogleAppsCardV1Button {
	out := &chatapi.GoogleAppsCardV1Button{
		Text: f.plain(b.Text, maxButton), AltText: f.plain(b.Alt, maxLabel), Icon: b.Icon.build(),
		OnClick: onClick(b.Click), Disabled: b.Disabled, Color: b.Fill.build(),
	}
	if out.OnClick == nil || out.Text == "" && out.Icon == nil {
		return nil
	}
	return out
}

// Colour is a colour for the filling of a button or for text. The zero value is none.
type Colour struct {
	r, g, b uint8
	set     bool
}

// RGB makes a colour, black included.
func RGB(r, g, b uint8) Colour { return Colour{r, g, b, true} }

func (c Colour) build() *chatapi.Color {
	if !c.set {
		return nil
	}
	part := func(v uint8) float64 { return float64(v) / 255 }
	return &chatapi.Color{
		Red: part(c.r), Green: part(c.g), Blue: part(c.b),
		ForceSendFields: []string{"Red", "Green", "Blue"}, // zero is a value here
	}
}

// Icon is one of Google's built-in icons. The zero value is none; a name that Google does not have
// shows nothing.
type Icon string

// The built-in icons.
const (
	Bookmark    Icon = "BOOKMARK"
	Clock       Icon = "CLOCK"
	Description Icon = "DESCRIPTION"
	Email       Icon = "EMAIL"
	Invite      Icon = "INVITE"
	Membership  Icon = "MEMBERSHIP"
	People      Icon = "MULTIPLE_PEOPLE"
	Person      Icon = "PERSON"
	Phone       Icon = "PHONE"
	Star        Icon = "STAR"
	Ticket      Icon = "TICKET"
)

// alts are what is read aloud in place of an icon.
var alts = map[Icon]string{
	Bookmark: "Label", Clock: "Time", Description: "Files", Email: "Mail", Invite: "Invitation", Membership: "Membership",
	People: "People", Person: "Person", Phone: "Phone", Star: "Star", Ticket: "Ticket",
}

func (i Icon) build() *chatapi.GoogleAppsCardV1Icon {
	alt, ok := alts[i]
	if !ok {
		return nil
	}
	return &chatapi.GoogleAppsCardV1Icon{KnownIcon: string(i), AltText: alt}
}
