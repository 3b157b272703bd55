package gallery

import (
	"time"

	"baton/desk"
)

// conversation are the cards of an opened message.
func conversation() []State {
	return []State{
		{"unassigned", "Nobody holds it", "New mail; Take is the filled button.", func(s *stage) Answer {
			return s.shown(ana, s.mailed("Refund for order 1042"))
		}},
		{"no-subject", "Mail without a subject or a name", "The address stands in for the name.", func(s *stage) Answer {
			return s.shown(ana, s.mailFrom(desk.Message{From: desk.Address{Email: "carla@shop.example"}}))
		}},
		{"mine", "I hold it", "What the holder can do.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			return s.shown(ana, s.must(s.desk.Take(s.ctx, ana, c.ID, 0)))
		}},
		{"phone", "I hold it, on a phone", "My work leads to what the web has on its home card.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			return s.onPhone().shown(ana, s.must(s.desk.Take(s.ctx, ana, c.ID, 0)))
		}},
		{"taken", "I have just taken it", "A line says what was done and takes it back.", func(s *stage) Answer {
			return s.pressed("take", ana, s.mailed("Refund for order 1042"))
		}},
		{"given", "Given to me, with a reason and a time limit", "Who gave it, why, until when; Decline.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			s.later(20 * time.Minute)
			return s.shown(ana, s.must(s.desk.Give(s.ctx, mia, c.ID, 0, desk.Give{To: ana, Why: "You know them", Due: s.now.Add(72 * time.Minute)})))
		}},
		{"manager", "A colleague holds it, seen by a manager", "Take over, and Put back for the manager.", func(s *stage) Answer {
			return s.shown(mia, s.scene())
		}},
		{"guest", "Shared with me to read", "Who shared it, why, until when; nothing to change.", func(s *stage) Answer {
			return s.shown(olga, s.scene())
		}},
		{"commenting-guest", "Shared with me to comment", "A guest who may write notes.", func(s *stage) Answer {
			c := s.scene()
			s.must(s.desk.Share(s.ctx, ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareComment}))
			return s.shown(uwe, c)
		}},
		{"closed", "Closed", "Reopen is the filled button.", func(s *stage) Answer {
			return s.shown(ana, s.must(s.desk.Close(s.ctx, ana, s.scene().ID, 0)))
		}},
		{"late", "Late", "The promise of a first reply is broken: the header says so.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			return s.later(6*time.Hour).shown(ana, c)
		}},
		{"high", "High, with tags, notes, one of them edited", "Markup in a note is text; yesterday's times.", func(s *stage) Answer {
			c := s.scene()
			s.later(26 * time.Hour)
			s.must(s.desk.SetPriority(s.ctx, ben, c.ID, 0, desk.High))
			s.must(s.desk.AddTag(s.ctx, ben, c.ID, "VIP"))
			c = s.must(s.desk.AddNote(s.ctx, mia, c.ID, "1", "Two lines:\n<b>not bold</b>"))
			s.must(s.desk.EditNote(s.ctx, mia, c.ID, c.Notes[1].ID, "Two lines:\n<b>not bold</b>, @ana"))
			return s.shown(ana, c)
		}},
		{"routed", "Sorted by a rule", "In a team's queue, with the rule's reason.", func(s *stage) Answer {
			s.rules["Invoice"] = desk.Routing{Matched: []string{"billing"}, Team: "Billing", Tags: []string{"invoice"}, Priority: desk.High, Reason: "rule billing matched"}
			return s.shown(ana, s.mailed("Invoice"))
		}},
	}
}
