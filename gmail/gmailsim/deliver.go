package gmailsim

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// ErrNoMailbox says that an address belongs to no mailbox here.
var ErrNoMailbox = errors.New("no such mailbox")

// ErrNoMessage says that a mailbox has no message or thread of an id.
var ErrNoMessage = errors.New("no such message or thread")

// Delivered says where a mail went.
type Delivered struct {
	Mailbox  string // the primary address
	ID       string
	ThreadID string
}

// Deliver brings a mail from outside, as SMTP would: raw is kept as it is, behind a Delivered-To and a
// Received line. It arrives now, unread in the inbox. Two mails with one Message-ID are two mails.
func (s *Server) Deliver(ctx context.Context, to string, raw []byte) (Delivered, error) {
	return s.DeliverAs(ctx, to, raw, Arrival{})
}

// Arrival says how a mail arrives. The zero value is what Deliver does.
type Arrival struct {
	Labels []string  // label ids, as the owner's filters would put them on; nil is INBOX and UNREAD
	Date   time.Time // internal date; zero is now
	Source string    // what a load calls the mail's origin; see LoadOptions
}

// DeliverAs is Deliver for mail that arrives at another time or with other labels. As with Gmail's
// filters, the labels are on the added message and make no history of their own.
func (s *Server) DeliverAs(ctx context.Context, to string, raw []byte, how Arrival) (Delivered, error) {
	if err := ctx.Err(); err != nil {
		return Delivered{}, err
	}
	labels, date := unique(how.Labels), how.Date
	if how.Labels == nil {
		labels = []string{"UNREAD", "INBOX"}
	}
	b := s.recipient(to)
	if b == nil {
		return Delivered{}, fmt.Errorf("gmailsim: delivering to %q: %w", to, ErrNoMailbox)
	}
	now := s.now()
	if date.IsZero() {
		date = now
	}
	m, err := s.index(raw, date, trace(to, now))
	if err != nil {
		return Delivered{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.closed.Load() {
		return Delivered{}, errClosed
	}
	for _, l := range labels {
		if !b.knows(l) || l == "DRAFT" {
			return Delivered{}, fmt.Errorf("gmailsim: delivering with label %q: no such label id", l)
		}
	}
	t := tx{s: s}
	m.ID, m.Labels = s.newID(b), labels
	m.Thread = b.naturalThread(m)
	t.add(b, m.message, "")
	t.ops[0].Name = how.Source
	if err := t.commit(); err != nil {
		return Delivered{}, err
	}
	return Delivered{b.addr, formatID(m.ID), formatID(m.Thread)}, nil
}

var errClosed = errors.New("gmailsim: closed")

// trace is what delivery adds.
func trace(to string, at time.Time) []byte {
	return []byte("Delivered-To: " + to + "\r\nReceived: by 2002:a05:gmailsim with SMTP id sim; " + at.UTC().Format(time.RFC1123Z) + "\r\n")
}

// indexed is a kept mail that is in no mailbox yet, with what threading needs.
type indexed struct {
	*message
	refs []string
}

// index keeps a raw mail, behind prefix, and reads what is kept in memory of it.
func (s *Server) index(raw []byte, date time.Time, prefix []byte) (indexed, error) {
	p := parseMIME(raw)
	h := p.header
	m := &message{
		Date: date.UnixMilli(), RFC: messageID(h.brief("Message-ID")),
		Subject: h.brief("Subject"), From: h.brief("From"), To: h.brief("To"), Cc: h.brief("Cc"),
		Snippet: p.snippet(), Attach: len(p.attachments()) > 0,
	}
	refs := messageIDs(h.get("In-Reply-To"))
	for _, r := range slices.Backward(messageIDs(h.get("References"))) {
		refs = append(refs, r)
	}
	var err error
	if len(prefix) > 0 {
		m.Off, m.Len, err = s.store.keep(prefix, raw)
	} else {
		m.Off, m.Len, err = s.store.keep(raw)
	}
	return indexed{m, refs}, err
}

// headerDate gives the Date header's time, or a fallback if there is none that makes sense.
func headerDate(h fields, fallback time.Time) time.Time {
	t, err := mail.ParseDate(strings.TrimSpace(h.get("Date")))
	if err != nil || t.Year() < 1970 || t.After(fallback.AddDate(1, 0, 0)) {
		return fallback
	}
	return t
}

// recipient is the mailbox that takes mail for an address: its own, an alias, or one with a part after
// a plus.
func (s *Server) recipient(address string) *mailbox {
	if b := s.box(address); b != nil {
		return b
	}
	local, domain, _ := strings.Cut(address, "@")
	if name, _, plus := strings.Cut(local, "+"); plus {
		return s.box(name + "@" + domain)
	}
	return nil
}
