package desk

import (
	"context"
	"slices"
)

// MaxNamed bounds the people whom one note names, the members of teams included.
const MaxNamed = 50

// mentions finds the people named in a text: those who see the conversation, and
// those who do not.
func (e *edit) mentions(text string) (see, outside []Email, err error) {
	named := e.policy.named(text, e.Mailbox, e.by)
	if len(named) > MaxNamed {
		return nil, nil, invalid("This names %d people; a note names at most %d. Name fewer.", len(named), MaxNamed)
	}
	for _, who := range named {
		if e.policy.roleIn(who, e.Conversation, e.now) == "" {
			outside = append(outside, who)
		} else {
			see = append(see, who)
		}
	}
	return see, outside, nil
}

// Shut gives those whom a note names and who cannot see the conversation at the
// moment, in two parts: with whom it may be shared, and the others.
func (d *Desk) Shut(c *Conversation, n Note) (may, never []Email) {
	p, now := d.Policy(), d.Now()
	for _, who := range slices.Concat(n.Outside, n.Mentions) {
		switch {
		case p.roleIn(who, c, now) != "":
		case p.SharesWith(who, c.Mailbox):
			may = append(may, who)
		default:
			never = append(never, who)
		}
	}
	return may, never
}

// answerMentions marks those mentions of the actor as done that stand above the
// note that they are writing, since their own last one, and gives them as they
// were.
func (e *edit) answerMentions() (open []Mention) {
	for _, n := range slices.Backward(e.Notes) {
		if n.By == e.by {
			break
		}
		if slices.Contains(n.Open, e.by) {
			open = append(open, Mention{Person: e.by, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: written(n)})
		}
	}
	e.putMentions(open, true)
	return open
}

// putMentions opens mentions, or marks them as done, and gives those that were not
// so already, as far as the record tells.
func (e *edit) putMentions(all []Mention, done bool) (put []Mention) {
	for _, m := range all {
		if slices.ContainsFunc(e.Notes, func(n Note) bool { return n.ID == m.Note && slices.Contains(n.Open, m.Person) != done }) {
			continue
		}
		put = append(put, m)
		m.Done = done
		e.mention(m)
	}
	return put
}

// openNamed gives somebody who sees the conversation from now on the mentions
// that its newest notes have for them.
func (e *edit) openNamed(who Email) {
	for _, n := range e.Notes {
		if slices.Contains(n.Outside, who) {
			e.mention(Mention{
				Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: e.now,
			})
		}
	}
}

// mention opens a mention, or marks one as dealt with, in the edit: in the
// person's list, and on the note where the record has it.
func (e *edit) mention(m Mention) {
	e.change.Mentions = append(e.change.Mentions, m)
	i := slices.IndexFunc(e.Notes, func(n Note) bool { return n.ID == m.Note })
	if i < 0 {
		return
	}
	var open []Email
	for _, who := range e.Notes[i].Open {
		if who != m.Person {
			open = append(open, who)
		}
	}
	if !m.Done {
		open = append(open, m.Person)
		slices.Sort(open) // however it came about, the same record
	}
	e.Notes = slices.Clone(e.Notes)
	e.Notes[i].Open = open
}

// OpenMentions gives the notes on the record in which a person is named and has
// not marked that as done.
func (c *Conversation) OpenMentions(who Email) map[NoteID]bool {
	open := map[NoteID]bool{}
	for _, n := range c.AllNotes() {
		if n.names(who) && slices.Contains(n.Open, who) {
			open[n.ID] = true
		}
	}
	return open
}

// names tells whether a note names a person, whoever could see it then.
func (n Note) names(who Email) bool {
	return n.By != who && (slices.Contains(n.Mentions, who) || slices.Contains(n.Outside, who))
}

// SettleMention marks a mention as dealt with. Of one that the record knows to be
// done, the person's list at the most is put right, and there is nothing to undo.
func (d *Desk) SettleMention(ctx context.Context, by Email, id ConversationID, note NoteID) (Conversation, error) {
	return d.changeThread(ctx, by, id, RightSee, nil, func(e *edit) error {
		if _, stopped := (Mention{Note: note}).Stopped(); note == doubledNote(id) || stopped {
			e.mention(Mention{Person: by, Conversation: id, Note: note, Mailbox: e.Mailbox, At: e.now, Done: true})
			e.quiet = true // there is no note, so nothing to undo
			return nil
		}
		if e.settled(note) {
			return nil
		}
		if slices.ContainsFunc(e.Notes, func(n Note) bool { return n.ID == note && !slices.Contains(n.Open, by) }) {
			e.quiet = true // it was, but for the person's list at the most
		} else {
			e.event(Event{Kind: EventMentionDone, Who: by, To: string(note)})
		}
		e.mention(Mention{
			Person: by, Conversation: id, Note: note, Mailbox: e.Mailbox, By: by, At: e.now, Done: true,
		})
		return nil
	})
}

// settled tells whether the newest events say that the actor has dealt with
// their mention in a note since it was last edited, or has answered it.
func (e *edit) settled(note NoteID) bool {
	for _, ev := range slices.Backward(e.Recent) {
		switch {
		case ev.answers(note, e.by):
			return ev.Kind == EventNoted || ev.Of.Redo
		case ev.To != string(note):
		case ev.Kind == EventNoteEdited:
			return false
		case ev.Kind == EventTakenBack && ev.Of.Kind == EventMentionDone && ev.Who == e.by:
			return ev.Of.Redo
		case ev.Kind == EventMentionDone && ev.Who == e.by:
			return true
		}
	}
	return false
}

// answers tells whether an event is of a person's note that answered their mention
// in another, or of undoing it.
func (ev *Event) answers(note NoteID, by Email) bool {
	return ev.root() == EventNoted && ev.By == by && ev.Before != nil &&
		slices.ContainsFunc(ev.Before.Answered, func(m Mention) bool { return m.Note == note })
}
