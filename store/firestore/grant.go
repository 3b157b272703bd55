package firestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"baton/desk"
)

// Grant implements desk.Grants.
func (s *Store) Grant(ctx context.Context, m desk.Mailbox) (desk.Grant, error) {
	st, err := s.get(ctx, s.doc(grants, docID(string(m))))
	if err != nil {
		return desk.Grant{}, err
	}
	if !granted(st) {
		return desk.Grant{}, missing("grant of", string(m))
	}
	return value[desk.Grant]("grant", st.fields)
}

// granted tells whether there is a grant: one that was dropped leaves its rev
// behind, so that the next one's is higher.
func granted(st state) bool { return st.exists && len(st.fields.bytes("data")) > 0 }

// SetGrant implements desk.Grants.
func (s *Store) SetGrant(ctx context.Context, g desk.Grant) (desk.Grant, error) {
	return s.setGrant(ctx, g, func(state) error { return nil })
}

// RenewGrant implements desk.Grants.
func (s *Store) RenewGrant(ctx context.Context, g desk.Grant) (desk.Grant, error) {
	return s.setGrant(ctx, g, func(st state) error {
		if !granted(st) || st.fields.number("rev") != g.Rev {
			return fmt.Errorf("grant of %q, rev %d: %w", g.Mailbox, g.Rev, desk.ErrConflict)
		}
		return nil
	})
}

// setGrant replaces a grant if may allows it, which sees what is there.
func (s *Store) setGrant(ctx context.Context, g desk.Grant, may func(state) error) (desk.Grant, error) {
	var is desk.Grant
	err := s.swap(ctx, s.doc(grants, docID(string(g.Mailbox))), func(st state) (*step, error) {
		if err := may(st); err != nil {
			return nil, err
		}
		is = g
		is.Rev = st.fields.number("rev") + 1
		data, err := encode("grant", &is)
		if err != nil {
			return nil, err
		}
		f := fields{"rev": is.Rev, "data": data}
		is, err = value[desk.Grant]("grant", f)
		return &step{fields: f}, err
	})
	if err != nil {
		return desk.Grant{}, err
	}
	return is, nil
}

// DropGrant implements desk.Grants.
func (s *Store) DropGrant(ctx context.Context, m desk.Mailbox) error {
	return s.swap(ctx, s.doc(grants, docID(string(m))), func(st state) (*step, error) {
		if !granted(st) {
			return nil, nil
		}
		return &step{fields: fields{"data": nil}}, nil
	})
}

// Grants implements desk.Grants.
func (s *Store) Grants(ctx context.Context) ([]desk.Grant, error) {
	docs, err := s.ask(ctx, question{collection: grants})
	if err != nil {
		return nil, err
	}
	var all []desk.Grant
	for _, st := range docs {
		if !granted(st) {
			continue
		}
		g, err := value[desk.Grant]("grant", st.fields)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b desk.Grant) int { return cmp.Compare(a.Mailbox, b.Mailbox) })
	return all, nil
}
