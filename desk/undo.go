package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// UndoFor is how long a change can be undone.
const UndoFor = 30 * 24 * time.Hour

// Undo takes one change of a conversation back, named by its event's number:
// what it changed is as it was, and all else stays. An undo is a change itself
// and is undone the same way. Who may make a change may undo their own;
// managers anybody's, but for notes and mentions, which are personal. What a
// label did, nobody knows whose, whoever has the right may undo. Once more
// changes nothing.
//
// *Conflict, with Acted, says who changed the same thing since; nothing is
// changed then. ErrInvalid says in words why it cannot be undone: mail that
// came or went, reads, changes older than UndoFor. One read, one commit; for a
// change that is no longer among the newest, the history since is read too.
func (d *Desk) Undo(ctx context.Context, by Email, id ConversationID, seq int64) (Conversation, error) {
	var r reading
	for {
		c, err := d.changeBy(ctx, by, id, RightSee, func(e *edit) error { return e.undo(seq, &r) })
		var pair errBeside
		if errors.As(err, &pair) {
			_, c, err = d.updateBoth(ctx, pair.other, id, by, func(own, e *edit) error {
				e.beside = own
				if err := e.allow(RightSee); err != nil {
					return err
				}
				return e.undo(seq, &r)
			})
		}
		if !errors.Is(err, errMoved) && !saidElsewhere(err) {
			return c, err
		}
		if r, err = d.readFor(ctx, id, seq); err != nil {
			return Conversation{}, err
		}
	}
}

// reading is what an undo read beside the record, at one version of it.
type reading struct {
	version int64
	events  []Event // from the one to be undone on, oldest first
	note    *Note
	people  [][]Email // how addresses stand
	known   []Identity
	notes   []Note // the newest ones, newest first; when a note goes away
}

// maxSince bounds the history that is read to find who acted since a change.
const maxSince = 2000

func (d *Desk) readFor(ctx context.Context, id ConversationID, seq int64) (reading, error) {
	c, err := d.store.Conversation(ctx, id)
	if err != nil {
		return reading{}, err
	}
	r := reading{version: c.Version}
	if r.events, err = d.readEvents(ctx, &c, seq); err != nil {
		return reading{}, err
	}
	if len(r.events) == 0 || r.events[0].Seq != seq {
		return reading{}, ErrNotFound
	}
	if ev := r.events[0]; undoing[ev.root()].note {
		n, err := d.store.Note(ctx, id, NoteID(ev.To))
		if err != nil {
			return reading{}, err
		}
		r.note = &n
	}
	if undoing[r.events[0].root()].people {
		r.people, r.known, err = d.readPeople(ctx, c.Mailbox, &r.events[0])
	}
	if r.events[0].root() == EventNoted {
		r.notes, _, err = d.store.Notes(ctx, id, Page{Limit: 100})
	}
	return r, err
}

// readEvents reads a record's history from an event on, oldest first.
func (d *Desk) readEvents(ctx context.Context, c *Conversation, seq int64) ([]Event, error) {
	var events []Event
	page := Page{Limit: 100}
	for len(events) == 0 || events[len(events)-1].Seq > seq {
		if len(events) >= maxSince {
			return nil, invalid("Too much has happened since to say whether it can be undone. Change it by hand.")
		}
		some, next, err := d.store.Events(ctx, c.ID, page)
		if err != nil {
			return nil, err
		}
		for _, ev := range some {
			if ev.Seq >= seq && ev.Seq <= c.EventSeq {
				events = append(events, ev)
			}
		}
		if page.After = next; next == "" {
			break
		}
	}
	slices.Reverse(events)
	return events, nil
}

// undo takes the event with a number back in this edit. errMoved asks for a
// reading at the record's version.
func (e *edit) undo(seq int64, r *reading) error {
	if seq < 1 || seq > e.EventSeq {
		return ErrNotFound
	}
	history, ok := e.Conversation.since(seq)
	if !ok {
		history = r.events
	}
	if !ok && r.version != e.Version {
		return errMoved
	}
	ev := history[0]
	u := undoing[ev.root()]
	if err := e.mayUndo(&ev, u); err != nil {
		return err
	}
	acted, done := later(history)
	switch {
	case e.Merged != nil:
		return e.elsewhere()
	case done:
		return nil
	case acted != nil:
		return e.acted(acted, u.aspect)
	case (u.note || u.people) && r.version != e.Version:
		return errMoved
	}
	back := Event{Kind: EventTakenBack, Who: ev.Who, From: ev.From, To: ev.To,
		Of: &TakenBack{Seq: ev.Seq, Version: ev.Version, Kind: ev.root(), Redo: ev.Kind == EventTakenBack && !ev.Of.Redo, By: ev.By}}
	if err := e.putBack(&ev, &back, r); err != nil {
		return err
	}
	if u.aspect != Joining { // which sees to them
		e.putFollowers(ev.Before)
	}
	e.touch(u.aspect, e.by, e.now)
	e.event(back)
	return nil
}

// mayUndo says why the actor cannot undo an event, whatever happened since.
func (e *edit) mayUndo(ev *Event, u undo) error {
	role := e.policy.roleIn(e.by, e.Conversation, e.now)
	switch manages := role == Manager || role == Admin; {
	case u.why != "":
		return invalid("%s", u.why)
	case ev.By == "" && ev.Via != ByLabel:
		return invalid(byRule)
	case u.aspect == "":
		return invalid("This kind of change cannot be undone. Change it by hand.")
	case ev.In != "" && u.aspect != Todos:
		return invalid("This was done in a thread that was merged into this conversation. Change it by hand, or separate the thread and undo it there.")
	case ev.In != "" && !e.holdsStill(ev):
		return errSeparated
	case !role.may(u.right, e.ShareTo(e.by, e.now)):
		return forbidden("%s", u.right.Refusal())
	case e.now.Sub(ev.At) > UndoFor:
		return invalid("This is more than 30 days ago and can no longer be undone. Change it by hand.")
	case ev.By == "": // a label: somebody of the team put it on, as whoever has the right could
	case ev.By != e.by && u.own:
		return forbidden("Only %s can undo this.", e.policy.NameOf(ev.By))
	case ev.By != e.by && !manages:
		return forbidden("%s did this. Only they or a manager can undo it.", e.policy.NameOf(ev.By))
	}
	return nil
}

// acted says who changed the same thing since.
func (e *edit) acted(ev *Event, a Aspect) error {
	return &Conflict{Aspect: a, By: ev.By, At: ev.At, Now: *e.Conversation, Acted: ev}
}

// since gives the history from an event on, oldest first, if the record carries
// all of it.
func (c *Conversation) since(seq int64) ([]Event, bool) {
	i := slices.IndexFunc(c.Recent, func(ev Event) bool { return ev.Seq == seq })
	if i < 0 || c.Recent[len(c.Recent)-1].Seq != c.EventSeq {
		return nil, false
	}
	return c.Recent[i:], true
}

// later looks through a history, oldest first, for what happened since its
// first event to the thing that this one changed: the newest change that still
// holds, and whether the event was undone already. A change that was undone,
// and its undo, do not count.
func later(history []Event) (acted *Event, done bool) {
	first := &history[0]
	t := first.thing()
	void := map[int64]bool{} // versions whose changes of the thing were undone
	for i := len(history) - 1; i > 0; i-- {
		ev := &history[i]
		if ev.Version == first.Version || !ev.changes(t) || void[ev.Version] {
			continue
		}
		if ev.Kind == EventTakenBack && ev.Of != nil {
			if ev.Of.Version == first.Version {
				return acted, acted == nil
			}
			if ev.Of.Version > first.Version {
				void[ev.Of.Version] = true
				continue
			}
		}
		if acted == nil {
			acted = ev
		}
	}
	return acted, false
}

// Undoable gives the numbers of those of the conversation's recent events that
// a person is offered to undo, as far as the record tells. A move that came
// with a reply is not among them, lest it be taken for undoing the reply.
func (d *Desk) Undoable(by Email, v View) map[int64]bool {
	return d.undoable(by, v, v.Recent, len(v.Recent))
}

// UndoableOf is Undoable for a page of the history, newest first. One read for
// each hundred events since, unless the page begins with the newest.
func (d *Desk) UndoableOf(ctx context.Context, by Email, v View, events []Event) (map[int64]bool, error) {
	if len(events) == 0 {
		return nil, nil
	}
	history := slices.Clone(events)
	slices.Reverse(history)
	if oldest := history[0].Seq; history[len(history)-1].Seq < v.EventSeq {
		r, err := d.readEvents(ctx, &v.Conversation, oldest)
		if errors.Is(err, ErrInvalid) {
			return nil, nil // too long ago to say
		}
		if err != nil {
			return nil, err
		}
		history = r
	}
	return d.undoable(by, v, history, len(events)), nil
}

// undoable judges the first n events of a history, oldest first.
func (d *Desk) undoable(by Email, v View, history []Event, n int) map[int64]bool {
	e := edit{Conversation: &v.Conversation, policy: d.Policy(), by: by, now: d.Now()}
	out := map[int64]bool{}
	replies := map[int64]bool{} // versions
	for _, ev := range history {
		replies[ev.Version] = replies[ev.Version] || ev.Kind == EventAnswered || ev.Kind == EventUndone
	}
	for i, ev := range history[:min(n, len(history))] {
		erased := undoing[ev.root()].note && slices.ContainsFunc(v.Notes, func(n Note) bool { return string(n.ID) == ev.To && n.Erased() })
		if erased || replies[ev.Version] || e.mayUndo(&ev, undoing[ev.root()]) != nil {
			continue
		}
		if acted, done := later(history[i:]); acted == nil && !done {
			out[ev.Seq] = true
		}
	}
	return out
}
