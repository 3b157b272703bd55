package addon

import (
	"fmt"
	"slices"
	"strings"

	"baton/addon/card"
	"baton/desk"
)

// resting tells of answers that wait for a yes or for their time, and of those
// that went back to their writers: first of what waits for the reader's yes. It
// informs others, so that nobody writes a second answer.
func (d drawing) resting() (ws []card.Widget) {
	if !d.v.May(desk.RightReply) {
		return nil
	}
	all := d.v.Resting()
	for _, o := range all {
		if d.mayDecide(o) {
			ws = append(ws, d.asksLine(o))
		}
	}
	for _, o := range all {
		if !d.mayDecide(o) {
			ws = append(ws, d.restLine(o)...)
		}
	}
	return ws
}

func (d drawing) mayDecide(o desk.Outgoing) bool {
	return d.p.MayDecide(d.rq.who, &d.v.Conversation, o, d.rq.r.now)
}

func (d drawing) asksLine(o desk.Outgoing) card.Widget {
	line := card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Bold(named(d.p, o.By) + " asks for your yes to an answer"),
		Bottom: "Since " + d.rq.r.at(o.At),
		End:    card.Button{Text: "Look at it", Alt: "Look at the answer of " + named(d.p, o.By), Fill: accent, Click: d.do("yes-form", "r", string(o.Key()))}}
	if !slices.Contains(o.Asked.People, d.rq.who) {
		line.Text = card.Bold("The answer of " + named(d.p, o.By) + " waits for the yes of " + d.askedOf(o))
		line.Bottom += ". You can say it too"
	}
	return line
}

// restLine is the line of an answer that is not for the reader to decide about,
// with what they can do.
func (d drawing) restLine(o desk.Outgoing) []card.Widget {
	own, r := o.By == d.rq.who, d.rq.r
	whose := "The answer of " + named(d.p, o.By)
	if own {
		whose = "Your answer"
	}
	if o.State == desk.GoesLater || o.State == desk.Stopped {
		whose = d.whose(o)
	}
	line := card.DecoratedText{Icon: card.Email, Wrap: true, Bottom: "Since " + r.at(o.At)}
	back := card.Button{Text: "Take back", Alt: "Take back " + lowerFirst(whose), Click: d.do("reply-undo", "r", string(o.Key()))}
	change := card.Button{Text: "Change …", Alt: "Change your answer and ask anew", Click: d.do("reply-form", "r", string(o.Key()))}
	var bs card.Buttons
	switch o.State {
	case desk.AwaitsYes:
		line.Text = card.Text(whose + " waits for the yes of " + d.askedOf(o))
		if o.Later.After(r.now) {
			line.Bottom += ", to go " + r.at(o.Later)
		}
		if own {
			bs = card.Buttons{change, back}
		}
	case desk.GivenBack:
		line.Icon, line.Text, line.Bottom = card.Person, card.Text(whose+" was given back"), "The note says what should be different"
		if own {
			line.Text, bs = card.Bold(whose+" was given back. It was not sent"), card.Buttons{change}
		}
	case desk.GoesLater:
		line.Icon, line.Text = card.Clock, card.Text(whose+" goes "+r.at(o.Later))
		line.Bottom = "Written " + r.at(o.At) + d.yesOf(o)
		if own || d.v.Role == desk.Manager || d.v.Role == desk.Admin {
			bs = card.Buttons{{Text: "Send now", Alt: "Send " + lowerFirst(whose) + " now", Click: d.do("send-now", "r", string(o.Key()))}, back}
		}
	case desk.Stopped:
		line.Text = card.Tint(red, fmt.Sprintf("%s that was to go %s was stopped: %s", whose, r.at(o.Later), card.Isolate(o.Why)))
		line.Bottom = "It was not sent"
		if d.v.Role != desk.Guest || own {
			bs = card.Buttons{{Text: "Try again", Alt: "Open the reply that was stopped", Click: d.do("reply-form", "r", string(o.Key()))}}
		}
	}
	if len(bs) == 0 {
		return []card.Widget{line}
	}
	return []card.Widget{line, bs}
}

// askedOf names whose yes an answer waits for.
func (d drawing) askedOf(o desk.Outgoing) string {
	if o.Asked.Team != "" {
		return card.Isolate(o.Asked.Team)
	}
	return d.names(o.Asked.People)
}

// yesOf says who said yes to a reply, behind something else.
func (d drawing) yesOf(o desk.Outgoing) string {
	if o.Asked == nil || o.Asked.YesBy == "" {
		return ""
	}
	s := " · " + upperFirst(d.you(o.Asked.YesBy)) + " said yes"
	if o.Asked.Changed {
		s += ", with another text"
	}
	return s
}

// askedSection is what waits for a person's yes, on their home card.
func (a *Addon) askedSection(rq *request, rows []desk.MentionRow, all int) card.Section {
	p := a.o.Desk.Policy()
	title := "1 answer waits for your yes"
	if all > 1 {
		title = fmt.Sprintf("%d answers wait for your yes", all)
	}
	s := card.Section{Header: card.Text(title)}
	for _, m := range rows {
		s.Widgets = append(s.Widgets, card.DecoratedText{Icon: card.Email, Top: named(p, m.Mention.By) + " asks, " + rq.r.ago(m.Mention.At),
			Text: card.Bold(subject(m.Row.Subject)), Bottom: strings.TrimSpace(nameOf(m.Row.Customer)), Click: a.action("open", "c", string(m.Row.ID))})
	}
	return s
}
