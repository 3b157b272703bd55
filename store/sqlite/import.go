package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"baton/desk"
	"baton/store/entry"
)

// Import writes entries of a kind, all or none, with everything that follows
// from them. Entries that are there stay as they are, or are replaced where
// such entries may change; doing it twice does no harm. One commit.
func (s *Store) Import(ctx context.Context, kind entry.Kind, entries []entry.Entry) error {
	if len(entries) == 0 {
		return ctx.Err()
	}
	return s.write(ctx, func(c *conn) error {
		for _, e := range entries {
			if err := importOne(c, e); err != nil {
				return fmt.Errorf("taking in an entry of %s: %w", kind, err)
			}
		}
		return nil
	})
}

func importOne(c *conn, e entry.Entry) error {
	switch e := e.(type) {
	case desk.Conversation:
		return importConversation(c, e)
	case entry.Event:
		return importUnder(c, e.Conversation, desk.Change{Events: []desk.Event{e.Event}})
	case entry.Note:
		return importUnder(c, e.Conversation, desk.Change{Notes: []desk.Note{e.Note}})
	case desk.Mention:
		return importRows(c, desk.Change{Mentions: []desk.Mention{e}})
	case desk.Turn:
		return importRows(c, desk.Change{Turns: []desk.Turn{e}})
	case entry.Line:
		return importLine(c, e)
	case entry.Handle:
		_, err := c.exec(insertHandle, string(e.Handle), string(e.Conversation))
		return err
	case desk.Intent:
		return importIntent(c, e)
	case desk.MailboxState:
		return importWhole(c, "INSERT OR REPLACE INTO mailbox (address, data) VALUES (?, ?)", string(e.Address), "mailbox state", &e)
	case desk.Presence:
		return importWhole(c, "INSERT OR REPLACE INTO presence (member, data) VALUES (?, ?)", string(e.Member), "presence", &e)
	case entry.Grant:
		var data driver.Value
		if e.Grant != nil {
			b, err := encode("grant", e.Grant)
			if err != nil {
				return err
			}
			data = b
		}
		_, err := c.exec("INSERT OR REPLACE INTO access (mailbox, rev, data) VALUES (?, ?, ?)", string(e.Mailbox), e.Rev, data)
		return err
	case entry.Lease:
		_, err := c.exec("INSERT OR REPLACE INTO lease (name, holder, fence, until) VALUES (?, '', ?, 0)", e.Name, e.Fence)
		return err
	case desk.PolicyText:
		_, err := c.exec("INSERT OR REPLACE INTO policy (version, at, text) VALUES (?, ?, ?)", e.Version, micros(e.At), append([]byte{}, e.Text...))
		return err
	case desk.Group:
		data, err := encode("group", &e)
		if err != nil {
			return err
		}
		_, err = c.exec(insertGroup, string(e.ID), micros(e.At), data)
		return err
	case desk.Identity:
		data, err := encode("identity", &e)
		if err != nil {
			return err
		}
		_, err = c.exec(insertIdentity, string(e.Mailbox), string(e.Email), data)
		return err
	case entry.Setting:
		_, err := c.exec("INSERT OR REPLACE INTO setting (name, value) VALUES ('policy', ?)", e.Policy)
		return err
	}
	return fmt.Errorf("an entry of type %T: %w", e, desk.ErrInvalid)
}

// importConversation writes a record as it is, with its version, and counts
// and indexes it as Update does.
func importConversation(c *conn, record desk.Conversation) error {
	row, err := c.one(selectConversation, string(record.ID))
	if err != nil {
		return err
	}
	var st stored
	if row != nil {
		st = stored{n: number(row[0]), version: number(row[1]), data: bytes(row[2])}
	}
	was, err := st.record(record.ID)
	if err != nil {
		return err
	}
	p := plan{stored: st, was: columnsOf(&was), shared: sharesOf(&was)}
	if err := p.prepare(&record, desk.Change{}); err != nil {
		return err
	}
	return p.write(c)
}

// importUnder writes what hangs on a record that is there.
func importUnder(c *conn, id desk.ConversationID, change desk.Change) error {
	row, err := c.one("SELECT n FROM conversation WHERE id = ?", string(id))
	if err != nil {
		return err
	}
	if row == nil {
		return missing("conversation", string(id))
	}
	for _, e := range change.Events {
		there, err := c.one("SELECT 1 FROM event WHERE conversation = ? AND seq = ?", number(row[0]), e.Seq)
		if there != nil || err != nil {
			return err
		}
	}
	var p plan
	if err := p.prepare(&desk.Conversation{ID: id}, change); err != nil {
		return err
	}
	return writeRows(c, number(row[0]), p.rows)
}

func importRows(c *conn, change desk.Change) error {
	var p plan
	if err := p.people(change); err != nil {
		return err
	}
	return writeRows(c, 0, p.rows)
}

func importLine(c *conn, e entry.Line) error {
	for _, h := range e.Handles {
		if _, err := c.exec(insertHandle, string(h), string(e.Line.Conversation)); err != nil {
			return err
		}
	}
	there, err := c.one("SELECT 1 FROM line WHERE mailbox = ? AND message = ?", string(e.Line.Mailbox), string(e.Line.Message))
	if there != nil || err != nil {
		return err
	}
	var p plan
	if err := p.line(e.Line); err != nil {
		return err
	}
	return writeRows(c, 0, p.rows)
}

func importIntent(c *conn, in desk.Intent) error {
	was, err := readIntent(c, in.ID)
	if err != nil {
		return err
	}
	sh := shift{in.State: 1}
	if was != nil {
		sh[was.State]--
		if _, err := c.exec("DELETE FROM intent WHERE id = ?", string(in.ID)); err != nil {
			return err
		}
	}
	data, err := encode("intent", &in)
	if err != nil {
		return err
	}
	if _, err := c.exec(insertIntent, intentValues(in, data)...); err != nil {
		return err
	}
	return sh.write(c)
}

func importWhole(c *conn, sql, key, what string, v any) error {
	data, err := encode(what, v)
	if err != nil {
		return err
	}
	_, err = c.exec(sql, key, data)
	return err
}

func readMark(c *conn) (m entry.Mark, err error) {
	row, err := c.one("SELECT value FROM setting WHERE name = 'copy'")
	if row == nil || err != nil {
		return m, err
	}
	return m, decode("mark of a copy", []byte(text(row[0])), &m)
}

// CopyMark gives how far a copy into this store has come.
func (s *Store) CopyMark(ctx context.Context) (m entry.Mark, err error) {
	err = s.read(ctx, func(c *conn) (err error) {
		m, err = readMark(c)
		return err
	})
	return m, err
}

// Whole tells of a copy into this store that was not finished; desk.ErrUnavailable.
func (s *Store) Whole(ctx context.Context) error {
	mark, err := s.CopyMark(ctx)
	if err != nil {
		return err
	}
	return mark.Unfinished()
}

// SetCopyMark changes the mark from one to another; desk.ErrConflict when it
// is not the one that it was. One commit.
func (s *Store) SetCopyMark(ctx context.Context, was, is entry.Mark) error {
	data, err := json.Marshal(is)
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		now, err := readMark(c)
		if err == nil && now != was {
			err = fmt.Errorf("another copy into it is under way: %w", desk.ErrConflict)
		}
		if err != nil {
			return err
		}
		_, err = c.exec("INSERT OR REPLACE INTO setting (name, value) VALUES ('copy', ?)", string(data))
		return err
	})
}

// Served tells who uses the store beside this process: nobody, for the lock
// file keeps others out.
func (s *Store) Served(context.Context) (name string, until time.Time, err error) {
	return "", time.Time{}, nil
}
