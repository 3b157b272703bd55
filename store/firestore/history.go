package firestore

import (
	"context"
	"slices"

	"baton/desk"
)

// Events implements desk.Conversations. A document holds the events of one
// change; the one in which a page ended is read again for the next.
func (s *Store) Events(ctx context.Context, id desk.ConversationID, page desk.Page) ([]desk.Event, desk.Next, error) {
	from, err := start(page, "events", 1, 0)
	if err != nil {
		return nil, "", err
	}
	// As many documents as rows always suffice, for each holds one or more.
	states, err := s.ask(ctx, question{collection: events, under: s.doc(conversations, docID(string(id))),
		order: []string{down + "first"}, after: from.after(), limit: page.Limit + 1})
	if err != nil {
		return nil, "", err
	}
	var found []desk.Event
	for _, st := range states {
		some, err := value[[]desk.Event]("events", st.fields)
		if err != nil {
			return nil, "", err
		}
		for _, e := range slices.Backward(some) {
			if len(from.Numbers) == 0 || e.Seq < from.Numbers[0] {
				found = append(found, e)
			}
		}
	}
	found = found[:min(len(found), page.Limit+1)]
	found, next := cut(found, page.Limit, func(e desk.Event) mark {
		return mark{List: "events", Numbers: []int64{e.Seq}}
	})
	return found, next, nil
}

// Note implements desk.Conversations.
func (s *Store) Note(ctx context.Context, id desk.ConversationID, note desk.NoteID) (n desk.Note, err error) {
	st, err := s.get(ctx, s.doc(conversations, docID(string(id))).Collection(notes).Doc(docID(string(note))))
	if err != nil {
		return n, err
	}
	if !st.exists {
		return n, missing("note", string(note))
	}
	return value[desk.Note]("note", st.fields)
}

// Notes implements desk.Conversations. Notes of one time are ordered by id.
func (s *Store) Notes(ctx context.Context, id desk.ConversationID, page desk.Page) ([]desk.Note, desk.Next, error) {
	from, err := start(page, "notes", 1, 1)
	if err != nil {
		return nil, "", err
	}
	states, err := s.ask(ctx, question{collection: notes, under: s.doc(conversations, docID(string(id))),
		order: []string{down + "at", "id"}, after: from.after(), limit: page.Limit + 1})
	if err != nil {
		return nil, "", err
	}
	var found []desk.Note
	for _, st := range states {
		n, err := value[desk.Note]("note", st.fields)
		if err != nil {
			return nil, "", err
		}
		found = append(found, n)
	}
	found, next := cut(found, page.Limit, func(n desk.Note) mark {
		return mark{List: "notes", Numbers: []int64{micros(n.At)}, Texts: []string{key(n.ID)}}
	})
	return found, next, nil
}
