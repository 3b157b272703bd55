package addon

import (
	"fmt"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// heldAsKept is desk.HeldAsKept in a form, where an empty value is none.
const heldAsKept = "kept"

// mergeForm asks before two conversations are merged. Parameters: c, o.
func (a *Addon) mergeForm(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
	m, err := a.o.Desk.Merging(rq.Context(), rq.who, id, desk.ConversationID(rq.ev.Parameter("o")))
	return m.Kept, func(d drawing) card.Card { return d.mergeForm(m, "") }, err
}

// merge merges two conversations and shows the one that is kept. Field: holder;
// parameters: c, o.
func (a *Addon) merge(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	hold := desk.Holds(rq.ev.Form("holder"))
	if hold == heldAsKept {
		hold = desk.HeldAsKept
	}
	c, err := a.o.Desk.MergeFor(rq.Context(), rq.who, id, desk.ConversationID(rq.ev.Parameter("o")), hold)
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, c)
	if err != nil {
		return nil, err
	}
	rq.changed = true
	shown := a.messageCard(rq, v, card.HTML{})
	const said = "Merged. Mail in both threads is dealt with here."
	if rq.ev.Parameter("form") == "" {
		return a.back(rq, shown, said, true), nil
	}
	// The customer's card may lie between the form and the conversation's.
	return wire.Submit{Changed: true, Render: wire.Render{Notify: said,
		Navigations: []wire.Navigation{wire.PopTo(messageCardName), wire.Update(shown)}}}, nil
}

// mergeAgain is the form once more, with what was wrong.
func (a *Addon) mergeAgain(rq *request, fault string) (card.Card, bool) {
	id, _ := target(rq)
	m, err := a.o.Desk.Merging(rq.Context(), rq.who, id, desk.ConversationID(rq.ev.Parameter("o")))
	if err != nil {
		return card.Card{}, false
	}
	return drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: m.Kept}.mergeForm(m, fault), true
}

// mergeForm says what a merge brings together and asks who is to hold both, when
// that is a question.
func (d drawing) mergeForm(m desk.Merging, fault string) card.Card {
	o := m.Other
	what := card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Bold(subject(o.Subject)),
		Bottom: o.Status.Name() + " · " + d.rq.r.at(o.LastAt) + " · " + count(o.Messages, "message")}
	ws := []card.Widget{
		what,
		card.DecoratedText{Icon: card.Person, Wrap: true, Text: card.Text(upperFirst(d.holds(o.Assignee)) + " it")},
		card.TextParagraph{Text: card.Text(comes(o, d.rq.r) + " Mail in both threads is dealt with here. Undo takes it back, and Separate takes the two apart at any time.")},
	}
	if string(d.v.ID) != d.rq.ev.Parameter("c") {
		ws = append(ws, card.TextParagraph{Text: card.Text("“" + subject(d.v.Subject) + "” is kept, because others are merged into it already.")})
	}
	if items := d.holderItems(m); len(items) > 0 {
		ws = append(ws, card.Selection{Name: "holder", Label: "Who holds both", Kind: card.Radio, Items: items})
	}
	submit := d.submit("Merge", "merge", "o", string(o.ID))
	return d.form("Merge into this conversation?", fault, submit, ws...)
}

// holderItems are the choices of who holds both; none when both are held by the
// same person, or by nobody.
func (d drawing) holderItems(m desk.Merging) []card.Item {
	ours, theirs := m.Kept.Assignee, m.Other.Assignee
	if ours == theirs {
		return nil
	}
	item := func(hold desk.Holds, who desk.Email) card.Item {
		text := upperFirst(d.holds(who)) + " both"
		if who == "" {
			text = "Nobody: both go to the queue"
		}
		for _, e := range []desk.Email{ours, theirs} {
			if e != "" && e != who && who != "" {
				text += ", and " + d.you(e) + " no longer"
			}
		}
		return card.Item{Text: text, Value: string(hold)}
	}
	items := []card.Item{item(heldAsKept, ours), item(desk.HeldAsOther, theirs)}
	if ours != "" && theirs != "" {
		items = append(items, item(desk.HeldByNobody, ""))
	}
	chosen := d.typed("holder")
	if chosen == "" && ours == "" {
		chosen = string(desk.HeldAsOther) // nobody loses anything
	}
	for i := range items {
		items[i].Selected = items[i].Value == chosen || chosen == "" && i == 0
	}
	return items
}

// holds says that somebody holds something.
func (d drawing) holds(who desk.Email) string {
	switch who {
	case "":
		return "nobody holds"
	case d.rq.who:
		return "you hold"
	}
	return named(d.p, who) + " holds"
}

// comes says what a merge brings along.
func comes(o desk.View, r reader) string {
	var what []string
	if n := o.CountNotes(); n > 0 {
		what = append(what, count(n, "note"))
	}
	if n := len(o.OpenTodos(r.now)); n > 0 {
		what = append(what, count(n, "to-do"))
	}
	if n := len(o.Tags); n > 0 {
		what = append(what, count(n, "tag"))
	}
	if len(what) == 0 {
		return ""
	}
	return "From there come " + strings.Join(what, ", ") + "."
}

// inThread says in which merged thread something was written or is owed, or "".
func (d drawing) inThread(in desk.ConversationID) string {
	for _, j := range d.v.Joined {
		if j.ID == in {
			return fmt.Sprintf("from “%s”", card.Isolate(subject(j.Subject)))
		}
	}
	return ""
}

// at is do for something that hangs on a merged thread; "" = on the
// conversation's own.
func (d drawing) at(in desk.ConversationID, verb string, more ...string) card.Action {
	if in != "" {
		more = append(more, "c", string(in))
	}
	return d.do(verb, more...)
}

// submitAt is submit for something that hangs on a merged thread.
func (d drawing) submitAt(in desk.ConversationID, text, verb string, more ...string) card.Button {
	if in != "" {
		more = append(more, "c", string(in))
	}
	return d.submit(text, verb, more...)
}

// other names the other conversation of a merge by its subject.
func other(ev desk.Event, unnamed string) string {
	if ev.Why == "" {
		return unnamed
	}
	return "“" + card.Isolate(ev.Why) + "”"
}
