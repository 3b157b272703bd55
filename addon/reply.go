package addon

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// letter is what stands in the fields of a reply's form.
type letter struct {
	to, cc, text string
	then         desk.Then
	once         string
	braces       bool          // what looks like an open placeholder is meant
	again        desk.IntentID // the reply that was not sent and that this one replaces

	when   string    // it goes: one of the choices; "" = at once
	later  time.Time // as it was picked
	person string    // whose yes is asked for
}

// typedLetter gives the fields as they came with the event.
func typedLetter(rq *request) letter {
	return letter{
		to: rq.ev.Form("to"), cc: rq.ev.Form("cc"), text: rq.ev.Form("text"), then: desk.Then(rq.ev.Form("then")),
		once: rq.ev.Parameter("once"), braces: rq.ev.Parameter("braces") == "1", again: desk.IntentID(rq.ev.Parameter("r")),
		when: rq.ev.Form("when"), later: pickedTime(rq), person: strings.TrimSpace(rq.ev.Form("person")),
	}
}

func pickedTime(rq *request) time.Time {
	t, _ := rq.ev.FormDate("later")
	return t
}

// freshLetter is an empty reply to everybody who got the newest mail.
func (d drawing) freshLetter() letter {
	r := d.p.Recipients(&d.v.Conversation)
	l := letter{to: desk.WriteRecipients(r.To), cc: desk.WriteRecipients(r.Cc), then: desk.ThenWait, once: d.a.o.Once()}
	if !d.v.Status.Active() {
		l.then = desk.ThenKeep
	}
	return l
}

// oldLetter is a reply that was not sent, to be written on.
func (d drawing) oldLetter(a desk.Answer) letter {
	l := letter{
		to: desk.WriteRecipients(a.To), cc: desk.WriteRecipients(a.Cc), text: a.Text, then: a.Then,
		once: d.a.o.Once(), again: a.Again,
	}
	d.waitsFor(&l, a)
	return l
}

// reply sends what stands in the form. Parameters: c, v and once as drawn, r
// for a reply that it replaces, anyway=1 to send over what came meanwhile, braces=1
// to send what looks like an open placeholder; fields: to, cc, text, then, when,
// later, person.
func (a *Addon) reply(rq *request, id desk.ConversationID, seen desk.Seen) (desk.Conversation, error) {
	return a.writeAnswer(rq, id, seen, false)
}

// writeAnswer is reply; asks has it wait for a colleague's yes.
func (a *Addon) writeAnswer(rq *request, id desk.ConversationID, seen desk.Seen, asks bool) (desk.Conversation, error) {
	l := typedLetter(rq)
	to, errTo := desk.ParseRecipients(l.to)
	cc, errCc := desk.ParseRecipients(l.cc)
	if err := errors.Join(errTo, errCc); err != nil {
		return desk.Conversation{}, err
	}
	out := desk.Answer{
		Once: l.once, Text: l.text, To: to, Cc: cc, Then: l.then, Again: l.again, Anyway: rq.ev.Parameter("anyway") == "1", Braces: l.braces,
	}
	if err := a.wait(rq, l, asks, &out); err != nil {
		v, seen := a.o.Desk.OpenID(rq.Context(), rq.who, id)
		if seen == nil && !v.May(desk.RightReply) {
			seen = &desk.Problem{Kind: desk.ErrForbidden, Say: desk.RightReply.Refusal()}
		}
		return desk.Conversation{}, cmp.Or(seen, err)
	}
	return a.o.Desk.Reply(rq.Context(), rq.who, id, seen, out)
}

// replyForm answers the button that begins a reply, or begins again with the
// text of one that was not sent.
func (a *Addon) replyForm(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
	if r := desk.IntentID(rq.ev.Parameter("r")); r != "" {
		v, old, err := a.o.Desk.Rewrite(rq.Context(), rq.who, id, r)
		return v, func(d drawing) card.Card { return d.replyCard(d.oldLetter(old), "") }, err
	}
	v, err := a.may(rq, id, desk.RightReply)
	return v, func(d drawing) card.Card { return d.replyCard(d.freshLetter(), "") }, err
}

// replyUndo takes a reply back and puts its text into a form again.
func (a *Addon) replyUndo(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	c, old, err := a.o.Desk.Unsend(rq.Context(), rq.who, id, desk.IntentID(rq.ev.Parameter("r")))
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, c)
	if err != nil {
		return nil, err
	}
	d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
	moves := []wire.Navigation{wire.Update(a.messageCard(rq, v, card.HTML{}))}
	if old.Text != "" {
		moves = append(moves, wire.Push(d.replyCard(d.oldLetter(old), "")))
	}
	return wire.Submit{Render: wire.Render{Navigations: moves, Notify: "Taken back: nothing was sent."}, Changed: true}, nil
}

// replyAgain draws the form of a reply that could not be sent as it is, with
// what was typed and what is wrong.
func (d drawing) replyAgain(verb, fault string) (card.Card, bool) {
	if !d.v.May(desk.RightReply) {
		return card.Card{}, false
	}
	l := typedLetter(d.rq)
	l.braces = false // of that press; what is written next is looked at again
	for _, o := range d.v.Outgoing {
		if o.State == desk.Undone && o.Key() == desk.AnswerID(d.v.ID, d.rq.who, l.once) {
			l.once = d.a.o.Once() // that press was taken back; the next is a new one
		}
	}
	c := d.replyCard(l, fault)
	if len(desk.LeftOpen(l.text)) > 0 {
		// One more press for who means the braces, as code has them.
		text := map[string]string{"reply": "Send with the braces", "draft": "Open as draft with the braces", "ask": "Ask with the braces"}[verb]
		press := d.submit(text, verb, "once", l.once, "r", string(l.again), "braces", "1")
		press.Fill = card.Colour{}
		c.Sections[0].Widgets = append(c.Sections[0].Widgets, card.Buttons{press})
	}
	return c, true
}

// overtaken answers a reply that was stopped because somebody wrote meanwhile:
// the form with all that was typed, what came, and a button that sends it over
// that. What comes after this card is drawn stops it again.
func (a *Addon) overtaken(rq *request, c *desk.Conflict) wire.Answer {
	v, err := a.o.Desk.SeenAs(rq.who, c.Now)
	if err != nil || !v.May(desk.RightReply) {
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.strangerCard())}}, Changed: true}
	}
	d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
	return wire.Submit{Render: wire.Render{
		Navigations: []wire.Navigation{wire.Update(d.overtakenCard(typedLetter(rq), c))},
		Notify:      "Not sent: somebody wrote since you opened this.",
	}, Changed: true}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds())) }
