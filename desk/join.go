package desk

import (
	"slices"
	"time"
)

// join merges the record beside this one into it, and writes the events.
func (e *edit) join(hold Holds) error {
	moved, err := e.merge(time.Time{}, "", hold)
	if err == nil {
		e.event(Event{Kind: EventMerged, To: string(e.beside.ID), Why: e.beside.title(), Before: moved})
		e.touch(Joining, e.by, e.now)
	}
	return err
}

// merge is join without the kept record's event; one that is made again has its
// first maker and time. It gives what an undo of other changes must know: where
// the kept one stood and who held it, if that is otherwise now.
func (e *edit) merge(at time.Time, by Email, hold Holds) (*Before, error) {
	own := e.beside
	switch {
	case own.Mailbox != e.Mailbox:
		return nil, invalid("The two are in different mailboxes, where different people work, so they cannot be merged. Answer one of them, and close the other with a note.")
	case own.Status == Spam || e.Status == Spam:
		return nil, invalid("Spam is not merged. Mark it as open first if it is none.")
	case own.Merged != nil || e.Merged != nil:
		return nil, errMoved
	case len(own.Joined) > 0:
		return nil, invalid("Both have other threads merged into them. Separate those of one first.")
	case own.toGo() > 0:
		return nil, invalid("A reply in the other conversation is on its way, or waits to go. Merge when it has gone.")
	case own.shared():
		return nil, invalid("The other conversation is shared with somebody, who would go on reading it. Stop that first, or open it and merge this one into it.")
	case len(own.OpenTodos(e.now))+len(e.OpenTodos(e.now)) > MaxTodos:
		return nil, invalid("Together they have more than %d to-dos that are not done. Do some first.", MaxTodos)
	case len(e.Joined) >= MaxJoined:
		return nil, invalid("At most %d threads can be merged into one conversation.", MaxJoined)
	}
	if at.IsZero() {
		at, by = e.now, e.by
	}
	j := Joined{ID: own.ID, By: by, At: at, Since: e.Version + 1, Stood: e.standing0()}
	j.note(own.Conversation)
	e.inherit(own, at)
	j.Left = e.standing0()
	held := e.holding()
	if err := e.bring(&j, own, hold); err != nil {
		return nil, err
	}
	e.takeBounce(own)
	e.Joined = append(slices.Clone(e.Joined), j)
	e.fit()
	own.Merged = &Merged{Into: e.ID, Subject: e.title(), By: by, At: at, Standing: own.standing0()}
	if own.Status.Active() {
		own.end(at, by)
	}
	own.Status, own.Unanswered, own.Nap = Closed, time.Time{}, nil
	own.event(Event{Kind: EventMergedInto, To: string(e.ID), Why: e.title()})
	own.touch(Progress, e.by, e.now)
	return e.heldElsewhere(e.stoodElsewhere(j.Stood), held), nil
}

// heldElsewhere adds who held the record, if that is somebody else now.
func (e *edit) heldElsewhere(b *Before, held Holding) *Before {
	if held.Assignee == e.Assignee {
		return b
	}
	if b == nil {
		b = &Before{}
	}
	b.Holding = &held
	return b
}

// title is by which a line of history names another conversation.
func (c *Conversation) title() string { return cut(oneLine(c.Subject), 100) }

// shared tells whether somebody reads the conversation by a share.
func (e *edit) shared() bool {
	return slices.ContainsFunc(e.Shares, func(s Share) bool { return s.Live(e.now) })
}

// stoodElsewhere gives where the record stood if it stands elsewhere now.
func (e *edit) stoodElsewhere(stood Standing) *Before {
	if stood.same(e.standing0()) {
		return nil
	}
	e.touch(Progress, e.by, e.now)
	return &Before{Standing: &stood}
}

// inherit takes over what the team owes in the other thread: the kept one opens
// when the other is open, who waits there waits here, and the earliest promise
// of a first reply holds.
func (e *edit) inherit(own *edit, at time.Time) {
	if own.Status == Open && e.Status != Open {
		if !e.Status.Active() {
			e.begin(at, "another thread was merged into it", 0)
		}
		e.Status, e.Nap = Open, nil
	}
	if w := own.Unanswered; e.Status == Open && !w.IsZero() && (e.Unanswered.IsZero() || w.Before(e.Unanswered)) {
		e.Unanswered = w
	}
	theirs, ours := own.Episode(), e.Episode()
	if !own.Status.Active() || theirs == nil || ours == nil || !e.Status.Active() {
		return
	}
	if due := theirs.ReplyDue; theirs.RepliedAt.IsZero() && ours.RepliedAt.IsZero() && !due.IsZero() && (ours.ReplyDue.IsZero() || due.Before(ours.ReplyDue)) {
		ours.ReplyDue = due
	}
}
