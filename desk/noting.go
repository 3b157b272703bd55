package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// AddNote writes an internal remark. once tells one press of the button from
// another: the same person's same once writes one note however often it is
// sent; "" is always a note of its own. "@name" names a member or a team. Who is
// named and cannot see the conversation is kept in the note's Outside, and is
// told nothing until it is shared with them. A mention of the writer's own is
// answered by the note, and so is done. Two reads, one commit.
func (d *Desk) AddNote(ctx context.Context, by Email, id ConversationID, once, text string) (Conversation, error) {
	text, err := cleanNote(text)
	if err != nil {
		return Conversation{}, err
	}
	note := NoteID(digest("note", string(id), string(by), once))
	if _, err := d.store.Note(ctx, id, note); err == nil && once != "" {
		return d.changeBy(ctx, by, id, RightNote, func(*edit) error { return nil })
	} else if err != nil && !isNotFound(err) {
		return Conversation{}, err
	}
	return d.changeBy(ctx, by, id, RightNote, func(e *edit) error {
		if once == "" {
			note = NoteID(digest("note", string(id), string(by), "", strconv.FormatInt(e.Version+1, 10)))
		}
		if slices.ContainsFunc(e.Notes, func(n Note) bool { return n.ID == note }) {
			return nil
		}
		see, outside, err := e.mentions(text)
		if err != nil {
			return err
		}
		answered := e.answerMentions()
		e.write(Note{ID: note, By: by, At: e.now, Text: text, Mentions: see, Outside: outside}, nil)
		e.NoteCount++
		e.touch(Talk, by, e.now)
		ev := Event{Kind: EventNoted, To: string(note)}
		if len(answered) > 0 {
			ev.Before = &Before{Answered: answered}
		}
		e.event(ev)
		return nil
	})
}

// EditNote changes a note's text; only its author may, and the earlier text
// stays readable.
func (d *Desk) EditNote(ctx context.Context, by Email, id ConversationID, note NoteID, text string) (Conversation, error) {
	if strings.TrimSpace(text) == "" {
		return Conversation{}, invalid("A note cannot be empty. To take it away for good, delete it instead; nothing was changed.")
	}
	text, err := cleanNote(text)
	if err != nil {
		return Conversation{}, err
	}
	return d.changeNote(ctx, by, id, note, func(e *edit, n Note) error { return e.rewrite(n, text) })
}

// changeNote changes one note, which fn gets whole. The record carries notes
// without their earlier texts, so the whole one is read beside it; whoever
// changes the record in between comes first. Three reads, one commit.
func (d *Desk) changeNote(ctx context.Context, by Email, id ConversationID, note NoteID, fn func(*edit, Note) error) (Conversation, error) {
	for {
		read, err := d.store.Conversation(ctx, id)
		if isNotFound(err) {
			return Conversation{}, ErrNotFound
		}
		if err != nil {
			return Conversation{}, err
		}
		n, err := d.store.Note(ctx, id, note)
		if err != nil && !isNotFound(err) {
			return Conversation{}, err
		}
		c, err := d.changeThread(ctx, by, id, RightNote, nil, func(e *edit) error {
			switch {
			case e.Version != read.Version:
				return errMoved
			case n.ID == "" || n.Gone:
				return ErrNotFound
			}
			return fn(e, n)
		})
		if !errors.Is(err, errMoved) {
			return c, err
		}
	}
}

// errMoved says that the record changed between reading and writing.
var errMoved = errors.New("the record moved on")

// rewrite gives a note of the editor's own another text.
func (e *edit) rewrite(n Note, text string) error {
	if n.By != e.by {
		return forbidden("Only %s can change this note. Write one of your own.", e.policy.NameOf(n.By))
	}
	if n.Erased() {
		return invalid("This note was deleted. Write a new one.")
	}
	if n.Text == text {
		return nil
	}
	see, outside, err := e.mentions(text)
	if err != nil {
		return err
	}
	was := &Before{Named: n.Mentions, Outside: n.Outside}
	known := slices.Concat(n.Mentions, n.Outside)
	n.Earlier = append(slices.Clone(n.Earlier), NoteVersion{Text: n.Text, At: written(n)})
	if k := len(n.Earlier) - MaxNoteVersions; k > 0 {
		n.Earlier = slices.Clone(n.Earlier[k:])
	}
	n.Text, n.Mentions, n.Outside, n.EditedAt = text, see, outside, e.now
	e.write(n, known)
	was.Opened = e.newlyOpen(e.was.notes, e.Notes)
	e.touch(Talk, e.by, e.now)
	e.event(Event{Kind: EventNoteEdited, To: string(n.ID), Before: was})
	return nil
}

func written(n Note) time.Time {
	if n.EditedAt.IsZero() {
		return n.At
	}
	return n.EditedAt
}

// write puts a note into the edit: into the record's newest notes, into the
// store, and as mentions of those named now and not known before. The record keeps
// notes without their earlier texts, which would let it grow without bound.
func (e *edit) write(n Note, known []Email) {
	e.change.Notes = append(e.change.Notes, n)
	kept := e.keptNote(n)
	if i := slices.IndexFunc(e.Notes, func(o Note) bool { return o.ID == n.ID }); i >= 0 {
		e.Notes = slices.Clone(e.Notes)
		e.Notes[i] = kept
	} else if n.EditedAt.IsZero() {
		e.Notes = append(slices.Clone(e.Notes), kept)
		if k := len(e.Notes) - KeptNotes; k > 0 {
			e.Notes = e.Notes[k:]
		}
	}
	for _, who := range n.Mentions {
		if who != n.By && !slices.Contains(known, who) {
			e.mention(Mention{
				Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: e.now,
			})
		}
	}
}

func cleanNote(text string) (string, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "�"))
	switch {
	case text == "":
		return "", invalid("Write the note first.")
	case utf8.RuneCountInString(text) > MaxNote:
		return "", invalid("A note has at most %d characters. Yours was kept in the field: shorten it or split it.", MaxNote)
	}
	return text, nil
}
