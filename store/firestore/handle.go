package firestore

import (
	"context"
	"slices"

	"baton/desk"
)

const (
	// maxResolved bounds how many conversations one look-up gives.
	maxResolved = 20
	// maxFound bounds how many documents it reads for that: a handle may have
	// come with several messages of one conversation.
	maxFound = 200
)

// handle is a handle's document of its own. Its name follows from what it says,
// so that writing it again changes nothing.
func (s *Store) handle(h desk.Handle, id desk.ConversationID) write {
	return write{ref: s.doc(ledger, "h~"+hash(string(h), string(id))),
		fields: fields{"handles": []string{hash(string(h))}, "of": string(id)}}
}

// Resolve implements desk.Conversations. One query for each 30 handles.
func (s *Store) Resolve(ctx context.Context, handles ...desk.Handle) ([]desk.ConversationID, error) {
	found := []desk.ConversationID{}
	asked := make([]string, len(handles))
	for i, h := range handles {
		asked[i] = hash(string(h))
	}
	slices.Sort(asked)
	for some := range slices.Chunk(slices.Compact(asked), maxIn) {
		states, err := s.ask(ctx, question{collection: ledger, anyOf: &among{"handles", some}, limit: maxFound, fields: []string{"of"}})
		if err != nil {
			return nil, err
		}
		for _, st := range states {
			id := desk.ConversationID(st.fields.text("of"))
			if len(found) < maxResolved && !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
		if len(found) == maxResolved {
			break
		}
	}
	return found, ctx.Err()
}

// Learn implements desk.Conversations. What was learnt before costs a read and
// no commit.
func (s *Store) Learn(ctx context.Context, h desk.Handle, id desk.ConversationID) error {
	w := s.handle(h, id)
	st, err := s.get(ctx, w.ref)
	if err != nil || st.exists {
		return err
	}
	return s.put(ctx, w)
}
