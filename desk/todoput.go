package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// todoNote is how a to-do stands in its person's list, in the store's terms: a
// mention in a note that is none.
func todoNote(t TodoID) NoteID { return NoteID(todoMark + string(t)) }

const todoMark = "todo-"

// Todo tells whether a mention stands for a to-do.
func (m Mention) Todo() (TodoID, bool) {
	id, ok := strings.CutPrefix(string(m.Note), todoMark)
	return TodoID(id), ok
}

// putTodo writes a to-do into the record and into its person's list.
func (e *edit) putTodo(t Todo) {
	all := slices.Clone(e.Todos)
	if i := slices.IndexFunc(all, func(o Todo) bool { return o.ID == t.ID }); i >= 0 {
		all[i] = t
	} else {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Todo) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	e.Todos = all
	e.listTodo(t, t.Done())
}

// listTodo puts a to-do into its person's list, or takes it out. One whose time
// came stands where things of that moment stand, before older ones.
func (e *edit) listTodo(t Todo, out bool) {
	at := t.At
	if !t.RangAt.IsZero() {
		at = t.RangAt
	}
	e.mention(Mention{
		Person: t.For, Conversation: e.ID, Note: todoNote(t.ID), Mailbox: e.Mailbox, By: t.By, At: at, Done: out, Text: t.Text, Due: t.Due,
	})
}

// todosBefore gives the to-dos that an edit altered or let go, and those that it
// added.
func (e *edit) todosBefore() *Before {
	b := &Before{}
	for _, t := range e.was.todos {
		if now := e.todo(t.ID); now == nil || *now != t {
			b.Todos = append(b.Todos, t)
		}
	}
	for _, t := range e.Todos {
		if !slices.ContainsFunc(e.was.todos, func(o Todo) bool { return o.ID == t.ID }) {
			b.NewTodos = append(b.NewTodos, t.ID)
		}
	}
	return b
}

// putTodos drops the to-dos that a change added and puts back those that it
// altered or let go.
func (e *edit) putTodos(b Before) error {
	for _, t := range b.Todos {
		if !t.Done() && !e.policy.Works(t.For, e.Mailbox) {
			return invalid("%s does not work in %s any more. Add a to-do for somebody else instead.", e.policy.NameOf(t.For), e.Mailbox)
		}
	}
	for _, id := range b.NewTodos {
		if t := e.todo(id); t != nil {
			e.listTodo(*t, true)
		}
	}
	e.Todos = slices.DeleteFunc(slices.Clone(e.Todos), func(t Todo) bool { return slices.Contains(b.NewTodos, t.ID) })
	for _, t := range b.Todos {
		if t.RangAt.IsZero() && t.Late(e.now) { // its timer may have rung in vain
			t.RangAt = e.now
			e.eventBy("", Event{Kind: EventTodoDue, Who: t.For, To: string(t.ID), Why: t.Text, Due: t.Due})
		}
		e.putTodo(t)
	}
	if len(e.Todos) > MaxTodos {
		return invalid("There are %d to-dos here already. Do one first.", MaxTodos)
	}
	if len(e.Todos) == 0 {
		e.Todos = nil
	}
	return nil
}

// OpenTodos gives the to-dos that are not done, those of merged threads among
// them: late ones first, then those that are due, then the others.
func (c *Conversation) OpenTodos(now time.Time) []Todo {
	open := slices.Clone(c.Todos)
	for _, j := range c.Joined {
		open = append(open, j.Todos...)
	}
	open = slices.DeleteFunc(open, Todo.Done)
	slices.SortStableFunc(open, func(a, b Todo) int { return sooner(a.Due, b.Due) })
	return open
}

// sooner orders times by when something is due; no time is last.
func sooner(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return a.Compare(b)
}
