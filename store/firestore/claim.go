package firestore

import (
	"context"
	"errors"
	"time"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

func (s *Store) intentDoc(id desk.IntentID) *gcfirestore.DocumentRef {
	return s.doc(intents, docID(string(id)))
}

// claimable asks for intents that may be claimed at now.
func claimable(now time.Time, limit int) question {
	return question{collection: intents, equal: []term{{"open", true}}, upTo: &term{"due", micros(now)},
		order: []string{"background", "created_at", "id", "due"}, limit: limit}
}

// held asks for the claims of a holder.
func held(holder string) question {
	return question{collection: intents, limit: maxHeld,
		equal: []term{{"state", string(desk.IntentClaimed)}, {"holder", key(holder)}}}
}

// Claim implements desk.Outbox. One query, and one commit when no other process
// claims the same intents; those that another one was quicker to claim are left
// to it. When all were lost, it looks again.
func (s *Store) Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]desk.Intent, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	unlock, err := s.records.lock(ctx, "claims")
	if err != nil {
		return nil, err
	}
	defer unlock()
	lost := pause{most: afterLoss}
	for {
		states, err := s.ask(ctx, claimable(now, limit))
		if err != nil || len(states) == 0 {
			return nil, err
		}
		claimed, err := s.claimAll(ctx, states, holder, now, until)
		if len(claimed) > 0 || err != nil {
			return claimed, err
		}
		if err := lost.wait(ctx); err != nil {
			return nil, err
		}
	}
}

// claimAll claims those intents that are still free. It fails only when it
// could claim none: what it may have claimed beside is free again in time.
func (s *Store) claimAll(ctx context.Context, states []state, holder string, now, until time.Time) ([]desk.Intent, error) {
	taken := make([]*desk.Intent, len(states))
	errs := s.swapAll(ctx, states, func(i int, st state) (*step, error) {
		taken[i] = nil
		in, err := value[desk.Intent]("intent", st.fields)
		if err != nil {
			return nil, err
		}
		open := in.State == desk.IntentPending || in.State == desk.IntentClaimed
		if !open || in.NotBefore.After(now) || in.ClaimedUntil.After(now) {
			return nil, nil
		}
		in.State, in.Holder, in.ClaimedUntil = desk.IntentClaimed, holder, until
		taken[i] = &in
		return s.intentStep(&in)
	})
	var claimed []desk.Intent
	for i, in := range taken {
		if in != nil && errs[i] == nil {
			claimed = append(claimed, *in)
		}
	}
	if len(claimed) > 0 {
		return claimed, nil
	}
	return nil, errors.Join(errs...)
}

// intentStep writes an intent, and brings it into the form in which it will be
// read back.
func (s *Store) intentStep(in *desk.Intent) (*step, error) {
	f, err := s.intentFields(in)
	if err != nil {
		return nil, err
	}
	*in, err = value[desk.Intent]("intent", f)
	return &step{fields: f}, err
}

// maxHeld is how many claims one round of Unclaim gives back.
const maxHeld = 200

// Unclaim implements desk.Outbox. One query and one commit for each 200 claims.
func (s *Store) Unclaim(ctx context.Context, holder string) error {
	for {
		states, err := s.ask(ctx, held(holder))
		if err != nil || len(states) == 0 {
			return err
		}
		errs := s.swapAll(ctx, states, func(_ int, st state) (*step, error) {
			in, err := value[desk.Intent]("intent", st.fields)
			if err != nil || in.State != desk.IntentClaimed || in.Holder != holder {
				return nil, err
			}
			in.State, in.Holder, in.ClaimedUntil = desk.IntentPending, "", time.Time{}
			return s.intentStep(&in)
		})
		if err := errors.Join(errs...); err != nil || len(states) < maxHeld {
			return err
		}
	}
}
