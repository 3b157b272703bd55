package sqlite

import (
	"context"
	"fmt"

	"baton/desk"
)

// SavePolicy implements desk.Policies. A version that was in force before
// becomes current again with the text and time that it has. It fails while a
// copy into the store is unfinished, so that nobody serves half a store.
func (s *Store) SavePolicy(ctx context.Context, p desk.PolicyText) error {
	if err := fits("policy", len(p.Text)); err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		mark, err := readMark(c)
		if err == nil {
			err = mark.Unfinished()
		}
		if err != nil {
			return err
		}
		row, err := c.one("SELECT value FROM setting WHERE name = 'policy'")
		if err != nil || (row != nil && text(row[0]) == p.Version) {
			return err
		}
		_, err = c.exec("INSERT INTO policy (version, at, text) VALUES (?, ?, ?) ON CONFLICT (version) DO NOTHING",
			p.Version, micros(p.At), append([]byte{}, p.Text...))
		if err != nil {
			return err
		}
		_, err = c.exec("INSERT INTO setting (name, value) VALUES ('policy', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
			p.Version)
		return err
	})
}

// CurrentPolicy implements desk.Policies.
func (s *Store) CurrentPolicy(ctx context.Context) (desk.PolicyText, error) {
	return s.policy(ctx, "", "SELECT version, at, text FROM policy WHERE version = (SELECT value FROM setting WHERE name = 'policy')")
}

// PolicyVersion implements desk.Policies.
func (s *Store) PolicyVersion(ctx context.Context, version string) (desk.PolicyText, error) {
	return s.policy(ctx, version, "SELECT version, at, text FROM policy WHERE version = ?1")
}

func (s *Store) policy(ctx context.Context, version, sql string) (p desk.PolicyText, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one(sql, version)
		if err != nil {
			return err
		}
		if row == nil && version == "" {
			return fmt.Errorf("current policy: %w", desk.ErrNotFound)
		}
		if row == nil {
			return missing("policy version", version)
		}
		p = desk.PolicyText{Version: text(row[0]), At: when(number(row[1]))}
		if data := bytes(row[2]); len(data) > 0 {
			p.Text = data
		}
		return nil
	})
	return p, err
}
