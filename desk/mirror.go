package desk

import (
	"context"
	"slices"
	"strconv"
)

// promiseMirror promises that the threads merged into the record wear its new
// state. One that changes in the same commit does already.
func (d *Desk) promiseMirror(e *edit, before face) {
	others := slices.ContainsFunc(e.Joined, func(j Joined) bool { return j.ID != e.mirrored })
	if e.Version == 0 || !others || before.same(e.face()) {
		return
	}
	d.intent(e, Intent{Kind: IntentMirror, Interactive: e.by != ""}, "v"+strconv.FormatInt(e.Version+1, 10))
}

// Mirror has the threads that are merged into a conversation wear its state, as
// an intent promised. Doing it again changes nothing. One read and one commit
// for each thread.
func (d *Desk) Mirror(ctx context.Context, c Conversation) error {
	for _, j := range c.Joined {
		if err := d.mirrorOne(ctx, j.ID, c); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) mirrorOne(ctx context.Context, id ConversationID, kept Conversation) error {
	p := d.Policy()
	var made []Intent
	c, err := d.store.Update(ctx, id, func(c *Conversation) (Change, error) {
		made = nil
		m := c.Merged
		if m == nil || m.Into != kept.ID || m.ShownAt >= kept.Version || m.Shows.same(kept.face()) {
			return Change{Nothing: true}, nil
		}
		e := &edit{Conversation: c, policy: p, now: d.Now()}
		before := WantedLabels(p, c)
		shown := *m
		shown.Shows, shown.ShownAt = kept.face(), kept.Version
		c.Merged = &shown
		d.promiseLabels(e, before)
		made = e.change.Intents
		return e.change, nil
	})
	if err == nil && len(made) > 0 && d.promised != nil {
		d.promised(Promise{Conversation: c, Intents: made})
	}
	return err
}

// updateBoth is update for two records that change together.
func (d *Desk) updateBoth(ctx context.Context, a, b ConversationID, by Email, fn func(a, b *edit) error) (x, y Conversation, err error) {
	p := d.Policy()
	var made [2][]Intent
	var last [2]Change
	x, y, err = d.store.UpdateBoth(ctx, a, b, func(ca, cb *Conversation) (Change, Change, error) {
		edits := [2]*edit{d.edit(p, ca, by), d.edit(p, cb, by)}
		last = [2]Change{}
		none := Change{Nothing: true}
		if err := fn(edits[0], edits[1]); err != nil {
			return none, none, err
		}
		if edits[0].empty() && edits[1].empty() {
			return none, none, nil
		}
		edits[0].show(edits[1])
		for i, e := range edits {
			d.finish(ctx, e)
			made[i], last[i] = e.change.Intents, e.change
		}
		return edits[0].change, edits[1].change, nil
	})
	if err != nil {
		return Conversation{}, Conversation{}, err
	}
	tally(ctx, last[:]...)
	if d.promised != nil {
		for i, c := range []Conversation{x, y} {
			if len(made[i]) > 0 {
				d.promised(Promise{Conversation: c, Intents: made[i]})
			}
		}
	}
	return x, y, nil
}
