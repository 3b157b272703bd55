package addon

import (
	"fmt"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// todo adds a to-do. Fields: todo, the text; person, "" = oneself; due;
// parameters: c, once.
func (a *Addon) todo(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	to, err := a.person(rq)
	if err != nil {
		return desk.Conversation{}, err
	}
	due, _ := rq.ev.FormDate("due")
	return a.o.Desk.AddTodo(rq.Context(), rq.who, id, rq.ev.Parameter("once"), desk.Task{For: to, Text: rq.ev.Form("todo"), Due: due})
}

// todoDone marks a to-do as done, from the conversation's card or from the home
// card. Parameters: c, t; at, "home" for the home card, "todos" for the list of all.
func (a *Addon) todoDone(rq *request) (wire.Answer, error) {
	do := func(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
		return a.o.Desk.DoTodo(rq.Context(), rq.who, id, desk.TodoID(rq.ev.Parameter("t")))
	}
	if at := rq.ev.Parameter("at"); at != "home" && at != "todos" {
		return a.change(do, func(*request, desk.View) string { return "Done." })(rq)
	}
	id, seen := target(rq)
	if _, err := do(rq, id, seen); err != nil {
		return nil, err
	}
	return a.listAgain(rq, "Done.")
}

func (d drawing) todoButton() card.Button {
	return card.Button{Text: "To-do …", Alt: "Add something to be done, for you or a colleague", Click: d.do("todo-form")}
}

// todos lists what is to be done. What was done stands in the history.
func (d drawing) todos() card.Section {
	open := d.v.OpenTodos(d.rq.r.now)
	if len(open) == 0 {
		return card.Section{}
	}
	s := card.Section{Header: card.Text(fmt.Sprintf("To do (%d)", len(open)))}
	for _, t := range open {
		s.Widgets = append(s.Widgets, d.todoLine(t))
	}
	return s
}

func (d drawing) todoLine(t desk.Todo) card.Widget {
	line := card.DecoratedText{Top: upperFirst(d.you(t.For)), Wrap: true, Text: card.Text(t.Text)}
	if !t.Due.IsZero() {
		line.Top += " · " + d.rq.r.due(t.Due)
	}
	if t.By != t.For {
		line.Bottom = "asked by " + d.you(t.By)
	}
	if from := d.inThread(t.In); from != "" && line.Bottom != "" {
		line.Bottom += " · " + from
	} else {
		line.Bottom += from
	}
	if t.Late(d.rq.r.now) {
		line.Icon, line.Text = card.Clock, card.Bold(t.Text)
	}
	if d.v.May(desk.RightAssign) {
		line.End = card.Button{Text: "Done", Alt: "Done: " + card.Isolate(t.Text), Click: d.do("todo-done", "t", string(t.ID))}
	}
	return line
}

// anyLate tells whether a to-do's time is over.
func (d drawing) anyLate() bool {
	open := d.v.OpenTodos(d.rq.r.now)
	return len(open) > 0 && open[0].Late(d.rq.r.now)
}

// todoForm asks what is to be done, by whom and until when. once is of the form
// that comes back after a fault; "" makes a new one.
func (d drawing) todoForm(once, fault string) card.Card {
	if once == "" {
		once = d.a.o.Once()
	}
	submit := d.submit("Add", "todo", "once", once)
	return d.form("To-do …", fault, submit,
		card.TextInput{Name: "todo", Label: "What", Hint: "Only the team sees it", Value: d.typed("todo"), Limit: desk.MaxTodo},
		d.personInput("Who (optional)", "You, if you leave it empty", "workers"),
		card.DateTime{Name: "due", Label: "Due by (optional)", Kind: card.DateAndTime, Zone: d.rq.r.zone, Value: d.chosen("due")},
	)
}

// todoSection is what a person has to do, on their home card.
func (a *Addon) todoSection(rq *request, todos []desk.MentionRow, all int) card.Section {
	s := card.Section{Header: card.Text("To do " + some(len(todos), all))}
	for _, m := range todos {
		s.Widgets = append(s.Widgets, a.todoRow(rq, m, "home", ""))
	}
	return a.allNamed(s, "todos", len(todos), all)
}

// todoRow is one to-do in a list of theirs; at says in which, after how many are
// shown before its page.
func (a *Addon) todoRow(rq *request, m desk.MentionRow, at, after string) card.Widget {
	id, _ := m.Mention.Todo()
	line := card.DecoratedText{Text: card.Text(m.Mention.Text), Wrap: true, Bottom: subject(m.Row.Subject),
		Click: a.action("open", "c", string(m.Row.ID)),
		End:   card.Button{Text: "Done", Alt: "Done: " + card.Isolate(m.Mention.Text) + ", in " + subject(m.Row.Subject), Click: a.action("todo-done", append(inList(at, after), "c", string(m.Row.ID), "t", string(id))...)},
	}
	if m.Mention.By != rq.who {
		line.Top = named(a.o.Desk.Policy(), m.Mention.By) + " asks you"
	}
	if due := m.Mention.Due; !due.IsZero() {
		if line.Top != "" {
			line.Top += " · "
		}
		line.Top += rq.r.due(due)
		if !due.After(rq.r.now) {
			line.Icon, line.Text = card.Clock, card.Bold(m.Mention.Text)
		}
	}
	return line
}
