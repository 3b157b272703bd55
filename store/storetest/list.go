package storetest

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

var listTests = []test{
	{"no mailboxes, no rows", testNoMailboxes},
	{"mine", testMine},
	{"queue", testQueue},
	{"waiting", testWaiting},
	{"late", testLate},
	{"status", testStatus},
	{"mailboxes apart", testListIsolation},
	{"rows follow the record", testRowsFollow},
	{"many mailboxes", testManyMailboxes},
	{"statuses", testStatuses},
}

// entry is a record for list tests: its id is its name.
func entry(name string, change func(c *desk.Conversation)) desk.Conversation {
	c := record(1)
	c.ID = desk.ConversationID(name)
	change(&c)
	return c
}

func list(t testing.TB, s desk.Store, q desk.Query, limit int) []string {
	t.Helper()
	rows := walk(t, limit, func(p desk.Page) ([]desk.Row, desk.Next, error) { return s.List(t.Context(), q, p) })
	names := []string{}
	for _, r := range rows {
		names = append(names, string(r.ID))
	}
	return names
}

// wantList checks a list in pages of several sizes, and its count.
func wantList(t *testing.T, s desk.Store, q desk.Query, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	for _, limit := range []int{1, 2, 3, 100} {
		same(t, fmt.Sprintf("list %s in pages of %d", q.List, limit), list(t, s, q, limit), want)
	}
	for _, limit := range []int{0, 1, len(want), len(want) + 1, 1000} {
		n, err := s.Count(t.Context(), q, limit)
		noErr(t, "count", err)
		same(t, fmt.Sprintf("count of %s up to %d", q.List, limit), n, min(len(want), limit))
	}
}

func testNoMailboxes(t *testing.T, s desk.Store) {
	put(t, s, entry("a", func(c *desk.Conversation) {}), desk.Change{})
	for _, l := range []desk.List{desk.ListMine, desk.ListQueue, desk.ListLate, desk.ListStatus} {
		for _, boxes := range [][]desk.Mailbox{nil, {}, {"none@example.com"}} {
			wantList(t, s, desk.Query{List: l, Mailboxes: boxes, Status: desk.Open, Now: at(1e6)})
		}
	}
	wantList(t, s, desk.Query{List: desk.ListMine, Mailboxes: []desk.Mailbox{support}})
}

func testMine(t *testing.T, s desk.Store) {
	hold := func(name string, who desk.Email, due, opened int, status desk.Status) {
		put(t, s, entry(name, func(c *desk.Conversation) {
			c.Assignee, c.OpenedAt, c.Status = who, at(opened), status
			c.Delegation = &desk.Delegation{By: bo, To: who, At: at(0)}
			if due > 0 {
				c.Delegation.Due = at(due)
			}
		}), desk.Change{})
	}
	hold("none old", ana, 0, 1, desk.Open)
	hold("none new", ana, 0, 2, desk.Snoozed)
	hold("due later", ana, 20, 1, desk.WaitingCustomer)
	hold("due soon b", ana, 10, 1, desk.WaitingInternal)
	hold("due soon a", ana, 10, 1, desk.Open)
	hold("due soon older", ana, 10, 0, desk.Open)
	hold("closed", ana, 5, 1, desk.Closed)
	hold("spam", ana, 5, 1, desk.Spam)
	hold("another's", bo, 5, 1, desk.Open)
	q := desk.Query{List: desk.ListMine, Person: ana, Mailboxes: []desk.Mailbox{support}}
	wantList(t, s, q, "due soon older", "due soon a", "due soon b", "due later", "none old", "none new")
}

func testQueue(t *testing.T, s desk.Store) {
	wait := func(name string, p desk.Priority, opened int, status desk.Status, who desk.Email) {
		put(t, s, entry(name, func(c *desk.Conversation) {
			c.Priority, c.OpenedAt, c.Status, c.Assignee = p, at(opened), status, who
		}), desk.Change{})
	}
	wait("normal new", desk.Normal, 5, desk.Open, "")
	wait("normal old", desk.Normal, 2, desk.WaitingInternal, "")
	wait("high new b", desk.High, 9, desk.Open, "")
	wait("high new a", desk.High, 9, desk.Open, "")
	wait("high old", desk.High, 3, desk.Open, "")
	wait("waits for customer", desk.High, 1, desk.WaitingCustomer, "")
	wait("snoozed", desk.High, 1, desk.Snoozed, "")
	wait("closed", desk.High, 1, desk.Closed, "")
	wait("held", desk.High, 1, desk.Open, ana)
	q := desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{support}}
	wantList(t, s, q, "high old", "high new a", "high new b", "normal old", "normal new")
}

func testWaiting(t *testing.T, s desk.Store) {
	wait := func(name string, w desk.Waits, opened int, change func(c *desk.Conversation)) {
		put(t, s, entry(name, func(c *desk.Conversation) {
			c.OpenedAt, c.Waits = at(opened), &w
			if change != nil {
				change(c)
			}
		}), desk.Change{})
	}
	team := desk.Waits{Team: "Front"}
	wait("new", team, 9, nil)
	wait("old b", team, 2, func(c *desk.Conversation) { c.Status = desk.WaitingInternal })
	wait("old a", team, 2, func(c *desk.Conversation) { c.Priority = desk.High })
	wait("snoozed", team, 1, func(c *desk.Conversation) { c.Status = desk.Snoozed })
	wait("held", team, 1, func(c *desk.Conversation) { c.Assignee = ana })
	wait("merged", team, 1, func(c *desk.Conversation) { c.Merged = &desk.Merged{Into: "new"} })
	wait("for ana", desk.Waits{For: ana}, 1, nil)
	wait("elsewhere", team, 0, func(c *desk.Conversation) { c.Mailbox = sales })
	put(t, s, entry("for nobody", func(c *desk.Conversation) {}), desk.Change{})
	q := desk.Query{List: desk.ListWaiting, Mailboxes: []desk.Mailbox{support}, Waiting: team.Key()}
	wantList(t, s, q, "old a", "old b", "new")
	q.Mailboxes = append(q.Mailboxes, sales)
	wantList(t, s, q, "elsewhere", "old a", "old b", "new")
	q.Waiting = (&desk.Waits{For: ana}).Key()
	wantList(t, s, q, "for ana")
	q.Waiting = "team:none"
	wantList(t, s, q)
	update(t, s, "old a", func(c *desk.Conversation) desk.Change { c.Assignee = bo; return desk.Change{} })
	update(t, s, "snoozed", func(c *desk.Conversation) desk.Change { c.Status = desk.Open; return desk.Change{} })
	q = desk.Query{List: desk.ListWaiting, Mailboxes: []desk.Mailbox{support}, Waiting: team.Key()}
	wantList(t, s, q, "snoozed", "old b", "new")
}

func testLate(t *testing.T, s desk.Store) {
	promise := func(name string, due int, replied bool, status desk.Status, who desk.Email) {
		put(t, s, entry(name, func(c *desk.Conversation) {
			c.Status, c.Assignee = status, who
			e := desk.Episode{Number: 1, OpenedAt: at(0), ReplyDue: at(due)}
			if replied {
				e.RepliedAt = at(1)
			}
			c.Episodes = []desk.Episode{e}
		}), desk.Change{})
	}
	promise("b", 10, false, desk.Open, ana)
	promise("a", 10, false, desk.Open, "")
	promise("longest", 5, false, desk.WaitingInternal, bo)
	promise("now", 30, false, desk.Open, ana)
	promise("later", 31, false, desk.Open, ana)
	promise("answered", 5, true, desk.Open, ana)
	promise("closed", 5, false, desk.Closed, ana)
	q := desk.Query{List: desk.ListLate, Mailboxes: []desk.Mailbox{support}, Now: at(30)}
	wantList(t, s, q, "longest", "a", "b")
	q.Person = ana
	wantList(t, s, q, "b")
	q.Now = at(30).Add(time.Microsecond)
	wantList(t, s, q, "b", "now")
}

func testStatus(t *testing.T, s desk.Store) {
	for _, e := range []struct {
		name   string
		status desk.Status
		last   int
	}{{"old", desk.Closed, 1}, {"new b", desk.Closed, 7}, {"new a", desk.Closed, 7}, {"newest", desk.Closed, 9}, {"open", desk.Open, 8}} {
		put(t, s, entry(e.name, func(c *desk.Conversation) { c.Status, c.LastAt = e.status, at(e.last) }), desk.Change{})
	}
	q := desk.Query{List: desk.ListStatus, Mailboxes: []desk.Mailbox{support}, Status: desk.Closed}
	wantList(t, s, q, "newest", "new a", "new b", "old")
	q.Status = desk.Ignored
	wantList(t, s, q)
}

func testListIsolation(t *testing.T, s desk.Store) {
	for _, m := range []desk.Mailbox{support, sales} {
		put(t, s, entry(string(m[:2]), func(c *desk.Conversation) {
			c.Mailbox, c.Assignee = m, ana
			c.Delegation = &desk.Delegation{By: bo, To: ana, Due: at(5)}
		}), desk.Change{})
		put(t, s, entry(string(m[:2])+" queued", func(c *desk.Conversation) { c.Mailbox = m }), desk.Change{})
	}
	query := func(l desk.List, boxes ...desk.Mailbox) desk.Query {
		return desk.Query{List: l, Mailboxes: boxes, Person: ana, Status: desk.Open, Now: at(10)}
	}
	for _, m := range []desk.Mailbox{support, sales} {
		name := string(m[:2])
		wantList(t, s, query(desk.ListMine, m), name)
		wantList(t, s, query(desk.ListQueue, m), name+" queued")
		wantList(t, s, query(desk.ListLate, m), name)
		wantList(t, s, query(desk.ListStatus, m), name, name+" queued")
	}
	wantList(t, s, query(desk.ListQueue, support, sales, support), "sa queued", "su queued")
	wantList(t, s, query(desk.ListMine, support, sales), "sa", "su")
}

func testRowsFollow(t *testing.T, s desk.Store) {
	put(t, s, entry("a", func(c *desk.Conversation) {}), desk.Change{})
	boxes := []desk.Mailbox{support}
	queue := desk.Query{List: desk.ListQueue, Mailboxes: boxes}
	mine := desk.Query{List: desk.ListMine, Mailboxes: boxes, Person: ana}
	wantList(t, s, queue, "a")
	c := update(t, s, "a", func(c *desk.Conversation) desk.Change {
		c.Assignee, c.Team, c.Subject, c.Priority = ana, "Front", "new", desk.High
		c.LastAt, c.LastID, c.Customer = at(77), message(77), desk.Address{Name: "Lee", Email: "lee@customer.example"}
		c.Delegation = &desk.Delegation{By: ana, To: ana, Due: at(99)}
		return desk.Change{}
	})
	wantList(t, s, queue)
	wantList(t, s, mine, "a")
	rows, _, err := s.List(t.Context(), mine, desk.Page{Limit: 1})
	noErr(t, "list", err)
	same(t, "row", rows, []desk.Row{rowOf(c)})
	c = update(t, s, "a", func(c *desk.Conversation) desk.Change { c.Status = desk.Closed; return desk.Change{} })
	wantList(t, s, mine)
	rows, _, err = s.List(t.Context(), desk.Query{List: desk.ListStatus, Mailboxes: boxes, Status: desk.Closed}, desk.Page{Limit: 1})
	noErr(t, "list", err)
	same(t, "closed row", rows, []desk.Row{rowOf(c)})
	update(t, s, "a", func(c *desk.Conversation) desk.Change {
		c.Status, c.Assignee, c.Delegation = desk.Open, "", nil
		return desk.Change{}
	})
	wantList(t, s, queue, "a")
}

func testManyMailboxes(t *testing.T, s desk.Store) {
	const boxes = 130
	q := desk.Query{List: desk.ListStatus, Status: desk.Open}
	var want []string
	for i := range boxes {
		m := desk.Mailbox(fmt.Sprintf("box%d@example.com", i))
		q.Mailboxes = append(q.Mailboxes, m)
		name := fmt.Sprintf("c%03d", i)
		put(t, s, entry(name, func(c *desk.Conversation) { c.Mailbox, c.LastAt = m, at(1000-(i*7)%boxes) }), desk.Change{})
	}
	rows := walk(t, 100, func(p desk.Page) ([]desk.Row, desk.Next, error) { return s.List(t.Context(), q, p) })
	for i, r := range rows {
		if i > 0 && r.LastAt.After(rows[i-1].LastAt) {
			t.Fatalf("row %d is newer than the one before", i)
		}
		want = append(want, string(r.ID))
	}
	if len(want) != boxes {
		t.Fatalf("got %d rows, want %d", len(want), boxes)
	}
	same(t, "in pages of 17", list(t, s, q, 17), want)
	n, err := s.Count(t.Context(), q, 1000)
	noErr(t, "count", err)
	same(t, "count", n, boxes)
}

func testStatuses(t *testing.T, s desk.Store) {
	for i, status := range []desk.Status{desk.Open, desk.Open, desk.Closed, desk.Open} {
		put(t, s, entry(fmt.Sprint(i), func(c *desk.Conversation) {
			c.Status = status
			if i == 3 {
				c.Mailbox = sales
			}
		}), desk.Change{})
	}
	update(t, s, "0", func(c *desk.Conversation) desk.Change { c.Status = desk.Spam; return desk.Change{} })
	update(t, s, "0", func(c *desk.Conversation) desk.Change { c.Subject = "again"; return desk.Change{} })
	_, err := s.Update(t.Context(), "1", func(c *desk.Conversation) (desk.Change, error) {
		c.Status = desk.Spam
		return desk.Change{Ledger: []desk.LedgerLine{line(1), line(1)}}, nil
	})
	wantErr(t, "change that fails", err, desk.ErrExists)
	for m, want := range map[desk.Mailbox]map[desk.Status]int{
		support: {desk.Spam: 1, desk.Open: 1, desk.Closed: 1}, sales: {desk.Open: 1}, "": {desk.Spam: 1, desk.Open: 2, desk.Closed: 1}, "none": {},
	} {
		got, err := s.Statuses(t.Context(), m)
		noErr(t, "statuses", err)
		same(t, "statuses of "+string(m), got, want)
	}
}
