package firestore

import (
	"context"
	"fmt"

	"baton/desk"
)

// UpdateBoth implements desk.Conversations. The second record changes beside
// the first, under the update time of its own document.
func (s *Store) UpdateBoth(ctx context.Context, a, b desk.ConversationID,
	fn func(a, b *desk.Conversation) (desk.Change, desk.Change, error)) (x, y desk.Conversation, err error) {
	if a == b {
		return x, y, fmt.Errorf("conversation %s beside itself: %w", a, desk.ErrInvalid)
	}
	unlock, err := s.records.lockBoth(ctx, string(a), string(b))
	if err != nil {
		return x, y, err
	}
	defer unlock()
	var refused error
	err = s.swap(ctx, s.doc(conversations, docID(string(a))), func(st state) (*step, error) {
		other, err := s.get(ctx, s.doc(conversations, docID(string(b))))
		if err != nil {
			return nil, err
		}
		var next *step
		next, x, y, refused, err = s.both(ctx, [2]state{st, other}, [2]desk.ConversationID{a, b}, fn)
		if refused != nil {
			return nil, refused
		}
		return next, err
	})
	if refused != nil {
		return desk.Conversation{}, desk.Conversation{}, refused
	}
	if err != nil {
		return desk.Conversation{}, desk.Conversation{}, fmt.Errorf("update conversations %s and %s: %w", a, b, err)
	}
	return x, y, nil
}

// both makes one step of a change of two records. refused is fn's own error.
func (s *Store) both(ctx context.Context, states [2]state, ids [2]desk.ConversationID,
	fn func(a, b *desk.Conversation) (desk.Change, desk.Change, error)) (_ *step, x, y desk.Conversation, refused, err error) {
	var was, now [2]desk.Conversation
	for i := range states {
		if was[i], err = record(states[i], ids[i]); err != nil {
			return nil, x, y, nil, err
		}
		if now[i], err = record(states[i], ids[i]); err != nil {
			return nil, x, y, nil, err
		}
	}
	var changes [2]desk.Change
	refused = guard(func() (err error) {
		changes[0], changes[1], err = fn(&now[0], &now[1])
		return err
	})
	if refused != nil || changes[0].Nothing && changes[1].Nothing {
		return nil, was[0], was[1], refused, nil
	}
	if changes[0].Nothing || changes[1].Nothing {
		return nil, x, y, nil, fmt.Errorf("one record of two is not changed: %w", desk.ErrInvalid)
	}
	var steps [2]*step
	for i := range states {
		now[i].ID, now[i].Version = ids[i], states[i].version()+1
		p := plan{store: s, ref: states[i].ref}
		if steps[i], err = p.step(&was[i], &now[i], changes[i]); err != nil {
			return nil, x, y, nil, err
		}
		if err = s.stillKnown(ctx, steps[i], changes[i].Known); err != nil {
			return nil, x, y, nil, err
		}
		if len(changes[i].Cancel) > 0 {
			beside, err := s.takenBack(ctx, changes[i].Cancel)
			if err != nil {
				return nil, x, y, nil, err
			}
			steps[0].beside = append(steps[0].beside, beside...)
		}
	}
	// What must be new is looked after with the first record's step.
	steps[0].writes = append(steps[0].writes, steps[1].writes...)
	steps[1].writes = nil
	steps[0].beside = append(steps[0].beside, guarded{states[1], steps[1]})
	return steps[0], now[0], now[1], nil, nil
}
