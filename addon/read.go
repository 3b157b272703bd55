package addon

import (
	"errors"
	"strconv"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// lettersShown is how many messages a card shows at a time.
const lettersShown = 5

// read shows the mail of a conversation, newest first. Parameters: c; p, the
// message before which to go on; or msg, one message to show whole, and part,
// which part of it from 1.
func (a *Addon) read(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	at := desk.Place{Before: desk.MessageID(rq.ev.Parameter("p")), Only: desk.MessageID(rq.ev.Parameter("msg")), Limit: lettersShown}
	r, err := a.o.Desk.Read(rq.Context(), rq.who, id, at)
	if err != nil {
		return a.unreadable(rq, err)
	}
	d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: r.View}
	if at.Only != "" && len(r.Letters) == 1 {
		part, _ := strconv.Atoi(rq.ev.Parameter("part"))
		return wire.Submit{Render: wire.Show(d.letterCard(r.Letters[0], part))}, nil
	}
	return wire.Submit{Render: wire.Show(d.readCard(r))}, nil
}

// unreadable shows why there is no mail to read, over the conversation's card,
// where notes and history stay.
func (a *Addon) unreadable(rq *request, err error) (wire.Answer, error) {
	var problem *desk.Problem
	if !errors.Is(err, desk.ErrMail) || !errors.As(err, &problem) {
		return nil, err
	}
	a.o.Logger.Warn("addon: a thread cannot be read", "request", rq.id, "error", err)
	return wire.Submit{Render: wire.Show(a.plainCard("The mail cannot be shown", problem.Say))}, nil
}

// reading offers the mail to those who have not got it before them.
func (d drawing) reading() []card.Widget {
	if t, ok := d.rq.ev.ThreadHex(); ok && desk.ThreadID(t) == d.v.Thread && d.v.Role != desk.Guest {
		return nil
	}
	return []card.Widget{card.Buttons{{Text: "Read the conversation", Click: d.do("read")}}}
}

// beginShare answers the button that begins a share. Parameters: c; msg, the
// message from which on or which alone it may be.
func (a *Addon) beginShare(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
	v, err := a.may(rq, id, desk.RightShare)
	if err != nil {
		return v, nil, err
	}
	msg := desk.MessageID(rq.ev.Parameter("msg"))
	if hex, ok := rq.ev.MessageHex(); ok && msg == "" && v.Role != desk.Guest {
		// In the shared mailbox it is the message that they have open.
		if has, err := a.o.Desk.Has(rq.Context(), rq.who, id, desk.MessageID(hex)); err == nil && has {
			msg = desk.MessageID(hex)
		}
	}
	return v, func(d drawing) card.Card { return d.shareForm(msg, "") }, nil
}

// shareOrPick shares what the form says; when it says that messages are to be
// chosen, it shows them to choose from first.
func (a *Addon) shareOrPick(rq *request) (wire.Answer, error) {
	if rq.ev.Form("scope") != "choose" {
		return a.change(a.share, func(*request, desk.View) string {
			return "Shared. They see it when they open a copy of the mail in Gmail, and in Baton under “Shared with me”."
		})(rq)
	}
	id, _ := target(rq)
	v, heads, err := a.o.Desk.Heads(rq.Context(), rq.who, id, desk.MaxChosen)
	if err != nil {
		return a.unreadable(rq, err)
	}
	d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(d.pickForm(heads, ""))}}}, nil
}

// share shares what the form says. Parameters: c, and msg; fields: person, role,
// scope, messages, with, until, why.
func (a *Addon) share(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	to, err := a.person(rq)
	if err != nil {
		return desk.Conversation{}, err
	}
	with := rq.ev.FormList("with")
	in := desk.Invite{
		To: to, Role: desk.ShareRole(rq.ev.Form("role")), Why: rq.ev.Form("why"), Scope: scopeOf(rq),
		Attachments: containsFold(with, "files"), Unmasked: containsFold(with, "numbers"),
	}
	if day, ok := rq.ev.FormDate("until"); ok {
		in.Until = endOfDay(day, rq.r.zone)
	}
	return a.o.Desk.Share(rq.Context(), rq.who, id, in)
}

// scopeOf reads which messages the form shares.
func scopeOf(rq *request) desk.ShareScope {
	msg := []desk.MessageID{desk.MessageID(rq.ev.Parameter("msg"))}
	switch rq.ev.Form("scope") {
	case "from":
		return desk.ShareScope{Extent: desk.FromMessage, Messages: msg}
	case "one":
		return desk.ShareScope{Extent: desk.Chosen, Messages: msg}
	case "chosen":
		s := desk.ShareScope{Extent: desk.Chosen}
		for _, m := range rq.ev.FormList("messages") {
			s.Messages = append(s.Messages, desk.MessageID(m))
		}
		return s
	}
	if scope := rq.ev.Form("scope"); rq.ev.Parameter("pick") != "" || scope != "" && scope != "whole" {
		return desk.ShareScope{Extent: desk.Extent("unsaid")} // never more than was chosen
	}
	return desk.ShareScope{}
}

// shareAgain draws the form of a share that was refused.
func (d drawing) shareAgain(fault string) (card.Card, bool) {
	if d.rq.ev.Parameter("pick") == "" {
		return d.shareForm(desk.MessageID(d.rq.ev.Parameter("msg")), fault), true
	}
	_, heads, err := d.a.o.Desk.Heads(d.rq.Context(), d.rq.who, d.v.ID, desk.MaxChosen)
	return d.pickForm(heads, fault), err == nil
}
