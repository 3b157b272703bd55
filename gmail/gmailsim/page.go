package gmailsim

import (
	"fmt"
	"slices"
	"time"
)

// ThreadRow is a thread in a list.
type ThreadRow struct {
	ID       string
	Subject  string   // of the first message
	From     string   // of the newest message
	Snippet  string   // of the newest message, escaped for HTML
	Labels   []string // names, of all messages together
	Messages int
	Unread   bool
	Date     time.Time // of the newest message
}

// Mail is a message for reading.
type Mail struct {
	ID, ThreadID string
	MessageID    string // RFC 822, without brackets
	From, To, Cc string
	Subject      string
	Date         time.Time // when it came
	Labels       []string  // names
	Text         string    // plain text; made from the HTML if there is only that
	HTML         string    // as sent: not safe to show as it is
	Attachments  []string  // names
}

// Threads lists a mailbox's threads by their newest message, without spam and trash; at most limit, 0
// is all.
func (s *Server) Threads(address string, limit int) ([]ThreadRow, error) {
	b := s.box(address)
	if b == nil {
		return nil, fmt.Errorf("gmailsim: listing threads of %q: %w", address, ErrNoMailbox)
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	var out []ThreadRow
	done := map[uint64]bool{}
	for _, m := range slices.Backward(b.byDate) {
		if done[m.Thread] || m.has("TRASH") || m.has("SPAM") {
			continue
		}
		if limit > 0 && len(out) == limit {
			break
		}
		done[m.Thread] = true
		t := b.threads[m.Thread]
		row := ThreadRow{
			ID: formatID(t.id), Subject: t.msgs[0].Subject, From: m.From, Snippet: m.Snippet,
			Messages: len(t.msgs), Date: time.UnixMilli(m.Date),
		}
		for _, x := range t.msgs {
			row.Unread = row.Unread || x.has("UNREAD")
			for _, l := range x.Labels {
				if n := b.labelName(l); !contains(row.Labels, n) {
					row.Labels = append(row.Labels, n)
				}
			}
		}
		slices.Sort(row.Labels)
		out = append(out, row)
	}
	return out, nil
}

// Thread gives a thread's mails, oldest first.
func (s *Server) Thread(address, id string) ([]Mail, error) {
	b := s.box(address)
	if b == nil {
		return nil, fmt.Errorf("gmailsim: reading a thread of %q: %w", address, ErrNoMailbox)
	}
	n, ok := parseID(id)
	b.mu.RLock()
	defer b.mu.RUnlock()
	t := b.threads[n]
	if !ok || t == nil {
		return nil, fmt.Errorf("gmailsim: thread %q: %w", id, ErrNoMessage)
	}
	var out []Mail
	for _, m := range t.msgs {
		raw, err := s.store.raw(m)
		if err != nil {
			return nil, err
		}
		p := parseMIME(raw)
		mail := Mail{
			ID: formatID(m.ID), ThreadID: formatID(m.Thread), MessageID: m.RFC, From: m.From, To: m.To, Cc: m.Cc,
			Subject: m.Subject, Date: time.UnixMilli(m.Date), Text: p.plainText(0), Attachments: p.attachments(),
		}
		if h := p.textPart("text/html"); h != nil {
			mail.HTML = string(h.content())
		}
		for _, l := range m.Labels {
			mail.Labels = append(mail.Labels, b.labelName(l))
		}
		slices.Sort(mail.Labels)
		out = append(out, mail)
	}
	return out, nil
}
