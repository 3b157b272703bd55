package gallery

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// broken is a store that cannot be reached any more.
type broken struct{ desk.Store }

func (broken) Conversation(context.Context, desk.ConversationID) (desk.Conversation, error) {
	return desk.Conversation{}, fmt.Errorf("gallery: %w", desk.ErrUnavailable)
}

// breaks has the desk lose its records.
func (s *stage) breaks() *stage {
	s.store = broken{s.store}
	s.ok(s.verifier.Close())
	s.ok(s.build())
	return s
}

// faults are the cards of what did not go as asked.
func faults() []State {
	return []State{
		{"undone", "Undone", "A line says what was undone, and Redo.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			c = s.must(s.desk.Take(s.ctx, ana, c.ID, 0))
			return s.pressed("undo", ana, c, "e", fmt.Sprint(c.EventSeq))
		}},
		{"undo-refused", "Not undone: somebody acted since", "Who, when, how.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			c = s.must(s.desk.Take(s.ctx, ana, c.ID, 0))
			s.later(5 * time.Minute).must(s.desk.Take(s.ctx, mia, c.ID, 0))
			return s.pressed("undo", ana, c, "e", fmt.Sprint(c.EventSeq))
		}},
		{"conflict", "Somebody was first", "Who, when, and how it is now.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			s.must(s.desk.Take(s.ctx, ana, c.ID, 0))
			return s.pressed("take", ben, c)
		}},
		{"unknown", "A message that is none of the team's", "The same for what is not there and for what one may not see.", func(s *stage) Answer {
			return s.shown(eve, s.mailed("Refund for order 1042"))
		}},
		{"unknown-phone", "A message that is none of the team's, on a phone", "The way to one's own work.", func(s *stage) Answer {
			return s.onPhone().shown(olga, s.mailed("Refund for order 1042"))
		}},
		{"outside-phone", "A message of my own, on a phone", "Handing in, and the way to one's own work.", func(s *stage) Answer {
			return s.onPhone().quoted("a@x").beside(ben)
		}},
		{"forbidden", "A guest presses what is not for guests", "A line below says why nothing was done.", func(s *stage) Answer {
			return s.pressed("close", olga, s.scene())
		}},
		{"page-gone", "A page that is no longer there", "Nothing was changed; what to do.", func(s *stage) Answer {
			return s.pressed("history", ana, s.scene(), "after", "made-up")
		}},
		{"unavailable", "The records cannot be reached", "What was kept, what to do, and a reference for the admin.", func(s *stage) Answer {
			c := s.scene()
			return s.breaks().pressed("give-form", ana, c)
		}},
		{"consent", "Google may not say who this is", "No card: Gmail itself asks.", func(s *stage) Answer {
			return s.raw("/addon/home", event{as: ana, secret: true})
		}},
	}
}
