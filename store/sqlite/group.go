package sqlite

import (
	"context"

	"baton/desk"
)

const insertGroup = "INSERT OR REPLACE INTO bulk (id, at, data) VALUES (?, ?, ?)"

// SaveGroup implements desk.Groups. Groups that are too old to be undone when
// this one is made are forgotten with the same commit.
func (s *Store) SaveGroup(ctx context.Context, g desk.Group) error {
	data, err := encode("group", &g)
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		if _, err := c.exec("DELETE FROM bulk WHERE at < ?", micros(g.At.Add(-desk.UndoFor))); err != nil {
			return err
		}
		_, err := c.exec(insertGroup, string(g.ID), micros(g.At), data)
		return err
	})
}

// Group implements desk.Groups.
func (s *Store) Group(ctx context.Context, id desk.GroupID) (g desk.Group, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one("SELECT data FROM bulk WHERE id = ?", string(id))
		if err == nil && row == nil {
			err = missing("group", string(id))
		}
		if err != nil {
			return err
		}
		return decode("group", bytes(row[0]), &g)
	})
	return g, err
}
