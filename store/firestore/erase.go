package firestore

import (
	"context"
	"fmt"
	"slices"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// eraseAtOnce is how many documents one commit of an erasure takes away, and
// how many are read for it; Firestore allows 500 in one commit.
const eraseAtOnce = 300

// EraseMailbox forgets all that is recorded of a mailbox's mail: conversations
// with their history and notes, handles, mentions, shares, ledger lines and
// intents. Its state and its grant stay; they have methods of their own. The
// caller sees to it that nobody reads the mailbox meanwhile. It goes on when it
// is called again after it was interrupted.
//
// Mentions, intents and handles that came without a message cannot be asked by
// mailbox, so those of all mailboxes are read: a read each, and one delete for
// each document that goes.
func (s *Store) EraseMailbox(ctx context.Context, m desk.Mailbox) error {
	for _, part := range []func(context.Context, desk.Mailbox) error{
		s.eraseRecords, s.eraseMentions, s.eraseHandles, s.eraseLines, s.eraseIntents, s.eraseIdentities,
	} {
		if err := part(ctx, m); err != nil {
			return fmt.Errorf("erase a mailbox: %w", err)
		}
	}
	return nil
}

// drop takes documents away, in as many commits as are needed.
func (s *Store) drop(ctx context.Context, refs []*gcfirestore.DocumentRef) error {
	for some := range slices.Chunk(refs, eraseAtOnce) {
		writes := make([]write, len(some))
		for i, ref := range some {
			writes[i] = write{ref: ref, kind: gone}
		}
		if err := s.put(ctx, writes...); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// eraseRecords takes records away with what hangs on them; each goes last, so
// that an erasure that was interrupted finds it again.
func (s *Store) eraseRecords(ctx context.Context, m desk.Mailbox) error {
	for {
		states, err := s.ask(ctx, question{collection: conversations, equal: inMailbox(m), limit: 20})
		if err != nil || len(states) == 0 {
			return err
		}
		var refs []*gcfirestore.DocumentRef
		for _, st := range states {
			for _, sub := range []string{events, notes} {
				below, err := s.below(ctx, st.ref, sub)
				if err != nil {
					return err
				}
				refs = append(refs, below...)
			}
			c, err := value[desk.Conversation]("record", st.fields)
			if err != nil {
				return err
			}
			p := plan{store: s, ref: st.ref}
			for _, w := range p.sharesOf(&c) {
				refs = append(refs, w.ref)
			}
		}
		for _, st := range states {
			refs = append(refs, st.ref)
		}
		if err := s.drop(ctx, refs); err != nil {
			return err
		}
	}
}

// below names the documents of a subcollection.
func (s *Store) below(ctx context.Context, under *gcfirestore.DocumentRef, collection string) ([]*gcfirestore.DocumentRef, error) {
	states, err := s.ask(ctx, question{collection: collection, under: under, fields: []string{gcfirestore.DocumentID}})
	refs := make([]*gcfirestore.DocumentRef, len(states))
	for i, st := range states {
		refs[i] = st.ref
	}
	return refs, err
}

// eraseMentions takes the mailbox's mentions away.
func (s *Store) eraseMentions(ctx context.Context, m desk.Mailbox) error {
	return s.eraseWhere(ctx, mentions, "", "", func(_ context.Context, states []state) ([]*gcfirestore.DocumentRef, error) {
		return pick(states, "mention", func(x desk.Mention) bool { return x.Mailbox == m })
	})
}

// eraseIntents takes the mailbox's intents away.
func (s *Store) eraseIntents(ctx context.Context, m desk.Mailbox) error {
	return s.eraseWhere(ctx, intents, "", "", func(_ context.Context, states []state) ([]*gcfirestore.DocumentRef, error) {
		return pick(states, "intent", func(x desk.Intent) bool { return x.Mailbox == m })
	})
}

// pick names the documents whose data is wanted.
func pick[T any](states []state, what string, want func(T) bool) ([]*gcfirestore.DocumentRef, error) {
	var refs []*gcfirestore.DocumentRef
	for _, st := range states {
		v, err := value[T](what, st.fields)
		if err != nil {
			return nil, err
		}
		if want(v) {
			refs = append(refs, st.ref)
		}
	}
	return refs, nil
}

// eraseHandles takes the handles away that came without a message and name
// records that are gone.
func (s *Store) eraseHandles(ctx context.Context, _ desk.Mailbox) error {
	return s.eraseWhere(ctx, ledger, "h~", "h~~", func(ctx context.Context, states []state) ([]*gcfirestore.DocumentRef, error) {
		of := make([]*gcfirestore.DocumentRef, len(states))
		for i, st := range states {
			of[i] = s.doc(conversations, docID(st.fields.text("of")))
		}
		records, err := s.getAll(ctx, of...)
		if err != nil {
			return nil, err
		}
		var refs []*gcfirestore.DocumentRef
		for i, r := range records {
			if !r.exists {
				refs = append(refs, states[i].ref)
			}
		}
		return refs, nil
	})
}

// eraseLines takes the mailbox's ledger lines away, with the handles in them.
func (s *Store) eraseLines(ctx context.Context, m desk.Mailbox) error {
	first := "m~" + hash(string(m)) + "~"
	return s.eraseWhere(ctx, ledger, first, first+"~~", func(_ context.Context, states []state) ([]*gcfirestore.DocumentRef, error) {
		return pick(states, "ledger line", func(l desk.LedgerLine) bool { return l.Mailbox == m })
	})
}

// eraseWhere walks a collection in the order of its ids, from one on and up to
// another ("" = no end), and drops what which names.
func (s *Store) eraseWhere(ctx context.Context, collection, from, to string,
	which func(context.Context, []state) ([]*gcfirestore.DocumentRef, error)) error {
	for after := from; ; {
		states, err := s.walk(ctx, collection, after, to)
		if err != nil || len(states) == 0 {
			return err
		}
		refs, err := which(ctx, states)
		if err != nil {
			return err
		}
		if err := s.drop(ctx, refs); err != nil {
			return err
		}
		after = states[len(states)-1].ref.ID
	}
}

// walk reads documents behind an id and before another. A collection is always
// kept in the order of its ids, so this needs no index.
func (s *Store) walk(ctx context.Context, collection, after, before string) (states []state, err error) {
	err = s.read(ctx, func(ctx context.Context) error {
		c := s.client.Collection(collection)
		q := c.OrderBy(gcfirestore.DocumentID, gcfirestore.Asc).Limit(eraseAtOnce)
		if after != "" {
			q = q.StartAfter(c.Doc(after))
		}
		if before != "" {
			q = q.EndBefore(c.Doc(before))
		}
		snaps, err := q.Documents(ctx).GetAll()
		states = nil
		for _, snap := range snaps {
			states = append(states, state{ref: snap.Ref, exists: true, updated: snap.UpdateTime, fields: snap.Data()})
		}
		return err
	})
	return states, err
}
