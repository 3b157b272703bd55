package firestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"baton/desk"
)

// listing is how one list is asked for: its filters, and its order, which ends
// with the id.
type listing struct {
	equal []term
	upTo  *term
	order []string
}

func listingOf(q desk.Query) (listing, error) {
	mine := term{"holder", key(q.Person)}
	switch q.List {
	case desk.ListMine:
		return listing{equal: []term{mine}, order: []string{"due", "opened_at", "id"}}, nil
	case desk.ListQueue:
		// Records that do not wait lack the field, and so are not in its index.
		return listing{order: []string{"queue", "opened_at", "id"}}, nil
	case desk.ListWaiting:
		return listing{equal: []term{{"waiting", key(q.Waiting)}}, order: []string{"opened_at", "id"}}, nil
	case desk.ListLate:
		l := listing{upTo: &term{"due", micros(q.Now) - 1}, order: []string{"due", "id"}}
		if q.Person != "" {
			l.equal = []term{mine}
		}
		return l, nil
	case desk.ListStatus:
		return listing{equal: []term{{"status", key(q.Status)}}, order: []string{down + "last_at", "id"}}, nil
	}
	return listing{}, fmt.Errorf("list %q: %w", q.List, desk.ErrInvalid)
}

// numbers is how many of the order's fields are numbers: all but the id.
func (l listing) numbers() int { return len(l.order) - 1 }

func (l listing) question(boxes []string) question {
	return question{collection: conversations, equal: l.equal, in: &among{"mailbox", boxes}, upTo: l.upTo, order: l.order}
}

// found is a row of a list with its sort key.
type found struct {
	row  desk.Row
	keys []int64
}

func (l listing) compare(a, b found) int {
	for i := range l.numbers() {
		c := cmp.Compare(a.keys[i], b.keys[i])
		if _, falls := cutDown(l.order[i]); falls {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(key(a.row.ID), key(b.row.ID))
}

// List implements desk.Lists. One query for each 30 mailboxes.
func (s *Store) List(ctx context.Context, q desk.Query, page desk.Page) ([]desk.Row, desk.Next, error) {
	l, err := listingOf(q)
	if err != nil {
		return nil, "", err
	}
	from, err := start(page, string(q.List), l.numbers(), 1)
	if err != nil {
		return nil, "", err
	}
	var rows []found
	for some := range slices.Chunk(distinct(q.Mailboxes), maxIn) {
		ask := l.question(some)
		ask.after, ask.limit = from.after(), page.Limit+1
		ask.fields = []string{"row"}
		for _, field := range l.order[:l.numbers()] {
			name, _ := cutDown(field)
			ask.fields = append(ask.fields, name)
		}
		states, err := s.ask(ctx, ask)
		if err != nil {
			return nil, "", err
		}
		for _, st := range states {
			f := found{}
			for _, name := range ask.fields[1:] {
				f.keys = append(f.keys, st.fields.number(name))
			}
			if err := decode("row", st.fields.bytes("row"), &f.row); err != nil {
				return nil, "", err
			}
			rows = append(rows, f)
		}
	}
	slices.SortFunc(rows, l.compare)
	rows = rows[:min(len(rows), page.Limit+1)]
	rows, next := cut(rows, page.Limit, func(f found) mark {
		return mark{List: string(q.List), Numbers: f.keys, Texts: []string{key(f.row.ID)}}
	})
	return rowsOf(rows), next, ctx.Err()
}

func rowsOf(rows []found) []desk.Row {
	out := make([]desk.Row, len(rows))
	for i, f := range rows {
		out[i] = f.row
	}
	return out
}

// Count implements desk.Lists. It asks in the list's order, so that the list's
// index serves it.
func (s *Store) Count(ctx context.Context, q desk.Query, limit int) (int, error) {
	l, err := listingOf(q)
	if err != nil {
		return 0, err
	}
	total := 0
	for some := range slices.Chunk(distinct(q.Mailboxes), maxIn) {
		if total >= limit {
			break
		}
		ask := l.question(some)
		ask.limit = limit - total
		n, err := s.count(ctx, ask)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, ctx.Err()
}

// Statuses implements desk.Lists.
func (s *Store) Statuses(ctx context.Context, m desk.Mailbox) (map[desk.Status]int, error) {
	return counts(ctx, s, conversations, "status", desk.Statuses(), inMailbox(m)...)
}

func distinct(boxes []desk.Mailbox) []string {
	keys := make([]string, len(boxes))
	for i, m := range boxes {
		keys[i] = key(m)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func rowOf(c *desk.Conversation) *desk.Row {
	row := &desk.Row{
		ID: c.ID, Mailbox: c.Mailbox, Thread: c.Thread, LastID: c.LastID, Subject: c.Subject, Customer: c.Customer,
		Status: c.Status, Priority: c.Priority, Assignee: c.Assignee, Team: c.Team, Due: c.Due(), LastAt: c.LastAt, Since: c.Since(),
	}
	row.Rest(c)
	return row
}
