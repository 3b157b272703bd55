package addon

import (
	"slices"
	"strings"
	"testing"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// A guest who asks for a form by hand gets it only with the right that the form
// needs, and is told what they lack else; so when a refused input would draw it.
func TestGuestsFormsByHand(t *testing.T) {
	for _, role := range []desk.ShareRole{desk.ShareView, desk.ShareComment, desk.ShareReply} {
		h := newHouse(t)
		c := h.scene()
		h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: role}))
		c = h.record(c.ID)
		may := []string{"follow-form"}
		if role == desk.ShareReply {
			may = append(may, "reply-form")
		}
		for verb := range h.addon.actions() {
			form, isForm := strings.CutSuffix(verb, "-form")
			if !isForm || form == "bulk" || form == "intake" || form == "absence" || form == "yes" { // of lists, of one's own mail and days, of an answer that is named
				continue
			}
			got := h.do(verb, uwe, c, nil, "n", string(c.Notes[0].ID))
			if shown := len(got.Inputs()) > 0 || got.Button("Delete for good") != nil; shown != slices.Contains(may, verb) {
				t.Errorf("%s guest, %s: form shown %v", role, verb, shown)
			} else if !shown && got.Notification == "" {
				t.Errorf("%s guest, %s: nothing says why not", role, verb)
			}
		}
		for verb, need := range formNeeds {
			got := h.do(verb, uwe, c, map[string]any{"person": "Nobody Known", "why": strings.Repeat("w", 600), "to": "carla@", "nap": "zzz", "tag": "a/b", "text": " ", "level": "zzz"},
				"form", "1", "n", string(c.Notes[0].ID), "once", "o")
			share := c.ShareTo(uwe, h.now)
			v := desk.View{Conversation: c, Role: desk.Guest, Share: share}
			if shown := len(got.Inputs()) > 0; shown && !v.May(need) {
				t.Errorf("%s guest, %s: the form is drawn again for who may not", role, verb)
			}
		}
	}
}

// A message that the person cannot read, or an id that names nothing, offers
// nothing: an unknown conversation and a foreign one look alike.
func TestNothingToHandIn(t *testing.T) {
	h, _, inSales := closedHouse(t)
	hand := cardtest.HasButton("Hand to the team …")
	h.show("/addon/message", event{as: ana, gmail: inOwn(ownMessage, ownThread)}).Has(t, hand)
	h.mail.fail = desk.ErrNotFound // Gmail gives the message to nobody but its readers
	foreign := h.raw("/addon/message", event{as: ana, gmail: inShared(inSales)})
	unknown := h.raw("/addon/message", event{as: ana, gmail: inOwn("msg-f:7", "thread-f:7")})
	if string(foreign) != string(unknown) {
		t.Errorf("they can be told apart:\n%s\n%s", foreign, unknown)
	}
	cardtest.Parse(t, unknown).Has(t, cardtest.Not(hand), cardtest.HasText("not one of the team's conversations"))
	for _, id := range []desk.ConversationID{inSales.ID, "00000000000000000000000000"} {
		got := h.show("/addon/do/intake-form", event{as: ana, params: map[string]string{"c": string(id)}})
		got.Has(t, cardtest.Not(cardtest.HasInput("person")), cardtest.HasText("not one of the team's conversations"))
	}
}
