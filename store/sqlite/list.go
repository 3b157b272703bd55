package sqlite

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"baton/desk"
)

// maxArms bounds how many mailboxes one statement asks about; SQLite allows
// 500 parts in a compound query.
const maxArms = 100

// listing is how one list is asked for: a part of a query for each mailbox,
// all of them in the list's order, which SQLite merges as far as the page
// needs. Parameters: ?1 to ?3 the mark's numbers, ?4 its text, ?5 the limit,
// ?6 person or status, ?7 now, then a mailbox each.
type listing struct {
	index string
	where string
	keys  [3]string // numbers to sort by, before the id; "0" = no such key
	down  bool      // the first number goes down; then it is the only one
	first [3]int64
}

var listings = map[desk.List]listing{
	desk.ListMine: {
		index: "conversation_mine", where: "c.holder = ?6",
		keys: [3]string{"c.due", "c.opened_at", "0"}, first: [3]int64{lowest, lowest},
	},
	desk.ListQueue: {
		index: "conversation_queue", where: "c.queue IS NOT NULL",
		keys: [3]string{"c.queue", "c.opened_at", "0"}, first: [3]int64{lowest, lowest},
	},
	desk.ListWaiting: {
		index: "conversation_waiting", where: "c.waiting = ?6",
		keys: [3]string{"c.opened_at", "0", "0"}, first: [3]int64{lowest},
	},
	desk.ListLate: {
		index: "conversation_late", where: "c.due < 9223372036854775807 AND c.due < ?7",
		keys: [3]string{"c.due", "0", "0"}, first: [3]int64{lowest},
	},
	desk.ListStatus: {
		index: "conversation_status", where: "c.status = ?6", down: true,
		keys: [3]string{"c.last_at", "0", "0"}, first: [3]int64{highest},
	},
}

// lateOf is ListLate for one person, who holds fewer than the mailbox has.
var lateOf = listing{
	index: "conversation_mine", where: "c.holder = ?6 AND c.due < ?7",
	keys: [3]string{"c.due", "0", "0"}, first: [3]int64{lowest},
}

func listingOf(q desk.Query) (listing, string, error) {
	l, ok := listings[q.List]
	if !ok {
		return l, "", fmt.Errorf("list %q: %w", q.List, desk.ErrInvalid)
	}
	arg := string(q.Person)
	switch {
	case q.List == desk.ListStatus:
		arg = string(q.Status)
	case q.List == desk.ListWaiting:
		arg = string(q.Waiting)
	case q.List == desk.ListLate && q.Person != "":
		l = lateOf
	}
	return l, arg, nil
}

// after is the condition for rows behind the mark, in a form that the index
// serves.
func (l listing) after() string {
	switch {
	case l.down:
		return l.keys[0] + " <= ?1 AND (" + l.keys[0] + " < ?1 OR c.id > ?4)"
	case l.keys[1] != "0":
		return "(" + l.keys[0] + ", " + l.keys[1] + ", c.id) > (?1, ?2, ?4)"
	default:
		return "(" + l.keys[0] + ", c.id) > (?1, ?4)"
	}
}

func (l listing) order() string {
	if l.down {
		return " ORDER BY k1 DESC, id"
	}
	if l.keys[1] != "0" {
		return " ORDER BY k1, k2, id"
	}
	return " ORDER BY k1, id"
}

func (l listing) pageSQL(mailboxes int) string {
	var b strings.Builder
	for i := range mailboxes {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		fmt.Fprintf(&b, "SELECT %s, %s AS k1, %s AS k2 FROM conversation AS c INDEXED BY %s WHERE c.mailbox = ?%d AND %s AND %s",
			rowColumns, l.keys[0], l.keys[1], l.index, 8+i, l.where, l.after())
	}
	return b.String() + l.order() + " LIMIT ?5"
}

func (l listing) countSQL(mailboxes int) string {
	arms := make([]string, mailboxes)
	for i := range arms {
		arms[i] = fmt.Sprintf("SELECT 1 FROM conversation AS c INDEXED BY %s WHERE c.mailbox = ?%d AND %s", l.index, 8+i, l.where)
	}
	return "SELECT count(*) FROM (" + strings.Join(arms, " UNION ALL ") + " LIMIT ?5)"
}

// found is a row of a list with its sort key.
type found struct {
	row  desk.Row
	keys [2]int64
}

func (l listing) compare(a, b found) int {
	first := cmp.Compare(a.keys[0], b.keys[0])
	if l.down {
		first = -first
	}
	return cmp.Or(first, cmp.Compare(a.keys[1], b.keys[1]), cmp.Compare(a.row.ID, b.row.ID))
}

// List implements desk.Lists.
func (s *Store) List(ctx context.Context, q desk.Query, page desk.Page) ([]desk.Row, desk.Next, error) {
	l, arg, err := listingOf(q)
	if err != nil {
		return nil, "", err
	}
	from, err := start(page, mark{List: string(q.List), Numbers: l.first})
	if err != nil {
		return nil, "", err
	}
	boxes := distinct(q.Mailboxes)
	if len(boxes) == 0 {
		return nil, "", ctx.Err()
	}
	var rows []found
	err = s.read(ctx, func(c *conn) error {
		for some := range slices.Chunk(boxes, maxArms) {
			values := l.values(from, page.Limit+1, arg, q, some)
			err := c.query(ctx, l.pageSQL(len(some)), values, func(v []driver.Value) error {
				rows = append(rows, found{row: rowOf(v), keys: [2]int64{number(v[rowWidth]), number(v[rowWidth+1])}})
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if len(boxes) > maxArms {
		slices.SortFunc(rows, l.compare)
	}
	rows, next := cut(rows, page.Limit, func(f found) mark {
		return mark{List: string(q.List), Numbers: [3]int64{f.keys[0], f.keys[1]}, Texts: [2]string{string(f.row.ID)}}
	})
	out := make([]desk.Row, len(rows))
	for i, f := range rows {
		out[i] = f.row
	}
	return out, next, nil
}

func (l listing) values(from mark, limit int, arg string, q desk.Query, boxes []desk.Mailbox) []driver.Value {
	values := []driver.Value{from.Numbers[0], from.Numbers[1], from.Numbers[2], from.Texts[0], int64(limit), arg, micros(q.Now)}
	for _, m := range boxes {
		values = append(values, string(m))
	}
	return values
}

// Count implements desk.Lists.
func (s *Store) Count(ctx context.Context, q desk.Query, limit int) (int, error) {
	l, arg, err := listingOf(q)
	if err != nil {
		return 0, err
	}
	boxes := distinct(q.Mailboxes)
	if len(boxes) == 0 || limit <= 0 {
		return 0, ctx.Err()
	}
	total := 0
	err = s.read(ctx, func(c *conn) error {
		for some := range slices.Chunk(boxes, maxArms) {
			row := []driver.Value{}
			err := c.query(ctx, l.countSQL(len(some)), l.values(mark{}, limit, arg, q, some), func(v []driver.Value) error {
				row = append(row, v...)
				return nil
			})
			if err != nil {
				return err
			}
			total += int(number(row[0]))
		}
		return nil
	})
	return min(total, limit), err
}

// Statuses implements desk.Lists.
func (s *Store) Statuses(ctx context.Context, m desk.Mailbox) (map[desk.Status]int, error) {
	return counts[desk.Status](ctx, s,
		"SELECT name, sum(n) FROM tally WHERE of = 'conversation' AND (?1 = '' OR mailbox = ?1) GROUP BY name", string(m))
}

func distinct(boxes []desk.Mailbox) []desk.Mailbox {
	return slices.Compact(slices.Sorted(slices.Values(boxes)))
}
