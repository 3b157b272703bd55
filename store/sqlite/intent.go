package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"baton/desk"
)

const insertIntent = `INSERT INTO intent (id, state, background, created_at, due, holder, data)
	VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

func intentValues(in desk.Intent, data []byte) []driver.Value {
	return []driver.Value{string(in.ID), string(in.State), flag(!in.Interactive), micros(in.CreatedAt), due(in), in.Holder, data}
}

// due is from when an intent may be claimed: neither too early nor in
// somebody's hands.
func due(in desk.Intent) int64 { return max(micros(in.NotBefore), micros(in.ClaimedUntil)) }

// readIntent gives nil when there is none.
func readIntent(c *conn, id desk.IntentID) (*desk.Intent, error) {
	row, err := c.one("SELECT data FROM intent WHERE id = ?", string(id))
	if row == nil || err != nil {
		return nil, err
	}
	var in desk.Intent
	return &in, decode("intent", bytes(row[0]), &in)
}

func writeIntent(c *conn, in *desk.Intent) error {
	data, err := encode("intent", in)
	if err != nil {
		return err
	}
	_, err = c.exec("UPDATE intent SET state = ?, due = ?, holder = ?, data = ? WHERE id = ?",
		string(in.State), due(*in), in.Holder, data, string(in.ID))
	return err
}

// selectIntents reads intents whole.
func selectIntents(ctx context.Context, c *conn, sql string, values ...driver.Value) ([]desk.Intent, error) {
	var intents []desk.Intent
	err := c.query(ctx, sql, values, func(row []driver.Value) error {
		var in desk.Intent
		err := decode("intent", bytes(row[0]), &in)
		intents = append(intents, in)
		return err
	})
	return intents, err
}

// Due counts the intents that are open and that somebody may try by a moment:
// those whose time comes later, like the end of a nap, are not among them. One
// read.
func (s *Store) Due(ctx context.Context, by time.Time) (n int, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one(`SELECT COUNT(*) FROM intent INDEXED BY intent_open
			WHERE state IN ('pending', 'claimed') AND due <= ?`, micros(by))
		if row != nil {
			n = int(number(row[0]))
		}
		return err
	})
	return n, err
}

const selectClaimable = `SELECT data FROM intent INDEXED BY intent_open
	WHERE state IN ('pending', 'claimed') AND due <= ? ORDER BY background, created_at, id LIMIT ?`

// Claim implements desk.Outbox. It costs a read and no commit when there is
// nothing to claim.
func (s *Store) Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]desk.Intent, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var waits bool
	err := s.read(ctx, func(c *conn) error {
		row, err := c.one(`SELECT 1 FROM intent INDEXED BY intent_open
			WHERE state IN ('pending', 'claimed') AND due <= ? LIMIT 1`, micros(now))
		waits = row != nil
		return err
	})
	if err != nil || !waits {
		return nil, err
	}
	var claimed []desk.Intent
	err = s.write(ctx, func(c *conn) (err error) {
		claimed, err = selectIntents(context.Background(), c, selectClaimable, micros(now), int64(limit))
		moved := shift{}
		for i := range claimed {
			in := &claimed[i]
			moved.move(in.State, desk.IntentClaimed)
			in.State, in.Holder, in.ClaimedUntil = desk.IntentClaimed, holder, until
			if err == nil {
				err = writeIntent(c, in)
			}
		}
		return errors.Join(err, moved.write(c))
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// Unclaim implements desk.Outbox.
func (s *Store) Unclaim(ctx context.Context, holder string) error {
	return s.write(ctx, func(c *conn) error {
		held, err := selectIntents(context.Background(), c,
			"SELECT data FROM intent INDEXED BY intent_held WHERE state = 'claimed' AND holder = ?", holder)
		if err != nil {
			return err
		}
		for i := range held {
			in := &held[i]
			in.State, in.Holder, in.ClaimedUntil = desk.IntentPending, "", time.Time{}
			if err := writeIntent(c, in); err != nil {
				return err
			}
		}
		n := int64(len(held))
		return shift{desk.IntentClaimed: -n, desk.IntentPending: n}.write(c)
	})
}

// Draft implements desk.Outbox.
func (s *Store) Draft(ctx context.Context, id desk.IntentID, draft string) (in desk.Intent, err error) {
	err = s.write(ctx, func(c *conn) error {
		found, err := readIntent(c, id)
		if err == nil && found == nil {
			err = missing("intent", string(id))
		}
		if err != nil {
			return err
		}
		if found.Draft == "" && found.State.Open() {
			found.Draft = draft
			err = writeIntent(c, found)
		}
		in = *found
		return err
	})
	if err != nil {
		return desk.Intent{}, err
	}
	return in, nil
}

// Intent implements desk.Outbox.
func (s *Store) Intent(ctx context.Context, id desk.IntentID) (in desk.Intent, err error) {
	err = s.read(ctx, func(c *conn) error {
		found, err := readIntent(c, id)
		if err == nil && found == nil {
			err = missing("intent", string(id))
		}
		if err == nil {
			in = *found
		}
		return err
	})
	return in, err
}

// Intents implements desk.Outbox.
func (s *Store) Intents(ctx context.Context) (map[desk.IntentState]int, error) {
	return counts[desk.IntentState](ctx, s, "SELECT name, n FROM tally WHERE of = 'intent'")
}

// Parked implements desk.Outbox. Intents of one time are ordered by id.
func (s *Store) Parked(ctx context.Context, page desk.Page) (intents []desk.Intent, next desk.Next, err error) {
	from, err := start(page, mark{List: "parked", Numbers: [3]int64{highest}})
	if err != nil {
		return nil, "", err
	}
	err = s.read(ctx, func(c *conn) (err error) {
		intents, err = selectIntents(ctx, c, `SELECT data FROM intent INDEXED BY intent_parked
			WHERE state = 'parked' AND created_at <= ?1 AND (created_at < ?1 OR id > ?2)
			ORDER BY created_at DESC, id LIMIT ?3`, from.Numbers[0], from.Texts[0], int64(page.Limit+1))
		return err
	})
	if err != nil {
		return nil, "", err
	}
	intents, next = cut(intents, page.Limit, func(in desk.Intent) mark {
		return mark{List: "parked", Numbers: [3]int64{micros(in.CreatedAt)}, Texts: [2]string{string(in.ID)}}
	})
	return intents, next, nil
}
