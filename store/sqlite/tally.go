package sqlite

import (
	"context"
	"database/sql/driver"

	"baton/desk"
)

// addTally changes a count. Counting on demand takes 80 ms for
// 100,000 records, a thousand times what a list takes.
const addTally = `INSERT INTO tally (of, mailbox, name, n) VALUES (?, ?, ?, ?)
	ON CONFLICT (of, mailbox, name) DO UPDATE SET n = n + excluded.n`

// shift is how many intents more there are in each state.
type shift map[desk.IntentState]int64

func (sh shift) move(from, to desk.IntentState) { sh[from]--; sh[to]++ }

func (sh shift) write(c *conn) error {
	for state, n := range sh {
		if n == 0 {
			continue
		}
		if _, err := c.exec(addTally, "intent", "", string(state), n); err != nil {
			return err
		}
	}
	return nil
}

// counts reads a count for each of some values.
func counts[K ~string](ctx context.Context, s *Store, sql string, values ...driver.Value) (map[K]int, error) {
	found := make(map[K]int)
	err := s.read(ctx, func(c *conn) error {
		return c.query(ctx, sql, values, func(row []driver.Value) error {
			if n := number(row[1]); n > 0 {
				found[K(text(row[0]))] = int(n)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
