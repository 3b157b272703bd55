package desk

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
)

// MaxBulk is how many conversations one bulk change may name.
const MaxBulk = 500

// bulkAtOnce is how many conversations of a bulk change are changed at a time.
// Changes that meet share a commit in a store that can.
const bulkAtOnce = 32

// Bulk is one change for many conversations: exactly one of its fields is set.
type Bulk struct {
	Give  *Give
	Close bool
	Tag   string // or several, as CleanTags parts them
}

// Outcome is what a bulk change did with one conversation.
type Outcome struct {
	ID ConversationID
	// Changed tells that it was changed; without Err it was so already.
	Changed bool
	// Conversation is the record as it stands; zero for one that the actor may
	// not see.
	Conversation Conversation
	Err          error // why it was left as it was
}

// BulkDone is what a bulk change did.
type BulkDone struct {
	Group    GroupID // undoes all of it; "" = nothing was changed
	Outcomes []Outcome
}

// Changed counts the conversations that were changed.
func (b BulkDone) Changed() (n int) {
	for _, o := range b.Outcomes {
		if o.Changed {
			n++
		}
	}
	return n
}

// Bulk changes many conversations, each by itself: what fails for one is said
// in its outcome and does not keep the others. UndoGroup takes all of it back.
// ErrInvalid: no conversation, more than MaxBulk, or not exactly one change.
// One commit, and one read and one commit for each conversation.
func (d *Desk) Bulk(ctx context.Context, by Email, ids []ConversationID, b Bulk) (BulkDone, error) {
	var set int
	for _, is := range []bool{b.Give != nil, b.Close, b.Tag != ""} {
		if is {
			set++
		}
	}
	if set != 1 {
		return BulkDone{}, invalid("Choose what to do with the conversations.")
	}
	if b.Give != nil && b.Give.To == "" {
		return BulkDone{}, invalid("Choose a person to give them to.")
	}
	if b.Tag != "" {
		if _, err := CleanTags(b.Tag); err != nil {
			return BulkDone{}, err
		}
	}
	return d.many(ctx, by, ids, func(ctx context.Context, id ConversationID) (Conversation, error) {
		switch {
		case b.Give != nil:
			return d.Give(ctx, by, id, 0, *b.Give)
		case b.Close:
			return d.Close(ctx, by, id, 0)
		}
		return d.AddTags(ctx, by, id, b.Tag)
	})
}

// UndoGroup takes a bulk change back, for all conversations in which nobody
// changed the same thing since; the outcomes of the others carry the *Conflict
// that says who. Whoever made it may, and managers; for others there is no such
// group. The result is a group as well: undoing that makes the change again.
// One read, one commit, and two reads and one commit for each conversation.
func (d *Desk) UndoGroup(ctx context.Context, by Email, group GroupID) (BulkDone, error) {
	g, err := d.store.Group(ctx, group)
	if isNotFound(err) {
		return BulkDone{}, ErrNotFound
	}
	if err != nil {
		return BulkDone{}, err
	}
	m, ok := d.Policy().Member(by)
	switch {
	case g.By != by && !(ok && (m.Role == Manager || m.Role == Admin)):
		return BulkDone{}, ErrNotFound
	case d.Now().Sub(g.At) > UndoFor:
		return BulkDone{}, invalid("This is more than 30 days ago and can no longer be undone. Change it by hand.")
	}
	return d.many(ctx, by, g.Conversations, func(ctx context.Context, id ConversationID) (Conversation, error) {
		v, err := d.view(ctx, by, id)
		if err != nil {
			return Conversation{}, err
		}
		c := v.Conversation
		if v.Via != "" { // merged since: its own history says what was done
			if c, err = d.store.Conversation(ctx, id); err != nil {
				return Conversation{}, err
			}
		}
		parts, err := d.partsOf(ctx, c, g)
		for _, seq := range parts {
			if c, err = d.Undo(ctx, by, id, seq); err != nil {
				break
			}
		}
		return c, err
	})
}

// partsOf finds the events of a conversation that are part of a group, newest
// first.
func (d *Desk) partsOf(ctx context.Context, c Conversation, g Group) ([]int64, error) {
	find := func(events []Event) (parts []int64, over bool) {
		for _, ev := range events {
			if ev.Group == g.ID {
				parts = append(parts, ev.Seq)
			}
			over = over || ev.At.Before(g.At)
		}
		return parts, over || len(parts) > 0 && events[len(events)-1].Group != g.ID
	}
	newestFirst := slices.Clone(c.Recent)
	slices.Reverse(newestFirst)
	if parts, over := find(newestFirst); over {
		return parts, nil
	}
	var all []int64
	for page := (Page{Limit: 100}); ; {
		events, next, err := d.store.Events(ctx, c.ID, page)
		if err != nil {
			return nil, err
		}
		parts, over := find(events)
		if all = append(all, parts...); over || next == "" || len(all) > 0 && len(parts) == 0 {
			return all, nil
		}
		page.After = next
	}
}

// many runs a change for each of some conversations, under a group of its own.
// The group is kept first: whatever a process that dies has done can be undone.
func (d *Desk) many(ctx context.Context, by Email, ids []ConversationID, change func(context.Context, ConversationID) (Conversation, error)) (BulkDone, error) {
	var once []ConversationID
	seen := map[ConversationID]bool{}
	for _, id := range ids {
		if !seen[id] && id != "" {
			seen[id] = true
			once = append(once, id)
		}
	}
	switch {
	case len(once) == 0:
		return BulkDone{}, invalid("Select at least one conversation.")
	case len(once) > MaxBulk:
		return BulkDone{}, invalid("At most %d conversations can be changed at once.", MaxBulk)
	}
	if _, ok := d.Policy().Member(by); !ok {
		return BulkDone{}, ErrNotFound
	}
	g := Group{ID: GroupID(rand.Text()), By: by, At: d.Now(), Conversations: once}
	if err := d.store.SaveGroup(ctx, g); err != nil {
		return BulkDone{}, err
	}
	done := BulkDone{Outcomes: make([]Outcome, len(once))}
	within, tells := gather(inGroup(ctx, g.ID))
	room := make(chan struct{}, bulkAtOnce)
	var all sync.WaitGroup
	for i, id := range once {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			c, err := change(within, id)
			done.Outcomes[i] = Outcome{ID: id, Conversation: c, Err: err,
				Changed: err == nil && slices.ContainsFunc(c.Recent, func(ev Event) bool { return ev.Group == g.ID })}
		})
	}
	all.Wait()
	d.tellAll(ctx, by, tells)
	if done.Changed() > 0 {
		done.Group = g.ID
	}
	return done, ctx.Err()
}
