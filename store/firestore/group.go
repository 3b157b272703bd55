package firestore

import (
	"context"

	"baton/desk"
)

// SaveGroup implements desk.Groups.
func (s *Store) SaveGroup(ctx context.Context, g desk.Group) error {
	w, err := s.group(g)
	if err != nil {
		return err
	}
	return s.put(ctx, w)
}

func (s *Store) group(g desk.Group) (write, error) {
	data, err := encode("group", &g)
	return write{ref: s.doc(groups, docID(string(g.ID))), fields: fields{"data": data, "expires": s.expires()}}, err
}

// Group implements desk.Groups.
func (s *Store) Group(ctx context.Context, id desk.GroupID) (desk.Group, error) {
	st, err := s.get(ctx, s.doc(groups, docID(string(id))))
	if err != nil {
		return desk.Group{}, err
	}
	if !st.exists {
		return desk.Group{}, missing("group", string(id))
	}
	return value[desk.Group]("group", st.fields)
}
