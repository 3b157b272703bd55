package desk

import (
	"context"
	"slices"
)

// EraseNote deletes a note for good: its text and all earlier ones are gone from
// the record and from the store. What stays says whose note it was, when it was
// written, and who deleted it when. Its mentions are done. It cannot be undone;
// the way back for a slip is Undo of the writing, which keeps the text. The author
// may, and managers. Three reads, one commit.
func (d *Desk) EraseNote(ctx context.Context, by Email, id ConversationID, note NoteID) (Conversation, error) {
	return d.changeNote(ctx, by, id, note, func(e *edit, n Note) error {
		if n.Erased() {
			return nil
		}
		if !e.mayErase(n) {
			return forbidden("Only %s or a manager can delete this note.", e.policy.NameOf(n.By))
		}
		left := Note{ID: n.ID, By: n.By, At: n.At, ErasedAt: e.now, ErasedBy: by}
		e.change.Notes = append(e.change.Notes, left)
		if i := slices.IndexFunc(e.Notes, func(o Note) bool { return o.ID == n.ID }); i >= 0 {
			e.Notes = slices.Clone(e.Notes)
			e.Notes[i] = left
		}
		for _, who := range slices.Concat(n.Mentions, n.Outside) {
			if who != n.By {
				e.mention(Mention{
					Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: e.now, Done: true,
				})
			}
		}
		e.touch(Talk, by, e.now)
		e.event(Event{Kind: EventNoteErased, Who: n.By, To: string(n.ID)})
		return nil
	})
}

// mayErase tells whether the actor may delete a note.
func (e *edit) mayErase(n Note) bool {
	role := e.policy.roleIn(e.by, e.Conversation, e.now)
	return n.By == e.by || role == Manager || role == Admin
}

// MayErase tells whether a person may delete a note of a conversation that they
// see.
func (v *View) MayErase(by Email, n Note) bool {
	return !n.Erased() && v.May(RightNote) && (n.By == by || v.Role == Manager || v.Role == Admin)
}
