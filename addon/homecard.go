package addon

import (
	"fmt"

	"baton/addon/card"
	"baton/desk"
)

// homeCard draws what a person sees when no message is open: their work, the
// queues, what colleagues want of them.
func (a *Addon) homeCard(rq *request, h desk.Home, banner card.HTML) card.Card {
	p := a.o.Desk.Policy()
	c := card.Card{Name: homeCardName, Header: card.Header{Title: p.Desk, Subtitle: named(p, rq.who)}}
	if !banner.Empty() {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: banner}}})
	}
	if h.Member.Email == "" {
		if len(h.Shared) == 0 && len(h.Mentions) == 0 {
			c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{
				Text: card.Text("You are not on this desk's roster and nothing is shared with you. Open a message that a colleague shared, or ask your admin to add you."),
			}}})
			return c
		}
		if len(h.Mentions) > 0 {
			c.Sections = append(c.Sections, a.mentionSection(rq, h.Mentions, h.Named))
		}
		c.Sections = append(c.Sections, a.sharedSection(rq, h.Shared))
		return c
	}
	if len(h.Asked) > 0 {
		c.Sections = append(c.Sections, a.askedSection(rq, h.Asked, h.Asks))
	}
	c.Sections = append(c.Sections, a.lostSections(rq, h)...)
	if len(h.Todos) > 0 {
		c.Sections = append(c.Sections, a.todoSection(rq, h.Todos, h.ToDo))
	}
	idle := "You hold nothing. Take something from the queue."
	if len(h.Queues) == 0 {
		idle = "You hold nothing." // they work in no mailbox: there is no queue of theirs
	}
	c.Sections = append(c.Sections, a.listSection(rq, "Mine", idle, desk.ListMine, "", h.Mine))
	for _, q := range h.Queues {
		s := a.listSection(rq, "Queue of "+orAddress(q), "The queue is empty.", desk.ListQueue, q.Mailbox, q.Stretch)
		if q.Count > 0 {
			next := card.Buttons{{Text: "Take next", Fill: accent, Alt: "Take the next conversation of " + orAddress(q), Click: a.action("take-next", "m", string(q.Mailbox))}}
			s.Widgets = append([]card.Widget{next}, s.Widgets...)
		}
		c.Sections = append(c.Sections, s)
	}
	if len(h.Mentions) > 0 {
		c.Sections = append(c.Sections, a.mentionSection(rq, h.Mentions, h.Named))
	}
	if len(h.Shared) > 0 {
		c.Sections = append(c.Sections, a.sharedSection(rq, h.Shared))
	}
	c.Sections = append(c.Sections, a.presenceSection(h.Presence))
	return c
}

func orAddress(q desk.MailboxQueue) string {
	if q.Name != "" {
		return q.Name
	}
	return string(q.Mailbox)
}

func (a *Addon) listSection(rq *request, title, empty string, list desk.List, m desk.Mailbox, st desk.Stretch) card.Section {
	s := card.Section{Header: card.Text(title)}
	if st.Count > 0 {
		s.Header = card.Text(fmt.Sprintf("%s (%s)", title, counted(st.Count)))
	}
	for _, row := range st.Rows {
		s.Widgets = append(s.Widgets, a.rowLine(rq, row))
	}
	if len(st.Rows) == 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text(empty)})
	}
	var more card.Buttons
	if st.Next != "" {
		more = append(more, card.Button{Text: "All " + counted(st.Count), Alt: title + ", the whole list", Click: a.action("list", "l", string(list), "m", string(m))})
	}
	if len(st.Rows) > 1 {
		more = append(more, a.severalButton(list, m, ""))
	}
	if len(more) > 0 {
		s.Widgets = append(s.Widgets, more)
	}
	return s
}

// counted says a count that is only exact up to desk.HomeCount.
func counted(n int) string {
	if n > desk.HomeCount {
		return fmt.Sprintf("more than %d", desk.HomeCount)
	}
	return fmt.Sprint(n)
}

// rowLine is one conversation in a list; a click opens it.
func (a *Addon) rowLine(rq *request, row desk.Row) card.Widget {
	top := nameOf(row.Customer)
	status := row.Status.Name()
	if !row.Until.IsZero() || row.TillReply {
		status += " " + rq.r.napping(row.Until)
	}
	bottom := status + " · " + rq.r.at(row.LastAt)
	if !row.Due.IsZero() {
		bottom = rq.r.due(row.Due) + " · " + status
	}
	if row.Priority == desk.High {
		bottom = "High · " + bottom
	}
	line := card.DecoratedText{Top: top, Text: card.Text(subject(row.Subject)), Bottom: bottom,
		Click: a.action("open", "c", string(row.ID))}
	if row.Late(rq.r.now) {
		line.Icon = card.Clock
		line.Text = card.Bold(subject(row.Subject))
	}
	if row.CameBack {
		line.Icon, line.Bottom = card.Email, "Answer not delivered · "+line.Bottom
		line.Text = card.Bold(subject(row.Subject))
	}
	return line
}

// some counts rows: "(10 of 45)" when not all are shown. Those that are done make
// room for the next.
func some(shown, all int) string {
	if all > shown {
		return fmt.Sprintf("(%d of %d)", shown, all)
	}
	return fmt.Sprintf("(%d)", shown)
}

func (a *Addon) mentionSection(rq *request, ms []desk.MentionRow, all int) card.Section {
	p := a.o.Desk.Policy()
	s := card.Section{Header: card.Text("Mentions " + some(len(ms), all))}
	for _, m := range ms {
		top, alt := named(p, m.Mention.By)+" named you ", "The mention by "+named(p, m.Mention.By)+", "+rq.r.at(m.Mention.At)+", in "+subject(m.Row.Subject)+" is dealt with"
		if m.Mention.Doubled() {
			top, alt = "You and somebody else answered the same mail, ", "The two answers in "+subject(m.Row.Subject)+" are dealt with"
		}
		if _, stopped := m.Mention.Stopped(); stopped {
			top, alt = "A reply of yours was stopped, ", "The reply that was stopped in "+subject(m.Row.Subject)+" is seen to"
		}
		s.Widgets = append(s.Widgets, card.DecoratedText{
			Top: top + rq.r.ago(m.Mention.At), Text: card.Text(subject(m.Row.Subject)),
			Click: a.action("open", "c", string(m.Row.ID)),
			End:   card.Button{Text: "Done", Alt: alt, Click: a.action("mention-done", "c", string(m.Row.ID), "n", string(m.Mention.Note))},
		})
	}
	return s
}

func (a *Addon) sharedSection(rq *request, rows []desk.Row) card.Section {
	s := card.Section{Header: card.Text("Shared with me")}
	for _, row := range rows {
		s.Widgets = append(s.Widgets, a.rowLine(rq, row))
	}
	return s
}

func (a *Addon) presenceSection(pr desk.Presence) card.Section {
	change := a.action("presence")
	return card.Section{Header: card.Text("My availability"), Widgets: []card.Widget{
		card.Selection{Name: "presence", Label: "I am", Kind: card.Dropdown, OnChange: &change, Items: []card.Item{
			{Text: "Available", Value: "available", Selected: pr.Availability == desk.Available},
			{Text: "Busy: I keep mine, nothing new", Value: "busy", Selected: pr.Availability == desk.Busy},
			{Text: "Away: nothing new, colleagues see it", Value: "away", Selected: pr.Availability == desk.Away},
			{Text: "Away, and offer my work to others …", Value: string(desk.AwayReassign), Selected: pr.Availability == desk.AwayReassign},
		}},
	}}
}

// listCard is one page of a list.
func (a *Addon) listCard(rq *request, title string, list desk.List, m desk.Mailbox, rows []desk.Row, next desk.Next) card.Card {
	s := card.Section{}
	for _, row := range rows {
		s.Widgets = append(s.Widgets, a.rowLine(rq, row))
	}
	if len(rows) == 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("Nothing here.")})
	}
	if len(rows) > 0 {
		s.Widgets = append(s.Widgets, card.Buttons{a.severalButton(list, m, rq.ev.Parameter("after"))})
	}
	if next != "" {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: "Show more", Click: a.action("list", "l", string(list), "m", string(m), "after", string(next))}})
	}
	return card.Card{Header: card.Header{Title: title, Subtitle: string(m)}, Sections: []card.Section{s}}
}
