package addon

import (
	"fmt"

	"baton/addon/card"
	"baton/desk"
)

// The choices of the form that snoozes.
const (
	napMorning = "morning"
	napMonday  = "monday"
	napPick    = "pick"
	napReply   = "reply"
)

// snooze puts a conversation aside. Fields: nap, one of the choices; until, for
// the picked moment; why.
func (a *Addon) snooze(rq *request, id desk.ConversationID, seen desk.Seen) (desk.Conversation, error) {
	n := desk.Nap{Why: rq.ev.Form("why")}
	switch rq.ev.Form("nap") {
	case napMorning:
		n.Morning = true
	case napMonday:
		n.Monday = true
	case napReply:
		n.Reply = true
	case napPick:
		at, ok := rq.ev.FormDate("until")
		if !ok {
			return desk.Conversation{}, &desk.Problem{Kind: desk.ErrInvalid, Say: "Choose the day and the time below."}
		}
		n.Until = at
	}
	return a.o.Desk.Snooze(rq.Context(), rq.who, id, seen, n)
}

// snoozed is the line that says what was done, and what it does not hide.
func snoozed(rq *request, v desk.View) string {
	if v.Nap == nil {
		return "Snoozed."
	}
	s := "Snoozed " + rq.r.napping(v.Nap.Until) + "."
	if due := v.Due(); !due.IsZero() && !due.After(rq.r.now) {
		s += " It is late and stays so."
	} else if !due.IsZero() && (v.Nap.Until.IsZero() || due.Before(v.Nap.Until)) {
		s += " It falls due before that, " + rq.r.at(due) + ", and is late from then on."
	}
	return s
}

// snoozeButton adds the button that snoozes, or changes the nap, to those below
// the holder's line.
func (d drawing) snoozeButton(bs card.Buttons) card.Buttons {
	if !d.v.May(desk.RightProgress) || !d.v.Status.Active() {
		return bs
	}
	return append(bs, card.Button{Text: "Snooze …", Alt: "Put aside until a time or a reply", Click: d.do("snooze-form")})
}

// restLines say that it sleeps, why it no longer does, and who was away.
func (d drawing) restLines() (ws []card.Widget) {
	r := d.rq.r
	if n := d.v.Nap; n != nil && d.v.Status == desk.Snoozed {
		line := card.DecoratedText{Icon: card.Clock, Wrap: true, Bottom: n.Why,
			Text: card.Join(card.Text(upperFirst(d.you(n.By))+" "), card.Bold("snoozed"), card.Text(" this "+r.napping(n.Until)))}
		if !n.Until.IsZero() {
			line.Text = card.Join(line.Text, card.Text("; a reply wakes it sooner"))
		}
		if d.v.May(desk.RightProgress) {
			line.End = card.Button{Text: "Wake now", Click: d.do("wake")}
		}
		ws = append(ws, line)
		if warn := d.overslept(); warn != "" {
			ws = append(ws, card.TextParagraph{Text: card.Bold(warn)})
		}
	}
	if w, ok := d.v.Awoke(); ok {
		bottom := "It was snoozed by " + d.you(w.Nap.By)
		if w.Nap.Why != "" {
			bottom += ": " + w.Nap.Why
		}
		text := "Awake since " + r.at(w.At) + ": " + w.Because
		if w.By != "" {
			text = upperFirst(d.you(w.By)) + " woke this, " + r.at(w.At)
		}
		ws = append(ws, card.DecoratedText{Icon: card.Clock, Wrap: true, Bottom: bottom, Text: card.Text(text)})
	}
	if ab := d.v.Absent; ab != nil && ab.Who == d.v.Assignee && d.v.Status == desk.Open {
		ws = append(ws, card.DecoratedText{Icon: card.Person, Wrap: true, Bottom: "Take it over if it cannot wait",
			Text: card.Text(fmt.Sprintf("%s was away when %s wrote, %s", named(d.p, ab.Who), nameOf(d.v.Customer), r.at(ab.At)))})
	}
	return ws
}

// you names a person to the reader.
func (d drawing) you(e desk.Email) string {
	if e == d.rq.who {
		return "you"
	}
	return named(d.p, e)
}

// overslept says what a nap does not hide: what is late, or will be before it
// ends.
func (d drawing) overslept() string {
	due := d.v.Due()
	switch n := d.v.Nap; {
	case due.IsZero():
		return ""
	case !due.After(d.rq.r.now):
		return upperFirst(d.rq.r.due(due)) + ". It stays among the late ones while it is snoozed."
	case n == nil:
		return upperFirst(d.rq.r.due(due)) + ". If you snooze it for longer, it is late from then on and shows so."
	case n.Until.IsZero() || due.Before(n.Until):
		return upperFirst(d.rq.r.due(due)) + ", before it wakes. It is late from then on and shows so."
	}
	return ""
}

// snoozeForm asks until when.
func (d drawing) snoozeForm(fault string) card.Card {
	r, m := d.rq.r, d.v.Mailbox
	morning, monday := d.p.Morning(m, r.now), d.p.Monday(m, r.now)
	chosen := d.typed("nap")
	if chosen == "" {
		chosen = napMorning
	}
	items := []card.Item{{Text: "Until the next working morning (" + r.at(morning) + ")", Value: napMorning}}
	if !monday.Equal(morning) || chosen == napMonday {
		items = append(items, card.Item{Text: "Until next week (" + r.at(monday) + ")", Value: napMonday})
	}
	items = append(items,
		card.Item{Text: "Until the day and time below", Value: napPick},
		card.Item{Text: "Until they reply, however long it takes", Value: napReply})
	for i := range items {
		items[i].Selected = items[i].Value == chosen
	}
	ws := []card.Widget{
		card.Selection{Name: "nap", Label: "Put it aside", Kind: card.Radio, Items: items},
		card.DateTime{Name: "until", Label: "Day and time", Kind: card.DateAndTime, Zone: r.zone, Value: d.chosen("until")},
		card.TextInput{Name: "why", Label: "Why (optional)", Hint: "Shown when it wakes", Value: d.typed("why"), Limit: desk.MaxWhy},
		card.TextParagraph{Text: card.Text("A reply always wakes it sooner. Whoever holds it keeps it, unless they are away then.")},
	}
	if warn := d.overslept(); warn != "" {
		ws = append([]card.Widget{card.DecoratedText{Icon: card.Clock, Wrap: true, Text: card.Bold(warn)}}, ws...)
	}
	return d.form("Snooze …", fault, d.submit("Snooze", "snooze"), ws...)
}
