package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// AddNote writes an internal remark. once tells one press of the button from
// another: the same person's same once writes one note however often it is
// sent; "" is always a note of its own. "@name" names a member; each must be able to see the conversation.
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
		named, err := e.mentions(text)
		if err != nil {
			return err
		}
		e.write(Note{ID: note, By: by, At: e.now, Text: text, Mentions: named}, nil)
		e.NoteCount++
		e.touch(Talk, by, e.now)
		e.event(Event{Kind: EventNoted, To: string(note)})
		return nil
	})
}

// EditNote changes a note's text; only its author may, and the earlier text
// stays readable.
func (d *Desk) EditNote(ctx context.Context, by Email, id ConversationID, note NoteID, text string) (Conversation, error) {
	text, err := cleanNote(text)
	if err != nil {
		return Conversation{}, err
	}
	for {
		// The record carries notes without their earlier texts, so the whole note
		// is read beside it; whoever changes the record in between comes first.
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
		c, err := d.changeBy(ctx, by, id, RightNote, func(e *edit) error {
			switch {
			case e.Version != read.Version:
				return errMoved
			case n.ID == "" || n.Gone:
				return ErrNotFound
			}
			return e.rewrite(n, text)
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
	if n.Text == text {
		return nil
	}
	named, err := e.mentions(text)
	if err != nil {
		return err
	}
	before := n.Mentions
	n.Earlier = append(slices.Clone(n.Earlier), NoteVersion{Text: n.Text, At: written(n)})
	if k := len(n.Earlier) - MaxNoteVersions; k > 0 {
		n.Earlier = slices.Clone(n.Earlier[k:])
	}
	n.Text, n.Mentions, n.EditedAt = text, named, e.now
	e.write(n, before)
	e.touch(Talk, e.by, e.now)
	e.event(Event{Kind: EventNoteEdited, To: string(n.ID)})
	return nil
}

func written(n Note) time.Time {
	if n.EditedAt.IsZero() {
		return n.At
	}
	return n.EditedAt
}

// write puts a note into the edit: into the record's newest notes, into the
// store, and as mentions of those named now and not before. The record keeps
// notes without their earlier texts, which would let it grow without bound.
func (e *edit) write(n Note, named []Email) {
	e.change.Notes = append(e.change.Notes, n)
	kept := n
	kept.Earlier, kept.Withdrawn = nil, nil
	kept.Versions = len(n.Earlier)
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
		if who != n.By && !slices.Contains(named, who) {
			e.change.Mentions = append(e.change.Mentions, Mention{
				Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: e.now,
			})
		}
	}
}

// mentions finds the members named in a text by "@name". A name is a member's
// label, the part of the address before the @, the first name if it is
// nobody else's, or the whole address. Who is named must see the conversation.
func (e *edit) mentions(text string) ([]Email, error) {
	var out []Email
	for _, word := range atWords(text) {
		m, ok := e.policy.Named(word)
		if !ok {
			continue
		}
		if e.policy.roleIn(m.Email, e.Conversation, e.now) == "" {
			return nil, invalid("%s cannot see this conversation. Share it first, then name them in a note.", m.Name)
		}
		if !slices.Contains(out, m.Email) {
			out = append(out, m.Email)
		}
	}
	return out, nil
}

// Named finds the one member whom a word after @ names.
func (p *Policy) Named(word string) (Member, bool) {
	word = strings.ToLower(strings.TrimRight(word, "."))
	match := func(of func(Member) string) (Member, bool) {
		var found []Member
		for _, m := range p.Members {
			if strings.ToLower(of(m)) == word {
				found = append(found, m)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
		return Member{}, false
	}
	for _, of := range []func(Member) string{
		func(m Member) string { return string(m.Email) },
		func(m Member) string { return m.Label },
		func(m Member) string { local, _, _ := strings.Cut(string(m.Email), "@"); return local },
		func(m Member) string { first, _, _ := strings.Cut(m.Name, " "); return first },
	} {
		if m, ok := match(of); ok {
			return m, true
		}
	}
	return Member{}, false
}

// atWords gives the words that follow an @ at the start of a word.
func atWords(text string) []string {
	var out []string
	start := true
	for i, r := range text {
		if r == '@' && start {
			rest := text[i+1:]
			end := strings.IndexFunc(rest, func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._+-@", r)
			})
			if end < 0 {
				end = len(rest)
			}
			if end > 0 {
				out = append(out, rest[:end])
			}
		}
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' && r != '-' && r != '+'
	}
	return out
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

// SettleMention marks a mention as dealt with. Once more, with nothing edited
// in between, changes nothing.
func (d *Desk) SettleMention(ctx context.Context, by Email, id ConversationID, note NoteID) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightSee, func(e *edit) error {
		if note == doubledNote(id) {
			e.change.Mentions = append(e.change.Mentions, Mention{Person: by, Conversation: id, Note: note, Mailbox: e.Mailbox, At: e.now, Done: true})
			e.quiet = true // there is no note, so nothing to undo
			return nil
		}
		if e.settled(note) {
			return nil
		}
		e.change.Mentions = append(e.change.Mentions, Mention{
			Person: by, Conversation: id, Note: note, Mailbox: e.Mailbox, By: by, At: e.now, Done: true,
		})
		e.event(Event{Kind: EventMentionDone, Who: by, To: string(note)})
		return nil
	})
}

// settled tells whether the newest events say that the actor has dealt with
// their mention in a note since it was last edited.
func (e *edit) settled(note NoteID) bool {
	for _, ev := range slices.Backward(e.Recent) {
		switch {
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
