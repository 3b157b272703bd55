package gallery

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// drafts is where Gmail makes drafts.
type drafts struct {
	s    *stage
	made int
}

// Make implements desk.Drafts.
func (g *drafts) Make(ctx context.Context, _ desk.ThreadID, in desk.Intent) (desk.Intent, error) {
	g.made++
	return g.s.store.Draft(ctx, in.ID, fmt.Sprint("r", g.made))
}

// InThread implements desk.Drafts.
func (*drafts) InThread(context.Context, desk.Mailbox, desk.ThreadID) ([]string, error) {
	return nil, nil
}

// texts gives the desk saved texts, and so many more.
func (s *stage) texts(more int) *stage {
	return s.policy(func(p *desk.Policy) {
		p.Texts = []desk.SavedText{
			{Name: "Thanks", Text: "Hello {{customer.first_name}},\n\nthank you. Your reference is {{handle}}.\n{{agent.first_name}} <3"},
			{Name: "Greeting", Text: `Dear {{customer.name | "customer"}},`, Mailboxes: []desk.Mailbox{support}},
			{Name: "Offer", Text: "Our offer", Mailboxes: []desk.Mailbox{sales}},
		}
		for i := range more {
			p.Texts = append(p.Texts, desk.SavedText{Name: fmt.Sprintf("Model %d", i), Text: fmt.Sprintf("About model %d", i)})
		}
	})
}

// byAlias is mail that came by another address of the mailbox, from which Gmail
// lets it answer.
func (s *stage) byAlias(alias desk.Email) desk.Conversation {
	s.gmail.aliases = []desk.Address{{Name: "Acme help", Email: alias}}
	s.policy(func(p *desk.Policy) {
		p.Mailboxes[0].Aliases, p.Mailboxes[0].Signature = []desk.Email{alias}, "{name}\n{address}"
	})
	return s.mailBy(string(alias), desk.Message{Subject: "Refund for order 1042"})
}

// composing is the card beside a mail that is being written.
func (s *stage) composing(as desk.Email) Answer { return s.raw("/addon/compose", event{as: as}) }

// drafted has somebody begin a reply on the card and go on with it in Gmail.
func (s *stage) drafted(c desk.Conversation, as desk.Email) Answer {
	return s.sent("draft", as, c, map[string]any{"to": carla, "text": "It is on its way.", "then": "wait"}, "once", "o")
}

// writing are the cards of saved texts and of replies that are written in Gmail.
func writing() []State {
	return []State{
		{"form-reply-texts", "Reply, with saved texts", "Choosing one puts it behind what was typed.", func(s *stage) Answer {
			return s.pressed("reply-form", ana, s.texts(0).scene())
		}},
		{"reply-text", "A saved text in a reply", "With the conversation's own values, behind what was typed.", func(s *stage) Answer {
			return s.sent("reply-text", ana, s.texts(0).scene(), map[string]any{"to": carla, "text": "Good morning.", "saved": "Thanks"}, "once", "o")
		}},
		{"form-reply-alias", "Reply to mail that came by an alias", "It goes out from that address, where Gmail accepts it.", func(s *stage) Answer {
			return s.pressed("reply-form", ana, s.byAlias("help@acme.test"))
		}},
		{"draft", "Open as draft", "Gmail opens the draft; the card below has the line about it.", func(s *stage) Answer {
			return s.drafted(s.scene(), ana)
		}},
		{"writing", "A colleague writes in Gmail", "Who, since when, and Open.", func(s *stage) Answer {
			c := s.scene()
			s.drafted(c, ana)
			return s.later(5*time.Minute).shown(ben, c)
		}},
		{"compose", "Saved texts beside a mail that is being written", "Insert puts one at the cursor.", func(s *stage) Answer {
			return s.texts(0).composing(ana)
		}},
		{"compose-many", "Many saved texts", "A field finds them; page by page.", func(s *stage) Answer {
			return s.texts(30).composing(ana)
		}},
		{"compose-none", "No saved texts", "Who can write some.", func(s *stage) Answer { return s.composing(ana) }},
		{"compose-missing", "A saved text needs what nobody knows", "Fields for what is missing.", func(s *stage) Answer {
			return s.press(s.texts(0).composing(ana), "Insert", event{as: ana})
		}},
	}
}
