package desk

import (
	"context"
	"slices"
	"sync/atomic"
)

// Tally counts the changes that were committed under a context, so that who asked
// for one can be told when all was so already. That a guest looked is no change.
type Tally struct{ n atomic.Int64 }

type tallyIn struct{}

// Tallied gives a context whose changes the Tally counts.
func Tallied(ctx context.Context) (context.Context, *Tally) {
	t := &Tally{}
	return context.WithValue(ctx, tallyIn{}, t), t
}

// Changes is how many were committed so far.
func (t *Tally) Changes() int64 { return t.n.Load() }

// tally counts a committed change.
func tally(ctx context.Context, changes ...Change) {
	t, ok := ctx.Value(tallyIn{}).(*Tally)
	for _, ch := range changes {
		does := slices.ContainsFunc(ch.Events, func(ev Event) bool { return ev.Kind != EventShareRead })
		if ok && !ch.Nothing && (does || len(ch.Mentions) > 0) {
			t.n.Add(1)
		}
	}
}
