package gallery

import (
	"fmt"
	"time"

	"baton/desk"
)

// busied is the scene with to-dos for ben: one late, one to come, one without a
// time; and one of mia's that is done.
func (s *stage) busied() desk.Conversation {
	c := s.scene()
	for i, t := range []desk.Task{
		{For: ben, Text: "Call <b>them</b>", Due: s.now.Add(time.Hour)}, {For: ben, Text: "Send the form", Due: s.now.Add(8 * time.Hour)},
		{For: ben, Text: "Ask the warehouse"}, {For: mia, Text: "Sign it"},
	} {
		c = s.must(s.desk.AddTodo(s.ctx, ana, c.ID, fmt.Sprint("todo", i), t))
	}
	for _, t := range c.Todos {
		if t.For == mia {
			c = s.must(s.desk.DoTodo(s.ctx, mia, c.ID, t.ID))
		}
	}
	s.later(2 * time.Hour)
	return c
}

// todos are the cards of what is to be done, and of who hears of what.
func todos() []State {
	return []State{
		{"todos", "To-dos, one of them late", "What is late stands above who holds it.", func(s *stage) Answer {
			return s.shown(ben, s.busied())
		}},
		{"form-todo", "To-do …", "What, who, until when.", func(s *stage) Answer {
			return s.pressed("todo-form", ana, s.scene())
		}},
		{"todo-added", "I have just added a to-do", "The to-do, and the line that takes it back.", func(s *stage) Answer {
			return s.sent("todo", ana, s.scene(), map[string]any{"todo": "Call them", "person": "Ben Okafor <ben@acme.test>", "due": s.now.Add(8 * time.Hour)}, "once", "o")
		}},
		{"home-todos", "To-dos on the home card", "Mine of all conversations; Done without opening them.", func(s *stage) Answer {
			s.busied()
			return s.atHome(ben)
		}},
		{"form-follow", "Follow …", "Of what I want to hear.", func(s *stage) Answer {
			return s.pressed("follow-form", ana, s.scene())
		}},
		{"followed", "I have just chosen what I hear of", "The line that says it, and Undo.", func(s *stage) Answer {
			return s.sent("follow", mia, s.scene(), map[string]any{"level": "closing"})
		}},
	}
}
