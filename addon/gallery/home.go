package gallery

import (
	"fmt"
	"time"

	"baton/desk"
)

// busy is an hour in which much came in.
func (s *stage) busy() *stage {
	c := s.scene()
	s.must(s.desk.Take(s.ctx, ben, s.mailed("Late answer").ID, 0))
	s.later(5 * time.Hour)
	s.must(s.desk.SetPriority(s.ctx, mia, s.mailed("Burst pipe").ID, 0, desk.High))
	for range 11 {
		s.later(time.Minute)
		s.mailed("Where is my parcel?")
	}
	s.mailFrom(desk.Message{Mailbox: sales, Subject: "Offer for 200 mugs"})
	s.must(s.desk.AddNote(s.ctx, mia, c.ID, "home", "@ben look"))
	return s
}

// home are the cards without an open message.
func home() []State {
	return []State{
		{"home-member", "Home", "What I hold, the queues, mentions, my availability.", func(s *stage) Answer {
			return s.busy().atHome(ben)
		}},
		{"home-quiet", "Home on a quiet day", "Nothing to do is said in words.", func(s *stage) Answer { return s.atHome(ana) }},
		{"home-guest", "Home of somebody who works in no mailbox", "What is shared with them.", func(s *stage) Answer {
			return s.busy().atHome(olga)
		}},
		{"home-nobody", "Home of a stranger", "What they can do about it.", func(s *stage) Answer { return s.busy().atHome(eve) }},
		{"mentions-all", "All mentions", "A row for each conversation, some at a time; Done is for all of a row.", func(s *stage) Answer {
			for i := range 30 {
				s.later(time.Minute)
				c := s.mailed(fmt.Sprint("Question ", i+1))
				s.must(s.desk.AddNote(s.ctx, mia, c.ID, "1", "@ben look"))
				s.must(s.desk.AddNote(s.ctx, ana, c.ID, "1", "@ben, again"))
				s.must(s.desk.AddNote(s.ctx, ana, c.ID, "2", "@ben?"))
			}
			return s.press(s.atHome(ben), "All 30 mentions", event{as: ben})
		}},
		{"home-phone", "Home on a phone", "Reached from a message's card; the phone has no home card of its own.", func(s *stage) Answer {
			return s.busy().onPhone().raw("/addon/do/home", event{as: ben})
		}},
		{"list", "A whole list", "Page by page.", func(s *stage) Answer {
			s.busy()
			return s.raw("/addon/do/list", event{as: ben, params: map[string]string{"l": "queue", "m": string(support)}})
		}},
		{"list-empty", "An empty list", "It says so.", func(s *stage) Answer {
			return s.raw("/addon/do/list", event{as: ben, params: map[string]string{"l": "late"}})
		}},
		{"queue-empty", "Take next, and somebody was quicker", "A line below says that the queue is empty.", func(s *stage) Answer {
			return s.raw("/addon/do/take-next", event{as: ben, params: map[string]string{"m": string(support)}})
		}},
	}
}
