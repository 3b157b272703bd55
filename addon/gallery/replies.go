package gallery

import (
	"time"

	"baton/desk"
)

// replies are the cards of mail that goes out.
func replies() []State {
	once := []string{"once", "o"}
	return []State{
		{"form-reply", "Reply", "To whom it goes, how it ends, what becomes of the conversation.", func(s *stage) Answer {
			return s.pressed("reply-form", ana, s.undoable().mailFrom(desk.Message{Subject: "Refund for order 1042"}))
		}},
		{"form-reply-refused", "Reply, refused", "All that was typed is still there.", func(s *stage) Answer {
			return s.sent("reply", ana, s.scene(), map[string]any{"to": carla, "cc": "carla@", "text": "It is <on> its way.", "then": "close"}, once...)
		}},
		{"form-reply-overtaken", "Reply, overtaken", "Somebody wrote meanwhile: what came, and Send anyway.", func(s *stage) Answer {
			c := s.scene()
			s.later(time.Minute)
			s.must(s.desk.AddNote(s.ctx, ben, c.ID, "n2", "Do <b>not</b> refund, @ana"))
			return s.sent("reply", ana, c, map[string]any{"to": carla, "text": "It is on its way.", "then": "wait"}, once...)
		}},
		{"reply-waits", "A reply that goes out soon", "When it goes, and Undo.", func(s *stage) Answer {
			return s.sent("reply", ana, s.undoable().scene(), map[string]any{"to": carla, "cc": "new@elsewhere.example", "text": "It is on its way.", "then": "wait"}, once...)
		}},
		{"reply-undone", "A reply that was taken back", "Its text is in the form again.", func(s *stage) Answer {
			c := s.undoable().scene()
			s.sent("reply", ana, c, map[string]any{"to": carla, "text": "It is on its way.", "then": "close"}, once...)
			return s.sent("reply-undo", ana, c, nil, "r", string(desk.AnswerID(c.ID, ana, "o")))
		}},
		{"reply-not-sent", "A reply that was not sent", "Why, and Try again.", func(s *stage) Answer {
			c := s.scene()
			s.must(s.desk.Reply(s.ctx, ben, c.ID, 0, desk.Answer{Once: "o", Text: "Hi", To: []desk.Address{{Email: "carla@shop.example"}}}))
			in, err := s.store.Intent(s.ctx, desk.AnswerID(c.ID, ben, "o"))
			s.ok(err)
			s.ok(s.desk.Unsent(s.ctx, in, "Gmail refused it: the mailbox is over its sending limit."))
			return s.shown(ana, c)
		}},
	}
}
