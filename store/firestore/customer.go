package firestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// identity writes who is whom; an address that stands for itself is forgotten.
func (s *Store) identity(id desk.Identity) (write, error) {
	ref := s.identityDoc(id.Mailbox, id.Email)
	if len(id.Same) == 0 {
		return write{ref: ref, kind: gone}, nil
	}
	data, err := encode("identity", &id)
	return write{ref: ref, fields: fields{"data": data, "mailbox": key(id.Mailbox)}}, err
}

func (s *Store) identityDoc(m desk.Mailbox, of desk.Email) *gcfirestore.DocumentRef {
	return s.doc(identities, hash(string(m), string(of)))
}

func identityOf(st state, m desk.Mailbox, of desk.Email) (desk.Identity, error) {
	if !st.exists {
		return desk.Identity{Mailbox: m, Email: of}, nil
	}
	return value[desk.Identity]("identity", st.fields)
}

// stillKnown reads identities that a change is based on and has the change's
// writes of them depend on what was read.
func (s *Store) stillKnown(ctx context.Context, next *step, known []desk.Identity) error {
	for _, id := range known {
		st, err := s.get(ctx, s.identityDoc(id.Mailbox, id.Email))
		if err != nil {
			return err
		}
		now, err := identityOf(st, id.Mailbox, id.Email)
		if err != nil {
			return err
		}
		if !now.Equal(id) {
			return fmt.Errorf("an identity is not as it was read: %w", desk.ErrConflict)
		}
		i := slices.IndexFunc(next.writes, func(w write) bool { return w.ref.Path == st.ref.Path })
		if i < 0 {
			return fmt.Errorf("an identity was read and is not written: %w", desk.ErrInvalid)
		}
		next.writes[i].from = &st
	}
	return nil
}

// Customer implements desk.Customers. One document, and one query for each 30
// pairs of a mailbox and an address.
func (s *Store) Customer(ctx context.Context, m desk.Mailbox, of desk.Email, in []desk.Mailbox, limit int) (desk.Identity, []desk.Conversation, error) {
	st, err := s.get(ctx, s.identityDoc(m, of))
	if err != nil {
		return desk.Identity{Mailbox: m, Email: of}, nil, err
	}
	id, err := identityOf(st, m, of)
	if err != nil {
		return id, nil, err
	}
	var who []string
	for _, e := range id.Addresses() {
		who = append(who, key(e))
	}
	boxes := distinct(in)
	var found []desk.Conversation
	for some := range slices.Chunk(boxes[:min(len(boxes), desk.MaxCustomerBoxes)], maxIn/len(who)) {
		states, err := s.ask(ctx, ofCustomers(some, who, limit))
		if err != nil {
			return id, nil, err
		}
		for _, st := range states {
			c, err := value[desk.Conversation]("record", st.fields)
			if err != nil {
				return id, nil, err
			}
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b desk.Conversation) int {
		return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(key(a.ID), key(b.ID)))
	})
	return id, found[:min(len(found), limit)], ctx.Err()
}

func ofCustomers(boxes, who []string, limit int) question {
	return question{collection: conversations, in: &among{"mailbox", boxes}, also: &among{"customer", who},
		order: []string{down + "last_at", "id"}, limit: limit, fields: []string{"data"}}
}

// eraseIdentities takes what is known of the mailbox's customers away.
func (s *Store) eraseIdentities(ctx context.Context, m desk.Mailbox) error {
	return s.eraseWhere(ctx, identities, "", "", func(_ context.Context, states []state) ([]*gcfirestore.DocumentRef, error) {
		return pick(states, "identity", func(x desk.Identity) bool { return x.Mailbox == m })
	})
}
