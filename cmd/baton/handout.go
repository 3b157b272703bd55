package main

import (
	"context"
	"time"

	"baton/desk"
)

// handsOut performs hand-out intents: what waits for people goes to them when
// they are back.
type handsOut struct{ desk *desk.Desk }

// Perform implements outbox.Performer.
func (h handsOut) Perform(ctx context.Context, _ desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return h.desk.HandOut(ctx, in)
}

// roundEvery is how often the service looks for what nobody tells it: absences
// that end by themselves, queues that grow old.
const roundEvery = time.Minute

// rounds makes rounds until ctx ends: the first at once, for a new policy may name
// people for whom work waits. One that fails is made good by the next.
func (sv *service) rounds(ctx context.Context) error {
	every := time.NewTicker(roundEvery)
	defer every.Stop()
	for {
		if err := sv.desk.Round(ctx); err != nil && ctx.Err() == nil {
			sv.log.Error("a round was not finished; the next one is in a minute", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}
