package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// rings performs a timer of a conversation, as the outbox does.
func (h *house) rings(c desk.Conversation, timer desk.IntentID) desk.Conversation {
	h.Helper()
	in := must[desk.Intent](h.T)(h.store.Intent(h.Context(), timer))
	if out := must[desk.Settlement](h.T)(h.desk.Wake(h.Context(), in)); out.State != "" {
		h.Fatalf("the timer is put off: %+v", out)
	}
	return h.record(c.ID)
}

// todos are the to-dos on a person's home, as text and lateness.
func (h *house) todos(who desk.Email) (out []string) {
	h.Helper()
	home := must[desk.Home](h.T)(h.desk.Home(h.Context(), who))
	for _, m := range home.Todos {
		late := ""
		if due := m.Mention.Due; !due.IsZero() && !due.After(h.clock.now()) {
			late = " late"
		}
		out = append(out, m.Mention.Text+late)
	}
	return out
}

func TestTodoRefuses(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	for name, tc := range map[string]struct {
		by   desk.Email
		task desk.Task
		want error
	}{
		"nothing":     {ana, desk.Task{Text: " \n "}, desk.ErrInvalid},
		"too much":    {ana, desk.Task{Text: strings.Repeat("ä", desk.MaxTodo+1)}, desk.ErrInvalid},
		"over":        {ana, desk.Task{Text: "x", Due: h.clock.now()}, desk.ErrInvalid},
		"far away":    {ana, desk.Task{Text: "x", Due: h.clock.now().Add(desk.MaxNap + time.Hour)}, desk.ErrInvalid},
		"an outsider": {ana, desk.Task{Text: "x", For: eve}, desk.ErrInvalid},
		"a guest":     {ana, desk.Task{Text: "x", For: olga}, desk.ErrInvalid},
		"by a guest":  {olga, desk.Task{Text: "x", For: ana}, desk.ErrForbidden},
		"by nobody":   {eve, desk.Task{Text: "x", For: ana}, desk.ErrNotFound},
	} {
		if _, err := h.desk.AddTodo(t.Context(), tc.by, c.ID, name, tc.task); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if _, err := h.desk.DoTodo(t.Context(), ana, c.ID, "never"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("doing what never was: %v", err)
	}
	for i := range desk.MaxTodos {
		h.clock.pass(time.Minute)
		c = must[desk.Conversation](t)(h.desk.AddTodo(t.Context(), ana, c.ID, fmt.Sprint(i), desk.Task{Text: fmt.Sprint(i)}))
	}
	if _, err := h.desk.AddTodo(t.Context(), ana, c.ID, "more", desk.Task{Text: "x"}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("one too many: %v", err)
	}
	h.clock.pass(time.Minute)
	must[desk.Conversation](t)(h.desk.DoTodo(t.Context(), ana, c.ID, c.Todos[3].ID))
	c = must[desk.Conversation](t)(h.desk.AddTodo(t.Context(), ana, c.ID, "more", desk.Task{Text: "x"}))
	if len(c.Todos) != desk.MaxTodos || c.Todos[desk.MaxTodos-1].Text != "x" || c.Todos[3].Text != "4" {
		t.Errorf("%d to-dos: a done one was to make room", len(c.Todos))
	}
	// What made room is back when that is undone.
	if c = must[desk.Conversation](t)(h.desk.Undo(t.Context(), ana, c.ID, c.EventSeq)); c.Todos[3].Text != "3" || !c.Todos[3].Done() {
		t.Errorf("undone: %+v, want the done one back", c.Todos[3])
	}
}

func TestTodoFromAddedToDone(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, c.ID, "1", desk.Task{For: ben, Text: "first, no hurry"}))
	h.clock.pass(time.Minute)
	due := h.clock.now().Add(3 * time.Hour)
	before, promises := h.store.Costs(), len(h.promises)
	for range 2 {
		c = must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, c.ID, "2", desk.Task{For: ben, Text: " call\nthem ", Due: due}))
	}
	if after := h.store.Costs(); after.Commits != before.Commits+1 || after.Reads > before.Reads+2 {
		t.Errorf("%d commits, %d reads for one to-do pressed twice", after.Commits-before.Commits, after.Reads-before.Reads)
	}
	for _, p := range h.promises[promises:] {
		if len(p.Intents) != 1 || p.Intents[0].Kind != desk.IntentWake {
			t.Errorf("promised %+v, want the timer alone: nothing that costs Gmail units", p.Intents)
		}
	}
	in := must[desk.Intent](t)(h.store.Intent(ctx, c.Todos[1].Timer))
	if in.Kind != desk.IntentWake || in.State != desk.IntentPending || !in.NotBefore.Equal(due) || in.Mail != nil {
		t.Errorf("timer = %+v", in)
	}
	if got := fmt.Sprint(h.todos(ben)); got != "[call them first, no hurry]" {
		t.Errorf("ben's to-dos: %s, want the one with a time first", got)
	}
	// A clock that is behind rings later; then the time comes, once.
	if s := must[desk.Settlement](t)(h.desk.Wake(ctx, in)); s.State != desk.IntentPending || !s.NotBefore.Equal(due) {
		t.Errorf("rang early: %+v", s)
	}
	h.clock.pass(3 * time.Hour)
	c = h.rings(c, in.ID)
	if again := h.rings(c, in.ID); again.Version != c.Version {
		t.Error("the timer rang twice")
	}
	last := c.Recent[len(c.Recent)-1]
	if last.Kind != desk.EventTodoDue || last.Who != ben || last.By != "" || !c.Todos[1].Late(h.clock.now()) {
		t.Errorf("when its time came: %+v", last)
	}
	if got := fmt.Sprint(h.todos(ben)); got != "[call them late first, no hurry]" {
		t.Errorf("ben's to-dos: %s", got)
	}
	for range 2 {
		c = must[desk.Conversation](t)(h.desk.DoTodo(ctx, mia, c.ID, c.Todos[1].ID))
	}
	if got := fmt.Sprint(h.todos(ben)); got != "[first, no hurry]" || c.Todos[1].DoneBy != mia || len(c.OpenTodos(h.clock.now())) != 1 {
		t.Errorf("ben's to-dos: %s, %+v", got, c.Todos[1])
	}
	must[desk.Conversation](t)(h.desk.Undo(ctx, mia, c.ID, c.EventSeq))
	if got := fmt.Sprint(h.todos(ben)); got != "[call them late first, no hurry]" {
		t.Errorf("undone: %s", got)
	}
}

// A timer that rings when there is nothing to tell changes nothing.
func TestTodoTimerOfWhatIsDone(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddTodo(t.Context(), ana, c.ID, "", desk.Task{Text: "x", Due: h.clock.now().Add(time.Hour)}))
	timer := c.Todos[0].Timer
	c = must[desk.Conversation](t)(h.desk.DoTodo(t.Context(), ana, c.ID, c.Todos[0].ID))
	h.clock.pass(2 * time.Hour)
	if now := h.rings(c, timer); now.Version != c.Version {
		t.Errorf("done, and it rang: %+v", now.Recent)
	}
	done := c.EventSeq
	must[desk.Conversation](t)(h.desk.Undo(t.Context(), ana, c.ID, done))
	c = must[desk.Conversation](t)(h.desk.Undo(t.Context(), ana, c.ID, done-1)) // the adding
	if now := h.rings(c, timer); now.Version != c.Version || len(now.Todos) > 0 {
		t.Errorf("taken back, and it rang: %+v", now.Todos)
	}
}

// A to-do whose time came while it was done, or taken back, rings when that is undone;
// for one of a merged thread both records say so.
func TestTodoWhoseTimeCameWhileItWasDone(t *testing.T) {
	for _, how := range []string{"done", "taken back", "done while merged"} {
		t.Run(how, func(t *testing.T) {
			h := newHouse(t)
			ok := must[desk.Conversation](t)
			c, kept := h.receive("", desk.Person, "S"), h.receive("", desk.Person, "S")
			c = ok(h.desk.AddTodo(t.Context(), ana, c.ID, "", desk.Task{Text: "x", Due: h.clock.now().Add(time.Hour)}))
			at, todo, timer := c, c.Todos[0].ID, c.Todos[0].Timer
			switch how {
			case "done":
				at = ok(h.desk.DoTodo(t.Context(), ana, c.ID, todo))
			case "taken back":
				at = ok(h.desk.Undo(t.Context(), ana, c.ID, c.EventSeq))
			case "done while merged":
				ok(h.desk.Merge(t.Context(), ana, kept.ID, c.ID))
				at = ok(h.desk.DoTodo(t.Context(), ana, kept.ID, todo))
			}
			h.clock.pass(2 * time.Hour)
			h.rings(c, timer)
			at = ok(h.desk.Undo(t.Context(), ana, at.ID, at.EventSeq))
			if c = h.record(c.ID); len(c.Todos) != 1 || !c.Todos[0].RangAt.Equal(h.clock.now()) || c.Todos[0].Done() {
				t.Errorf("%+v: want it to have rung", c.Todos)
			}
			if !slices.Contains(kinds(at.Recent), desk.EventTodoDue) || !slices.Contains(kinds(c.Recent), desk.EventTodoDue) {
				t.Errorf("history %v, and %v of the thread", kinds(at.Recent), kinds(c.Recent))
			}
		})
	}
}
