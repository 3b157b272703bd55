package firestore

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"baton/desk"
	"baton/store/entry"
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
	w := write{ref: s.doc(ledger, "h~"+hash(string(h), string(id))), fields: fields{}}
	known(w.fields, []desk.Handle{h}, nil, id)
	return w
}

// known adds handles to a document: their hashes, by which they are looked up,
// and, for copies of the store, those themselves that do not follow from what
// else the document says.
func known(f fields, handles, implied []desk.Handle, id desk.ConversationID) {
	hashes, texts := make([]string, len(handles)), [][]byte{}
	for i, h := range handles {
		hashes[i] = hash(string(h))
		if !utf8.ValidString(string(h)) || !slices.Contains(implied, h) {
			texts = append(texts, []byte(h))
		}
	}
	f["handles"], f["of"] = hashes, string(id)
	if len(texts) > 0 {
		f["texts"] = texts
	}
}

// handlesOf gives the handles that a document of the ledger keeps.
func handlesOf(st state) ([]desk.Handle, error) {
	hashes, _ := st.fields["handles"].([]any)
	if len(hashes) == 0 {
		return nil, nil
	}
	var candidates []desk.Handle
	texts, _ := st.fields["texts"].([]any)
	for _, t := range texts {
		if b, ok := t.([]byte); ok {
			candidates = append(candidates, desk.Handle(b))
		}
	}
	if data := st.fields.bytes("data"); len(data) > 0 {
		line, err := value[desk.LedgerLine]("ledger line", st.fields)
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, entry.Implied(line)...)
	}
	var handles []desk.Handle
	for _, h := range hashes {
		i := slices.IndexFunc(candidates, func(c desk.Handle) bool { return h == hash(string(c)) })
		if i < 0 {
			return nil, fmt.Errorf("a handle in document %s is kept by its hash alone and cannot be copied: %w", st.ref.ID, desk.ErrInvalid)
		}
		handles = append(handles, candidates[i])
	}
	return handles, nil
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
