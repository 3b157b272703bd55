package storetest

import (
	"fmt"
	"testing"

	"baton/desk"
)

var pagingTests = []test{
	{"rows that move do not disturb others", testMovingRows},
	{"the last row of a page goes", testLastRowGoes},
	{"a mark of another list", testForeignMark},
}

func fill(t testing.TB, s desk.Store, n int) {
	t.Helper()
	for i := range n {
		put(t, s, entry(fmt.Sprintf("c%03d", i), func(c *desk.Conversation) {
			c.OpenedAt, c.LastAt = at(i/3), at(i/3) // three of each time
		}), desk.Change{})
	}
}

func testMovingRows(t *testing.T, s desk.Store) {
	const rows = 30
	fill(t, s, rows)
	moved := map[string]bool{}
	change := func(i int, fn func(c *desk.Conversation)) {
		name := fmt.Sprintf("c%03d", i)
		moved[name] = true
		update(t, s, desk.ConversationID(name), func(c *desk.Conversation) desk.Change { fn(c); return desk.Change{} })
	}
	for _, q := range []desk.Query{
		{List: desk.ListQueue, Mailboxes: []desk.Mailbox{support, sales}},
		{List: desk.ListStatus, Status: desk.Open, Mailboxes: []desk.Mailbox{support, sales}},
	} {
		clear(moved)
		seen := map[string]int{}
		page, step := desk.Page{Limit: 4}, 0
		for {
			got, next, err := s.List(t.Context(), q, page)
			noErr(t, "list", err)
			for _, r := range got {
				seen[string(r.ID)]++
			}
			if next == "" {
				break
			}
			page.After = next
			// New rows before, behind and among those that were seen; old ones
			// closed, and moved to either end.
			put(t, s, entry(fmt.Sprintf("new%d-%s", step, q.List), func(c *desk.Conversation) {
				c.OpenedAt, c.LastAt = at(step*2), at(step*2)
			}), desk.Change{})
			change(step, func(c *desk.Conversation) { c.LastAt, c.OpenedAt = at(-5-step), at(500+step) })
			change(rows-1-step, func(c *desk.Conversation) { c.LastAt, c.OpenedAt = at(500+step), at(-5-step) })
			if step == 3 {
				change(rows/2, func(c *desk.Conversation) { c.Status = desk.Ignored })
			}
			step++
			if step > rows {
				t.Fatal("list does not end")
			}
		}
		for i := range rows {
			name := fmt.Sprintf("c%03d", i)
			if !moved[name] && seen[name] != 1 && !(i == rows/2 && q.List == desk.ListStatus) {
				t.Errorf("list %s: row %s did not move and was seen %d times", q.List, name, seen[name])
			}
		}
	}
}

func testLastRowGoes(t *testing.T, s desk.Store) {
	fill(t, s, 6)
	q := desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{support}}
	first, next, err := s.List(t.Context(), q, desk.Page{Limit: 2})
	noErr(t, "list", err)
	update(t, s, first[1].ID, func(c *desk.Conversation) desk.Change { c.Status = desk.Closed; return desk.Change{} })
	second, _, err := s.List(t.Context(), q, desk.Page{Limit: 2, After: next})
	noErr(t, "list", err)
	if len(second) != 2 || second[0].ID != "c002" || second[1].ID != "c003" {
		t.Errorf("got %v, want c002 and c003", second)
	}
}

func testForeignMark(t *testing.T, s desk.Store) {
	fill(t, s, 3)
	boxes := []desk.Mailbox{support}
	_, next, err := s.List(t.Context(), desk.Query{List: desk.ListQueue, Mailboxes: boxes}, desk.Page{Limit: 1})
	noErr(t, "list", err)
	_, _, err = s.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Open, Mailboxes: boxes}, desk.Page{Limit: 1, After: next})
	wantErr(t, "mark of the queue for a status", err, desk.ErrInvalid)
}
