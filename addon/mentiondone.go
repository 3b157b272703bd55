package addon

import (
	"baton/addon/wire"
	"baton/desk"
)

// mentionDone marks a mention as dealt with, from the home card or from the
// conversation's. Parameters: c, n; at, "card" for the conversation's.
func (a *Addon) mentionDone(rq *request) (wire.Answer, error) {
	do := func(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
		return a.o.Desk.SettleMention(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")))
	}
	if rq.ev.Parameter("at") == "card" {
		return a.change(do, func(*request, desk.View) string { return "Done." })(rq)
	}
	id, seen := target(rq)
	if _, err := do(rq, id, seen); err != nil {
		return nil, err
	}
	return a.homeAgain(rq, "Done.")
}

// openMentions gives the notes on the card with an open mention of the person; a
// store that does not answer only hides their buttons.
func (a *Addon) openMentions(rq *request, v desk.View) map[desk.NoteID]bool {
	open, err := a.o.Desk.OpenMentions(rq.Context(), rq.who, &v.Conversation)
	if err != nil {
		a.o.Logger.Warn("addon: open mentions cannot be read", "request", rq.id, "conversation", v.ID, "error", err)
	}
	return open
}
