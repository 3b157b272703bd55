package firestore

import (
	"context"

	"baton/desk"
)

// newIntent creates an intent; one that is there stays as it is.
func (s *Store) newIntent(in desk.Intent) (write, error) {
	f, err := s.intentFields(&in)
	if err != nil {
		return write{}, err
	}
	return write{kind: unless, ref: s.intentDoc(in.ID), fields: f}, nil
}

// intentFields gives an intent's document. It may be claimed from due on, when
// it is neither too early nor in somebody's hands.
func (s *Store) intentFields(in *desk.Intent) (fields, error) {
	data, err := encode("intent", in)
	if err != nil {
		return nil, err
	}
	open := in.State.Open()
	f := fields{
		"id": key(in.ID), "state": key(in.State), "open": open, "background": int64(1), "holder": key(in.Holder),
		"created_at": micros(in.CreatedAt), "due": max(micros(in.NotBefore), micros(in.ClaimedUntil)), "data": data, "expires": nil,
	}
	if in.Interactive {
		f["background"] = int64(0)
	}
	if in.State == desk.IntentDone || in.State == desk.IntentCancelled {
		f["expires"] = s.expires()
	}
	return f, nil
}

// Intent implements desk.Outbox.
func (s *Store) Intent(ctx context.Context, id desk.IntentID) (desk.Intent, error) {
	st, err := s.get(ctx, s.intentDoc(id))
	if err != nil {
		return desk.Intent{}, err
	}
	if !st.exists {
		return desk.Intent{}, missing("intent", string(id))
	}
	return value[desk.Intent]("intent", st.fields)
}

// Intents implements desk.Outbox. Settled ones that have expired do not count.
func (s *Store) Intents(ctx context.Context) (map[desk.IntentState]int, error) {
	return counts(ctx, s, intents, "state", []desk.IntentState{desk.IntentPending, desk.IntentClaimed,
		desk.IntentDone, desk.IntentParked, desk.IntentCancelled, desk.IntentHeld})
}

// Parked implements desk.Outbox. Intents of one time are ordered by id.
func (s *Store) Parked(ctx context.Context, page desk.Page) ([]desk.Intent, desk.Next, error) {
	from, err := start(page, "parked", 1, 1)
	if err != nil {
		return nil, "", err
	}
	states, err := s.ask(ctx, question{collection: intents, equal: []term{{"state", string(desk.IntentParked)}},
		order: []string{down + "created_at", "id"}, after: from.after(), limit: page.Limit + 1})
	if err != nil {
		return nil, "", err
	}
	var parked []desk.Intent
	for _, st := range states {
		in, err := value[desk.Intent]("intent", st.fields)
		if err != nil {
			return nil, "", err
		}
		parked = append(parked, in)
	}
	parked, next := cut(parked, page.Limit, func(in desk.Intent) mark {
		return mark{List: "parked", Numbers: []int64{micros(in.CreatedAt)}, Texts: []string{key(in.ID)}}
	})
	return parked, next, nil
}

// Draft implements desk.Outbox.
func (s *Store) Draft(ctx context.Context, id desk.IntentID, draft string) (desk.Intent, error) {
	var is desk.Intent
	err := s.swap(ctx, s.intentDoc(id), func(st state) (*step, error) {
		if !st.exists {
			return nil, missing("intent", string(id))
		}
		in, err := value[desk.Intent]("intent", st.fields)
		if err != nil {
			return nil, err
		}
		if is = in; is.Draft != "" || !is.State.Open() {
			return nil, nil
		}
		is.Draft = draft
		return s.intentStep(&is)
	})
	if err != nil {
		return desk.Intent{}, err
	}
	return is, nil
}
