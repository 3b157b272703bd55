package addon

import (
	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// give gives a conversation to a person. Somebody who is away is asked about once
// more; parameter anyway names whom it was asked about, to a deputy who is chosen
// instead.
func (a *Addon) give(rq *request) (wire.Answer, error) {
	to, err := a.receiver(rq)
	if err != nil || to == "" || desk.Email(rq.ev.Parameter("anyway")) == to {
		return a.giving(rq)
	}
	id, _ := target(rq)
	is, _, err := a.o.Desk.Whereabouts(rq.Context(), to, "")
	if err != nil {
		return nil, err
	}
	if !is.Availability.IsAway() || to == rq.who {
		return a.giving(rq)
	}
	v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
	if err != nil {
		return nil, err
	}
	p := a.o.Desk.Policy()
	if !v.May(desk.RightAssign) || !p.Works(to, v.Mailbox) {
		return a.giving(rq) // which says why not
	}
	_, deputy, err := a.o.Desk.Whereabouts(rq.Context(), to, v.Mailbox)
	if err != nil {
		return nil, err
	}
	c := drawing{a: a, rq: rq, p: p, v: v}.awayForm(to, is, deputy)
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(c)}}}, nil
}

// receiver is to whom the form, or one of its buttons, gives.
func (a *Addon) receiver(rq *request) (desk.Email, error) {
	if to := rq.ev.Parameter("to"); to != "" {
		return desk.ParseEmail(to), nil
	}
	return a.person(rq)
}

// awayForm is the form for giving, with the question whether somebody who is away
// should have it, and their deputy if one is there.
func (d drawing) awayForm(to desk.Email, is desk.Presence, deputy desk.Email) card.Card {
	say := named(d.p, to) + " is away"
	if !is.Until.IsZero() {
		say += " until " + d.rq.r.at(is.Until)
	}
	say += ". Nothing was given yet."
	c := d.giveForm(say)
	if deputy != "" && deputy != to {
		instead := card.Button{Text: "Give to " + named(d.p, deputy), Click: d.submit("", "give", "to", string(deputy)).Click}
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{
			card.TextParagraph{Text: card.Text(named(d.p, deputy) + " stands in for " + named(d.p, to) + ".")},
			card.Buttons{instead},
		}})
	}
	c.Footer.Primary = d.submit("Give anyway", "give", "anyway", string(to))
	return c
}

// giving gives it without asking.
func (a *Addon) giving(rq *request) (wire.Answer, error) {
	d := a.o.Desk
	return a.change(func(rq *request, c desk.ConversationID, seen desk.Seen) (desk.Conversation, error) {
		to, err := a.receiver(rq)
		if err != nil {
			return desk.Conversation{}, err
		}
		due, _ := rq.ev.FormDate("due")
		return d.Give(rq.Context(), rq.who, c, seen, desk.Give{To: to, Why: rq.ev.Form("why"), Due: due})
	}, func(rq *request, v desk.View) string { return "Given to " + named(d.Policy(), v.Assignee) + "." })(rq)
}
