package gallery

// forms are the cards that ask for something.
func forms() []State {
	return []State{
		{"form-give", "Give to …", "A person with suggestions, a reason, a time limit.", func(s *stage) Answer {
			return s.pressed("give-form", ana, s.scene())
		}},
		{"form-refused", "Give to …, refused", "What was typed is still there; the reason stands on top.", func(s *stage) Answer {
			return s.sent("give", ana, s.scene(), map[string]any{"person": "Olga Novak <olga@acme.test>", "why": "You know stock"})
		}},
		{"form-decline", "Decline …", "A reason is required.", func(s *stage) Answer {
			return s.pressed("decline-form", ana, s.scene())
		}},
		{"form-sort", "Tags and priority", "A box for each tag.", func(s *stage) Answer {
			return s.pressed("sort-form", ana, s.scene())
		}},
		{"form-share", "Share …", "With whom, which part, for how long.", func(s *stage) Answer {
			return s.pressed("share-form", ana, s.scene())
		}},
		{"form-share-pick", "Share messages …", "The messages to choose from, newest first.", func(s *stage) Answer {
			c := s.letters("Order 1042", customer, "Where is it?", "Any news?", "Thank you.")
			return s.sent("share", ana, c, map[string]any{"person": "olga", "role": "view", "scope": "choose"})
		}},
	}
}
