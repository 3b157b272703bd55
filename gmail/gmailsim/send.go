package gmailsim

import (
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

func (c *call) messageSend() (any, error) {
	meta, raw, err := c.mail()
	if err != nil {
		return nil, err
	}
	out, err := c.s.compose(c.box, raw)
	if err != nil {
		return nil, err
	}
	unlock := lockAll(c.box, out.boxes)
	defer unlock()
	want, err := c.box.wantedThread(meta.ThreadId)
	if err != nil {
		return nil, err
	}
	t := tx{s: c.s}
	m, err := c.dispatch(&t, out, want)
	if err != nil {
		return nil, err
	}
	if err := t.commit(); err != nil {
		return nil, err
	}
	return labelled(m), nil
}

// dispatch puts a mail into the sender's Sent and into the inboxes of recipients that live here, in
// one change. All these mailboxes are locked.
func (c *call) dispatch(t *tx, out *outgoing, want uint64) (*message, error) {
	if len(out.raw) > maxSend {
		return nil, badRequest("Message too large")
	}
	now := c.s.now()
	m, err := c.s.index(out.raw, now, nil)
	if err != nil {
		return nil, err
	}
	m.ID, m.Labels = c.s.newID(c.box), []string{"SENT"}
	if out.toSelf {
		m.Labels = []string{"UNREAD", "SENT", "INBOX"}
	}
	m.Thread = c.box.chosenThread(m, want)
	t.add(c.box, m.message, c.tok.Identity)
	t.effect(Effect{
		Kind: EffectSend, Identity: c.tok.Identity, Mailbox: c.box.addr, Message: formatID(m.ID), Thread: formatID(m.Thread),
		RFCMessageID: m.RFC, Subject: out.subject, To: out.to,
	})
	for _, b := range out.boxes {
		if err := c.s.arrive(t, b, out.wire, now); err != nil {
			return nil, err
		}
	}
	return m.message, nil
}

// arrive brings a mail sent here to a locked mailbox; if that has it already, by Message-ID, the copy
// it has shows up in the inbox.
func (s *Server) arrive(t *tx, b *mailbox, raw []byte, now time.Time) error {
	m, err := s.index(raw, now, trace(b.addr, now))
	if err != nil {
		return err
	}
	if have := b.same(m.RFC); have != nil {
		t.relabel(b, have, []string{"INBOX", "UNREAD"}, nil, "")
		return nil
	}
	m.ID, m.Labels = s.newID(b), []string{"UNREAD", "INBOX"}
	m.Thread = b.naturalThread(m)
	t.add(b, m.message, "")
	return nil
}

// same gives the oldest message with a Message-ID that is no draft, or nil.
func (b *mailbox) same(rfc string) *message {
	if rfc == "" {
		return nil
	}
	for _, m := range b.rfc[strings.ToLower(rfc)] {
		if !m.has("DRAFT") {
			return m
		}
	}
	return nil
}

func (c *call) messageImport() (any, error) { return c.bring(true) }

func (c *call) messageInsert() (any, error) { return c.bring(false) }

// bring puts a mail into the mailbox without sending it. Import takes a mail whose Message-ID is
// there for that one, and adds the labels; insert always makes a new one. Without a threadId both
// join threads as arriving mail does.
func (c *call) bring(imported bool) (any, error) {
	meta, raw, err := c.mail()
	if err != nil {
		return nil, err
	}
	date := c.s.now()
	h, _ := splitHeader(raw)
	switch v := c.query.Get("internalDateSource"); {
	case v != "" && v != "receivedTime" && v != "dateHeader":
		return nil, badRequest("Invalid value at 'internal_date_source'")
	case v == "dateHeader" || v == "" && imported:
		date = headerDate(h, date)
	}
	m, err := c.s.index(raw, date, nil)
	if err != nil {
		return nil, err
	}
	b := c.box
	b.mu.Lock()
	defer b.mu.Unlock()
	labels := meta.LabelIds
	for _, l := range labels {
		if !b.knows(l) || l == "DRAFT" || l == "CHAT" {
			return nil, invalidLabel(l)
		}
	}
	want, err := b.wantedThread(meta.ThreadId)
	if err != nil {
		return nil, err
	}
	t := tx{s: c.s}
	e := Effect{Kind: EffectInsert, Identity: c.tok.Identity, Mailbox: b.addr, RFCMessageID: m.RFC}
	if imported {
		e.Kind = EffectImport
	}
	have := b.same(m.RFC)
	if !imported || have == nil {
		m.ID = c.s.newID(b)
		m.Labels = unique(labels)
		if !imported && !m.has("SENT") && c.fromSelf(h) {
			m.Labels = append(m.Labels, "SENT")
		}
		if m.Thread = b.naturalThread(m); want != 0 {
			m.Thread = b.chosenThread(m, want)
		}
		t.add(b, m.message, c.tok.Identity)
		have = m.message
	} else {
		t.relabel(b, have, labels, nil, c.tok.Identity)
	}
	e.Message, e.Thread = formatID(have.ID), formatID(have.Thread)
	t.effect(e)
	if err := t.commit(); err != nil {
		return nil, err
	}
	return labelled(have), nil
}

// fromSelf tells whether a mail is from the mailbox's own address. The mailbox is locked.
func (c *call) fromSelf(h fields) bool {
	from := addressesIn(h.get("From"))
	return len(from) == 1 && c.box.owns(from[0])
}

// unique gives each once; never nil.
func unique(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if !contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (c *call) sendAsList() (any, error) {
	return &gmailapi.ListSendAsResponse{SendAs: c.sendAs()}, nil
}

func (c *call) sendAsGet() (any, error) {
	for _, a := range c.sendAs() {
		if strings.EqualFold(a.SendAsEmail, c.r.PathValue("sendAsEmail")) {
			return a, nil
		}
	}
	return nil, notFound()
}

// sendAs lists the addresses that the mailbox may send from.
func (c *call) sendAs() []*gmailapi.SendAs {
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	out := []*gmailapi.SendAs{{SendAsEmail: c.box.addr, DisplayName: c.box.name, IsPrimary: true, IsDefault: true}}
	for _, a := range c.box.aliases {
		status := "accepted"
		if a.Pending {
			status = "pending"
		}
		out = append(out, &gmailapi.SendAs{SendAsEmail: a.Address, DisplayName: a.Name, TreatAsAlias: true, VerificationStatus: status})
	}
	return out
}
