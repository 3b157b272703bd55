package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"baton/desk"
)

// maxKnown bounds how many messages one call of Known asks about.
const maxKnown = 500

const insertLine = "INSERT INTO line (mailbox, message, conversation, data) VALUES (?, ?, ?, ?)"

func lineValues(line desk.LedgerLine, data []byte) []driver.Value {
	return []driver.Value{string(line.Mailbox), string(line.Message), string(line.Conversation), data}
}

func lineTaken(line desk.LedgerLine) func(error) error {
	return func(err error) error {
		return fmt.Errorf("ledger line of message %s: %w: %w", line.Message, desk.ErrExists, err)
	}
}

// Record implements desk.Ledger.
func (s *Store) Record(ctx context.Context, line desk.LedgerLine) error {
	var p plan
	if err := p.line(line); err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error { return writeRows(c, 0, p.rows) })
}

// Line implements desk.Ledger.
func (s *Store) Line(ctx context.Context, m desk.Mailbox, id desk.MessageID) (line desk.LedgerLine, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one("SELECT data FROM line WHERE mailbox = ? AND message = ?", string(m), string(id))
		if err != nil {
			return err
		}
		if row == nil {
			return missing("ledger line of message", string(id))
		}
		return decode("ledger line", bytes(row[0]), &line)
	})
	return line, err
}

// Known implements desk.Ledger.
func (s *Store) Known(ctx context.Context, m desk.Mailbox, ids []desk.MessageID) (map[desk.MessageID]desk.ConversationID, error) {
	if len(ids) > maxKnown {
		return nil, fmt.Errorf("%d messages asked about, at most %d at once: %w", len(ids), maxKnown, desk.ErrInvalid)
	}
	known := make(map[desk.MessageID]desk.ConversationID)
	if len(ids) == 0 {
		return known, ctx.Err()
	}
	asked, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *conn) error {
		return c.query(ctx, `SELECT l.message, l.conversation FROM json_each(?2) AS asked
			CROSS JOIN line AS l ON l.mailbox = ?1 AND l.message = asked.value`,
			[]driver.Value{string(m), string(asked)}, func(row []driver.Value) error {
				known[desk.MessageID(text(row[0]))] = desk.ConversationID(text(row[1]))
				return nil
			})
	})
	if err != nil {
		return nil, err
	}
	return known, nil
}

// Verdicts implements desk.Ledger.
func (s *Store) Verdicts(ctx context.Context, m desk.Mailbox) (map[desk.Verdict]int, error) {
	return counts[desk.Verdict](ctx, s,
		"SELECT name, sum(n) FROM tally WHERE of = 'line' AND (?1 = '' OR mailbox = ?1) GROUP BY name", string(m))
}
