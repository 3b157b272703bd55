package gmailsim

import (
	gmailapi "google.golang.org/api/gmail/v1"
)

// A draft's id is stable; each update gives it a new message. In the history that is a message
// deleted and one added.

func (c *call) draftCreate() (any, error) {
	meta, raw, err := c.draftMail()
	if err != nil {
		return nil, err
	}
	m, err := c.draftMessage(raw)
	if err != nil {
		return nil, err
	}
	b := c.box
	b.mu.Lock()
	defer b.mu.Unlock()
	want, err := b.wantedThread(meta.Message.ThreadId)
	if err != nil {
		return nil, err
	}
	id := "r" + itoa(b.draftN+1) + formatID(c.s.random(1<<62))
	t := tx{s: c.s}
	c.setDraft(&t, id, m, want, EffectDraft)
	if err := t.commit(); err != nil {
		return nil, err
	}
	return &gmailapi.Draft{Id: id, Message: labelled(m.message)}, nil
}

// draftMessage keeps a draft's mail; without one the draft is empty.
func (c *call) draftMessage(raw []byte) (indexed, error) {
	if raw == nil {
		return indexed{}, badRequest("Missing draft message")
	}
	if len(raw) > maxSend {
		return indexed{}, badRequest("Message too large")
	}
	m, err := c.s.index(raw, c.s.now(), nil)
	if err == nil {
		m.Labels = []string{"DRAFT"}
	}
	return m, err
}

// setDraft adds a draft's message. The mailbox is locked.
func (c *call) setDraft(t *tx, id string, m indexed, want uint64, kind EffectKind) {
	m.ID = c.s.newID(c.box)
	m.Thread = c.box.chosenThread(m, want)
	t.add(c.box, m.message, c.tok.Identity)
	t.other(c.box, op{Kind: opDraft, Draft: id, ID: m.ID})
	t.effect(Effect{Kind: kind, Identity: c.tok.Identity, Mailbox: c.box.addr, Draft: id, Message: formatID(m.ID), Thread: formatID(m.Thread), RFCMessageID: m.RFC})
}

func (c *call) draftUpdate() (any, error) {
	meta, raw, err := c.draftMail()
	if err != nil {
		return nil, err
	}
	m, err := c.draftMessage(raw)
	if err != nil {
		return nil, err
	}
	b, id := c.box, c.r.PathValue("id")
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.drafts[id]
	if old == nil {
		return nil, notFound()
	}
	want := old.Thread
	if meta.Message.ThreadId != "" {
		if want, err = b.wantedThread(meta.Message.ThreadId); err != nil {
			return nil, err
		}
	}
	t := tx{s: c.s}
	t.remove(b, old, c.tok.Identity)
	c.setDraft(&t, id, m, want, EffectDraftUpdate)
	if err := t.commit(); err != nil {
		return nil, err
	}
	return &gmailapi.Draft{Id: id, Message: labelled(m.message)}, nil
}

func (c *call) draftGet() (any, error) {
	f, err := c.format(true)
	if err != nil {
		return nil, err
	}
	id := c.r.PathValue("id")
	c.box.mu.RLock()
	m := c.box.drafts[id]
	var copied message
	if m != nil {
		copied = *m
	}
	c.box.mu.RUnlock()
	if m == nil {
		return nil, notFound()
	}
	g, err := c.s.render(copied, f)
	return &wireDraft{id, g}, err
}

func (c *call) draftList() (any, error) {
	f, limit, before, err := c.listing()
	if err != nil {
		return nil, err
	}
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	out := &gmailapi.ListDraftsResponse{ForceSendFields: []string{"ResultSizeEstimate"}}
	var last *message
	err = c.box.newestFirst(f, before, func(m *message) bool {
		id := c.box.draftOf[m.ID]
		if id == "" {
			return true
		}
		if len(out.Drafts) == limit {
			out.NextPageToken = pageToken(uint64(last.Date), last.ID)
			return false
		}
		last = m
		out.Drafts = append(out.Drafts, &gmailapi.Draft{Id: id, Message: &gmailapi.Message{Id: formatID(m.ID), ThreadId: formatID(m.Thread)}})
		return true
	})
	out.ResultSizeEstimate = estimate(len(out.Drafts), out.NextPageToken != "")
	return out, err
}

func (c *call) draftDelete() (any, error) {
	id := c.r.PathValue("id")
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	m := c.box.drafts[id]
	if m == nil {
		return nil, notFound()
	}
	t := tx{s: c.s}
	t.remove(c.box, m, c.tok.Identity)
	t.effect(Effect{Kind: EffectDraftDelete, Identity: c.tok.Identity, Mailbox: c.box.addr, Draft: id, Message: formatID(m.ID), Thread: formatID(m.Thread), RFCMessageID: m.RFC})
	return nil, t.commit()
}

// draftSend turns a draft into a sent message, once: the draft is gone in the same change. Mail in
// the request takes the place of the draft's.
func (c *call) draftSend() (any, error) {
	meta, raw, err := c.draftMail()
	if err != nil {
		return nil, err
	}
	for {
		c.box.mu.RLock()
		draft := c.box.drafts[meta.Id]
		c.box.mu.RUnlock()
		if draft == nil {
			return nil, notFound()
		}
		body := raw
		if body == nil {
			if body, err = c.s.store.raw(draft); err != nil {
				return nil, err
			}
		}
		out, err := c.s.compose(c.box, body)
		if err != nil {
			return nil, err
		}
		m, changed, err := c.sendLocked(draft, meta.Id, out)
		if err != nil {
			return nil, err
		}
		if !changed {
			c.box.mu.RLock() // somebody may change its labels already
			defer c.box.mu.RUnlock()
			return labelled(m), nil
		}
	}
}

// sendLocked sends a draft if it still holds the message that was composed.
func (c *call) sendLocked(draft *message, id string, out *outgoing) (m *message, changed bool, err error) {
	unlock := lockAll(c.box, out.boxes)
	defer unlock()
	if c.box.drafts[id] != draft {
		return nil, true, nil
	}
	t := tx{s: c.s}
	if m, err = c.dispatch(&t, out, draft.Thread); err != nil {
		return nil, false, err
	}
	gone := tx{s: c.s}
	gone.remove(c.box, draft, c.tok.Identity)
	// The draft goes first in the history; ids were given in the other order.
	first, last := &t.ops[0], &gone.ops[len(gone.ops)-1]
	first.Hist, last.Hist = last.Hist, first.Hist
	t.ops = append(gone.ops, t.ops...)
	return m, false, t.commit()
}
