package desk

import (
	"context"
	"slices"
)

// named puts the mentions and to-dos of a person, and the answers that wait for their
// yes, into their home, and gives what
// tells them of work that they lost. Of a conversation that they do not see any
// more, or not yet, they are told nothing: h.Shared has what is shared with them.
func (d *Desk) named(ctx context.Context, by Email, h *Home) (lost []MentionRow, err error) {
	rows, _, err := d.store.MentionsOf(ctx, by, Page{Limit: 100})
	if err != nil {
		return nil, err
	}
	p := d.Policy()
	for _, m := range rows {
		if !p.Works(by, m.Row.Mailbox) {
			m.Row = blindRow(m.Row)
		}
		_, todo := m.Mention.Todo()
		_, asks := m.Mention.Asks()
		switch {
		case m.Mention.Note == reofferNote(m.Mention.Conversation):
			lost = append(lost, m)
		case !p.Works(by, m.Row.Mailbox) && !slices.ContainsFunc(h.Shared, func(r Row) bool { return r.ID == m.Row.ID }):
		case todo:
			h.Todos = append(h.Todos, m)
		case asks:
			h.Asked = append(h.Asked, m)
		default:
			h.Mentions = append(h.Mentions, m)
		}
	}
	h.Named, h.ToDo, h.Asks = len(h.Mentions), len(h.Todos), len(h.Asked)
	h.Asked = h.Asked[:min(len(h.Asked), HomeRows)]
	h.Mentions = h.Mentions[:min(len(h.Mentions), HomeRows)]
	slices.SortStableFunc(h.Todos, func(a, b MentionRow) int { return sooner(a.Mention.Due, b.Mention.Due) })
	h.Todos = h.Todos[:min(len(h.Todos), HomeRows)]
	return lost, nil
}
