package addon

import (
	"strconv"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// target gives the conversation that a button is about, and the version that
// the person had in front of them.
func target(rq *request) (desk.ConversationID, desk.Seen) {
	v, _ := strconv.ParseInt(rq.ev.Parameter("v"), 10, 64)
	return desk.ConversationID(rq.ev.Parameter("c")), v
}

// change makes the handler of a button that changes a conversation: it calls
// one method of the desk and answers with the conversation's new card and a
// line that says what was done, or that it was so already. A button with a
// parameter once does the same when Gmail sends its press again, and says so.
func (a *Addon) change(do func(rq *request, id desk.ConversationID, seen desk.Seen) (desk.Conversation, error), done func(rq *request, v desk.View) string) handler {
	return func(rq *request) (wire.Answer, error) {
		id, seen := target(rq)
		c, err := do(rq, id, seen)
		if err != nil {
			return nil, err
		}
		v, err := a.o.Desk.SeenAs(rq.who, c)
		if err != nil {
			return nil, err
		}
		rq.changed = rq.made.Changes() > 0
		say := already
		if rq.changed || rq.ev.Parameter("once") != "" {
			say = done(rq, v)
		}
		return a.back(rq, a.messageCard(rq, v, card.HTML{}), say, rq.changed), nil
	}
}

// already is said of a change that is none.
const already = "It is so already. Nothing was changed."

// back shows a conversation's card: from a form, the form goes first.
func (a *Addon) back(rq *request, c card.Card, notify string, changed bool) wire.Answer {
	navigations := []wire.Navigation{wire.Update(c)}
	if rq.ev.Parameter("form") != "" {
		navigations = []wire.Navigation{wire.Pop(), wire.Update(c)}
	}
	return wire.Submit{Render: wire.Render{Navigations: navigations, Notify: notify}, Changed: changed}
}

// push makes the handler of a button that shows another card over the
// conversation's, to those who have a right.
func (a *Addon) push(need desk.Right, draw func(rq *request, d drawing) card.Card) handler {
	return a.look(func(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
		v, err := a.may(rq, id, need)
		return v, func(d drawing) card.Card { return draw(rq, d) }, err
	})
}

// may opens a conversation for somebody who needs a right in it.
func (a *Addon) may(rq *request, id desk.ConversationID, need desk.Right) (desk.View, error) {
	v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
	if err == nil && !v.May(need) {
		err = &desk.Problem{Kind: desk.ErrForbidden, Say: need.Refusal()}
	}
	return v, err
}

// look is push for what the desk gives together with the conversation, so that
// a guest's look is logged once.
func (a *Addon) look(open func(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error)) handler {
	return func(rq *request) (wire.Answer, error) {
		id, _ := target(rq)
		v, draw, err := open(rq, id)
		if err != nil {
			return nil, err
		}
		return wire.Submit{Render: wire.Show(draw(drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}))}, nil
	}
}

// note makes the handler of a button that shows one note; may says why it is not
// for the person, "" = it is.
func (a *Addon) note(draw func(drawing, desk.Note) card.Card, may func(d drawing, n desk.Note) string) handler {
	return a.look(func(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
		v, n, err := a.o.Desk.Note(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")))
		if err == nil {
			if why := may(drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}, n); why != "" {
				err = &desk.Problem{Kind: desk.ErrForbidden, Say: why}
			}
		}
		return v, func(d drawing) card.Card { return draw(d, n) }, err
	})
}

// formNeeds is the right without which nobody is shown the form of an action.
var formNeeds = map[string]desk.Right{
	"give": desk.RightAssign, "decline": desk.RightAssign, "todo": desk.RightAssign, "snooze": desk.RightProgress, "sort": desk.RightSort,
	"share": desk.RightShare, "offer-share": desk.RightShare, "reply": desk.RightReply, "draft": desk.RightReply,
	"ask": desk.RightReply, "yes": desk.RightReply, "give-back": desk.RightReply,
	"same-person": desk.RightCustomer, "note-edit": desk.RightNote, "follow": desk.RightSee,
}

// formAgain draws the form of an action once more, with what was typed and what
// is wrong with it.
func (a *Addon) formAgain(rq *request, verb, fault string) (card.Card, bool) {
	switch verb {
	case "intake":
		return a.intakeAgain(rq, fault)
	case "merge":
		return a.mergeAgain(rq, fault)
	case "absence":
		c, err := a.absenceCard(rq, fault)
		return c, err == nil
	}
	id, _ := target(rq)
	need, ok := formNeeds[verb]
	if !ok {
		return card.Card{}, false
	}
	v, err := a.may(rq, id, need)
	if err != nil {
		return card.Card{}, false
	}
	d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
	switch verb {
	case "give":
		return d.giveForm(fault), true
	case "snooze":
		return d.snoozeForm(fault), true
	case "decline":
		return d.declineForm(fault), true
	case "share":
		return d.shareAgain(fault)
	case "sort":
		return d.sortForm(fault), true
	case "reply", "draft", "ask":
		return d.replyAgain(verb, fault)
	case "yes", "give-back":
		return d.yesAgain(fault, nil)
	case "same-person":
		return d.customerAgain(fault)
	case "note-edit":
		n := desk.Note{ID: desk.NoteID(rq.ev.Parameter("n"))}
		if id != v.ID {
			n.In = id
		}
		return d.noteForm(n, fault), true
	case "offer-share":
		_, n, err := a.o.Desk.Note(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")))
		return d.offerForm(n, fault), err == nil
	case "todo":
		return d.todoForm(rq.ev.Parameter("once"), fault), true
	case "follow":
		return d.followForm(fault), true
	}
	return card.Card{}, false
}

// noteAgain draws a conversation's card with the note that could not be added
// still in its field.
func (a *Addon) noteAgain(rq *request, fault string) (card.Card, bool) {
	id, _ := target(rq)
	v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
	if err != nil {
		return card.Card{}, false
	}
	rq.typedNote, rq.typedMention = rq.ev.Form("note"), rq.ev.Form("mention")
	return a.messageCard(rq, v, card.Bold(fault)), true
}
