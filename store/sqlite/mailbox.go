package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"maps"
	"reflect"

	"baton/desk"
)

func readMailbox(c *conn, m desk.Mailbox) (desk.MailboxState, error) {
	st := desk.MailboxState{Address: m}
	row, err := c.one("SELECT data FROM mailbox WHERE address = ?", string(m))
	if row == nil || err != nil {
		return st, err
	}
	err = decode("mailbox state", bytes(row[0]), &st)
	return st, err
}

// MailboxState implements desk.Mailboxes.
func (s *Store) MailboxState(ctx context.Context, m desk.Mailbox) (st desk.MailboxState, err error) {
	err = s.read(ctx, func(c *conn) (err error) {
		st, err = readMailbox(c, m)
		return err
	})
	return st, err
}

// SetMailboxState implements desk.Mailboxes. fn runs inside the transaction,
// because a lock held until a commit that is put off would keep others from
// sharing that commit.
func (s *Store) SetMailboxState(ctx context.Context, m desk.Mailbox, fn func(*desk.MailboxState)) (desk.MailboxState, error) {
	var st desk.MailboxState
	err := s.writeLater(ctx, func(c *conn) error {
		was, err := readMailbox(c, m)
		if err != nil {
			return err
		}
		st = was
		st.Labels = maps.Clone(was.Labels)
		if err := apart(func() { fn(&st) }); err != nil {
			return err
		}
		st.Address = m
		if !st.Restart {
			st.Cursor = max(st.Cursor, was.Cursor)
		}
		st.Restart = false
		data, err := encode("mailbox state", &st)
		if err != nil || reflect.DeepEqual(st, was) {
			return err
		}
		_, err = c.exec("INSERT INTO mailbox (address, data) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET data = excluded.data",
			string(m), data)
		return err
	})
	if err != nil {
		return desk.MailboxState{}, err
	}
	return st, nil
}

// apart runs a caller's function on a goroutine of its own and waits for it,
// so that one that ends its goroutine does not end the writer.
func apart(f func()) error {
	err := errors.New("change ended its goroutine")
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = guard(func() error { f(); return nil })
	}()
	<-done
	return err
}

// MailboxStates implements desk.Mailboxes.
func (s *Store) MailboxStates(ctx context.Context) ([]desk.MailboxState, error) {
	var states []desk.MailboxState
	err := s.read(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT data FROM mailbox ORDER BY address", nil, func(row []driver.Value) error {
			var st desk.MailboxState
			err := decode("mailbox state", bytes(row[0]), &st)
			states = append(states, st)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return states, nil
}
