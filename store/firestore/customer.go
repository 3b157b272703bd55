package firestore

import (
	"cmp"
	"context"
	"slices"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// identity writes who is whom; an address that stands for itself is forgotten.
func (s *Store) identity(id desk.Identity) (write, error) {
	ref := s.doc(identities, hash(string(id.Mailbox), string(id.Email)))
	if len(id.Same) == 0 {
		return write{ref: ref, kind: gone}, nil
	}
	data, err := encode("identity", &id)
	return write{ref: ref, fields: fields{"data": data, "mailbox": key(id.Mailbox)}}, err
}

// Customer implements desk.Customers. One document, and one query for each 30
// pairs of a mailbox and an address.
func (s *Store) Customer(ctx context.Context, m desk.Mailbox, of desk.Email, in []desk.Mailbox, limit int) (desk.Identity, []desk.Conversation, error) {
	id := desk.Identity{Mailbox: m, Email: of}
	st, err := s.get(ctx, s.doc(identities, hash(string(m), string(of))))
	if err != nil {
		return id, nil, err
	}
	if st.exists {
		if id, err = value[desk.Identity]("identity", st.fields); err != nil {
			return id, nil, err
		}
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
