package firestore

import (
	"context"
	"time"

	"baton/desk"
)

// SetPresence implements desk.Members.
func (s *Store) SetPresence(ctx context.Context, p desk.Presence) error {
	data, err := encode("presence", &p)
	if err != nil {
		return err
	}
	return s.put(ctx, write{ref: s.doc(presences, docID(string(p.Member))), fields: fields{"data": data}})
}

// Presences implements desk.Members.
func (s *Store) Presences(ctx context.Context) (map[desk.Email]desk.Presence, error) {
	docs, err := s.ask(ctx, question{collection: presences})
	if err != nil {
		return nil, err
	}
	all := make(map[desk.Email]desk.Presence, len(docs))
	for _, st := range docs {
		p, err := value[desk.Presence]("presence", st.fields)
		if err != nil {
			return nil, err
		}
		all[p.Member] = p
	}
	return all, nil
}

func (s *Store) turn(t desk.Turn) write {
	return write{ref: s.doc(turns, hash(t.Team, string(t.Member))),
		fields: fields{"team": key(t.Team), "member": string(t.Member), "at": micros(t.At)}}
}

// Turns implements desk.Members.
func (s *Store) Turns(ctx context.Context, team string) (map[desk.Email]time.Time, error) {
	docs, err := s.ask(ctx, question{collection: turns, equal: []term{{"team", key(team)}}})
	if err != nil {
		return nil, err
	}
	all := make(map[desk.Email]time.Time, len(docs))
	for _, st := range docs {
		all[desk.Email(st.fields.text("member"))] = when(st.fields.number("at"))
	}
	return all, nil
}
