package sqlite

import (
	"database/sql/driver"
	"fmt"

	"baton/desk"
)

// plan is a change of a record, encoded and ready to be written.
type plan struct {
	stored
	was    columns    // before the change
	shared []shareRow // before the change

	record desk.Conversation
	is     columns
	now    []shareRow
	body   []byte
	rows   []write // what hangs on the record
	cancel []desk.IntentID
	known  []desk.Identity // that must be so still
}

// write is one row to be written beside a record. A statement that begins with
// the record's number gets it as its first value.
type write struct {
	sql      string
	ofRecord bool
	values   []driver.Value
	failed   func(err error) error // gives a taken key its meaning
	state    desk.IntentState      // of an intent, to be counted if it is new
}

// prepare encodes the record and everything that the change brings with it.
func (p *plan) prepare(c *desk.Conversation, change desk.Change) (err error) {
	if p.body, err = encode("record", c); err != nil {
		return err
	}
	p.is, p.now = columnsOf(c), sharesOf(c)
	p.record = desk.Conversation{ID: c.ID, Version: c.Version}
	p.cancel, p.known = change.Cancel, change.Known
	for _, line := range change.Ledger {
		if err := p.line(line); err != nil {
			return err
		}
	}
	for _, e := range change.Events {
		data, err := encode("event", &e)
		if err != nil {
			return err
		}
		p.rows = append(p.rows, write{ofRecord: true, values: []driver.Value{e.Seq, data},
			sql: "INSERT INTO event (conversation, seq, data) VALUES (?, ?, ?)",
			failed: func(err error) error {
				return fmt.Errorf("event %d: %w: %w", e.Seq, desk.ErrExists, err)
			}})
	}
	for _, in := range change.Intents {
		data, err := encode("intent", &in)
		if err != nil {
			return err
		}
		p.rows = append(p.rows, write{sql: insertIntent, values: intentValues(in, data), state: in.State})
	}
	for _, h := range change.Handles {
		p.rows = append(p.rows, write{sql: insertHandle, values: []driver.Value{string(h), string(c.ID)}})
	}
	for _, n := range change.Notes {
		data, err := encode("note", &n)
		if err != nil {
			return err
		}
		p.rows = append(p.rows, write{ofRecord: true, values: []driver.Value{string(n.ID), micros(n.At), data},
			sql: `INSERT INTO note (conversation, id, at, data) VALUES (?, ?, ?, ?)
				ON CONFLICT (conversation, id) DO UPDATE SET at = excluded.at, data = excluded.data`})
	}
	if err := p.identities(change.Identities); err != nil {
		return err
	}
	return p.people(change)
}

// people adds the rows by which people are found: mentions and turns.
func (p *plan) people(change desk.Change) error {
	for _, m := range change.Mentions {
		data, err := encode("mention", &m)
		if err != nil {
			return err
		}
		p.rows = append(p.rows, write{sql: insertMention, values: []driver.Value{
			string(m.Person), string(m.Conversation), string(m.Note), micros(m.At), flag(m.Done), data}})
	}
	for _, t := range change.Turns {
		p.rows = append(p.rows, write{values: []driver.Value{t.Team, string(t.Member), micros(t.At)},
			sql: `INSERT INTO turn (team, member, at) VALUES (?, ?, ?)
				ON CONFLICT (team, member) DO UPDATE SET at = excluded.at`})
	}
	return nil
}

func (p *plan) line(line desk.LedgerLine) error {
	data, err := encode("ledger line", &line)
	if err != nil {
		return err
	}
	p.rows = append(p.rows,
		write{sql: insertLine, values: lineValues(line, data), failed: lineTaken(line)},
		write{sql: addTally, values: []driver.Value{"line", string(line.Mailbox), string(line.Verdict), int64(1)}})
	return nil
}

// write runs inside the writer's transaction.
func (p *plan) write(c *conn) error {
	n, err := p.writeRecord(c)
	if err != nil {
		return err
	}
	if err := stillKnown(c, p.known); err != nil {
		return err
	}
	if err := writeRows(c, n, p.rows); err != nil {
		return err
	}
	if err := takeBack(c, p.cancel); err != nil {
		return err
	}
	if err := p.countStatus(c); err != nil {
		return err
	}
	return writeShares(c, p.record.ID, p.shared, p.now)
}

// countStatus moves the record from one count to another when its status is
// not what it was.
func (p *plan) countStatus(c *conn) error {
	mailbox, status := p.was[mailboxColumn], p.was[statusColumn]
	if p.n != 0 && mailbox == p.is[mailboxColumn] && status == p.is[statusColumn] {
		return nil
	}
	if p.n != 0 {
		if _, err := c.exec(addTally, "conversation", mailbox, status, int64(-1)); err != nil {
			return err
		}
	}
	_, err := c.exec(addTally, "conversation", p.is[mailboxColumn], p.is[statusColumn], int64(1))
	return err
}

// writeRows writes what hangs on record n.
func writeRows(c *conn, n int64, rows []write) error {
	var sh shift
	for _, w := range rows {
		values := w.values
		if w.ofRecord {
			values = append([]driver.Value{n}, values...)
		}
		wrote, err := c.exec(w.sql, values...)
		if err != nil {
			if w.failed != nil && taken(err) {
				return w.failed(err)
			}
			return err
		}
		if w.state != "" && wrote > 0 {
			if sh == nil {
				sh = shift{}
			}
			sh[w.state]++
		}
	}
	return sh.write(c)
}

func (p *plan) writeRecord(c *conn) (n int64, err error) {
	if p.n == 0 {
		values := append([]driver.Value{string(p.record.ID), p.record.Version, p.body}, p.is[:]...)
		if n, err = c.insert(insertConversation, values...); n == 0 && err == nil {
			err = errMoved
		}
		return n, err
	}
	sql, changed := updateConversation(&p.was, &p.is)
	values := append([]driver.Value{p.record.Version, p.body}, changed...)
	rows, err := c.exec(sql, append(values, p.n, p.version)...)
	if rows == 0 && err == nil {
		err = errMoved
	}
	return p.n, err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
