package addon

import (
	"fmt"

	"baton/addon/card"
	"baton/desk"
)

// followLine says of what the person hears, and offers to change it.
func (d drawing) followLine() card.Section {
	f, follows := d.v.Follower(d.rq.who)
	line := card.DecoratedText{Icon: card.Star, Wrap: true, Text: card.Text("You do not follow this"),
		End: card.Button{Text: "Follow …", Alt: "Choose of what you want to hear", Click: d.do("follow-form")}}
	switch {
	case follows && f.Level == desk.FollowNothing:
		line.Text = card.Text("You hear of " + heard(f.Level))
	case follows && f.Chosen:
		line.Text = card.Text("You hear of " + heard(f.Level) + " by mail")
	case follows:
		line.Text = card.Text("You take part in this")
	}
	others := 0
	for _, o := range d.v.Followers {
		if d.v.Role != desk.Guest && o.Who != d.rq.who && o.Level != desk.FollowNothing {
			others++
		}
	}
	switch others {
	case 0:
	case 1:
		line.Bottom = "One other follows it"
	default:
		line.Bottom = fmt.Sprintf("%d others follow it", others)
	}
	return card.Section{Widgets: []card.Widget{line}}
}

// heard says what a level lets somebody hear of.
func heard(l desk.FollowLevel) string {
	switch l {
	case desk.FollowAll:
		return "every change"
	case desk.FollowTalk:
		return "mail and notes"
	case desk.FollowClosing:
		return "its closing"
	}
	return "nothing but what names you"
}

// followForm asks of what the person wants to hear.
func (d drawing) followForm(fault string) card.Card {
	now := desk.FollowTalk
	if f, ok := d.v.Follower(d.rq.who); ok {
		now = f.Level
	}
	if l := d.typed("level"); l != "" {
		now = desk.FollowLevel(l)
	}
	var items []card.Item
	for _, l := range desk.FollowLevels() {
		items = append(items, card.Item{Text: upperFirst(heard(l)), Value: string(l), Selected: l == now})
	}
	return d.form("Follow", fault, d.submit("Save", "follow"),
		card.Selection{Name: "level", Label: "You hear of", Kind: card.Radio, Items: items},
		card.TextParagraph{Text: card.Text("You are told by mail, unless you look first. What you choose stays, whatever you do in this conversation later. Who only takes part gets no such mail. A mention and a to-do always reach you.")},
	)
}

// followed is the line that says what was chosen.
func followed(rq *request, v desk.View) string {
	f, _ := v.Follower(rq.who)
	return "You hear of " + heard(f.Level) + "."
}

// heardBy says in the history what somebody chose to hear of.
func heardBy(ev desk.Event) string {
	if l := desk.FollowLevel(ev.To); l != desk.FollowNothing {
		return heard(l)
	}
	return "nothing but what names them"
}
