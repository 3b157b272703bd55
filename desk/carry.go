package desk

import (
	"context"
	"errors"
	"slices"
)

// Bounds of what a kept record carries of the notes of threads that were merged
// into it. All notes are in the store; see Desk.Notes.
const (
	carriedNotes = 5        // of each thread, as many as a card shows
	carriedText  = 64 << 10 // bytes of their texts together, and of whom they name
)

// carry takes over what people wrote and owe in the thread.
func (j *Joined) carry(own *Conversation) {
	j.NoteCount, j.Notes, j.Todos = own.NoteCount, nil, nil
	for _, n := range own.Notes[max(0, len(own.Notes)-carriedNotes):] {
		n.In = own.ID
		j.Notes = append(j.Notes, n)
	}
	for _, t := range own.Todos {
		if t.Done() {
			t = Todo{ID: t.ID, DoneAt: t.DoneAt}
		}
		t.In = own.ID
		j.Todos = append(j.Todos, t)
	}
}

// fit leaves out the oldest notes of merged threads that are too much for the
// record.
func (e *edit) fit() {
	size := func(n Note) int {
		all := len(n.Text)
		for _, who := range slices.Concat(n.Mentions, n.Outside, n.Open) {
			all += len(who)
		}
		return all
	}
	total := 0
	for _, j := range e.Joined {
		for _, n := range j.Notes {
			total += size(n)
		}
	}
	for total > carriedText {
		oldest := -1
		for i, j := range e.Joined {
			if len(j.Notes) > 0 && (oldest < 0 || j.Notes[0].At.Before(e.Joined[oldest].Notes[0].At)) {
				oldest = i
			}
		}
		j := &e.Joined[oldest]
		total -= size(j.Notes[0])
		j.Notes = slices.Clone(j.Notes[1:])
	}
}

// AllNotes gives the newest notes of the conversation and of the threads that
// were merged into it, newest last; see Note.In.
func (c *Conversation) AllNotes() []Note {
	all := slices.Clone(c.Notes)
	for _, j := range c.Joined {
		all = append(all, j.Notes...)
	}
	slices.SortStableFunc(all, func(a, b Note) int { return a.At.Compare(b.At) })
	return all
}

// CountNotes counts the notes of the conversation and of the threads that were
// merged into it.
func (c *Conversation) CountNotes() int {
	n := c.NoteCount
	for _, j := range c.Joined {
		n += j.NoteCount
	}
	return n
}

// todosOf gives the merged thread that has a to-do, or "".
func (c *Conversation) todosOf(id TodoID) ConversationID {
	for _, j := range c.Joined {
		if slices.ContainsFunc(j.Todos, func(t Todo) bool { return t.ID == id }) {
			return j.ID
		}
	}
	return ""
}

// errThread asks for an edit of a merged record and of the one that it was
// merged into.
type errThread struct{ own, kept ConversationID }

func (errThread) Error() string { return "the thread was merged into another conversation" }

// changeThread is changeBy for what hangs on one thread. Of a merged thread its
// own record changes, and the kept one beside it, which tells of it and is
// given. of finds the merged thread that a change of the kept record is about;
// "" or no of = none. One read, and two more for a merged thread; one commit.
func (d *Desk) changeThread(ctx context.Context, by Email, id ConversationID, need Right, of func(*Conversation) ConversationID, fn func(*edit) error) (Conversation, error) {
	return d.updateThread(ctx, by, id, of, func(e *edit) error {
		if err := e.allow(need); err != nil {
			return err
		}
		return fn(e)
	})
}

// updateThread is changeThread without looking at rights.
func (d *Desk) updateThread(ctx context.Context, by Email, id ConversationID, of func(*Conversation) ConversationID, fn func(*edit) error) (c Conversation, err error) {
	for range maxMoves {
		c, err = d.update(ctx, id, by, func(e *edit) error {
			if e.Merged != nil {
				return errThread{e.ID, e.Merged.Into}
			}
			if of != nil {
				if own := of(e.Conversation); own != "" {
					return errThread{own, e.ID}
				}
			}
			return fn(e)
		})
		var at errThread
		if errors.As(err, &at) {
			_, c, err = d.updateBoth(ctx, at.own, at.kept, by, func(own, kept *edit) error {
				if own.Merged == nil || own.Merged.Into != kept.ID || kept.joined(own.ID) == nil {
					return errParted
				}
				if err := fn(own); err != nil || own.empty() {
					return err
				}
				kept.echo(own)
				return nil
			})
		}
		if !errors.Is(err, errParted) {
			return c, err
		}
	}
	return Conversation{}, ErrUnavailable
}

// errParted says that a thread was separated, or merged elsewhere, meanwhile.
var errParted = errors.New("the thread was separated meanwhile")

// echo has the kept record tell what changes in a merged thread in this edit.
func (e *edit) echo(own *edit) {
	e.beside, e.quiet = own, true
	for _, ev := range own.change.Events {
		told := ev
		told.In, told.Twin = own.ID, &Twin{Seq: ev.Seq, Version: ev.Version}
		if undoing[ev.root()].aspect == Talk {
			e.touch(Talk, e.by, e.now)
		}
		e.event(told)
	}
	e.reflect(own)
}

// reflect takes over what a merged thread's record says now.
func (e *edit) reflect(own *edit) {
	e.Joined = slices.Clone(e.Joined)
	e.joined(own.ID).note(own.Conversation)
	e.fit()
}

// errSeparated says that what an undo is about is in another conversation now.
var errSeparated = invalid("The thread that this is about was separated since. Undo it on that conversation's own card.")

// putThreadTodos undoes a change of a merged thread's to-do, in both records.
func (e *edit) putThreadTodos(ev, back *Event) error {
	own := e.beside
	if own == nil {
		return errBeside{ev.In}
	}
	if !e.holdsStill(ev) || own.Merged == nil || own.Merged.Into != e.ID || ev.Before == nil || ev.Twin == nil {
		return errSeparated
	}
	if err := own.putTodos(*ev.Before); err != nil {
		return err
	}
	for _, ev := range own.change.Events { // times that came meanwhile
		ev.In, ev.Twin = own.ID, &Twin{Seq: ev.Seq, Version: ev.Version}
		e.eventBy("", ev)
	}
	of := *back.Of
	of.Seq, of.Version = ev.Twin.Seq, ev.Twin.Version
	own.event(Event{Kind: EventTakenBack, Who: ev.Who, From: ev.From, To: ev.To, Of: &of})
	back.In, back.Twin = ev.In, &Twin{Seq: own.EventSeq, Version: own.Version + 1}
	e.reflect(own)
	return nil
}

// holdsStill tells whether the merged thread of an event has been merged all the
// while since.
func (e *edit) holdsStill(ev *Event) bool {
	j := e.joined(ev.In)
	return j != nil && ev.Version > j.Since
}
