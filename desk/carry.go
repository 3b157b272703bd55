package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
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
		for _, who := range slices.Concat(n.Mentions, n.Outside) {
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
					return errMoved
				}
				if err := fn(own); err != nil || own.empty() {
					return err
				}
				kept.echo(own)
				return nil
			})
		}
		if !errors.Is(err, errMoved) {
			break
		}
	}
	return c, err
}

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

// stretchOf is how far a list of notes has gone in one record.
type stretchOf struct {
	ID   ConversationID `json:"c"`
	From Next           `json:"f,omitempty"` // where its stretch begins
	Skip int            `json:"s,omitempty"` // how many of it were given already
}

// allNotes pages through the notes of a conversation and of the threads that
// were merged into it, newest first. A page may be shorter than asked for. One
// query for each thread that has notes.
func (d *Desk) allNotes(ctx context.Context, c *Conversation, page Page) (out []Note, next Next, err error) {
	at := []stretchOf{{ID: c.ID}}
	for _, j := range c.Joined {
		if j.NoteCount > 0 {
			at = append(at, stretchOf{ID: j.ID})
		}
	}
	if len(at) == 1 {
		return d.store.Notes(ctx, c.ID, page)
	}
	known := at
	if page.After != "" {
		if at, err = stretches(page.After); err != nil {
			return nil, "", err
		}
	}
	type row struct {
		notes []Note
		next  Next
	}
	rows := make([]row, len(at))
	for i, s := range at {
		if !slices.ContainsFunc(known, func(k stretchOf) bool { return k.ID == s.ID }) {
			continue // separated meanwhile
		}
		some, more, err := d.store.Notes(ctx, s.ID, Page{After: s.From, Limit: min(page.Limit+s.Skip, 100)})
		if err == nil && len(some) <= s.Skip && more != "" { // some went away
			at[i].From, at[i].Skip = more, 0
			some, more, err = d.store.Notes(ctx, s.ID, Page{After: more, Limit: page.Limit})
		}
		if err != nil {
			return nil, "", err
		}
		rows[i] = row{some[min(at[i].Skip, len(some)):], more}
	}
	for len(out) < page.Limit {
		best := -1
		for i, r := range rows {
			if len(r.notes) > 0 && (best < 0 || r.notes[0].At.After(rows[best].notes[0].At)) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		n, r := rows[best].notes[0], &rows[best]
		if s := &at[best]; s.ID != c.ID {
			n.In = s.ID
		}
		out = append(out, n)
		at[best].Skip++
		if r.notes = r.notes[1:]; len(r.notes) == 0 {
			if at[best].From, at[best].Skip = r.next, 0; r.next != "" {
				break // what comes next there may be newer than what the others have
			}
			at[best].ID = "" // it has no more
		}
	}
	var left []stretchOf
	for i, s := range at {
		if s.ID != "" && (len(rows[i].notes) > 0 || rows[i].next != "") {
			left = append(left, s)
		}
	}
	if len(left) == 0 {
		return out, "", nil
	}
	data, err := json.Marshal(left)
	return out, Next(base64.RawURLEncoding.EncodeToString(data)), err
}

func stretches(n Next) (at []stretchOf, err error) {
	data, err := base64.RawURLEncoding.DecodeString(string(n))
	if err == nil {
		err = json.Unmarshal(data, &at)
	}
	if err != nil || len(at) > MaxJoined+1 || slices.ContainsFunc(at, func(s stretchOf) bool { return s.Skip < 0 || s.Skip > 100 }) {
		return nil, ErrInvalid
	}
	return at, nil
}
