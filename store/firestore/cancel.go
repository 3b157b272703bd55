package firestore

import (
	"context"
	"fmt"

	"baton/desk"
)

// takenBack reads intents that a change cancels and gives the steps that do it,
// each under the update time of its own document, so that they and the record
// change together or not at all.
func (s *Store) takenBack(ctx context.Context, ids []desk.IntentID) ([]guarded, error) {
	var out []guarded
	for _, id := range ids {
		st, err := s.get(ctx, s.intentDoc(id))
		if err != nil {
			return nil, err
		}
		if !st.exists {
			return nil, fmt.Errorf("intent %s is to be cancelled and is not there: %w", id, desk.ErrConflict)
		}
		in, err := value[desk.Intent]("intent", st.fields)
		if err != nil {
			return nil, err
		}
		if was := in.State; !in.Cancel() {
			return nil, fmt.Errorf("intent %s is %s, draft %q, and cannot be cancelled: %w", id, was, in.Draft, desk.ErrConflict)
		}
		next, err := s.intentStep(&in)
		if err != nil {
			return nil, err
		}
		out = append(out, guarded{st, next})
	}
	return out, nil
}
