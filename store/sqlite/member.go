package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"baton/desk"
)

// SetPresence implements desk.Members.
func (s *Store) SetPresence(ctx context.Context, p desk.Presence) error {
	data, err := encode("presence", &p)
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		_, err := c.exec("INSERT INTO presence (member, data) VALUES (?, ?) ON CONFLICT (member) DO UPDATE SET data = excluded.data",
			string(p.Member), data)
		return err
	})
}

// Presences implements desk.Members.
func (s *Store) Presences(ctx context.Context) (map[desk.Email]desk.Presence, error) {
	presences := make(map[desk.Email]desk.Presence)
	err := s.read(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT data FROM presence", nil, func(row []driver.Value) error {
			var p desk.Presence
			err := decode("presence", bytes(row[0]), &p)
			presences[p.Member] = p
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return presences, nil
}

// Turns implements desk.Members.
func (s *Store) Turns(ctx context.Context, team string) (map[desk.Email]time.Time, error) {
	turns := make(map[desk.Email]time.Time)
	err := s.read(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT member, at FROM turn WHERE team = ?", []driver.Value{team}, func(row []driver.Value) error {
			turns[desk.Email(text(row[0]))] = when(number(row[1]))
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return turns, nil
}
