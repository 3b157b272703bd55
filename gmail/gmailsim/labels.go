package gmailsim

import (
	"cmp"
	"net/http"
	"slices"

	gmailapi "google.golang.org/api/gmail/v1"
)

func (c *call) labelList() (any, error) {
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	out := &gmailapi.ListLabelsResponse{}
	for _, id := range systemLabels() {
		out.Labels = append(out.Labels, systemLabel(id))
	}
	own := make([]*label, 0, len(c.box.labels))
	for _, l := range c.box.labels {
		own = append(own, l)
	}
	slices.SortFunc(own, func(a, b *label) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, l := range own {
		g := l.google()
		g.Color = nil // only labels.get tells
		out.Labels = append(out.Labels, g)
	}
	return out, nil
}

func (c *call) labelGet() (any, error) {
	id := c.r.PathValue("id")
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	if !c.box.knows(id) {
		return nil, notFound()
	}
	out := systemLabel(id)
	if l := c.box.labels[id]; l != nil {
		out = l.google()
	}
	for _, t := range c.box.threads {
		has, unread := false, false
		for _, m := range t.msgs {
			if m.has(id) {
				has = true
				out.MessagesTotal++
				if m.has("UNREAD") {
					unread = true
					out.MessagesUnread++
				}
			}
		}
		if has {
			out.ThreadsTotal++
		}
		if unread {
			out.ThreadsUnread++
		}
	}
	out.ForceSendFields = []string{"MessagesTotal", "MessagesUnread", "ThreadsTotal", "ThreadsUnread"}
	return out, nil
}

func (c *call) labelCreate() (any, error) {
	var in gmailapi.Label
	if err := c.body(&in); err != nil {
		return nil, err
	}
	b := c.box
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.checkName(in.Name, ""); err != nil {
		return nil, err
	}
	if len(b.labels) >= maxLabels {
		return nil, badRequest("Too many labels")
	}
	l := &label{Seq: b.labelN + 1, List: "labelShow", Messages: "show"}
	l.ID = "Label_" + itoa(l.Seq)
	if err := l.fill(&in); err != nil {
		return nil, err
	}
	return l.google(), c.define(l)
}

// define keeps a label as it now is.
func (c *call) define(l *label) error {
	t := tx{s: c.s}
	t.other(c.box, op{Kind: opDefine, Label: l})
	t.effect(Effect{Kind: EffectLabelEdit, Mailbox: c.box.addr, Label: l.Name, Identity: c.tok.Identity})
	return t.commit()
}

func (c *call) labelUpdate() (any, error) { return c.labelEdit(true) }

func (c *call) labelPatch() (any, error) { return c.labelEdit(false) }

// labelEdit changes a user label; whole demands a name, as update does.
func (c *call) labelEdit(whole bool) (any, error) {
	var in gmailapi.Label
	if err := c.body(&in); err != nil {
		return nil, err
	}
	old, err := c.lockUserLabel()
	if err != nil {
		return nil, err
	}
	defer c.box.mu.Unlock()
	if in.Id != "" && in.Id != old.ID {
		return nil, badRequest("Label id in body does not match the request")
	}
	if whole || in.Name != "" {
		if err := c.box.checkName(in.Name, old.ID); err != nil {
			return nil, err
		}
	}
	l := *old
	if whole && in.Color == nil {
		l.Text, l.Back = "", ""
	}
	if err := l.fill(&in); err != nil {
		return nil, err
	}
	return l.google(), c.define(&l)
}

// lockUserLabel finds the user label that the path names and leaves the mailbox locked, or an error.
func (c *call) lockUserLabel() (*label, error) {
	id := c.r.PathValue("id")
	c.box.mu.Lock()
	l := c.box.labels[id]
	if l == nil {
		c.box.mu.Unlock()
		if isSystem(id) {
			return nil, &apiError{http.StatusBadRequest, "invalidArgument", "Invalid delete request: system labels cannot be changed", "INVALID_ARGUMENT"}
		}
		return nil, notFound()
	}
	return l, nil
}

// labelDelete takes the label off its messages first.
func (c *call) labelDelete() (any, error) {
	l, err := c.lockUserLabel()
	if err != nil {
		return nil, err
	}
	defer c.box.mu.Unlock()
	t := tx{s: c.s}
	for _, m := range c.box.byDate {
		t.relabel(c.box, m, nil, []string{l.ID}, c.tok.Identity)
	}
	t.other(c.box, op{Kind: opUndef, Label: l})
	t.effect(Effect{Kind: EffectLabelEdit, Mailbox: c.box.addr, Label: l.Name, Identity: c.tok.Identity})
	return nil, t.commit()
}
