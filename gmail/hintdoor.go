package gmail

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"

	"baton/desk"
)

// HintStats counts notifications by what became of them, whichever way they
// came.
type HintStats struct {
	Taken      int64 // handed over
	Refused    int64 // push without a good token: 401
	Unknown    int64 // acknowledged: the mailbox is not ours
	Foreign    int64 // acknowledged: push of another subscription
	Garbage    int64 // acknowledged: not to be understood, now or later
	TooLarge   int64 // acknowledged: over 64 kB
	Unreadable int64 // the push's body did not arrive: 400
	Panicked   int64 // not acknowledged: handing it over made the program panic
}

// door is where notifications come in. Push and Pull share it, so that both
// judge and count alike.
type door struct {
	hint func(m desk.Mailbox, id uint64) bool
	log  *slog.Logger

	taken, refused, unknown, foreign, garbage, large, unreadable, panicked atomic.Int64
}

// take judges the data of a notification and hands it over. It gives false if
// that panicked: then the notification is to come again. Anything else is done
// with, for Pub/Sub would bring garbage again for days.
func (d *door) take(ctx context.Context, data []byte) (done bool) {
	defer func() {
		if p := recover(); p != nil {
			d.panicked.Add(1)
			d.log.ErrorContext(ctx, "gmail: handing a notification over panicked; it will come again", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			done = false
		}
	}()
	if len(data) > maxPush {
		d.large.Add(1)
		return true
	}
	h, err := ReadHint(data)
	switch {
	case err != nil:
		d.garbage.Add(1)
	case d.hint(h.Mailbox, h.History):
		d.taken.Add(1)
	default:
		d.unknown.Add(1)
	}
	return true
}

// Stats gives the counters since the start.
func (d *door) Stats() HintStats {
	return HintStats{
		Taken: d.taken.Load(), Refused: d.refused.Load(), Unknown: d.unknown.Load(), Foreign: d.foreign.Load(),
		Garbage: d.garbage.Load(), TooLarge: d.large.Load(), Unreadable: d.unreadable.Load(), Panicked: d.panicked.Load(),
	}
}
