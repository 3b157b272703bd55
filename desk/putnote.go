package desk

import (
	"slices"
	"time"
)

// putMention opens a mention that was dealt with, or the other way round.
func (e *edit) putMention(ev *Event, n Note) error {
	done := ev.Kind == EventTakenBack && !ev.Of.Redo
	switch i := slices.IndexFunc(e.Notes, func(o Note) bool { return o.ID == n.ID }); {
	case i < 0 || slices.Contains(e.Notes[i].Open, ev.Who) == done:
	case done:
		return invalid("It is marked as done already.")
	default:
		return invalid("It is not marked as done any more.")
	}
	e.mention(Mention{
		Person: ev.Who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: e.namedAt(ev.Who, n), Done: done,
	})
	return nil
}

// namedAt is when the text of a note began to name a person.
func (e *edit) namedAt(who Email, n Note) time.Time {
	at := written(n)
	for _, v := range slices.Backward(n.Earlier) {
		if !slices.Contains(e.policy.named(v.Text, e.Mailbox, n.By), who) {
			break
		}
		at = v.At
	}
	return at
}

// putNote takes the newest text of a note away, or brings back one that was
// taken away.
func (e *edit) putNote(ev, back *Event, n Note) error {
	now, before := NoteVersion{Text: n.Text, At: written(n)}, n
	back.Before = &Before{Written: now.At, Named: n.Mentions, Outside: n.Outside}
	again := ev.Kind == EventTakenBack && !ev.Of.Redo
	if ev.Before == nil {
		return errOldChange
	}
	if again {
		i := slices.IndexFunc(n.Withdrawn, func(v NoteVersion) bool { return v.At.Equal(ev.Before.Written) })
		if i < 0 {
			return invalid("The text that was taken back is no longer kept. Edit the note instead.")
		}
		v := n.Withdrawn[i]
		n.Withdrawn = slices.Delete(slices.Clone(n.Withdrawn), i, i+1)
		n.Earlier = newest(append(slices.Clone(n.Earlier), now))
		n.Text, n.EditedAt = v.Text, v.At
	} else {
		if len(n.Earlier) == 0 {
			return errOldChange
		}
		v := n.Earlier[len(n.Earlier)-1]
		n.Withdrawn = newest(append(slices.Clone(n.Withdrawn), now))
		n.Earlier = slices.Clone(n.Earlier[:len(n.Earlier)-1])
		n.Text, n.EditedAt = v.Text, v.At
		if v.At.Equal(n.At) {
			n.EditedAt = time.Time{}
		}
	}
	n.Mentions, n.Outside = ev.Before.Named, ev.Before.Outside
	e.rewritten(ev, n, before, again)
	back.Before.Opened, back.Before.Answered = e.newlyOpen(e.was.notes, e.Notes), e.newlyOpen(e.Notes, e.was.notes)
	return nil
}

func newest(all []NoteVersion) []NoteVersion {
	return all[max(0, len(all)-MaxNoteVersions):]
}

// rewritten writes a note whose text is another than before. An edit opens
// mentions for those whom it names newly and closes none; so undoing it closes
// those, and making it again opens them. Of a note on the record it is known which
// were open.
func (e *edit) rewritten(ev *Event, n, before Note, again bool) {
	e.change.Notes = append(e.change.Notes, n)
	if i := slices.IndexFunc(e.Notes, func(o Note) bool { return o.ID == n.ID }); i >= 0 {
		e.Notes = slices.Clone(e.Notes)
		e.Notes[i] = e.keptNote(n)
		e.putMentions(ev.Before.Answered, false)
		e.putMentions(ev.Before.Opened, true)
		return
	}
	more, less := before, n
	if again {
		more, less = n, before
	}
	for _, who := range more.Mentions {
		if who != n.By && !less.names(who) {
			e.mention(Mention{
				Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: written(n), Done: !again})
		}
	}
}

// putAway takes a note that was written away, with its mentions, or brings it back
// with those that were open then. newest are the store's newest notes, newest
// first: an older one takes its place in the record.
func (e *edit) putAway(ev, back *Event, n Note, newest []Note) {
	n.Gone = ev.Kind != EventTakenBack || ev.Of.Redo
	open := n.Mentions // of a note that the record had no room for
	if i := slices.IndexFunc(e.Notes, func(o Note) bool { return o.ID == n.ID }); i >= 0 {
		open = e.Notes[i].Open
	}
	if n.Gone {
		back.Before.Open = open
	} else if ev.Before != nil {
		open = ev.Before.Open
	}
	e.change.Notes = append(e.change.Notes, n)
	e.Notes = slices.DeleteFunc(slices.Clone(e.Notes), func(o Note) bool { return o.ID == n.ID })
	if n.Gone {
		e.NoteCount--
		for _, o := range shown(newest) {
			known := o.ID == n.ID || slices.ContainsFunc(e.Notes, func(k Note) bool { return k.ID == o.ID })
			if !known && len(e.Notes) < min(KeptNotes, e.NoteCount) {
				e.Notes = append(e.Notes, e.keptNote(o))
			}
		}
	} else {
		e.NoteCount++
		e.Notes = append(e.Notes, e.keptNote(n))
	}
	slices.SortStableFunc(e.Notes, func(a, b Note) int { return a.At.Compare(b.At) })
	if k := len(e.Notes) - KeptNotes; k > 0 {
		e.Notes = e.Notes[k:]
	}
	for _, who := range slices.Concat(n.Mentions, n.Outside) {
		if who != n.By && (n.Gone || slices.Contains(open, who)) {
			e.mention(Mention{
				Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: e.namedAt(who, n), Done: n.Gone})
		}
	}
}

// keptNote is a note as the record carries it: without its other texts, and with
// those whose mention is open.
func (e *edit) keptNote(n Note) Note {
	n.Earlier, n.Withdrawn, n.Versions, n.Open = nil, nil, len(n.Earlier), nil
	for _, was := range e.Notes {
		if was.ID == n.ID {
			n.Open = was.Open
		}
	}
	return n
}

// shown leaves out the notes that were taken away.
func shown(notes []Note) []Note {
	return slices.DeleteFunc(slices.Clone(notes), func(n Note) bool { return n.Gone })
}
