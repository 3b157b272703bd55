package firestore

import (
	"cmp"
	"context"
	"slices"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Looks are one field of the record's document, so that the read of the record
// gives them: a map from a hash of the person to the look. A look is written
// without reading, one write. It changes the document's update time, so that an
// Update that was under way runs again; v and commits are the Update's alone.
const looks = "looks"

// Look implements desk.Conversations.
func (s *Store) Look(ctx context.Context, id desk.ConversationID, l desk.Look, over ...desk.Email) error {
	data, err := encode("look", &l)
	if err != nil {
		return err
	}
	changes := []gcfirestore.Update{{FieldPath: lookPath(l.By), Value: data}}
	for _, e := range over {
		if e != l.By {
			changes = append(changes, gcfirestore.Update{FieldPath: lookPath(e), Value: gcfirestore.Delete})
		}
	}
	failed := pause{most: afterFault}
	for {
		b := s.batch()
		b.Update(s.doc(conversations, docID(string(id))), changes)
		_, err := s.send(ctx, b, 1)
		switch {
		case status.Code(err) == codes.NotFound:
			return missing("conversation", string(id))
		case err == nil || !passing(err) || failed.tries >= maxPassing:
			return translate(err)
		}
		if err := failed.wait(ctx); err != nil {
			return err
		}
	}
}

func lookPath(e desk.Email) gcfirestore.FieldPath {
	return gcfirestore.FieldPath{looks, hash(string(e))}
}

func looksOf(st state) ([]desk.Look, error) {
	all, _ := st.fields[looks].(map[string]any)
	var out []desk.Look
	for _, v := range all {
		data, _ := v.([]byte)
		var l desk.Look
		if err := decode("look", data, &l); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b desk.Look) int { return cmp.Compare(a.By, b.By) })
	return out, nil
}
