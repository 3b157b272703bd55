package addon

import (
	"fmt"
	"strings"

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
	if len(h.Alarms) > 0 {
		c.Sections = append(c.Sections, a.alarmSection(rq, h.Alarms))
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
	c.Sections = append(c.Sections, a.presenceSection(rq, h.Presence))
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
	line := card.DecoratedText{Top: top, Text: card.Text(subject(row.Subject)), Bottom: rowTimes(rq.r, row),
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

// rowTimes says where a row stands, with the time by which its list is sorted: in
// a queue since when it waits, else when it is due, and without that since when it
// waits as well.
func rowTimes(r reader, row desk.Row) string {
	status, since := row.Status.Name(), r.at(row.LastAt)
	queued := row.Assignee == "" && (row.Status == desk.Open || row.Status == desk.WaitingInternal)
	switch {
	case !row.Until.IsZero() || row.TillReply:
		status += " " + r.napping(row.Until)
	case row.Since.IsZero() || !row.Status.Active():
	case row.Status == desk.Open || row.Status == desk.WaitingInternal:
		since = r.waiting(row.Since)
	default:
		since = "since " + r.at(row.Since)
	}
	var said []string
	if row.Priority == desk.High {
		said = append(said, "High")
	}
	switch due := r.due(row.Due); {
	case queued && row.Status == desk.Open:
		said = append(said, upperFirst(since))
	case queued:
		said = append(said, status, since)
	case !row.Due.IsZero():
		return strings.Join(append(said, due, status), " · ")
	default:
		return strings.Join(append(said, status, since), " · ")
	}
	if !row.Due.IsZero() {
		said = append(said, r.due(row.Due))
	}
	return strings.Join(said, " · ")
}

// some counts rows: "(10 of 45)" when not all are shown. Those that are done make
// room for the next.
func some(shown, all int) string {
	if all > shown {
		return fmt.Sprintf("(%d of %d)", shown, all)
	}
	return fmt.Sprintf("(%d)", shown)
}

func (a *Addon) sharedSection(rq *request, rows []desk.Row) card.Section {
	s := card.Section{Header: card.Text("Shared with me")}
	for _, row := range rows {
		s.Widgets = append(s.Widgets, a.rowLine(rq, row))
	}
	return s
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
