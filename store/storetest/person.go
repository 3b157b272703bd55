package storetest

import (
	"fmt"
	"testing"

	"baton/desk"
)

var personTests = []test{
	{"mentions", testMentions},
	{"shares", testShares},
	{"share renewed", testShareRenewed},
	{"sharing many", testManyShares},
}

func testMentions(t *testing.T, s desk.Store) {
	mention := func(c int, note string, minute int) desk.Mention {
		return desk.Mention{Person: ana, Conversation: record(c).ID, Note: desk.NoteID(note), Mailbox: support, By: bo, At: at(minute)}
	}
	ids := []int{1, 2}
	if record(2).ID < record(1).ID {
		ids = []int{2, 1}
	}
	low, high := ids[0], ids[1] // by conversation id, for the tie
	others := mention(low, "n9", 99)
	others.Person = bo
	rows := map[int]desk.Conversation{}
	rows[low] = put(t, s, record(low), desk.Change{Mentions: []desk.Mention{
		mention(low, "n2", 5), mention(low, "n1", 5), mention(low, "n3", 1), others}})
	rows[high] = put(t, s, record(high), desk.Change{Mentions: []desk.Mention{mention(high, "n1", 5), mention(high, "n2", 9)}})
	check := func(want ...desk.Mention) {
		t.Helper()
		var wantRows []desk.MentionRow
		for _, m := range want {
			for _, c := range rows {
				if c.ID == m.Conversation {
					wantRows = append(wantRows, desk.MentionRow{Mention: m, Row: rowOf(c)})
				}
			}
		}
		for _, limit := range []int{1, 2, 50} {
			got := walk(t, limit, func(p desk.Page) ([]desk.MentionRow, desk.Next, error) { return s.MentionsOf(t.Context(), ana, p) })
			same(t, fmt.Sprintf("mentions in pages of %d", limit), got, wantRows)
		}
	}
	check(mention(high, "n2", 9), mention(low, "n1", 5), mention(low, "n2", 5), mention(high, "n1", 5), mention(low, "n3", 1))
	done, later := mention(high, "n2", 9), mention(low, "n3", 20)
	done.Done = true
	rows[low] = update(t, s, record(low).ID, func(c *desk.Conversation) desk.Change {
		c.Subject = "changed"
		return desk.Change{Mentions: []desk.Mention{done, later}}
	})
	check(later, mention(low, "n1", 5), mention(low, "n2", 5), mention(high, "n1", 5))
}

const guest desk.Email = "guest@partner.example"

func share(id string, from, until int) desk.Share {
	return desk.Share{ID: desk.ShareID(id), To: guest, Role: desk.ShareView, By: ana, At: at(from), Until: at(until)}
}

// shared lists the conversations open to the guest, by the test records' numbers.
func wantShared(t *testing.T, s desk.Store, now int, want ...int) {
	t.Helper()
	for _, limit := range []int{1, 2, 100} {
		rows := walk(t, limit, func(p desk.Page) ([]desk.Row, desk.Next, error) { return s.SharedWith(t.Context(), guest, at(now), p) })
		var got []string
		for _, r := range rows {
			got = append(got, r.Subject)
		}
		var names []string
		for _, i := range want {
			names = append(names, record(i).Subject)
		}
		same(t, fmt.Sprintf("shared at minute %d in pages of %d", now, limit), got, names)
	}
}

func testShares(t *testing.T, s desk.Store) {
	for i, shares := range [][]desk.Share{
		{share("a", 1, 100)},
		{share("a", 5, 50)},
		{share("a", 3, 100), {ID: "b", To: "else@partner.example", At: at(90), Until: at(100)}},
		{},
	} {
		c := record(i)
		c.Shares = shares
		put(t, s, c, desk.Change{})
	}
	wantShared(t, s, 10, 1, 2, 0)
	wantShared(t, s, 49, 1, 2, 0)
	wantShared(t, s, 50, 2, 0) // until is the first moment without
	wantShared(t, s, 100)
	update(t, s, record(2).ID, func(c *desk.Conversation) desk.Change {
		c.Shares[0].StoppedAt, c.Shares[0].StoppedBy = at(11), ana
		return desk.Change{}
	})
	wantShared(t, s, 10, 1, 0)
	update(t, s, record(1).ID, func(c *desk.Conversation) desk.Change { c.Shares = nil; return desk.Change{} })
	wantShared(t, s, 10, 0)
	rows, _, err := s.SharedWith(t.Context(), guest, at(10), desk.Page{Limit: 1})
	noErr(t, "shared", err)
	same(t, "row", rows, []desk.Row{rowOf(read(t, s, record(0).ID))})
	rows, _, err = s.SharedWith(t.Context(), "nobody@partner.example", at(10), desk.Page{Limit: 1})
	noErr(t, "shared", err)
	same(t, "rows of a stranger", len(rows), 0)
}

func testShareRenewed(t *testing.T, s desk.Store) {
	c := record(1)
	c.Shares = []desk.Share{share("long", 1, 100), share("short", 9, 20)}
	put(t, s, c, desk.Change{})
	other := record(2)
	other.Shares = []desk.Share{share("a", 5, 100)}
	put(t, s, other, desk.Change{})
	wantShared(t, s, 10, 1, 2) // once, where the newest living share stands
	wantShared(t, s, 20, 2, 1) // and where the older one stands after that
	update(t, s, c.ID, func(c *desk.Conversation) desk.Change { c.Shares[1].Until = at(200); return desk.Change{} })
	wantShared(t, s, 150, 1)
}

func testManyShares(t *testing.T, s desk.Store) {
	var want []int
	for i := range 12 {
		c := record(i)
		c.Shares = []desk.Share{share("a", 100-i, 1000)}
		put(t, s, c, desk.Change{})
		want = append(want, i)
	}
	wantShared(t, s, 200, want...)
}
