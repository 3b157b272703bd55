package addon

import (
	"fmt"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// shownNotes is how many notes the card itself shows.
const shownNotes = 5

// altNote is how many characters of a note are read aloud with its button, to
// tell it from another of the same minute.
const altNote = 40

// notes shows the newest notes and offers to write one.
func (d drawing) notes() card.Section {
	s := card.Section{Header: card.Text("Notes")}
	all := d.v.CountNotes()
	if all > 0 {
		s.Header = card.Text(fmt.Sprintf("Notes (%d)", all))
	}
	notes := d.v.AllNotes()
	if len(notes) > shownNotes {
		notes = notes[len(notes)-shownNotes:]
	}
	if more := all - len(notes); more > 0 {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: fmt.Sprintf("Show %d earlier", more), Click: d.do("notes")}})
	}
	for _, n := range notes {
		s.Widgets = append(s.Widgets, d.noteLine(n))
	}
	if !d.v.May(desk.RightNote) {
		if len(s.Widgets) == 0 {
			s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("No notes yet.")})
		}
		return s
	}
	s.Widgets = append(s.Widgets,
		card.TextInput{Name: "note", Label: "Write a note", Hint: d.readers() + ". Name a colleague with @name.", Value: d.rq.typedNote, Multiline: true, Limit: desk.MaxNote})
	buttons := card.Buttons{{Text: "Add note", Click: d.with("note", "once", d.a.o.Once())}}
	if d.v.May(desk.RightAssign) { // who gets suggestions
		s.Widgets = append(s.Widgets, d.mentionInput())
		buttons = append(buttons, d.todoButton())
	}
	s.Widgets = append(s.Widgets, buttons)
	return s
}

// readers says who sees what is written on the card.
func (d drawing) readers() string {
	var guests []string
	for _, s := range d.v.Shares {
		if s.Live(d.rq.r.now) && s.To != d.rq.who {
			guests = append(guests, named(d.p, s.To))
		}
	}
	switch {
	case d.v.Role == desk.Guest:
		return "The team sees it, and everybody with whom this is shared"
	case len(guests) > 0:
		return "The team sees it, and with whom it is shared: " + listed(guests)
	}
	return "Only the team sees it"
}

// with is do for an action that needs an input filled.
func (d drawing) with(verb, key, value string) card.Action {
	act := d.do(verb, key, value)
	act.Required = []string{verb}
	return act
}

// noteLine is one note, or what is left of a deleted one.
func (d drawing) noteLine(n desk.Note) card.Widget {
	if n.Erased() {
		return card.DecoratedText{Wrap: true, Text: card.Italic(tombstone(d.p, d.rq.r, n))}
	}
	line := card.DecoratedText{Top: named(d.p, n.By) + " · " + d.rq.r.at(n.At), Wrap: true, Text: mentioned(d.p, d.v.Mailbox, n)}
	if !n.EditedAt.IsZero() {
		line.Bottom = "edited " + d.rq.r.at(n.EditedAt)
	}
	if from := d.inThread(n.In); from != "" && line.Bottom != "" {
		line.Bottom = from + " · " + line.Bottom
	} else {
		line.Bottom += from
	}
	may, never := d.a.o.Desk.Shut(&d.v.Conversation, n)
	if shut := append(may, never...); len(shut) > 0 {
		if line.Bottom != "" {
			line.Bottom += " · "
		}
		line.Bottom += d.a.names(shut) + " cannot see it"
	}
	id, opens := string(n.ID), card.Isolate(card.Plain(n.Text, altNote))
	which := named(d.p, n.By) + ", " + d.rq.r.at(n.At) + ": " + opens
	switch {
	case d.open[n.ID]:
		line.End = card.Button{Text: "Done", Alt: "Done with the note that names you, by " + which, Click: d.at(n.In, "mention-done", "n", id, "at", "card")}
	case n.By == d.rq.who && d.v.May(desk.RightNote):
		line.End = card.Button{Text: "Edit", Alt: "Edit or delete your note of " + d.rq.r.at(n.At) + ": " + opens, Click: d.at(n.In, "note-form", "n", id)}
	case n.Versions > 0:
		line.End = card.Button{Text: "Earlier", Alt: "Show the earlier texts of the note by " + which, Click: d.at(n.In, "note-versions", "n", id)}
	case d.v.MayErase(d.rq.who, n):
		line.End = card.Button{Text: "More", Alt: "More on the note by " + which, Click: d.at(n.In, "note-versions", "n", id)}
	}
	return line
}

// tombstone says that a note was deleted, by whom and when.
func tombstone(p *desk.Policy, r reader, n desk.Note) string {
	whose := "a note"
	if n.By != n.ErasedBy {
		whose = "a note by " + named(p, n.By)
	}
	return fmt.Sprintf("%s deleted %s %s", named(p, n.ErasedBy), whose, r.then(n.ErasedAt))
}

// mayNotEdit says why a note is not the person's to change.
func (d drawing) mayNotEdit(n desk.Note) string {
	switch {
	case !d.v.May(desk.RightNote):
		return desk.RightNote.Refusal()
	case n.By != d.rq.who:
		return "Only " + named(d.p, n.By) + " can change this note. Write one of your own."
	}
	return ""
}

// mayNotErase says why a note is not the person's to delete.
func (d drawing) mayNotErase(n desk.Note) string {
	switch {
	case d.v.MayErase(d.rq.who, n):
		return ""
	case !d.v.May(desk.RightNote):
		return desk.RightNote.Refusal()
	case n.Erased():
		return tombstone(d.p, d.rq.r, n) + " already."
	}
	return "Only " + named(d.p, n.By) + " or a manager can delete this note."
}

func (d drawing) noteForm(n desk.Note, fault string) card.Card {
	if n.Erased() {
		return d.versionsCard(n)
	}
	text := n.Text
	if d.rq.ev.Parameter("form") != "" {
		text = d.typed("text")
	}
	ws := []card.Widget{card.TextInput{Name: "text", Label: "Note", Hint: "Earlier texts stay readable for the team", Value: text, Multiline: true, Limit: desk.MaxNote}}
	if d.v.May(desk.RightAssign) { // who gets suggestions
		pick := d.mentionInput()
		pick.Value = d.typed("mention")
		ws = append(ws, pick)
	}
	ws = append(ws,
		card.DecoratedText{Text: card.Text("What it said before"), End: card.Button{Text: "Earlier texts", Click: d.at(n.In, "note-versions", "n", string(n.ID))}},
		card.DecoratedText{Text: card.Text("Delete it for good"), End: d.eraseButton(n)},
	)
	return d.form("Edit note", fault, d.submitAt(n.In, "Save", "note-edit", "n", string(n.ID)), ws...)
}

func (d drawing) eraseButton(n desk.Note) card.Button {
	return card.Button{Text: "Delete …", Alt: "Delete this note for good", Click: d.at(n.In, "note-delete-form", "n", string(n.ID))}
}

func (d drawing) notesCard(notes []desk.Note, next desk.Next) card.Card {
	c := card.Card{Header: card.Header{Title: fmt.Sprintf("Notes (%d)", d.v.CountNotes()), Subtitle: subject(d.v.Subject)}}
	s := card.Section{}
	for _, n := range notes {
		n.Versions = len(n.Earlier)
		s.Widgets = append(s.Widgets, d.noteLine(n))
	}
	if next != "" {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: "Show earlier", Click: d.do("notes", "after", string(next))}})
	}
	c.Sections = append(c.Sections, s)
	return c
}

// versionsCard shows a note with its earlier texts.
func (d drawing) versionsCard(n desk.Note) card.Card {
	c := card.Card{Header: card.Header{Title: "Note by " + named(d.p, n.By), Subtitle: subject(d.v.Subject)}}
	if n.Erased() {
		c.Sections = []card.Section{{Widgets: []card.Widget{card.TextParagraph{Text: card.Text(tombstone(d.p, d.rq.r, n) + ". Nothing else is left of it.")}}}}
		return c
	}
	s := card.Section{Widgets: []card.Widget{card.DecoratedText{Top: "Now", Text: card.Text(n.Text), Wrap: true}}}
	for i := len(n.Earlier) - 1; i >= 0; i-- {
		s.Widgets = append(s.Widgets, card.DecoratedText{Top: "Written " + d.rq.r.at(n.Earlier[i].At), Text: card.Text(n.Earlier[i].Text), Wrap: true})
	}
	if len(n.Earlier) == 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("It has no earlier texts.")})
	}
	if d.v.MayErase(d.rq.who, n) {
		s.Widgets = append(s.Widgets, card.Buttons{d.eraseButton(n)})
	}
	c.Sections = append(c.Sections, s)
	return c
}

// eraseForm asks whether a note is to be deleted, and says that this is for good.
func (d drawing) eraseForm(n desk.Note) card.Card {
	return d.form("Delete this note?", "", d.submitAt(n.In, "Delete for good", "note-delete", "n", string(n.ID)),
		card.DecoratedText{Top: named(d.p, n.By) + " · " + d.rq.r.at(n.At), Wrap: true, Text: card.Text(n.Text)},
		card.TextParagraph{Text: card.Join(card.Bold("This cannot be undone. "), card.Text("The text is erased with all of its earlier texts, and nobody can bring it back. That there was a note, whose, and that you deleted it stays."))},
	)
}

// eraseNote deletes a note for good and goes back to the conversation's card, over
// which the form and the note's own card may lie.
func (a *Addon) eraseNote(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	c, err := a.o.Desk.EraseNote(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")))
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, c)
	if err != nil {
		return nil, err
	}
	rq.changed = true
	return wire.Submit{Changed: true, Render: wire.Render{Notify: "Deleted for good.",
		Navigations: []wire.Navigation{wire.PopTo(messageCardName), wire.Update(a.messageCard(rq, v, card.HTML{}))}}}, nil
}
