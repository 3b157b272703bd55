package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxTodo bounds a to-do's text, in characters; MaxTodos how many a conversation
// carries: done ones make room first.
const (
	MaxTodo  = 300
	MaxTodos = 20
)

// TodoID names a to-do within its conversation.
type TodoID string

// Todo is something that one person is to do about a conversation. It stays in
// the house.
type Todo struct {
	ID     TodoID    `json:"id"`
	For    Email     `json:"for"`
	By     Email     `json:"by"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Due    time.Time `json:"due,omitzero"` // zero = open
	Timer  IntentID  `json:"timer,omitempty"`
	RangAt time.Time `json:"rang_at,omitzero"` // when its time came and it was not done
	DoneAt time.Time `json:"done_at,omitzero"`
	DoneBy Email     `json:"done_by,omitempty"`
	// In is the merged thread that it belongs to, where a kept record tells of it.
	In ConversationID `json:"in,omitempty"`
}

// Done tells whether somebody has done it.
func (t Todo) Done() bool { return !t.DoneAt.IsZero() }

// Late tells whether its time is over.
func (t Todo) Late(now time.Time) bool { return !t.Done() && !t.Due.IsZero() && !t.Due.After(now) }

// Task is what a person says when adding a to-do.
type Task struct {
	For  Email     // "" = oneself
	Text string    // one line
	Due  time.Time // zero = open; else later than now, at most MaxNap ahead
}

// AddTodo adds a to-do for somebody who works in the mailbox. once is as in
// AddNote; what an open one asks already adds nothing. It stands in that person's list until it is done; when its time comes,
// it moves to the top there and the history says so. One read, one commit.
func (d *Desk) AddTodo(ctx context.Context, by Email, id ConversationID, once string, t Task) (Conversation, error) {
	t.Text = oneLine(strings.ToValidUTF8(t.Text, "\uFFFD"))
	switch {
	case t.Text == "":
		return Conversation{}, invalid("Write what is to be done.")
	case utf8.RuneCountInString(t.Text) > MaxTodo:
		return Conversation{}, invalid("A to-do has at most %d characters. Put the details into a note.", MaxTodo)
	}
	if t.For == "" {
		t.For = by
	}
	due := t.Due.UTC().Truncate(time.Microsecond)
	return d.changeBy(ctx, by, id, RightAssign, func(e *edit) error {
		press := once
		if press == "" {
			press = "v" + strconv.FormatInt(e.Version+1, 10)
		}
		todo := TodoID(digest("todo", string(id), string(by), press))
		switch {
		case e.todo(todo) != nil, e.asksAlready(t.For, t.Text, due):
			return nil
		case !e.policy.Works(t.For, e.Mailbox):
			return invalid("%s does not work in %s. Choose somebody who does, or name them in a note.", e.policy.NameOf(t.For), e.Mailbox)
		case !t.Due.IsZero():
			if err := ahead(due, e.now); err != nil {
				return err
			}
		}
		if err := e.roomForTodo(); err != nil {
			return err
		}
		e.putTodo(Todo{ID: todo, For: t.For, By: by, At: e.now, Text: t.Text, Due: due, Timer: e.todoTimer(todo, due)})
		e.event(Event{Kind: EventTodo, Who: t.For, To: string(todo), Why: t.Text, Due: due})
		return nil
	})
}

// asksAlready tells whether an open to-do asks the same of the same person by the
// same time.
func (c *Conversation) asksAlready(who Email, text string, due time.Time) bool {
	return slices.ContainsFunc(c.Todos, func(t Todo) bool {
		return !t.Done() && t.For == who && t.Text == text && (t.Due.Equal(due) || t.Due.IsZero() && due.IsZero())
	})
}

// roomForTodo forgets the to-do that was done longest ago when there are too
// many.
func (e *edit) roomForTodo() error {
	for len(e.Todos)+e.owedInThreads() >= MaxTodos {
		oldest := -1
		for i, t := range e.Todos {
			if t.Done() && (oldest < 0 || t.DoneAt.Before(e.Todos[oldest].DoneAt)) {
				oldest = i
			}
		}
		if oldest < 0 {
			return invalid("There are %d to-dos here already. Do one first.", MaxTodos)
		}
		e.Todos = slices.Delete(slices.Clone(e.Todos), oldest, oldest+1)
	}
	return nil
}

// owedInThreads counts the to-dos of merged threads that are not done.
func (e *edit) owedInThreads() (n int) {
	for _, j := range e.Joined {
		for _, t := range j.Todos {
			if !t.Done() {
				n++
			}
		}
	}
	return n
}

// todoTimer promises to ring when a to-do is due: an intent that is born pending,
// as that of a nap is.
func (e *edit) todoTimer(t TodoID, due time.Time) IntentID {
	if due.IsZero() {
		return ""
	}
	timer := IntentID(digest("intent", string(IntentWake), string(e.ID), "todo", string(t)))
	e.change.Intents = append(e.change.Intents, Intent{
		ID: timer, Kind: IntentWake, State: IntentPending, Mailbox: e.Mailbox, Conversation: e.ID, CreatedAt: e.now, NotBefore: due,
	})
	return timer
}

// DoTodo marks a to-do as done, be it the conversation's or that of a thread
// that was merged into it; who works in the mailbox may. Once more changes
// nothing. One read, and two more for one of a merged thread; one commit.
func (d *Desk) DoTodo(ctx context.Context, by Email, id ConversationID, todo TodoID) (Conversation, error) {
	of := func(c *Conversation) ConversationID { return c.todosOf(todo) }
	return d.changeThread(ctx, by, id, RightAssign, of, func(e *edit) error {
		t := e.todo(todo)
		switch {
		case t == nil:
			return ErrNotFound
		case t.Done():
			return nil
		}
		done := *t
		done.DoneAt, done.DoneBy = e.now, by
		e.putTodo(done)
		e.event(Event{Kind: EventTodoDone, Who: done.For, To: string(todo), Why: done.Text})
		return nil
	})
}

// ring performs the timer of a to-do, if it is one's; else it gives false. The
// zero Settlement is done; else the timer is to ring later.
func (e *edit) ring(timer IntentID) (s Settlement, is bool) {
	i := slices.IndexFunc(e.Todos, func(t Todo) bool { return t.Timer == timer })
	if i < 0 {
		return Settlement{}, false
	}
	switch t := e.Todos[i]; {
	case t.Done() || !t.RangAt.IsZero():
	case e.now.Before(t.Due):
		return Settlement{State: IntentPending, NotBefore: t.Due, Reason: "it rang early: the clocks of two processes differ"}, true
	default:
		t.RangAt = e.now
		e.putTodo(t)
		e.event(Event{Kind: EventTodoDue, Who: t.For, To: string(t.ID), Why: t.Text, Due: t.Due})
	}
	return Settlement{}, true
}

func (c *Conversation) todo(id TodoID) *Todo {
	if i := slices.IndexFunc(c.Todos, func(t Todo) bool { return t.ID == id }); i >= 0 {
		return &c.Todos[i]
	}
	return nil
}
