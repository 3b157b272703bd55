package addon

import (
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// addNote writes a note. Fields: note, mention; parameters: c, once.
func (a *Addon) addNote(rq *request) (wire.Answer, error) {
	return a.writeNote(rq, "Note added.", func(id desk.ConversationID) (desk.Conversation, error) {
		text, err := a.withPicked(rq, id, rq.ev.Form("note"))
		if err != nil {
			return desk.Conversation{}, err
		}
		return a.o.Desk.AddNote(rq.Context(), rq.who, id, rq.ev.Parameter("once"), text)
	})
}

// withPicked is a note's text with those at its end whom the field mention asks
// for. An empty text stays empty.
func (a *Addon) withPicked(rq *request, id desk.ConversationID, text string) (string, error) {
	if strings.TrimSpace(rq.ev.Form("mention")) == "" {
		return text, nil
	}
	v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
	if err != nil {
		return "", err
	}
	words, err := a.picked(rq, v.Mailbox)
	if err != nil {
		return "", err
	}
	return a.o.Desk.Policy().WithMentions(text, words), nil
}

// editNote changes a note. Fields: text, mention; parameters: c, n.
func (a *Addon) editNote(rq *request) (wire.Answer, error) {
	return a.writeNote(rq, "Note saved. The earlier text stays readable.", func(id desk.ConversationID) (desk.Conversation, error) {
		text, err := a.withPicked(rq, id, rq.ev.Form("text"))
		if err != nil {
			return desk.Conversation{}, err
		}
		return a.o.Desk.EditNote(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")), text)
	})
}

// writeNote saves a note and shows the conversation with it. When it names
// somebody who cannot see the conversation, the card that offers to share lies on
// top; the note is saved whatever is answered there.
func (a *Addon) writeNote(rq *request, said string, do func(desk.ConversationID) (desk.Conversation, error)) (wire.Answer, error) {
	id, _ := target(rq)
	c, err := do(id)
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, c)
	if err != nil {
		return nil, err
	}
	rq.changed = rq.made.Changes() > 0
	if !rq.changed && rq.ev.Parameter("once") == "" {
		return a.back(rq, a.messageCard(rq, v, card.HTML{}), already, false), nil
	}
	n := a.wrote(rq, id, v)
	unnamed := a.unnamed(v, n)
	if unnamed != "" {
		said += " " + unnamed
	}
	may, never := a.o.Desk.Shut(&v.Conversation, n)
	if len(never) > 0 {
		said += " " + a.names(never) + " cannot see it and cannot be let in."
	}
	if len(may) > 0 && (!v.May(desk.RightShare) || n.In != "") { // of a merged thread's, nothing is shared
		said += " " + a.names(may) + " cannot see it. Ask a colleague of the mailbox to share it."
		may = nil
	}
	answer := a.back(rq, a.messageCard(rq, v, card.Text(unnamed)), said, true)
	if submit, ok := answer.(wire.Submit); ok && len(may) > 0 {
		d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
		submit.Render.Navigations = append(submit.Render.Navigations, wire.Push(d.offerForm(n, "")))
		return submit, nil
	}
	return answer, nil
}

// unnamed says which names in a note are nobody's, and which may have been meant.
// The note stands all the same. A guest is offered no names of the roster.
func (a *Addon) unnamed(v desk.View, n desk.Note) string {
	var out []string
	for _, u := range a.o.Desk.Policy().Unnamed(n.Text, v.Mailbox) {
		say := "Nobody is called " + echoed(u.Word)
		if len(n.Mentions)+len(n.Outside) == 0 {
			say += ": nobody was told"
		}
		if len(u.Near) > 0 && v.Role != desk.Guest {
			last := len(u.Near) - 1
			say += ". Did you mean " + strings.TrimPrefix(strings.Join(u.Near[:last], ", ")+" or "+u.Near[last], " or ") + "?"
		} else {
			say += "."
		}
		if out = append(out, say); len(out) == maxUnnamed {
			break
		}
	}
	return strings.Join(out, " ")
}

// maxUnnamed is of how many names that are nobody's a note's writer is told.
const maxUnnamed = 3

// wrote gives the note that a person has just written in a conversation or in a
// thread that was merged into it. The record has all but old ones, which are read;
// none when that fails, since the note is saved whatever comes of it.
func (a *Addon) wrote(rq *request, id desk.ConversationID, v desk.View) desk.Note {
	last := desk.Event{}
	for _, ev := range v.Recent {
		if ev.By == rq.who && (ev.Kind == desk.EventNoted || ev.Kind == desk.EventNoteEdited) {
			last = ev
		}
	}
	for _, n := range v.AllNotes() {
		if string(n.ID) == last.To {
			return n
		}
	}
	if last.To == "" {
		return desk.Note{}
	}
	_, n, err := a.o.Desk.Note(rq.Context(), rq.who, id, desk.NoteID(last.To))
	if err != nil {
		return desk.Note{}
	}
	return n
}
