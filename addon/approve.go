package addon

import (
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// ask has an answer wait for a colleague's yes. Parameters and fields are those of
// reply, with person: whom to ask.
func (a *Addon) ask(rq *request, id desk.ConversationID, seen desk.Seen) (desk.Conversation, error) {
	return a.writeAnswer(rq, id, seen, true)
}

// yesForm shows an answer that waits for the reader's yes. Parameters: c, r.
func (a *Addon) yesForm(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
	v, o, old, err := a.o.Desk.Awaited(rq.Context(), rq.who, id, desk.IntentID(rq.ev.Parameter("r")))
	return v, func(d drawing) card.Card { return d.yesCard(o, old, "", nil) }, err
}

// yes lets an answer go. Parameters: c, v, r; anyway=1 to send over what came;
// field: text.
func (a *Addon) yes(rq *request, id desk.ConversationID, seen desk.Seen) (desk.Conversation, error) {
	text := rq.ev.Form("text")
	if strings.TrimSpace(text) == "" && rq.ev.Parameter("form") != "" {
		if _, _, _, err := a.o.Desk.Awaited(rq.Context(), rq.who, id, desk.IntentID(rq.ev.Parameter("r"))); err != nil {
			return desk.Conversation{}, err
		}
		return desk.Conversation{}, &desk.Problem{Kind: desk.ErrInvalid, Say: "The answer is empty. Write it, or give it back."}
	}
	return a.o.Desk.Approve(rq.Context(), rq.who, id, desk.IntentID(rq.ev.Parameter("r")), seen, desk.Yes{Text: text, Anyway: rq.ev.Parameter("anyway") == "1"})
}

// approved says when the answer goes.
func approved(rq *request, v desk.View) string {
	for i := len(v.Outgoing) - 1; i >= 0; i-- {
		o := v.Outgoing[i]
		if o.Asked == nil || o.Asked.YesBy != rq.who || o.Key() != desk.IntentID(rq.ev.Parameter("r")) {
			continue
		}
		switch left := o.GoesAt.Sub(rq.r.now); {
		case o.State == desk.GoesLater:
			return "Your yes is noted. It goes " + rq.r.at(o.Later) + "."
		case left > 0:
			return "Sends in " + seconds(left) + ". Until then you can undo your yes on the card."
		}
	}
	return "The answer is on its way."
}

// giveBack gives an answer back to its writer. Parameters: c, r; field: word.
func (a *Addon) giveBack(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	return a.o.Desk.GiveBack(rq.Context(), rq.who, id, desk.IntentID(rq.ev.Parameter("r")), rq.ev.Form("word"))
}

// sendNow has a reply go that waits for its time. Parameters: c, r.
func (a *Addon) sendNow(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	return a.o.Desk.SendNow(rq.Context(), rq.who, id, desk.IntentID(rq.ev.Parameter("r")))
}

// yesCard is an answer before its reader, who lets it go, changes it or gives it
// back. came is what somebody said since it was written.
func (d drawing) yesCard(o desk.Outgoing, a desk.Answer, fault string, came []card.Widget) card.Card {
	text := a.Text
	if t := d.typed("text"); t != "" {
		text = t
	}
	ws := []card.Widget{
		card.DecoratedText{Top: "To", Text: card.Text(desk.WriteRecipients(a.To)), Wrap: true},
	}
	if len(a.Cc) > 0 {
		ws = append(ws, card.DecoratedText{Top: "Cc", Text: card.Text(desk.WriteRecipients(a.Cc)), Wrap: true})
	}
	if len(o.New) > 0 {
		ws = append(ws, card.DecoratedText{Icon: card.People, Wrap: true, Text: card.Bold("New in this thread: " + joinEmails(o.New))})
	}
	ws = append(ws, card.TextInput{Name: "text", Label: "Answer", Value: text, Multiline: true, Limit: desk.MaxReply})
	if s := d.p.Signature(d.v.Mailbox, o.By, d.sender()); s != "" {
		ws = append(ws, card.DecoratedText{Top: "Ends with", Text: card.Text(s), Wrap: true})
	}
	after := map[desk.Then]string{desk.ThenWait: "waits for the customer", desk.ThenKeep: "stays as it is", desk.ThenClose: "is closed"}[o.Then]
	when := "It goes at once"
	if o.Later.After(d.rq.r.now) {
		when = "It goes " + d.rq.r.at(o.Later)
	}
	ws = append(ws, card.DecoratedText{Icon: card.Clock, Wrap: true, Text: card.Text(when + "; then the conversation " + after), Bottom: "Written " + d.rq.r.at(o.At) + " by " + named(d.p, o.By)})
	back := d.submit("Give back", "give-back", "r", string(o.Key()))
	back.Fill, back.Alt = card.Colour{}, "Give the answer back to "+named(d.p, o.By)
	send := d.submit("Send", "yes", "r", string(o.Key()))
	if len(came) > 0 || d.rq.ev.Parameter("anyway") == "1" {
		send = d.submit("Send anyway", "yes", "r", string(o.Key()), "anyway", "1")
	}
	c := d.form("Answer of "+named(d.p, o.By), fault, send, ws...)
	if len(came) > 0 {
		c.Sections = append([]card.Section{{Widgets: came}}, c.Sections...)
	}
	c.Sections = append(c.Sections, card.Section{Header: card.Text("Or give it back"), Widgets: []card.Widget{
		card.TextInput{Name: "word", Label: "What should be different", Hint: "It becomes a note. " + d.readers(), Value: d.typed("word"), Multiline: true, Limit: desk.MaxWhy},
		card.Buttons{back},
	}})
	return c
}

// yesAgain draws the answer once more, with what was typed and what is wrong.
func (d drawing) yesAgain(fault string, came []card.Widget) (card.Card, bool) {
	v, o, old, err := d.a.o.Desk.Awaited(d.rq.Context(), d.rq.who, d.v.ID, desk.IntentID(d.rq.ev.Parameter("r")))
	if err != nil {
		return card.Card{}, false
	}
	d.v = v
	return d.yesCard(o, old, fault, came), true
}

// yesOvertaken answers a yes that was stopped because somebody wrote since the
// answer was written.
func (a *Addon) yesOvertaken(rq *request, c *desk.Conflict) wire.Answer {
	v, err := a.o.Desk.SeenAs(rq.who, c.Now)
	if err == nil {
		d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
		came := d.came(c, "Not sent: somebody wrote since the answer was written.", " Look at it first.")
		if form, ok := d.yesAgain("", came); ok {
			return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(form)},
				Notify: "Not sent: somebody wrote since the answer was written."}, Changed: true}
		}
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.strangerCard())}}, Changed: true}
}
