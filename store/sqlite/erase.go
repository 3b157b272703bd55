package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"baton/desk"
)

// eraseAtOnce is how many rows one transaction of an erasure takes away, so
// that others do not wait long for the writer.
const eraseAtOnce = 200

// EraseMailbox forgets all that is recorded of a mailbox's mail: conversations
// with their history and notes, handles, mentions, shares, ledger lines and
// intents. Its state and its grant stay; they have methods of their own. The
// caller sees to it that nobody reads the mailbox meanwhile. It works in small
// transactions: one that was interrupted, by ctx or the process's end, goes on
// when it is called again. What was erased is overwritten in the file, and the
// log that had it is emptied in the end; pages that earlier changes had set free
// keep what they held until they are used again.
func (s *Store) EraseMailbox(ctx context.Context, m desk.Mailbox) error {
	for _, part := range []func(context.Context, desk.Mailbox) error{
		s.eraseRecords, s.eraseOrphans, s.eraseLines, s.eraseIntents,
	} {
		if err := part(ctx, m); err != nil {
			return fmt.Errorf("erase a mailbox: %w", err)
		}
	}
	err := s.wipe(ctx, func(c *conn) error {
		if _, err := c.exec("DELETE FROM identity WHERE mailbox = ?", string(m)); err != nil {
			return err
		}
		_, err := c.exec("DELETE FROM tally WHERE mailbox = ?", string(m))
		return err
	})
	if err == nil {
		err = s.emptyLog(ctx)
	}
	if err != nil {
		return fmt.Errorf("erase a mailbox: %w", err)
	}
	return nil
}

// wipe is write for what is taken away for good: what the rows held is
// overwritten, which costs throughput when it is always done (fast, as for
// other changes, leaves whole pages as they are).
func (s *Store) wipe(ctx context.Context, run func(c *conn) error) error {
	return s.write(ctx, func(c *conn) error {
		if err := c.script("PRAGMA secure_delete = 1"); err != nil {
			return err
		}
		return errors.Join(run(c), c.script("PRAGMA secure_delete = fast"))
	})
}

// emptyLog writes all that is committed into the file and cuts the write-ahead
// log to nothing: SQLite leaves old pages in it until it needs their place.
func (s *Store) emptyLog(ctx context.Context) error {
	return s.read(ctx, func(c *conn) error {
		row, err := c.one("PRAGMA wal_checkpoint(TRUNCATE)")
		if err == nil && (len(row) == 0 || number(row[0]) != 0) {
			err = fmt.Errorf("%w: another program reads the database, so its log cannot be emptied: end it", desk.ErrUnavailable)
		}
		return err
	})
}

// repeat runs a step in transactions of its own until it finds nothing.
func (s *Store) repeat(ctx context.Context, step func(c *conn) (found int, err error)) error {
	for {
		found := 0
		err := s.wipe(ctx, func(c *conn) (err error) {
			found, err = step(c)
			return err
		})
		if err != nil || found == 0 {
			return err
		}
	}
}

func (s *Store) eraseRecords(ctx context.Context, m desk.Mailbox) error {
	return s.repeat(ctx, func(c *conn) (int, error) {
		rows, err := c.rows(ctx, "SELECT n, status FROM conversation WHERE mailbox = ? LIMIT ?", string(m), int64(eraseAtOnce))
		for _, row := range rows {
			for _, sql := range []string{"DELETE FROM event WHERE conversation = ?", "DELETE FROM note WHERE conversation = ?", "DELETE FROM conversation WHERE n = ?"} {
				if _, err := c.exec(sql, row[0]); err != nil {
					return 0, err
				}
			}
			if _, err := c.exec(addTally, "conversation", string(m), text(row[1]), int64(-1)); err != nil {
				return 0, err
			}
		}
		return len(rows), err
	})
}

// eraseOrphans takes away what points at records that are gone. These tables
// cannot be asked by mailbox, so they are walked in the order of their keys.
func (s *Store) eraseOrphans(ctx context.Context, _ desk.Mailbox) error {
	for _, t := range []struct{ table, keys, marks string }{
		{"handle", "handle, conversation", "?, ?"},
		{"mention", "person, conversation, note", "?, ?, ?"},
		{"share", "person, conversation, share", "?, ?, ?"},
	} {
		find := fmt.Sprintf(`SELECT %[1]s FROM %[2]s AS t WHERE (%[1]s) > (%[3]s)
			AND NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = t.conversation)
			ORDER BY %[1]s LIMIT %[4]d`, t.keys, t.table, t.marks, eraseAtOnce)
		drop := fmt.Sprintf("DELETE FROM %s WHERE (%s) = (%s)", t.table, t.keys, t.marks)
		if err := s.eraseFound(ctx, find, drop, strings.Count(t.marks, "?")); err != nil {
			return err
		}
	}
	return nil
}

// eraseFound drops the rows that find gives, which asks for those behind a key.
func (s *Store) eraseFound(ctx context.Context, find, drop string, keys int) error {
	after := make([]driver.Value, keys)
	for i := range after {
		after[i] = ""
	}
	for {
		var rows [][]driver.Value
		err := s.read(ctx, func(c *conn) (err error) {
			rows, err = c.rows(ctx, find, after...)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1]
		err = s.wipe(ctx, func(c *conn) error {
			for _, row := range rows {
				if _, err := c.exec(drop, row...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func (s *Store) eraseLines(ctx context.Context, m desk.Mailbox) error {
	return s.repeat(ctx, func(c *conn) (int, error) {
		rows, err := c.rows(ctx, "SELECT message, data FROM line WHERE mailbox = ? LIMIT ?", string(m), int64(eraseAtOnce))
		for _, row := range rows {
			var l desk.LedgerLine
			if err := decode("ledger line", bytes(row[1]), &l); err != nil {
				return 0, err
			}
			if _, err := c.exec("DELETE FROM line WHERE mailbox = ? AND message = ?", string(m), row[0]); err != nil {
				return 0, err
			}
			if _, err := c.exec(addTally, "line", string(m), string(l.Verdict), int64(-1)); err != nil {
				return 0, err
			}
		}
		return len(rows), err
	})
}

// eraseIntents walks all intents, for they cannot be asked by mailbox.
func (s *Store) eraseIntents(ctx context.Context, m desk.Mailbox) error {
	for after := ""; ; {
		var rows [][]driver.Value
		err := s.read(ctx, func(c *conn) (err error) {
			rows, err = c.rows(ctx, "SELECT id, data FROM intent WHERE id > ? ORDER BY id LIMIT ?", after, int64(eraseAtOnce))
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		after = text(rows[len(rows)-1][0])
		var ids []desk.IntentID
		for _, row := range rows {
			var in desk.Intent
			if err := decode("intent", bytes(row[1]), &in); err != nil {
				return err
			}
			if in.Mailbox == m {
				ids = append(ids, in.ID)
			}
		}
		if err := s.dropIntents(ctx, ids); err != nil {
			return err
		}
	}
}

func (s *Store) dropIntents(ctx context.Context, ids []desk.IntentID) error {
	if len(ids) == 0 {
		return nil
	}
	return s.wipe(ctx, func(c *conn) error {
		sh := shift{}
		for _, id := range ids {
			in, err := readIntent(c, id)
			if err != nil {
				return err
			}
			if in == nil {
				continue // taken away by another call meanwhile
			}
			if _, err := c.exec("DELETE FROM intent WHERE id = ?", string(id)); err != nil {
				return err
			}
			sh[in.State]--
		}
		return sh.write(c)
	})
}

// rows reads all rows of a query; they belong to the caller.
func (c *conn) rows(ctx context.Context, sql string, values ...driver.Value) ([][]driver.Value, error) {
	var all [][]driver.Value
	err := c.query(ctx, sql, values, func(row []driver.Value) error {
		all = append(all, append([]driver.Value(nil), row...))
		return nil
	})
	return all, err
}
