package addon

import (
	"slices"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// The choices of when a reply goes.
const (
	whenNow     = "now"
	whenMorning = "morning"
	whenPick    = "pick"
)

// waitFields let a reply wait: for a time, or for a colleague's yes.
func (d drawing) waitFields(l letter) card.Section {
	r := d.rq.r
	if l.when == "" {
		l.when = whenNow
	}
	items := []card.Item{
		{Text: "At once", Value: whenNow},
		{Text: "The next working morning (" + r.at(d.p.Morning(d.v.Mailbox, r.now)) + ")", Value: whenMorning},
		{Text: "On the day and time below", Value: whenPick},
	}
	for i := range items {
		items[i].Selected = items[i].Value == l.when
	}
	s := card.Section{Header: card.Text("Send later, ask for a yes"), Collapsible: l.when == whenNow && l.person == "" && !d.needsYes()}
	if d.needsYes() {
		s.Header = card.Text("A colleague's yes, and when it goes")
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("Your answers here go when " + d.names(d.p.Approvers(d.rq.who, &d.v.Conversation, r.now)) + " has said yes.")})
	}
	s.Widgets = append(s.Widgets, d.yesInput(l),
		card.Selection{Name: "when", Label: "It goes", Kind: card.Radio, Items: items},
		card.DateTime{Name: "later", Label: "Day and time", Kind: card.DateAndTime, Zone: r.zone, Value: l.later},
		card.TextParagraph{Text: card.Text("If somebody writes before it goes, it is stopped and you are told.")})
	if !d.needsYes() {
		b := d.submit("Ask for a yes", "ask", "once", l.once, "r", string(l.again))
		b.Fill, b.Alt = card.Colour{}, "Have a colleague look at the answer before it goes"
		s.Widgets = append(s.Widgets, card.Buttons{b})
	}
	return s
}

// yesInput asks whose yes is wanted.
func (d drawing) yesInput(l letter) card.Widget {
	in := card.TextInput{Name: "person", Label: "Whose yes", Hint: "A colleague or a team; begin with a name", Value: l.person}
	if d.needsYes() {
		in.Label, in.Hint = "Whose yes (optional)", "Anybody of them, if you leave it empty"
	}
	if d.v.Role != desk.Guest { // a guest is not told who works here
		complete := d.a.suggestAction(d.v.Conversation, "yes")
		in.Complete = &complete
	}
	return in
}

// needsYes tells whether the reader's answers wait for a colleague's yes.
func (d drawing) needsYes() bool {
	return d.p.NeedsYes(d.rq.who, &d.v.Conversation, d.rq.r.now)
}

// sendButton is the button that most people want: Send, or Ask for a yes.
func (d drawing) sendButton(l letter) card.Button {
	more := []string{"once", l.once, "r", string(l.again)}
	if l.braces {
		more = append(more, "braces", "1")
	}
	if d.needsYes() {
		return d.submit("Ask for a yes", "ask", more...)
	}
	return d.submit("Send", "reply", more...)
}

// names lists people as a choice between them.
func (d drawing) names(people []desk.Email) string {
	var names []string
	for _, e := range people {
		names = append(names, d.you(e))
	}
	switch n := len(names); {
	case n == 0:
		return "a colleague"
	case n > 3:
		return strings.Join(names[:3], ", ") + " or another of them"
	default:
		return strings.Join(names, " or ")
	}
}

// wait puts into an answer what the form says about when it goes. A day that was
// picked without choosing it, or a name without asking, sends nothing.
func (a *Addon) wait(rq *request, l letter, asks bool, out *desk.Answer) error {
	at, picked := rq.ev.FormDate("later")
	switch {
	case l.when == whenMorning:
		out.Morning = true
	case l.when == whenPick && !picked:
		return &desk.Problem{Kind: desk.ErrInvalid, Say: "Choose the day and the time below."}
	case l.when == whenPick:
		out.Later = at
	case picked:
		return &desk.Problem{Kind: desk.ErrInvalid, Say: "You picked a day and time, but the reply goes at once. Choose “On the day and time below”, or clear them. Nothing was sent."}
	}
	if !asks && l.person == "" {
		return nil
	}
	if !asks {
		return &desk.Problem{Kind: desk.ErrInvalid, Say: "You named somebody for a yes. Press Ask for a yes, or clear the name. Nothing was sent."}
	}
	if name, ok := strings.CutSuffix(l.person, teamMark); ok {
		out.Ask = &desk.Ask{Team: strings.TrimSpace(name)}
		return nil
	}
	if t, ok := a.o.Desk.Policy().Team(l.person); ok {
		out.Ask = &desk.Ask{Team: t.Name}
		return nil
	}
	to, err := a.person(rq)
	if err != nil {
		return err
	}
	out.Ask = &desk.Ask{To: to}
	return nil
}

// waitsFor puts into a letter what an answer waited for.
func (d drawing) waitsFor(l *letter, a desk.Answer) {
	if a.Later.After(d.rq.r.now) {
		l.when, l.later = whenPick, a.Later
	}
	switch {
	case a.Ask == nil:
	case a.Ask.Team != "":
		l.person = a.Ask.Team + teamMark
	case a.Ask.To != "":
		if m, ok := d.p.Member(a.Ask.To); ok {
			l.person = pickName(d.p, m)
		}
	}
}

// suggestYes offers teams and people whose yes somebody can ask for; those who are
// away say so.
func (a *Addon) suggestYes(rq *request, v desk.View) (wire.Answer, error) {
	p, typed := a.o.Desk.Policy(), strings.TrimSpace(rq.ev.Form("person"))
	able := p.Approvers(rq.who, &v.Conversation, rq.r.now)
	var out wire.Suggestions
	for _, t := range p.Teams {
		begins := len(typed) <= len(t.Name) && strings.EqualFold(t.Name[:len(typed)], typed)
		some := false
		for _, e := range t.Members {
			some = some || slices.Contains(able, e)
		}
		if begins && some && card.Plain(t.Name, 200) == t.Name && len(out) < suggestions {
			out = append(out, t.Name+teamMark)
		}
	}
	found, err := a.o.Desk.Candidates(rq.Context(), v.Mailbox, typed, 100)
	for _, c := range found {
		if slices.Contains(able, c.Email) && len(out) < suggestions {
			out = append(out, suggestion(c))
		}
	}
	return out, err
}

// replied is the line that says what becomes of a reply.
func replied(rq *request, v desk.View) string {
	for i := len(v.Outgoing) - 1; i >= 0; i-- {
		switch o := v.Outgoing[i]; {
		case o.By != rq.who:
		case o.State == desk.GoesLater:
			return "It goes " + rq.r.at(o.Later) + ". Until then you can take it back on the card."
		case o.State == desk.AwaitsYes:
			return "Not sent yet: it waits for a yes."
		case o.State == desk.OnItsWay && o.GoesAt.After(rq.r.now):
			return "Sends in " + seconds(o.GoesAt.Sub(rq.r.now)) + ". Until then you can undo it on the card."
		}
	}
	return "Your reply is on its way."
}

// waiting is replied for an answer that asks for a yes; of people who are away it
// says so.
func (a *Addon) waiting(rq *request, v desk.View) string {
	p := a.o.Desk.Policy()
	all, err := a.o.Desk.Presences(rq.Context())
	if err != nil {
		return replied(rq, v)
	}
	for i := len(v.Outgoing) - 1; i >= 0; i-- {
		o := v.Outgoing[i]
		if o.By != rq.who || o.State != desk.AwaitsYes {
			continue
		}
		var away []string
		for _, e := range o.Asked.People {
			if is := all[e].Availability; is == desk.Away || is == desk.AwayReassign {
				away = append(away, p.NameOf(e))
			}
		}
		if len(away) == 0 || len(away) < len(o.Asked.People) {
			break
		}
		is := " is away. It waits until they are back; Change asks somebody else."
		if len(away) > 1 {
			is = " are away. It waits until one is back; Change asks somebody else."
		}
		return "Asked, but " + listed(away) + is
	}
	return replied(rq, v)
}
