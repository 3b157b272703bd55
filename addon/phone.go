package addon

import (
	"baton/addon/card"
	"baton/addon/wire"
)

// onPhone tells whether the event comes from Gmail's phone app. It shows the
// card of an open message and no home card, so that everything has to be
// reached from there (developers.google.com/workspace/add-ons/guides/restrictions).
func (rq *request) onPhone() bool {
	p := rq.ev.Common.Platform
	return p == "IOS" || p == "ANDROID"
}

// withHome ends a card with the way to the home card, where Gmail shows none.
func (a *Addon) withHome(rq *request, c card.Card) card.Card {
	if rq.onPhone() {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.Buttons{{
			Text: "My work …", Alt: "What you hold, the queues, mentions and your availability", Click: a.action("home"),
		}}}})
	}
	return c
}

// homeOver shows the home card over the one from which it was asked for.
func (a *Addon) homeOver(rq *request) (wire.Answer, error) {
	h, err := a.o.Desk.Home(rq.Context(), rq.who)
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Show(a.homeCard(rq, h, card.HTML{}))}, nil
}
