package sqlite

import (
	"context"
	"fmt"

	"baton/desk"
)

// Settle implements desk.Outbox.
func (s *Store) Settle(ctx context.Context, outcomes []desk.Settlement) (again []desk.Intent, err error) {
	for _, o := range outcomes {
		switch o.State {
		case desk.IntentDone, desk.IntentPending, desk.IntentParked, desk.IntentCancelled:
		default:
			return nil, fmt.Errorf("intent %s cannot be settled as %q: %w", o.ID, o.State, desk.ErrInvalid)
		}
	}
	if len(outcomes) == 0 {
		return nil, ctx.Err()
	}
	err = s.writeLater(ctx, func(c *conn) error {
		sh := shift{}
		for _, o := range outcomes {
			in, moved, err := settle(c, o, sh)
			if err != nil {
				return err
			}
			if moved {
				again = append(again, *in)
			}
		}
		return sh.write(c)
	})
	if err != nil {
		return nil, err
	}
	return again, nil
}

// settle writes one outcome, and tells whether the intent is open again
// because its record moved on.
func settle(c *conn, o desk.Settlement, sh shift) (in *desk.Intent, moved bool, err error) {
	in, err = readIntent(c, o.ID)
	if err != nil || in == nil {
		return in, false, err
	}
	var rev int64
	if o.State == desk.IntentDone && in.Kind == desk.IntentLabels {
		row, err := c.one("SELECT labels_rev FROM conversation WHERE id = ?", string(in.Conversation))
		if err != nil {
			return in, false, err
		}
		if row != nil {
			rev = number(row[0])
		}
	}
	settled, moved := in.Settle(o, rev)
	if !settled {
		return in, false, nil
	}
	sh.move(desk.IntentClaimed, in.State)
	return in, moved, writeIntent(c, in)
}
