package gallery

import "baton/desk"

// handIn posts the form of handing in.
func (s *stage) handIn(as desk.Email, form map[string]any) Answer {
	return s.raw("/addon/do/intake", event{as: as, gmail: inOwn(), reads: true, params: map[string]string{"m": string(support), "form": "1"}, form: form})
}

// beside is the answer to opening the message of one's own mailbox.
func (s *stage) beside(as desk.Email) Answer {
	return s.raw("/addon/message", event{as: as, gmail: inOwn(), reads: true})
}

// intakes are the cards of handing a thread of one's own mailbox to the team.
func intakes() []State {
	return []State{
		{"outside", "A message of my own, nothing of the team's", "Hand to the team leads to its form.", func(s *stage) Answer {
			return s.quoted("a@x", "b@x").beside(ben)
		}},
		{"form-intake", "Hand to the team …", "Where to and to whom, and that it cannot be taken back.", func(s *stage) Answer {
			return s.raw("/addon/do/intake-form", event{as: ben, gmail: inOwn(), reads: true})
		}},
		{"form-intake-refused", "Hand to the team …, refused", "What was typed is still there; the reason stands on top.", func(s *stage) Answer {
			return s.handIn(ana, map[string]any{"person": "Olga Novak <olga@acme.test>", "why": "Stock <b>"})
		}},
		{"intake-done", "Handed in", "The team's card, beside one's own message.", func(s *stage) Answer {
			return s.quoted("a@x", "b@x").handIn(ana, map[string]any{"person": "Ben Okafor <ben@acme.test>", "why": "You quoted them"})
		}},
		{"intake-part", "Handed in, but not all of it", "How much is there, why the rest is not, and how to go on.", func(s *stage) Answer {
			s.quoted("a@x", "b@x", huge, "c@x").gmail.own.stopAt = 3
			return s.handIn(ana, map[string]any{"person": "Ben Okafor <ben@acme.test>", "why": "You quoted them"})
		}},
		{"intake-already", "Handed in a second time", "Nothing was brought in again.", func(s *stage) Answer {
			s.quoted("a@x", "b@x").handIn(ana, nil)
			return s.handIn(ben, map[string]any{"person": "Mia Lindqvist <mia@acme.test>"})
		}},
		{"intake-later", "The team has only the beginning of it", "Add it brings what is missing.", func(s *stage) Answer {
			s.quoted("a@x", "b@x").mailFrom(desk.Message{Subject: "Quote for 40 kettles", RFC: "a@x"})
			return s.beside(ana)
		}},
	}
}
