package gmailsim

import (
	"slices"

	gmailapi "google.golang.org/api/gmail/v1"
)

// thread finds the thread in the path. The mailbox is locked.
func (c *call) thread() (*thread, error) {
	id, ok := parseID(c.r.PathValue("id"))
	if !ok {
		return nil, badRequest("Invalid id value")
	}
	t := c.box.threads[id]
	if t == nil {
		return nil, notFound()
	}
	return t, nil
}

func (c *call) threadGet() (any, error) {
	f, err := c.format(false)
	if err != nil {
		return nil, err
	}
	c.box.mu.RLock()
	t, err := c.thread()
	var list []message
	if err == nil {
		for _, m := range t.msgs {
			list = append(list, *m)
		}
	}
	c.box.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	out := &wireThread{ID: formatID(list[0].Thread)}
	for _, m := range list {
		g, err := c.s.render(m, f)
		if err != nil {
			return nil, err
		}
		out.HistoryID = max(out.HistoryID, m.Hist)
		out.Messages = append(out.Messages, g)
	}
	return out, nil
}

func (c *call) threadModify() (any, error) {
	var in gmailapi.ModifyThreadRequest
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.relabelThread(in.AddLabelIds, in.RemoveLabelIds)
}

func (c *call) threadTrash() (any, error) {
	return c.relabelThread([]string{"TRASH"}, []string{"INBOX"})
}

func (c *call) threadUntrash() (any, error) { return c.relabelThread(nil, []string{"TRASH"}) }

// relabelThread changes the labels of the messages that are in the thread now; drafts keep theirs.
func (c *call) relabelThread(add, remove []string) (any, error) {
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	th, err := c.thread()
	if err != nil {
		return nil, err
	}
	if err := c.box.changeable(add, remove); err != nil {
		return nil, err
	}
	t := tx{s: c.s}
	for _, m := range th.msgs {
		if !m.has("DRAFT") || contains(add, "TRASH") || contains(remove, "TRASH") {
			t.relabel(c.box, m, add, remove, c.tok.Identity)
		}
	}
	if err := t.commit(); err != nil {
		return nil, err
	}
	out := &gmailapi.Thread{Id: formatID(th.id)}
	for _, m := range th.msgs {
		out.Messages = append(out.Messages, labelled(m))
	}
	return out, nil
}

func (c *call) threadDelete() (any, error) {
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	th, err := c.thread()
	if err != nil {
		return nil, err
	}
	return nil, c.deleteAll(slices.Clone(th.msgs))
}
