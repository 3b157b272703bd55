package firestore

import (
	"context"
	"fmt"

	"baton/desk"
)

func record(st state, id desk.ConversationID) (desk.Conversation, error) {
	c := desk.Conversation{ID: id}
	if !st.exists {
		return c, nil
	}
	err := decode("conversation", st.fields.bytes("data"), &c)
	if err == nil {
		c.Looks, err = looksOf(st)
	}
	return c, err
}

// Conversation implements desk.Conversations.
func (s *Store) Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error) {
	st, err := s.get(ctx, s.doc(conversations, docID(string(id))))
	if err != nil {
		return desk.Conversation{}, err
	}
	if !st.exists {
		return desk.Conversation{}, missing("conversation", string(id))
	}
	return record(st, id)
}

// Update implements desk.Conversations.
func (s *Store) Update(ctx context.Context, id desk.ConversationID, fn func(*desk.Conversation) (desk.Change, error)) (desk.Conversation, error) {
	unlock, err := s.records.lock(ctx, string(id))
	if err != nil {
		return desk.Conversation{}, err
	}
	defer unlock()
	var result desk.Conversation
	var refused error // what fn gave: it goes back unchanged
	err = s.swap(ctx, s.doc(conversations, docID(string(id))), func(st state) (*step, error) {
		was, err := record(st, id)
		if err != nil {
			return nil, err
		}
		c, err := record(st, id)
		if err != nil {
			return nil, err
		}
		var change desk.Change
		refused = guard(func() (err error) {
			change, err = fn(&c)
			return err
		})
		if refused != nil || change.Nothing {
			result = was
			return nil, refused
		}
		c.ID, c.Version = id, st.version()+1
		p := plan{store: s, ref: st.ref}
		next, err := p.step(&was, &c, change)
		result = c
		if err == nil && len(change.Cancel) > 0 {
			next.beside, err = s.takenBack(ctx, change.Cancel)
		}
		if err == nil {
			err = s.stillKnown(ctx, next, change.Known)
		}
		return next, err
	})
	if refused != nil {
		return desk.Conversation{}, refused
	}
	if err != nil {
		return desk.Conversation{}, fmt.Errorf("update conversation %s: %w", id, err)
	}
	return result, nil
}
