package addon

import (
	"strings"

	"baton/addon/wire"
	"baton/desk"
)

// mentionDone marks mentions as dealt with: all that a row of the home card, or of
// the list of all, tells of, or the one of a note on the conversation's card.
// Parameters: c; n, one note or several with spaces between; at, "card" for the
// conversation's, "mentions" for the list; after, where its page begins. One commit
// for each.
func (a *Addon) mentionDone(rq *request) (wire.Answer, error) {
	do := func(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
		var c desk.Conversation
		err := error(desk.ErrNotFound)
		for _, n := range strings.Fields(rq.ev.Parameter("n")) {
			if c, err = a.o.Desk.SettleMention(rq.Context(), rq.who, id, desk.NoteID(n)); err != nil {
				break
			}
		}
		return c, err
	}
	if rq.ev.Parameter("at") == "card" {
		return a.change(do, func(*request, desk.View) string { return "Done." })(rq)
	}
	id, seen := target(rq)
	if _, err := do(rq, id, seen); err != nil {
		return nil, err
	}
	return a.listAgain(rq, "Done.")
}
