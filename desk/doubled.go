package desk

import (
	"slices"
	"time"
)

// KeptAnswers is how many of the team's newest mails a record knows.
const KeptAnswers = 10

// DoubledWithin is how far apart two answers to one mail are at most that
// nobody meant to give twice.
const DoubledWithin = 10 * time.Minute

// DoubledFor is how long both are told of it.
const DoubledFor = 24 * time.Hour

// SentMail is a mail that a person of the team sent in the conversation.
type SentMail struct {
	RFC    RFCID     `json:"rfc,omitempty"` // or what we gave it; see Message.Gave
	At     time.Time `json:"at"`
	By     Email     `json:"by,omitempty"`     // "" = sent in Gmail by nobody knows whom
	Intent IntentID  `json:"intent,omitempty"` // of one that was written on a card
	// Reports are the delivery reports about it that were dealt with.
	Reports []MessageID `json:"reports,omitempty"`
}

// Doubled says that two people answered the same mail.
type Doubled struct {
	FirstAt time.Time `json:"first_at"`
	First   Email     `json:"first,omitempty"` // "" = somebody in Gmail
	At      time.Time `json:"at"`              // of the later answer
	Second  Email     `json:"second,omitempty"`
}

// doubledNote is how both are told, in the store's terms: a mention in a note
// that is none.
func doubledNote(id ConversationID) NoteID { return NoteID("doubled-" + string(id)) }

// Doubled tells whether a mention says that the person and somebody else
// answered the same mail.
func (m Mention) Doubled() bool { return m.Note == doubledNote(m.Conversation) }

// answeredBy keeps a person's mail, and notes when it is the second answer to
// one customer's mail.
func (e *edit) answeredBy(s SentMail) {
	back := e.Bounce
	if back != nil && s.At.After(back.At) {
		e.Bounce = nil // answered anew
	}
	if s.By == "" {
		s.By = e.policy.alone(e.Mailbox)
	}
	for _, first := range slices.Backward(e.Answers) {
		if !e.twice(first, s) || back != nil && back.Reply == first.RFC {
			continue
		}
		second := s
		if second.At.Before(first.At) {
			first, second = second, first
		}
		e.double(first, second)
		break
	}
	e.keepAnswer(s)
}

// keepAnswer keeps a person's mail.
func (e *edit) keepAnswer(s SentMail) {
	if s.By == "" {
		s.By = e.policy.alone(e.Mailbox)
	}
	e.Answers = append(slices.Clone(e.Answers), s)
	if n := len(e.Answers) - KeptAnswers; n > 0 {
		e.Answers = slices.Clone(e.Answers[n:])
	}
}

// twice tells whether two people answered one mail with these. Of two mails
// that were sent in Gmail, nobody knows by whom, one person may have sent both.
func (e *edit) twice(a, b SentMail) bool {
	apart := b.At.Sub(a.At).Abs()
	heard := e.heardAt()
	return a.By != b.By && apart <= DoubledWithin && !heard.IsZero() && !a.At.Before(heard) && !b.At.Before(heard)
}

func (e *edit) double(first, second SentMail) {
	e.eventBy("", Event{Kind: EventDoubled, Who: second.By, From: string(first.By)})
	if e.now.Sub(second.At) > DoubledFor {
		return // old mail that is read only now
	}
	e.Doubled = &Doubled{FirstAt: first.At, First: first.By, At: second.At, Second: second.By}
	for _, who := range []Email{first.By, second.By} {
		if who != "" && e.policy.Works(who, e.Mailbox) {
			e.mention(Mention{
				Person: who, Conversation: e.ID, Note: doubledNote(e.ID), Mailbox: e.Mailbox, At: e.now,
			})
		}
	}
}

// DoubledLately gives the two answers to one mail until the customer writes
// again, or for DoubledFor.
func (c *Conversation) DoubledLately(now time.Time) (Doubled, bool) {
	if c.Doubled == nil || !c.heardAt().Before(c.Doubled.At) || now.Sub(c.Doubled.At) > DoubledFor {
		return Doubled{}, false
	}
	return *c.Doubled, true
}

// byPerson tells whether a mail of the team's was written by a person: on a
// card, or in Gmail and not by a machine there.
func (e *edit) byPerson(m Message, f Facts) bool {
	if m.Intent != "" {
		return e.outgoing(m.Intent) != nil
	}
	for _, h := range []string{"x-baton-loop", "x-baton-notice"} {
		if _, ok := f.Headers[h]; ok {
			return false
		}
	}
	auto := f.Headers["auto-submitted"]
	return auto == "" || auto == "no"
}
