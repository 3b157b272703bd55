package sqlite

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// Acquire implements desk.Leases. A lease that was given back keeps its row,
// so that the fence goes on growing.
func (s *Store) Acquire(ctx context.Context, name, holder string, now, until time.Time) (desk.Lease, error) {
	lease := desk.Lease{Name: name, Holder: holder, Until: when(micros(until))}
	err := s.write(ctx, func(c *conn) error {
		row, err := c.one("SELECT holder, fence, until FROM lease WHERE name = ?", name)
		if err != nil {
			return err
		}
		lease.Fence = 1
		if row != nil {
			other := text(row[0])
			lease.Fence = number(row[1])
			if other != holder {
				if other != "" && number(row[2]) > micros(now) {
					return fmt.Errorf("lease %q of %q until %s: %w", name, other, when(number(row[2])).Format(time.RFC3339), desk.ErrHeld)
				}
				lease.Fence++
			}
		}
		_, err = c.exec(`INSERT INTO lease (name, holder, fence, until) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, until = excluded.until`,
			name, holder, lease.Fence, micros(until))
		return err
	})
	if err != nil {
		return desk.Lease{}, err
	}
	return lease, nil
}

// Release implements desk.Leases.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	return s.write(ctx, func(c *conn) error {
		_, err := c.exec("UPDATE lease SET holder = '' WHERE name = ? AND holder = ?", name, holder)
		return err
	})
}
