package gallery

import (
	"fmt"
	"time"

	"baton/addon/gallery/acme"
	"baton/desk"
)

// noted is the scene with as many notes more.
func (s *stage) noted(n int) desk.Conversation {
	c := s.scene()
	for i := range n {
		s.later(time.Minute)
		c = s.must(s.desk.AddNote(s.ctx, ben, c.ID, fmt.Sprint("more", i), fmt.Sprintf("Step %d is done", i+1)))
	}
	return c
}

// notes are the cards of what the team wrote and did.
func notes() []State {
	return []State{
		{"noted", "Many notes", "The last five, and a button to the earlier ones.", func(s *stage) Answer {
			return s.shown(ana, s.noted(8))
		}},
		{"notes", "All notes", "Page by page, newest last.", func(s *stage) Answer {
			return s.pressed("notes", ana, s.noted(30))
		}},
		{"note-added", "I have just written a note", "The note, and the line that takes it back.", func(s *stage) Answer {
			c := s.scene()
			return s.raw("/addon/do/note", event{as: ben, params: acme.Params(c, "once", "o"), form: map[string]any{"note": "Done, see @ana"}, gmail: inShared(c)})
		}},
		{"note-refused", "A note that was refused", "What was typed is still in its field.", func(s *stage) Answer {
			c := s.mailed("Refund for order 1042")
			return s.raw("/addon/do/note", event{as: ana, params: acme.Params(c, "once", "o"), form: map[string]any{"note": "Ask @olga about it"}, gmail: inShared(c)})
		}},
		{"note-offer", "My note names somebody who cannot see it", "Whom to share it with, how, until when; the note is saved whatever is answered.", func(s *stage) Answer {
			c := s.scene()
			s.later(5 * time.Minute)
			return s.raw("/addon/do/note", event{as: ana, params: acme.Params(c, "once", "o"), form: map[string]any{"note": "ask @uwe@acme.test <b>today</b>", "mention": "Ben Okafor"}, gmail: inShared(c)})
		}},
		{"note-open", "A note that names me", "Done, until it is dealt with; and who cannot see it.", func(s *stage) Answer {
			c := s.scene()
			c = s.must(s.desk.AddNote(s.ctx, mia, c.ID, "n2", "@ben @uwe@acme.test please look"))
			return s.shown(ben, c)
		}},
		{"form-note", "Edit note", "The text as it is.", func(s *stage) Answer {
			c := s.scene()
			return s.pressed("note-form", ana, c, "n", string(c.Notes[0].ID))
		}},
		{"note-edited", "A colleague edited a note", "Earlier leads to what it said before.", func(s *stage) Answer {
			c := s.scene()
			s.later(time.Hour).must(s.desk.EditNote(s.ctx, ana, c.ID, c.Notes[0].ID, "Billing has it, Ben asked them"))
			return s.shown(ben, c)
		}},
		{"note-versions", "Earlier texts of a note", "Newest first.", func(s *stage) Answer {
			c := s.scene()
			s.later(time.Hour).must(s.desk.EditNote(s.ctx, ana, c.ID, c.Notes[0].ID, "Billing has it, Ben asked them"))
			return s.pressed("note-versions", ben, c, "n", string(c.Notes[0].ID))
		}},
		{"form-note-delete", "Delete this note?", "That it cannot be undone, before it is done.", func(s *stage) Answer {
			c := s.scene()
			return s.pressed("note-delete-form", mia, c, "n", string(c.Notes[0].ID))
		}},
		{"note-deleted", "A deleted note", "That there was one, whose, and who deleted it.", func(s *stage) Answer {
			c := s.scene()
			c = s.must(s.desk.AddNote(s.ctx, ben, c.ID, "n2", "@ana see above"))
			s.must(s.desk.EraseNote(s.ctx, mia, c.ID, c.Notes[0].ID))
			return s.shown(ana, c)
		}},
		{"history", "The whole history", "Newest first, with Undo where it can be undone.", func(s *stage) Answer {
			c := s.scene()
			s.must(s.desk.Close(s.ctx, ana, c.ID, 0))
			s.later(time.Hour)
			c = s.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund for order 1042"})
			return s.pressed("history", ana, c)
		}},
		{"label-refused", "A label that was refused", "What somebody did in Gmail, and why it does not hold.", func(s *stage) Answer {
			c := s.must(s.store.Update(s.ctx, s.scene().ID, func(c *desk.Conversation) (desk.Change, error) {
				c.Refusal = &desk.Refusal{Label: "Baton/Assigned/Olga", At: s.now, Why: "Olga Novak does not work in support@acme.test."}
				return desk.Change{}, nil
			}))
			return s.shown(ana, c)
		}},
	}
}
