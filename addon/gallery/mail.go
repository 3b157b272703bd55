package gallery

import (
	"context"
	"fmt"
	"time"

	"baton/addon"
	"baton/addon/gallery/acme"
	"baton/desk"
)

// gmail is the mail that a state's Gmail has: letters by thread, and Message-IDs
// by the ids of messages in people's own mailboxes.
type gmail struct {
	letters map[desk.ThreadID][]desk.Letter
	handles map[string][]desk.RFCID
	aliases []desk.Address
	own     personal
	fail    error
}

// Heads implements desk.Threads.
func (g *gmail) Heads(_ context.Context, _ desk.Mailbox, t desk.ThreadID, _ desk.MessageID, _ int) ([]desk.Head, error) {
	var out []desk.Head
	for _, l := range g.letters[t] {
		out = append(out, l.Head)
	}
	return out, g.fail
}

// Letters implements desk.Threads.
func (g *gmail) Letters(_ context.Context, _ desk.Mailbox, t desk.ThreadID, ids []desk.MessageID) ([]desk.Letter, error) {
	var out []desk.Letter
	for _, id := range ids {
		for _, l := range g.letters[t] {
			if l.ID == id {
				out = append(out, l)
			}
		}
	}
	return out, g.fail
}

// Handles implements addon.Mail.
func (g *gmail) Handles(_ context.Context, o addon.Opened) ([]desk.RFCID, error) {
	return g.handles[o.Message], g.fail
}

// Accepted implements desk.SendAs.
func (g *gmail) Accepted(context.Context, desk.Mailbox) ([]desk.Address, error) {
	return g.aliases, g.fail
}

// mailFrom receives a message; what it leaves out is Carla's, to support. A
// message without a thread opens a conversation.
func (s *stage) mailFrom(m desk.Message) desk.Conversation { return s.mailBy("", m) }

// mailBy is mailFrom for mail that came by an alias; "" = by the mailbox's own
// address.
func (s *stage) mailBy(alias string, m desk.Message) desk.Conversation {
	s.n++
	m = acme.Mail(s.n, s.now, m)
	facts := arrival(m).Facts
	facts.Alias = alias
	return s.must(s.desk.Receive(s.ctx, m, facts))
}

func (s *stage) mailed(subject string) desk.Conversation {
	return s.mailFrom(desk.Message{Subject: subject})
}

// letters has Gmail know a thread of texts, twenty minutes apart, each with a
// file; the newest comes last.
func (s *stage) letters(subject string, from desk.Address, texts ...string) desk.Conversation {
	var c desk.Conversation
	for i, text := range texts {
		c = s.mailFrom(desk.Message{Subject: subject, Thread: c.Thread, From: from})
		s.gmail.letters[c.Thread] = append(s.gmail.letters[c.Thread], desk.Letter{
			Head: desk.Head{ID: c.LastID, From: from, At: s.now}, To: []desk.Address{{Email: desk.Email(support)}}, Text: text,
			Files: []desk.Attachment{{Name: fmt.Sprintf("receipt-%d.pdf", i+1), Size: 12_345}},
		})
		s.now = s.now.Add(20 * time.Minute)
	}
	return c
}
