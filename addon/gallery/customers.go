package gallery

import (
	"time"

	"baton/desk"
)

// alike are a conversation and a later one of the same customer that looks like
// the same matter; ben holds the later one.
func (s *stage) alike() (first, second desk.Conversation) {
	first = s.mailed("Order 10423 is late")
	s.later(time.Hour)
	second = s.must(s.desk.Take(s.ctx, ben, s.mailed("Where is 10423?").ID, 0))
	s.ok(s.desk.Acquaint(s.ctx, second))
	return s.record(first.ID), s.record(second.ID)
}

// laden is alike with notes and a to-do; ana holds the first.
func (s *stage) laden() (first, second desk.Conversation) {
	first, second = s.alike()
	s.must(s.desk.Take(s.ctx, ana, first.ID, 0))
	s.must(s.desk.AddNote(s.ctx, ana, first.ID, "n", "The parcel left us on Monday"))
	s.must(s.desk.AddNote(s.ctx, ben, second.ID, "n", "@ana the carrier lost it"))
	s.must(s.desk.AddTodo(s.ctx, ben, second.ID, "t", desk.Task{For: ana, Text: "Claim at the carrier", Due: s.now.Add(26 * time.Hour)}))
	s.must(s.desk.AddTag(s.ctx, ben, second.ID, "parcel"))
	return s.record(first.ID), s.record(second.ID)
}

// known is a conversation of a customer who has written before, also to a
// colleague, and in another mailbox.
func (s *stage) known() desk.Conversation {
	old := s.answered(s.mailed("Do you ship to Malta?"), ben)
	s.must(s.desk.Close(s.ctx, ben, old.ID, 0))
	s.later(48 * time.Hour).mailFrom(desk.Message{Mailbox: sales, Subject: "Offer for 200 mugs"})
	first, _ := s.alike()
	return first
}

// customers are the cards about who writes, and of merging.
func customers() []State {
	return []State{
		{"customer", "What is known of a customer", "What else is open, earlier conversations, addresses.", func(s *stage) Answer {
			return s.pressed("customer", ben, s.known())
		}},
		{"customer-new", "A customer who writes for the first time", "Nothing is said in words.", func(s *stage) Answer {
			return s.pressed("customer", ana, s.mailed("Refund for order 1042"))
		}},
		{"customer-same", "Two addresses of one person", "Who said so, and Not the same.", func(s *stage) Answer {
			c := s.known()
			c = s.must(s.desk.SamePerson(s.ctx, mia, c.ID, "carla@home.example"))
			return s.later(time.Hour).pressed("customer", ana, c)
		}},
		{"customer-refused", "An address that is none", "The reason stands on top.", func(s *stage) Answer {
			return s.sent("same-person", ana, s.known(), map[string]any{"address": "carla at home"})
		}},
		{"alike", "Maybe a duplicate", "Why it may be one, and Merge.", func(s *stage) Answer {
			first, _ := s.alike()
			return s.shown(ana, first)
		}},
		{"form-merge", "Merge into this conversation?", "Who holds the other, what comes along, and who shall hold both.", func(s *stage) Answer {
			first, second := s.laden()
			return s.pressed("merge-form", ana, first, "o", string(second.ID))
		}},
		{"merged-both", "Notes and to-dos of both", "Each says from which thread it is.", func(s *stage) Answer {
			first, second := s.laden()
			s.must(s.desk.Merge(s.ctx, ana, first.ID, second.ID))
			return s.later(time.Hour).shown(ana, first)
		}},
		{"merged", "I have just merged two conversations", "Separate, Undo, and into which thread a reply goes.", func(s *stage) Answer {
			first, second := s.alike()
			return s.pressed("merge", ana, first, "o", string(second.ID))
		}},
		{"merged-other", "A message of the merged thread", "It says that it was opened by way of that thread.", func(s *stage) Answer {
			first, second := s.alike()
			s.must(s.desk.Merge(s.ctx, ana, first.ID, second.ID))
			return s.later(time.Hour).shown(ben, second)
		}},
	}
}
