package firestore

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"

	"baton/desk"
)

func mailboxState(st state, m desk.Mailbox) (desk.MailboxState, error) {
	if !st.exists {
		return desk.MailboxState{Address: m}, nil
	}
	return value[desk.MailboxState]("mailbox state", st.fields)
}

// MailboxState implements desk.Mailboxes.
func (s *Store) MailboxState(ctx context.Context, m desk.Mailbox) (desk.MailboxState, error) {
	st, err := s.get(ctx, s.doc(mailboxes, docID(string(m))))
	if err != nil {
		return desk.MailboxState{}, err
	}
	return mailboxState(st, m)
}

// SetMailboxState implements desk.Mailboxes. Nothing is put off.
func (s *Store) SetMailboxState(ctx context.Context, m desk.Mailbox, fn func(*desk.MailboxState)) (desk.MailboxState, error) {
	unlock, err := s.records.lock(ctx, string(m))
	if err != nil {
		return desk.MailboxState{}, err
	}
	defer unlock()
	var is desk.MailboxState
	err = s.swap(ctx, s.doc(mailboxes, docID(string(m))), func(st state) (*step, error) {
		was, err := mailboxState(st, m)
		if err != nil {
			return nil, err
		}
		is = was
		is.Labels = maps.Clone(was.Labels)
		if err := guard(func() error { fn(&is); return nil }); err != nil {
			return nil, err
		}
		is.Address = m
		if !is.Restart {
			is.Cursor = max(is.Cursor, was.Cursor)
		}
		data, err := encode("mailbox state", &is)
		if err != nil {
			return nil, err
		}
		f := fields{"data": data}
		if is, err = value[desk.MailboxState]("mailbox state", f); err != nil || reflect.DeepEqual(is, was) {
			return nil, err
		}
		return &step{fields: f}, nil
	})
	if err != nil {
		return desk.MailboxState{}, err
	}
	return is, nil
}

// MailboxStates implements desk.Mailboxes.
func (s *Store) MailboxStates(ctx context.Context) ([]desk.MailboxState, error) {
	docs, err := s.ask(ctx, question{collection: mailboxes, fields: []string{"data"}})
	if err != nil {
		return nil, err
	}
	var all []desk.MailboxState
	for _, st := range docs {
		m, err := value[desk.MailboxState]("mailbox state", st.fields)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b desk.MailboxState) int { return cmp.Compare(a.Address, b.Address) })
	return all, nil
}
