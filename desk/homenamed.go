package desk

import (
	"context"
	"slices"
)

// Mentioned is a conversation with the open mentions of one person in it.
type Mentioned struct {
	MentionRow           // the newest
	Older      []Mention // the others, newest first
}

// named puts the mentions and to-dos of a person, and the answers that wait for
// their yes, into their home, and gives what
// tells them of work that they lost. Of a conversation that they do not see any
// more, or not yet, they are told nothing: h.Shared has what is shared with them.
func (d *Desk) named(ctx context.Context, by Email, h *Home) (lost []MentionRow, err error) {
	rows, _, err := d.store.MentionsOf(ctx, by, Page{Limit: 100})
	if err != nil {
		return nil, err
	}
	h.Mentions, h.Todos, h.Asked, lost = d.sortNamed(by, h.Shared, rows)
	h.Named, h.ToDo, h.Asks = len(h.Mentions), len(h.Todos), len(h.Asked)
	h.Asked = h.Asked[:min(len(h.Asked), HomeRows)]
	h.Mentions = h.Mentions[:min(len(h.Mentions), HomeRows)]
	h.Todos = h.Todos[:min(len(h.Todos), HomeRows)]
	return lost, nil
}

// MaxOpen bounds the mentions and to-dos of one person that are read to list them.
const MaxOpen = 500

// AllNamed gives all open mentions of a person by conversation, newest first, and
// all their to-dos as on a home; more says that there are more than MaxOpen of
// both. A read for each 100, and one for what is shared with them.
func (d *Desk) AllNamed(ctx context.Context, by Email) (mentions []Mentioned, todos []MentionRow, more bool, err error) {
	shared, _, err := d.store.SharedWith(ctx, by, d.Now(), Page{Limit: 100})
	if err != nil {
		return nil, nil, false, err
	}
	shared = slices.DeleteFunc(shared, func(r Row) bool { return !d.Policy().SharesWith(by, r.Mailbox) })
	var all []MentionRow
	for page := (Page{Limit: 100}); ; {
		rows, next, err := d.store.MentionsOf(ctx, by, page)
		if err != nil {
			return nil, nil, false, err
		}
		if all = append(all, rows...); next == "" || len(all) >= MaxOpen {
			mentions, todos, _, _ = d.sortNamed(by, shared, all)
			return mentions, todos, next != "", nil
		}
		page.After = next
	}
}

// sortNamed parts what names a person into mentions, folded by conversation, to-dos,
// the most urgent first, answers that wait for their yes, and work that they lost.
func (d *Desk) sortNamed(by Email, shared []Row, rows []MentionRow) (mentions []Mentioned, todos, asked, lost []MentionRow) {
	p := d.Policy()
	at := map[ConversationID]int{}
	for _, m := range rows {
		if !p.Works(by, m.Row.Mailbox) {
			m.Row = blindRow(m.Row)
		}
		_, todo := m.Mention.Todo()
		_, asks := m.Mention.Asks()
		_, stopped := m.Mention.Stopped()
		switch {
		case m.Mention.Note == reofferNote(m.Mention.Conversation):
			if p.Works(by, m.Row.Mailbox) {
				lost = append(lost, m)
			}
		case !p.Works(by, m.Row.Mailbox) && !slices.ContainsFunc(shared, func(r Row) bool { return r.ID == m.Row.ID }):
		case todo:
			todos = append(todos, m)
		case asks:
			asked = append(asked, m)
		case m.Mention.Doubled() || stopped: // told by itself: nobody named them
			mentions = append(mentions, Mentioned{MentionRow: m})
		default:
			if i, ok := at[m.Row.ID]; ok {
				mentions[i].Older = append(mentions[i].Older, m.Mention)
				continue
			}
			at[m.Row.ID] = len(mentions)
			mentions = append(mentions, Mentioned{MentionRow: m})
		}
	}
	slices.SortStableFunc(todos, func(a, b MentionRow) int { return sooner(a.Mention.Due, b.Mention.Due) })
	return mentions, todos, asked, lost
}
