package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"
	"strings"

	"baton/desk"
)

const (
	// maxResolved bounds how many conversations one look-up gives.
	maxResolved = 20
	// maxHandles bounds how many handles one statement asks about.
	maxHandles = 64

	insertHandle = "INSERT INTO handle (handle, conversation) VALUES (?, ?) ON CONFLICT DO NOTHING"
)

// resolveStatement asks about n handles. Numbers are rounded up to powers of
// two, so that few statements are kept.
func resolveStatement(n int) (sql string, size int) {
	for size = 1; size < n; size *= 2 {
	}
	return "SELECT DISTINCT conversation FROM handle WHERE handle IN (?" + strings.Repeat(", ?", size-1) + ") LIMIT 20", size
}

// Resolve implements desk.Conversations.
func (s *Store) Resolve(ctx context.Context, handles ...desk.Handle) ([]desk.ConversationID, error) {
	found := []desk.ConversationID{}
	if len(handles) == 0 {
		return found, ctx.Err()
	}
	err := s.read(ctx, func(c *conn) error {
		for some := range slices.Chunk(handles, maxHandles) {
			sql, size := resolveStatement(len(some))
			values := make([]driver.Value, size)
			for i := range values {
				values[i] = string(some[min(i, len(some)-1)])
			}
			err := c.query(ctx, sql, values, func(row []driver.Value) error {
				id := desk.ConversationID(text(row[0]))
				if len(found) < maxResolved && !slices.Contains(found, id) {
					found = append(found, id)
				}
				return nil
			})
			if err != nil || len(found) == maxResolved {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Learn implements desk.Conversations. What is known already costs a read and
// no commit.
func (s *Store) Learn(ctx context.Context, h desk.Handle, id desk.ConversationID) error {
	known := false
	err := s.read(ctx, func(c *conn) error {
		row, err := c.one("SELECT 1 FROM handle WHERE handle = ? AND conversation = ?", string(h), string(id))
		known = row != nil
		return err
	})
	if err != nil || known {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		_, err := c.exec(insertHandle, string(h), string(id))
		return err
	})
}
