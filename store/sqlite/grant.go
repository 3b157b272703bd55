package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"

	"baton/desk"
)

// Grant implements desk.Grants.
func (s *Store) Grant(ctx context.Context, m desk.Mailbox) (g desk.Grant, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one("SELECT data FROM access WHERE mailbox = ? AND data IS NOT NULL", string(m))
		if err == nil && row == nil {
			err = missing("grant of", string(m))
		}
		if err != nil {
			return err
		}
		return decode("grant", bytes(row[0]), &g)
	})
	return g, err
}

// SetGrant implements desk.Grants.
func (s *Store) SetGrant(ctx context.Context, g desk.Grant) (desk.Grant, error) {
	return s.setGrant(ctx, g, func([]driver.Value) error { return nil })
}

// RenewGrant implements desk.Grants.
func (s *Store) RenewGrant(ctx context.Context, g desk.Grant) (desk.Grant, error) {
	was := g.Rev
	return s.setGrant(ctx, g, func(row []driver.Value) error {
		if row == nil || row[1] == nil || number(row[0]) != was {
			return fmt.Errorf("grant of %q, rev %d: %w", g.Mailbox, was, desk.ErrConflict)
		}
		return nil
	})
}

// setGrant replaces a grant if may allows it, which sees the rev and the data
// of what is there; nil = nothing is.
func (s *Store) setGrant(ctx context.Context, g desk.Grant, may func(row []driver.Value) error) (desk.Grant, error) {
	err := s.write(ctx, func(c *conn) error {
		row, err := c.one("SELECT rev, data FROM access WHERE mailbox = ?", string(g.Mailbox))
		if err == nil {
			err = may(row)
		}
		if err != nil {
			return err
		}
		g.Rev = 1
		if row != nil {
			g.Rev = number(row[0]) + 1
		}
		data, err := encode("grant", &g)
		if err != nil {
			return err
		}
		_, err = c.exec("INSERT INTO access (mailbox, rev, data) VALUES (?, ?, ?) ON CONFLICT (mailbox) DO UPDATE SET rev = excluded.rev, data = excluded.data",
			string(g.Mailbox), g.Rev, data)
		return err
	})
	if err != nil {
		return desk.Grant{}, err
	}
	return g, nil
}

// DropGrant implements desk.Grants.
func (s *Store) DropGrant(ctx context.Context, m desk.Mailbox) error {
	return s.write(ctx, func(c *conn) error {
		_, err := c.exec("UPDATE access SET data = NULL WHERE mailbox = ?", string(m))
		return err
	})
}

// Grants implements desk.Grants.
func (s *Store) Grants(ctx context.Context) ([]desk.Grant, error) {
	var all []desk.Grant
	err := s.read(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT data FROM access WHERE data IS NOT NULL ORDER BY mailbox", nil, func(row []driver.Value) error {
			var g desk.Grant
			err := decode("grant", bytes(row[0]), &g)
			all = append(all, g)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
