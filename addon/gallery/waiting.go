package gallery

import (
	"time"

	"baton/desk"
)

// asked has somebody ask for a yes to an answer.
func (s *stage) asked(by desk.Email, c desk.Conversation, ask desk.Ask) (desk.Conversation, string) {
	a := desk.Answer{Once: "o", Text: "We have sent it <again>.", To: []desk.Address{{Name: "Carla Customer", Email: "carla@shop.example"}}, Ask: &ask}
	return s.must(s.desk.Reply(s.ctx, by, c.ID, 0, a)), string(desk.AnswerID(c.ID, by, "o"))
}

// forLater is a reply of ana's that goes tomorrow at 08:00.
func (s *stage) forLater() desk.Conversation {
	c := s.scene()
	return s.must(s.desk.Reply(s.ctx, ana, c.ID, 0, desk.Answer{
		Once: "o", Text: "We have sent it.", To: []desk.Address{{Name: "Carla Customer", Email: "carla@shop.example"}}, Later: s.now.Add(23 * time.Hour),
	}))
}

// approval has ana's answers wait for a yes.
func (s *stage) approval() *stage {
	return s.policy(func(p *desk.Policy) {
		p.Mailboxes[0].Undo, p.Mailboxes[0].Signature = 10*time.Second, "{name}\nAcme support"
		p.Mailboxes[0].Approval = desk.Approval{For: []desk.Email{ana}, By: []desk.Email{ben, mia}}
		p.Teams = []desk.Team{{Name: "Leads", Members: []desk.Email{ben, mia}}}
	})
}

// waiting are the cards of answers that wait for a yes or for their time.
func waiting() []State {
	return []State{
		{"form-reply-yes", "Reply, and it needs a yes", "Send is Ask for a yes; who can say it.", func(s *stage) Answer {
			return s.pressed("reply-form", ana, s.approval().scene())
		}},
		{"form-reply-later-refused", "Reply at a time that is over", "What was typed and picked is still there.", func(s *stage) Answer {
			return s.sent("reply", ana, s.scene(), map[string]any{"to": carla, "text": "It is on its way.", "then": "wait", "when": "pick", "later": s.now.Add(-time.Hour)}, "once", "o")
		}},
		{"asked-own", "My answer waits for a yes", "Whose; Change and Take back.", func(s *stage) Answer {
			s.ok(s.desk.SetPresence(s.ctx, mia, desk.Away))
			return s.sent("ask", ana, s.scene(), map[string]any{"to": carla, "text": "It is on its way.", "then": "wait", "person": "Mia Lindqvist"}, "once", "o")
		}},
		{"asked-me", "An answer waits for my yes", "First on the card.", func(s *stage) Answer {
			c, _ := s.asked(ana, s.scene(), desk.Ask{To: mia})
			return s.later(time.Hour).shown(mia, c)
		}},
		{"asked-others", "An answer waits for a colleague's yes", "So that nobody writes a second one.", func(s *stage) Answer {
			c, _ := s.asked(ana, s.approval().scene(), desk.Ask{To: mia})
			return s.later(time.Hour).pressed("reply-form", ben, c)
		}},
		{"home-asked", "Answers wait for my yes, on the home card", "How many, of whom.", func(s *stage) Answer {
			s.asked(ana, s.scene(), desk.Ask{To: mia})
			s.asked(ben, s.mailed("Invoice"), desk.Ask{To: mia})
			return s.later(time.Hour).atHome(mia)
		}},
		{"form-yes", "Looking at an answer", "To whom, the text, Send and Give back.", func(s *stage) Answer {
			c, reply := s.asked(ana, s.undoable().scene(), desk.Ask{To: mia})
			return s.later(time.Hour).pressed("yes-form", mia, c, "r", reply)
		}},
		{"form-yes-overtaken", "An answer, overtaken", "Somebody wrote since it was written; Send anyway.", func(s *stage) Answer {
			c, reply := s.asked(ana, s.undoable().scene(), desk.Ask{To: mia})
			c = s.later(time.Hour).mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund for order 1042"})
			return s.sent("yes", mia, c, map[string]any{"text": "We have sent it."}, "r", reply)
		}},
		{"approved", "A yes was said", "When it goes, who wrote and who said yes; Undo.", func(s *stage) Answer {
			c, reply := s.asked(ana, s.undoable().scene(), desk.Ask{To: mia})
			return s.later(time.Hour).sent("yes", mia, c, map[string]any{"text": "We have sent it twice."}, "r", reply)
		}},
		{"given-back", "My answer was given back", "The word is a note; Change.", func(s *stage) Answer {
			c, reply := s.asked(ana, s.scene(), desk.Ask{To: mia})
			s.later(time.Hour).sent("give-back", mia, c, map[string]any{"word": "Name the <amount>, please."}, "r", reply)
			return s.later(time.Minute).shown(ana, c)
		}},
		{"reply-later", "A reply that goes later", "When; Send now and Take back.", func(s *stage) Answer {
			c := s.forLater()
			return s.later(time.Hour).shown(ana, c)
		}},
		{"reply-later-now", "A reply that goes before its time", "As any reply.", func(s *stage) Answer {
			c := s.undoable().forLater()
			return s.later(time.Hour).pressed("send-now", ana, c, "r", string(desk.AnswerID(c.ID, ana, "o")))
		}},
		{"reply-stopped", "A reply that was stopped", "In red: who wrote; Try again.", func(s *stage) Answer {
			c := s.forLater()
			s.later(time.Hour).mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund for order 1042"})
			return s.later(time.Hour).shown(ana, c)
		}},
		{"home-stopped", "A reply of mine was stopped, on the home card", "Until Done or sent again.", func(s *stage) Answer {
			c := s.forLater()
			s.later(time.Hour).mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund for order 1042"})
			return s.later(time.Hour).atHome(ana)
		}},
	}
}
