package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"baton/desk"
)

// paper is what the people of a model wrote and owe, by the thread on whose card
// they began it.
type paper struct {
	n     int
	notes map[desk.ConversationID][]string
	todos map[desk.ConversationID]map[desk.TodoID]bool // whether it is done
}

// onPaper has somebody write or do something on the card that they see.
func (h *house) onPaper(t *rapid.T, p *paper, by desk.Email, root desk.Conversation) error {
	ctx := context.Background()
	p.n++
	switch what := rapid.SampledFrom([]string{"note", "edit", "todo", "done", "done"}).Draw(t, "what"); what {
	case "note":
		text := fmt.Sprint("note ", p.n)
		p.notes[root.ID] = append(p.notes[root.ID], text)
		_, err := h.desk.AddNote(ctx, by, root.ID, "", text)
		return err
	case "edit":
		all := root.AllNotes()
		if len(all) == 0 {
			return nil
		}
		n := rapid.SampledFrom(all).Draw(t, "note")
		in := root.ID
		if n.In != "" {
			in = n.In
		}
		text := fmt.Sprint(n.Text, "+")
		c, err := h.desk.EditNote(ctx, n.By, in, n.ID, text)
		if err == nil {
			p.notes[in][slices.Index(p.notes[in], n.Text)] = text
			if c.ID != root.ID {
				t.Fatalf("an edit gives %s, want the kept one", c.ID)
			}
		}
		return err
	case "todo":
		c, err := h.desk.AddTodo(ctx, by, root.ID, fmt.Sprint(p.n), desk.Task{Text: fmt.Sprint("todo ", p.n), Due: h.clock.now().Add(time.Duration(p.n%3) * time.Hour)})
		if p.n%3 == 0 {
			c, err = h.desk.AddTodo(ctx, by, root.ID, fmt.Sprint(p.n), desk.Task{Text: fmt.Sprint("todo ", p.n)})
		}
		if err == nil {
			if p.todos[root.ID] == nil {
				p.todos[root.ID] = map[desk.TodoID]bool{}
			}
			for _, td := range c.Todos {
				if td.Text == fmt.Sprint("todo ", p.n) {
					p.todos[root.ID][td.ID] = false
				}
			}
		}
		return err
	case "done":
		open := root.OpenTodos(h.clock.now())
		if len(open) == 0 {
			return nil
		}
		td := rapid.SampledFrom(open).Draw(t, "to-do")
		_, err := h.desk.DoTodo(ctx, by, root.ID, td.ID)
		if err == nil {
			p.mark(td.ID, true)
		}
		return err
	}
	return nil
}

func (p *paper) mark(id desk.TodoID, done bool) {
	for _, all := range p.todos {
		if _, ok := all[id]; ok {
			all[id] = done
		}
	}
}

// undone notes what the newest event of a record says was undone.
func (p *paper) undone(c desk.Conversation) {
	ev := c.Recent[len(c.Recent)-1]
	if ev.Of == nil {
		return
	}
	switch ev.Of.Kind {
	case desk.EventTodoDone:
		p.mark(desk.TodoID(ev.To), ev.Of.Redo)
	case desk.EventNoted, desk.EventNoteEdited:
		for id := range p.notes {
			if id == c.ID {
				p.notes[id] = nil
				for _, n := range c.Notes {
					p.notes[id] = append(p.notes[id], n.Text)
				}
			}
		}
	}
}

// compare holds a thread's own record, and the one that stands for it, to what
// people wrote.
func (p *paper) compare(t *rapid.T, h *house, c, root desk.Conversation) {
	texts := func(notes []desk.Note, in desk.ConversationID) (out []string) {
		for _, n := range notes {
			if n.In == in {
				out = append(out, n.Text)
			}
		}
		return out
	}
	want := p.notes[c.ID]
	if d := cmp.Diff(want[max(0, len(want)-desk.KeptNotes):], texts(c.Notes, ""), cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("notes of %s (-want +got):\n%s", c.Subject, d)
	}
	in := c.ID
	if root.ID == c.ID {
		in = ""
	}
	shown := texts(root.AllNotes(), in)
	if last := min(5, len(want)); len(shown) < last || !slices.Equal(shown[len(shown)-last:], want[len(want)-last:]) {
		t.Fatalf("the card shows the notes %q of a thread that has %q", shown, want)
	}
	_, notes, _, err := h.desk.Notes(context.Background(), mia, c.ID, desk.Page{Limit: 100})
	if got := texts(notes, in); err != nil || len(got) != len(want) {
		t.Fatalf("the list has %d notes of a thread with %d, %v", len(got), len(want), err)
	}
	for id, done := range p.todos[c.ID] {
		open := slices.ContainsFunc(root.OpenTodos(h.clock.now()), func(td desk.Todo) bool { return td.ID == id && td.In == in })
		own := slices.ContainsFunc(c.Todos, func(td desk.Todo) bool { return td.ID == id && td.Done() == done })
		if open == done || !own {
			t.Fatalf("a to-do that is done (%v) is open on the card (%v); its own record agrees: %v", done, open, own)
		}
	}
	lowered := slices.ContainsFunc(root.Joined, func(j desk.Joined) bool { return j.ID == c.ID && j.Brought.Lowered })
	if c.Priority == desk.High && root.Priority != desk.High && !lowered {
		t.Fatalf("%s is urgent and the card does not say so", c.ID)
	}
	for _, tag := range c.Tags {
		off := slices.ContainsFunc(root.Joined, func(j desk.Joined) bool { return j.ID == c.ID && slices.Contains(j.Brought.TagsOff, tag) })
		if !root.HasTag(tag) && !off {
			t.Fatalf("the tag %s of %s is not on the card: %v", tag, c.ID, root.Tags)
		}
	}
}

// mortal is a store of a process that is killed after some commits.
type mortal struct {
	desk.Store
	left int
}

var errKilled = errors.New("killed")

func (m *mortal) Update(ctx context.Context, id desk.ConversationID, fn func(*desk.Conversation) (desk.Change, error)) (desk.Conversation, error) {
	if m.left--; m.left < 0 {
		return desk.Conversation{}, errKilled
	}
	return m.Store.Update(ctx, id, fn)
}

// perform keeps the promises that are due, as processes of which some are killed
// in between: what was done is done again by the next, after the claim has run
// out. It tells whether the last one was killed.
func (h *house) perform(t *rapid.T) (killed bool) {
	ctx := context.Background()
	for range 50 {
		left := 1000
		if rapid.IntRange(0, 3).Draw(t, "fate") == 0 {
			left = rapid.IntRange(0, 3).Draw(t, "killed after")
		}
		m := &mortal{h.store, left}
		d, err := desk.New(desk.Options{Store: m, Clock: h.clock.now}, acme(), h.rules)
		if err != nil {
			t.Fatal(err)
		}
		some, err := h.store.Claim(ctx, "w", h.clock.now(), h.clock.now().Add(time.Second), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			return false
		}
		var done []desk.Settlement
		for _, in := range some {
			c, err := h.store.Conversation(ctx, in.Conversation)
			if err != nil {
				t.Fatal(err)
			}
			s := desk.Settlement{State: desk.IntentDone}
			switch in.Kind {
			case desk.IntentMirror:
				err = d.Mirror(ctx, c)
			case desk.IntentWake:
				if s, err = d.Wake(ctx, in); s.State == "" {
					s.State = desk.IntentDone
				}
			}
			if errors.Is(err, errKilled) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			s.ID, s.Holder, s.LabelsRev = in.ID, "w", c.LabelsRev
			done = append(done, s)
		}
		if _, err := h.store.Settle(ctx, done); err != nil {
			t.Fatal(err)
		}
		if len(done) < len(some) {
			h.clock.pass(2 * time.Second)
			if rapid.Bool().Draw(t, "nobody yet") {
				return true
			}
		}
	}
	t.Fatal("promises are never kept")
	return false
}
