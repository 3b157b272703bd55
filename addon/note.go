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
		text := rq.ev.Form("note")
		if strings.TrimSpace(rq.ev.Form("mention")) != "" {
			v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
			if err != nil {
				return desk.Conversation{}, err
			}
			words, err := a.picked(rq, v.Mailbox)
			if err != nil {
				return desk.Conversation{}, err
			}
			text = a.o.Desk.Policy().WithMentions(text, words)
		}
		return a.o.Desk.AddNote(rq.Context(), rq.who, id, rq.ev.Parameter("once"), text)
	})
}

// editNote changes a note. Field: text; parameters: c, n.
func (a *Addon) editNote(rq *request) (wire.Answer, error) {
	return a.writeNote(rq, "Note saved. The earlier text stays readable.", func(id desk.ConversationID) (desk.Conversation, error) {
		return a.o.Desk.EditNote(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")), rq.ev.Form("text"))
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
	rq.changed = true
	n := written(v, rq.who)
	may, never := a.o.Desk.Shut(&v.Conversation, n)
	if len(never) > 0 {
		said += " " + a.names(never) + " cannot see it and cannot be let in."
	}
	if len(may) > 0 && (!v.May(desk.RightShare) || n.In != "") { // of a merged thread's, nothing is shared
		said += " " + a.names(may) + " cannot see it. Ask a colleague of the mailbox to share it."
		may = nil
	}
	answer := a.back(rq, a.messageCard(rq, v, card.HTML{}), said, true)
	if submit, ok := answer.(wire.Submit); ok && len(may) > 0 {
		d := drawing{a: a, rq: rq, p: a.o.Desk.Policy(), v: v}
		submit.Render.Navigations = append(submit.Render.Navigations, wire.Push(d.offerForm(n, "")))
		return submit, nil
	}
	return answer, nil
}

// written gives the note that a person has just written, as the record has it.
func written(v desk.View, who desk.Email) desk.Note {
	last := desk.Event{}
	for _, ev := range v.Recent {
		if ev.By == who && (ev.Kind == desk.EventNoted || ev.Kind == desk.EventNoteEdited) {
			last = ev
		}
	}
	for _, n := range v.AllNotes() {
		if string(n.ID) == last.To {
			return n
		}
	}
	return desk.Note{}
}
