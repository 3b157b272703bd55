package sqlite

import (
	"context"
	"errors"
	"fmt"

	"baton/desk"
)

// UpdateBoth implements desk.Conversations.
func (s *Store) UpdateBoth(ctx context.Context, a, b desk.ConversationID,
	fn func(a, b *desk.Conversation) (desk.Change, desk.Change, error)) (desk.Conversation, desk.Conversation, error) {
	if a == b {
		return desk.Conversation{}, desk.Conversation{}, fmt.Errorf("conversation %s beside itself: %w", a, desk.ErrInvalid)
	}
	first, second := min(a, b), max(a, b) // in one order, so that no two callers wait for each other
	unlock, err := s.records.lock(ctx, string(first))
	if err != nil {
		return desk.Conversation{}, desk.Conversation{}, err
	}
	defer unlock()
	unlock2, err := s.records.lock(ctx, string(second))
	if err != nil {
		return desk.Conversation{}, desk.Conversation{}, err
	}
	defer unlock2()
	for {
		x, y, err := s.tryBoth(ctx, a, b, fn)
		if !errors.Is(err, errMoved) {
			return x, y, err
		}
	}
}

func (s *Store) tryBoth(ctx context.Context, a, b desk.ConversationID,
	fn func(a, b *desk.Conversation) (desk.Change, desk.Change, error)) (x, y desk.Conversation, err error) {
	none := desk.Conversation{}
	var plans [2]plan
	var records [2]desk.Conversation
	for i, id := range []desk.ConversationID{a, b} {
		st, err := s.stored(ctx, id)
		if err != nil {
			return none, none, err
		}
		if records[i], err = st.record(id); err != nil {
			return none, none, err
		}
		plans[i] = plan{stored: st, was: columnsOf(&records[i]), shared: sharesOf(&records[i])}
	}
	var changes [2]desk.Change
	err = guard(func() (err error) {
		changes[0], changes[1], err = fn(&records[0], &records[1])
		return err
	})
	if err != nil {
		return none, none, err
	}
	if changes[0].Nothing && changes[1].Nothing {
		if x, err = plans[0].stored.record(a); err == nil {
			y, err = plans[1].stored.record(b)
		}
		return x, y, err
	}
	if changes[0].Nothing || changes[1].Nothing {
		return none, none, fmt.Errorf("one record of two is not changed: %w", desk.ErrInvalid)
	}
	for i, id := range []desk.ConversationID{a, b} {
		st := plans[i].stored
		records[i].ID, records[i].Version = id, st.version+1
		if err := plans[i].prepare(&records[i], changes[i]); err != nil {
			return none, none, fmt.Errorf("update conversation %s: %w", id, err)
		}
	}
	err = s.write(ctx, func(c *conn) error {
		for i := range plans {
			if err := plans[i].write(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return none, none, fmt.Errorf("update conversations %s and %s: %w", a, b, err)
	}
	return records[0], records[1], nil
}
