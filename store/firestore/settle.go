package firestore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// Settle implements desk.Outbox. One read for the intents that this process did
// not claim itself, one for the records of labels that were done, and one
// commit when nobody else settles the same.
//
// Whether a record moved on is looked up after the labels were written, which
// is all that is needed: when it moves later, its change promises its labels
// anew, and they are written after these.
func (s *Store) Settle(ctx context.Context, outcomes []desk.Settlement) ([]desk.Intent, error) {
	refs, of := []*gcfirestore.DocumentRef{}, map[string][]desk.Settlement{}
	for _, o := range outcomes {
		switch o.State {
		case desk.IntentDone, desk.IntentPending, desk.IntentParked, desk.IntentCancelled:
		default:
			return nil, fmt.Errorf("intent %s cannot be settled as %q: %w", o.ID, o.State, desk.ErrInvalid)
		}
		ref := s.intentDoc(o.ID)
		if of[ref.Path] == nil {
			refs = append(refs, ref)
		}
		of[ref.Path] = append(of[ref.Path], o)
	}
	if len(refs) == 0 {
		return nil, ctx.Err()
	}
	states, others, at := s.held.takeAll(refs, of)
	if len(others) > 0 {
		read, err := s.getAll(ctx, others...)
		if err != nil {
			return nil, err
		}
		for k, i := range at {
			states[i] = read[k]
		}
	}
	revs, err := s.labelsRevs(ctx, states, of)
	if err != nil {
		return nil, err
	}
	open := make([]*desk.Intent, len(states))
	errs := s.swapAll(ctx, states, func(i int, st state) (*step, error) {
		open[i] = nil
		if !st.exists {
			return nil, nil
		}
		in, err := value[desk.Intent]("intent", st.fields)
		if err != nil {
			return nil, err
		}
		settled, moved := settle(&in, of[st.ref.Path], revs)
		if !settled {
			return nil, nil
		}
		next, err := s.intentStep(&in)
		if moved {
			open[i] = &in
		}
		return next, err
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var again []desk.Intent
	for _, in := range open {
		if in != nil {
			again = append(again, *in)
		}
	}
	return again, nil
}

// labelsRevs reads the revisions of the records whose labels were done, by the
// records' documents.
func (s *Store) labelsRevs(ctx context.Context, states []state, of map[string][]desk.Settlement) (map[string]int64, error) {
	revs := map[string]int64{}
	var refs []*gcfirestore.DocumentRef
	for _, st := range states {
		if !st.exists {
			continue
		}
		in, err := value[desk.Intent]("intent", st.fields)
		if err != nil {
			return nil, err
		}
		ref := s.doc(conversations, docID(string(in.Conversation)))
		done := slices.ContainsFunc(of[st.ref.Path], func(o desk.Settlement) bool { return o.State == desk.IntentDone })
		if _, asked := revs[ref.ID]; asked || !done || in.Kind != desk.IntentLabels {
			continue
		}
		refs, revs[ref.ID] = append(refs, ref), 0
	}
	if len(refs) == 0 {
		return revs, nil
	}
	records, err := s.getAll(ctx, refs...)
	for _, st := range records {
		revs[st.ref.ID] = st.fields.number("labels_rev")
	}
	return revs, err
}

// settle applies the first outcome whose holder holds the claim, and tells
// whether there was one, and whether the intent is open again because its
// record moved on.
func settle(in *desk.Intent, outcomes []desk.Settlement, revs map[string]int64) (settled, moved bool) {
	for _, o := range outcomes {
		if settled, moved = in.Settle(o, revs[docID(string(in.Conversation))]); settled {
			return settled, moved
		}
	}
	return false, false
}
