package sqlite

import (
	"database/sql/driver"
	"strings"

	"baton/desk"
)

// columnNames are the columns of table conversation that follow from a record,
// in the order of columnsOf.
var columnNames = [...]string{
	"labels_rev", "mailbox", "thread", "last_id", "subject", "customer_name", "customer", "status",
	"priority", "assignee", "team", "due", "last_at", "opened_at", "holder", "queue",
	"snoozed_until", "came_back", "waiting",
}

// Where the columns stand by which records are counted.
const (
	mailboxColumn = 1
	statusColumn  = 7
)

type columns [len(columnNames)]driver.Value

// columnsOf gives a record's sort keys and what lists show of it.
func columnsOf(c *desk.Conversation) columns {
	due := int64(never)
	if d := c.Due(); !d.IsZero() {
		due = micros(d)
	}
	var holder, queue, waiting driver.Value
	if c.Assignee != "" && c.Status.Active() {
		holder = string(c.Assignee)
	}
	if c.Queued() {
		queue = int64(1)
		if c.Priority == desk.High {
			queue = int64(0)
		}
	}
	if w := c.WaitsFor(); w != "" {
		waiting = string(w)
	}
	var row desk.Row
	row.Rest(c)
	until := int64(0)
	switch {
	case row.TillReply:
		until = tillReply
	case !row.Until.IsZero():
		until = micros(row.Until)
	}
	return columns{
		c.LabelsRev, string(c.Mailbox), string(c.Thread), string(c.LastID), c.Subject, c.Customer.Name,
		string(c.Customer.Email), string(c.Status), string(c.Priority), string(c.Assignee), c.Team, due,
		micros(c.LastAt), micros(c.Since()), holder, queue, until, flag(row.CameBack), waiting,
	}
}

const insertConversation = `INSERT INTO conversation (id, version, data, labels_rev, mailbox, thread, last_id,
	subject, customer_name, customer, status, priority, assignee, team, due, last_at, opened_at, holder, queue,
	snoozed_until, came_back, waiting)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

// updateConversation sets only the columns that differ, because SQLite renews
// the entry in every index that has a column of the statement. There are as
// many statements as there are kinds of changes, a few dozen.
func updateConversation(was, is *columns) (sql string, values []driver.Value) {
	var b strings.Builder
	b.WriteString("UPDATE conversation SET version = ?, data = ?")
	for i, name := range columnNames {
		if was[i] != is[i] {
			b.WriteString(", " + name + " = ?")
			values = append(values, is[i])
		}
	}
	b.WriteString(" WHERE n = ? AND version = ?")
	return b.String(), values
}

// rowColumns are what rowOf reads, in its order.
const rowColumns = `c.id, c.mailbox, c.thread, c.last_id, c.subject, c.customer_name, c.customer, c.status,
	c.priority, c.assignee, c.team, c.due, c.last_at, c.snoozed_until, c.came_back, c.opened_at`

const rowWidth = 16

// tillReply stands in snoozed_until for a nap that only a reply ends.
const tillReply = -1

func rowOf(v []driver.Value) desk.Row {
	row := desk.Row{
		ID: desk.ConversationID(text(v[0])), Mailbox: desk.Mailbox(text(v[1])), Thread: desk.ThreadID(text(v[2])),
		LastID: desk.MessageID(text(v[3])), Subject: text(v[4]),
		Customer: desk.Address{Name: text(v[5]), Email: desk.Email(text(v[6]))},
		Status:   desk.Status(text(v[7])), Priority: desk.Priority(text(v[8])),
		Assignee: desk.Email(text(v[9])), Team: text(v[10]), LastAt: when(number(v[12])),
	}
	if due := number(v[11]); due != never {
		row.Due = when(due)
	}
	switch until := number(v[13]); {
	case until == tillReply:
		row.TillReply = true
	case until != 0:
		row.Until = when(until)
	}
	row.CameBack, row.Since = number(v[14]) != 0, when(number(v[15]))
	return row
}
