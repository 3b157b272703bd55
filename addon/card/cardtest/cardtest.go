// Package cardtest helps tests look at answers as a person would: which card is shown, what it says,
// what can be clicked and where that leads.
//
//	card := cardtest.Parse(t, body)
//	card.Has(t, cardtest.HasButton("Take"), cardtest.In("Notes", cardtest.HasText("Billing has it")))
//	take := card.Button("Take") // take.URL, take.Parameters["version"]
//
// [Check] holds an answer against what Gmail accepts, and [Golden] keeps its whole appearance. Outside
// of tests use package schema, which does not know the testing package.
package cardtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	chatapi "google.golang.org/api/chat/v1"

	"baton/addon/card"
	"baton/addon/card/schema"
	"baton/addon/wire"
)

// Check fails the test for everything in an answer that Gmail would not accept.
func Check(t testing.TB, answer []byte, kind wire.Kind) {
	t.Helper()
	for _, err := range schema.Validate(answer, kind) {
		t.Errorf("%v answer: %v", kind, err)
	}
}

// Card is what an answer shows.
type Card struct {
	Title, Subtitle string
	Name            string
	Notification    string   // the short line at the bottom
	Moves           []string // the answer's navigations in order: "pushCard", "pop", ...
	Opened          string   // the address that the answer opens by itself
	Changed         bool     // other cards are outdated
	sections        []*chatapi.GoogleAppsCardV1Section
	menu            []Button
	footer          []Button
}

// Parse reads an answer to a trigger or an action; the last card that it pushes or updates is the one
// shown. An answer without a card gives an empty Card with its notification. Anything that is no
// answer fails the test.
func Parse(t testing.TB, answer []byte) Card {
	t.Helper()
	c, err := parse(answer)
	if err != nil {
		t.Fatalf("parse answer: %v\n%.400s", err, answer)
	}
	return c
}

// Open is what a card shows, without an answer around it.
func Open(c card.Card) Card { return view(c.Build()) }

type renderJSON struct {
	Action struct {
		Navigations  []map[string]json.RawMessage `json:"navigations"`
		Notification struct {
			Text string `json:"text"`
		} `json:"notification"`
		Link struct {
			URL string `json:"url"`
		} `json:"link"`
	} `json:"action"`
}

func parse(answer []byte) (Card, error) {
	var outer struct {
		renderJSON
		Wrapped *renderJSON `json:"renderActions"`
		Custom  *renderJSON `json:"custom_authorization_prompt"`
		Changed bool        `json:"stateChanged"`
	}
	if err := json.Unmarshal(answer, &outer); err != nil {
		return Card{}, err
	}
	r := outer.renderJSON
	for _, inner := range []*renderJSON{outer.Wrapped, outer.Custom} {
		if inner != nil {
			r = *inner
		}
	}
	var out Card
	var moves []string
	for _, n := range r.Action.Navigations {
		if len(n) != 1 {
			return Card{}, errors.New("a navigation with other than one move")
		}
		for name, raw := range n {
			moves = append(moves, name)
			if name != "pushCard" && name != "updateCard" {
				continue
			}
			var built chatapi.GoogleAppsCardV1Card
			if err := json.Unmarshal(raw, &built); err != nil {
				return Card{}, fmt.Errorf("%s: %w", name, err)
			}
			out = view(&built)
		}
	}
	out.Moves, out.Changed = moves, outer.Changed
	out.Notification, out.Opened = r.Action.Notification.Text, r.Action.Link.URL
	return out, nil
}

func view(c *chatapi.GoogleAppsCardV1Card) Card {
	out := Card{Name: c.Name, sections: c.Sections}
	if c.Header != nil {
		out.Title, out.Subtitle = c.Header.Title, c.Header.Subtitle
	}
	for _, m := range c.CardActions {
		out.menu = append(out.menu, click(Button{Text: m.ActionLabel}, m.OnClick))
	}
	if c.FixedFooter != nil {
		for _, b := range []*chatapi.GoogleAppsCardV1Button{c.FixedFooter.PrimaryButton, c.FixedFooter.SecondaryButton} {
			if b != nil {
				out.footer = append(out.footer, button(b))
			}
		}
	}
	return out
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	breaks = regexp.MustCompile(`<br/?>`)
)

// shown is what a person sees of formatted text.
func shown(s string) string {
	return html.UnescapeString(tags.ReplaceAllString(breaks.ReplaceAllString(s, "\n"), ""))
}

// Section is the part of the card under a heading that begins with header, as a card with nothing
// else in it; ok is false when there is none.
func (c Card) Section(header string) (part Card, ok bool) {
	for _, s := range c.sections {
		if s.Header != "" && strings.HasPrefix(shown(s.Header), header) {
			return Card{sections: []*chatapi.GoogleAppsCardV1Section{s}}, true
		}
	}
	return Card{}, false
}

// Sections are the headings in order, "" for a section without one.
func (c Card) Sections() []string {
	var all []string
	for _, s := range c.sections {
		all = append(all, shown(s.Header))
	}
	return all
}

// Contains reports whether any text of the card contains s.
func (c Card) Contains(s string) bool {
	for _, text := range c.Texts() {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
