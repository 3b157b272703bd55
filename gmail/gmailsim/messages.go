package gmailsim

import (
	"encoding/base64"

	gmailapi "google.golang.org/api/gmail/v1"
)

func (c *call) profile() (any, error) {
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	return &gmailapi.Profile{
		EmailAddress: c.box.addr, HistoryId: c.box.histID,
		MessagesTotal: int64(len(c.box.msgs)), ThreadsTotal: int64(len(c.box.threads)),
		ForceSendFields: []string{"MessagesTotal", "ThreadsTotal"},
	}, nil
}

// message finds a message by the id in a call. The mailbox is locked.
func (c *call) message(text string) (*message, error) {
	id, ok := parseMessageID(text)
	if !ok {
		return nil, badRequest("Invalid id value")
	}
	m := c.box.msgs[id]
	if m == nil {
		return nil, notFound()
	}
	return m, nil
}

// copyOf gives a copy of a message, for reading without the lock.
func (c *call) copyOf(text string) (message, error) {
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	m, err := c.message(text)
	if err != nil {
		return message{}, err
	}
	return *m, nil
}

func (c *call) messageGet() (any, error) {
	f, err := c.format(true)
	if err != nil {
		return nil, err
	}
	m, err := c.copyOf(c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return c.s.render(m, f)
}

func (c *call) attachmentGet() (any, error) {
	if c.metadataOnly() {
		return nil, lacksScope()
	}
	m, err := c.copyOf(c.r.PathValue("messageId"))
	if err != nil {
		return nil, err
	}
	id, partID, ok := readAttachmentID(c.r.PathValue("id"))
	if !ok || id != m.ID {
		return nil, badRequest("Invalid attachment token")
	}
	raw, err := c.s.store.raw(&m)
	if err != nil {
		return nil, err
	}
	p := parseMIME(raw).find(partID)
	if p == nil {
		return nil, badRequest("Invalid attachment token")
	}
	data := p.content()
	return &gmailapi.MessagePartBody{Size: int64(len(data)), Data: base64.URLEncoding.EncodeToString(data), ForceSendFields: []string{"Size"}}, nil
}

// labelled is what a change of labels answers with.
func labelled(m *message) *gmailapi.Message {
	return &gmailapi.Message{Id: formatID(m.ID), ThreadId: formatID(m.Thread), LabelIds: m.Labels}
}

func (c *call) messageModify() (any, error) {
	var in gmailapi.ModifyMessageRequest
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.relabelOne(in.AddLabelIds, in.RemoveLabelIds)
}

func (c *call) messageTrash() (any, error) {
	return c.relabelOne([]string{"TRASH"}, []string{"INBOX"})
}

func (c *call) messageUntrash() (any, error) { return c.relabelOne(nil, []string{"TRASH"}) }

// relabelOne changes the labels of the message in the path.
func (c *call) relabelOne(add, remove []string) (any, error) {
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	m, err := c.message(c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err := c.box.changeable(add, remove); err != nil {
		return nil, err
	}
	if m.has("DRAFT") && len(add) > 0 && !contains(add, "TRASH") {
		return nil, badRequest("Labels cannot be put on drafts")
	}
	t := tx{s: c.s}
	t.relabel(c.box, m, add, remove, c.tok.Identity)
	if err := t.commit(); err != nil {
		return nil, err
	}
	return labelled(m), nil
}

// messageBatchModify passes over ids that are not there, as Gmail does.
func (c *call) messageBatchModify() (any, error) {
	var in gmailapi.BatchModifyMessagesRequest
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if err := batch(in.Ids); err != nil {
		return nil, err
	}
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	if err := c.box.changeable(in.AddLabelIds, in.RemoveLabelIds); err != nil {
		return nil, err
	}
	t := tx{s: c.s}
	for _, m := range c.several(in.Ids) {
		if !m.has("DRAFT") {
			t.relabel(c.box, m, in.AddLabelIds, in.RemoveLabelIds, c.tok.Identity)
		}
	}
	return nil, t.commit()
}

// batch checks how many messages are to be changed at once.
func batch(ids []string) error {
	if len(ids) == 0 || len(ids) > 1000 {
		return badRequest("Between 1 and 1000 message ids are needed")
	}
	return nil
}

// several gives the messages that exist of some ids, each once.
func (c *call) several(ids []string) []*message {
	var out []*message
	done := map[uint64]bool{}
	for _, text := range ids {
		id, ok := parseMessageID(text)
		if m := c.box.msgs[id]; ok && m != nil && !done[id] {
			done[id] = true
			out = append(out, m)
		}
	}
	return out
}

func (c *call) messageDelete() (any, error) {
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	m, err := c.message(c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return nil, c.deleteAll([]*message{m})
}

func (c *call) messageBatchDelete() (any, error) {
	var in gmailapi.BatchDeleteMessagesRequest
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if err := batch(in.Ids); err != nil {
		return nil, err
	}
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	return nil, c.deleteAll(c.several(in.Ids))
}

// deleteAll deletes messages for good. The mailbox is locked.
func (c *call) deleteAll(list []*message) error {
	t := tx{s: c.s}
	for _, m := range list {
		t.remove(c.box, m, c.tok.Identity)
		t.effect(Effect{Kind: EffectDelete, Mailbox: c.box.addr, Message: formatID(m.ID), Thread: formatID(m.Thread), RFCMessageID: m.RFC, Identity: c.tok.Identity})
	}
	return t.commit()
}
