package sqlite

import (
	"context"
	"errors"
	"fmt"

	"baton/desk"
)

const selectConversation = "SELECT n, version, data, looks FROM conversation WHERE id = ?"

// stored is a record as it lies in the file; n 0 = there is none.
type stored struct {
	n, version int64
	data       []byte
	looks      []byte // see look.go
}

func (s *Store) stored(ctx context.Context, id desk.ConversationID) (st stored, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one(selectConversation, string(id))
		if row != nil {
			st = stored{n: number(row[0]), version: number(row[1]), data: bytes(row[2]), looks: bytes(row[3])}
		}
		return err
	})
	return st, err
}

func (st stored) record(id desk.ConversationID) (desk.Conversation, error) {
	c := desk.Conversation{ID: id}
	if st.n == 0 {
		return c, nil
	}
	err := decode("conversation", st.data, &c)
	if err == nil && len(st.looks) > 0 {
		err = decode("looks", st.looks, &c.Looks)
	}
	return c, err
}

// Conversation implements desk.Conversations.
func (s *Store) Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error) {
	st, err := s.stored(ctx, id)
	if err != nil {
		return desk.Conversation{}, err
	}
	if st.n == 0 {
		return desk.Conversation{}, missing("conversation", string(id))
	}
	return st.record(id)
}

// Update implements desk.Conversations. fn runs on the caller's goroutine, on
// a record that was read before the transaction; the transaction writes only
// if the record still has that version.
func (s *Store) Update(ctx context.Context, id desk.ConversationID, fn func(*desk.Conversation) (desk.Change, error)) (desk.Conversation, error) {
	unlock, err := s.records.lock(ctx, string(id))
	if err != nil {
		return desk.Conversation{}, err
	}
	defer unlock()
	for {
		c, err := s.try(ctx, id, fn)
		if !errors.Is(err, errMoved) {
			return c, err
		}
	}
}

func (s *Store) try(ctx context.Context, id desk.ConversationID, fn func(*desk.Conversation) (desk.Change, error)) (desk.Conversation, error) {
	st, err := s.stored(ctx, id)
	if err != nil {
		return desk.Conversation{}, err
	}
	c, err := st.record(id)
	if err != nil {
		return desk.Conversation{}, err
	}
	p := plan{stored: st, was: columnsOf(&c), shared: sharesOf(&c)}
	var change desk.Change
	err = guard(func() (err error) {
		change, err = fn(&c)
		return err
	})
	if err != nil {
		return desk.Conversation{}, err
	}
	if change.Nothing {
		return st.record(id)
	}
	c.ID, c.Version = id, st.version+1
	if err := p.prepare(&c, change); err != nil {
		return desk.Conversation{}, fmt.Errorf("update conversation %s: %w", id, err)
	}
	if err := s.write(ctx, p.write); err != nil {
		return desk.Conversation{}, fmt.Errorf("update conversation %s: %w", id, err)
	}
	return c, nil
}
