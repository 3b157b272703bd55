package gallery

import (
	"fmt"
	"time"

	"baton/desk"
)

// answered has a mail of the team arrive that somebody sent in Gmail itself: a
// colleague, or "" when nobody knows who.
func (s *stage) answered(c desk.Conversation, by desk.Email) desk.Conversation {
	s.n++
	m := desk.Message{Mailbox: support, ID: desk.MessageID(fmt.Sprintf("%x", 0x18c2f3a9b0d1e200+s.n)), Thread: c.Thread, RFC: desk.RFCID(fmt.Sprintf("own%d@acme.test", s.n)),
		From: desk.Address{Email: desk.Email(support)}, Subject: "Re: " + c.Subject, At: s.now, Verdict: desk.Own}
	f := desk.Facts{Mailbox: support, From: m.From, Subject: m.Subject, Verdict: m.Verdict, At: m.At}
	if by != "" {
		f.Headers = map[string]string{"sender": string(by)}
	}
	return s.must(s.desk.Receive(s.ctx, m, f))
}

// bounced is the scene with an answer of ana's that came back.
func (s *stage) bounced() desk.Conversation {
	c := s.answered(s.scene(), ana)
	s.later(time.Minute)
	return s.mailFrom(desk.Message{Thread: c.Thread, Verdict: desk.Bounce, From: desk.Address{Email: "mailer-daemon@mx.example"},
		Report: &desk.Report{About: []desk.RFCID{c.Answers[0].RFC}, Failed: []desk.Failure{{To: "carla@shop.example", Why: desk.FailedUnknown}}}})
}

// doubled is the scene with two answers to the same mail.
func (s *stage) doubled() desk.Conversation {
	c := s.answered(s.scene(), ana)
	return s.later(time.Minute).answered(c, ben)
}

// others are the cards that say who else is at it, and what came back.
func others() []State {
	return []State{
		{"company", "Colleagues are at it too", "Who looks, who writes, since when; nobody is kept from anything.", func(s *stage) Answer {
			s.looks = true
			c := s.scene()
			s.pressed("reply-form", ben, c)
			s.later(2*time.Minute).shown(mia, c)
			s.ok(s.desk.Drafted(s.ctx, c.Mailbox, c.Thread, desk.Drafting{Steps: []desk.DraftStep{{Order: 1, Begun: true}}, At: s.now}))
			return s.later(time.Minute).shown(ana, c)
		}},
		{"doubled", "Two answered the same mail", "Who, and when.", func(s *stage) Answer {
			c := s.doubled()
			return s.later(4*time.Minute).shown(mia, c)
		}},
		{"home-doubled", "Two answered the same mail, on the home card", "Said to both, until they press Done.", func(s *stage) Answer {
			s.doubled()
			return s.later(4 * time.Minute).atHome(ana)
		}},
		{"bounced", "An answer was not delivered", "In red: to whom and why; Seen.", func(s *stage) Answer {
			return s.shown(ana, s.bounced())
		}},
		{"home-bounced", "An answer was not delivered, in a list", "The conversation says so until it is seen to.", func(s *stage) Answer {
			s.bounced()
			return s.later(10 * time.Minute).atHome(ana)
		}},
	}
}
