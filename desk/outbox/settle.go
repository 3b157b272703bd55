package outbox

import (
	"context"
	"errors"
	"time"

	"baton/desk"
)

// settleBatch is how many outcomes are written together at most.
const settleBatch = 256

// settleAll writes outcomes until the channel closes: all that have gathered
// while the last ones were written go together.
func (b *Outbox) settleAll(ctx context.Context) {
	for first := range b.settled {
		batch := []result{first}
	gather:
		for len(batch) < settleBatch {
			select {
			case r, ok := <-b.settled:
				if !ok {
					break gather
				}
				batch = append(batch, r)
			default:
				break gather
			}
		}
		b.settle(ctx, batch)
	}
}

// settle writes one batch. When the store cannot, the claims run out and the
// intents are performed again, which is harmless.
func (b *Outbox) settle(ctx context.Context, batch []result) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var outcomes []desk.Settlement
	for _, r := range batch {
		if !r.dropped {
			outcomes = append(outcomes, r.settlement)
		}
	}
	var again []desk.Intent
	if len(outcomes) > 0 {
		var err error
		again, err = b.o.Store.Settle(ctx, outcomes)
		if err != nil && !errors.Is(err, context.Canceled) {
			b.o.Logger.Error("outbox: outcomes not written; the intents will be performed again", "outcomes", len(outcomes), "error", err)
		}
	}
	b.count(func(s *Stats) {
		for _, o := range outcomes {
			switch {
			case o.State == desk.IntentDone:
				s.Performed++
			case o.State == desk.IntentParked:
				s.Parked++
				s.Failed++
			case o.Failed:
				s.Failed++
			default:
				s.Waited++
			}
		}
	}, -len(batch))
	if len(again) > 0 || len(outcomes) < len(batch) {
		b.poke()
	}
}
