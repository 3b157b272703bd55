package desk

import (
	"context"
	"slices"
	"sync"
)

// gathered collects what many changes under one context are to tell, so that a
// person to whom a hundred conversations are given gets one mail.
type gathered struct {
	mu    sync.Mutex
	order []gatheredKey
	all   map[gatheredKey]*gatheredTelling
}

type gatheredKey struct {
	to      Email
	mailbox Mailbox
	about   About
}

type gatheredTelling struct {
	Telling
	of []ConversationID
}

// beyond tells whether something about who holds conversations stands for others
// than what is told of the same one by t.
func (o Telling) beyond(t Telling) bool {
	holding := func(a About) bool { return a == AboutGiven || a == AboutRouted || a == AboutLost }
	return holding(o.About) && holding(t.About) && t.Merged == "" && o.Count > 1 && (o.Count != t.Count || !slices.Equal(o.More, t.More))
}

type gatheredIn struct{}

// gather marks all changes that are made with a context as told together, by
// tellAll.
func gather(ctx context.Context) (context.Context, *gathered) {
	g := &gathered{all: map[gatheredKey]*gatheredTelling{}}
	return context.WithValue(ctx, gatheredIn{}, g), g
}

// gathering gives what collects tellings under a context, or nil.
func gathering(ctx context.Context) *gathered {
	g, _ := ctx.Value(gatheredIn{}).(*gathered)
	return g
}

// add takes what a committed change has to tell.
func (g *gathered) add(c *Conversation, tells []told) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range tells {
		k := gatheredKey{t.to, c.Mailbox, t.About}
		if g.all[k] == nil {
			g.all[k] = &gatheredTelling{Telling: t.Telling}
			g.order = append(g.order, k)
		}
		g.all[k].of = append(g.all[k].of, c.ID)
	}
}

// tellAll promises one notice to each person for all that was gathered. Each
// hangs on the first of the conversations by id, so that the undo of the same
// ones finds it. One read and one commit for each person; what fails is not told,
// for the changes themselves are done.
func (d *Desk) tellAll(ctx context.Context, by Email, g *gathered) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range g.order {
		t := g.all[k]
		slices.Sort(t.of)
		t.More = t.of[1:min(len(t.of), MaxMore+1)]
		t.Count = len(t.of)
		_, err := d.update(ctx, t.of[0], by, func(e *edit) error {
			e.quiet = true
			e.tells = append(e.tells, told{k.to, t.Telling})
			return nil
		})
		if err != nil && ctx.Err() != nil {
			return
		}
	}
}
