package gallery

import (
	"errors"
	"strings"

	"baton/desk"
)

var customer = desk.Address{Name: "Carla Customer", Email: "carla@shop.example"}

// thread is a conversation of three letters, with a long one and one that quotes.
func (s *stage) thread() desk.Conversation {
	return s.letters("Order 1042", customer,
		"Where is my order 1042? It should have come on Friday.",
		strings.Repeat("I have looked everywhere and asked all the neighbours. ", 60),
		"It came. Thank you!\n\nOn Mon, 2 Mar 2026, Support wrote:\n> It left our house on Thursday.")
}

// reading are the cards that show mail to those who have not got it before them.
func reading() []State {
	return []State{
		{"read", "The mail, read by a colleague", "Newest first, older ones folded, quoted text behind a button.", func(s *stage) Answer {
			return s.pressed("read", ana, s.thread())
		}},
		{"read-guest", "The mail, read by a guest", "What the share leaves out is said; the look is logged.", func(s *stage) Answer {
			c := s.thread()
			c = s.must(s.desk.Share(s.ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Why: "stock"}))
			return s.pressed("read", olga, c)
		}},
		{"read-one", "One message with what it quotes", "Long ones go on part by part.", func(s *stage) Answer {
			c := s.thread()
			return s.pressed("read", ana, c, "msg", string(s.gmail.letters[c.Thread][1].ID))
		}},
		{"read-gone", "Mail that cannot be shown", "What happened, and what is still there.", func(s *stage) Answer {
			c := s.thread()
			s.gmail.fail = errors.New("no answer")
			return s.pressed("read", ana, c)
		}},
	}
}
