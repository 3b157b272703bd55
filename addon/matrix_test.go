package addon

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// secret stands in everything that the matrix's conversations carry.
const secret = "Zebrafinch"

// rob worked in both mailboxes until he was taken off the roster.
const rob desk.Email = "rob@acme.test"

// closedHouse has a conversation in each mailbox, full of secrets, and nobody
// but the mailboxes' people may know of them: Olga's share was stopped, Uwe's
// has run out, Rob has left.
func closedHouse(t *testing.T) (h *house, inSupport, inSales desk.Conversation) {
	t.Helper()
	h = newHouse(t)
	before := acme()
	before.Members = append(before.Members, desk.Member{Email: rob, Name: "Rob Left", Label: "Rob", Role: desk.Admin})
	for i := range before.Mailboxes {
		before.Mailboxes[i].Members = append(before.Mailboxes[i].Members, rob)
	}
	h.desk.SetPolicy(before, h.rules)
	inSupport, inSales = h.secretScene(support, mia), h.secretScene(sales, ben)
	h.desk.SetPolicy(acme(), h.rules)
	h.now = h.now.Add(48 * time.Hour)
	return h, h.record(inSupport.ID), h.record(inSales.ID)
}

func (h *house) secretScene(m desk.Mailbox, by desk.Email) desk.Conversation {
	h.Helper()
	ctx := h.Context()
	c := h.mailFrom(desk.Message{Mailbox: m, Subject: secret, From: desk.Address{Name: secret, Email: secret + "@shop.example"}})
	c = h.must(h.desk.Give(ctx, by, c.ID, 0, desk.Give{To: rob, Why: secret}))
	c = h.must(h.desk.AddNote(ctx, rob, c.ID, "n", secret+" @rob"))
	c = h.must(h.desk.AddTag(ctx, by, c.ID, secret))
	c = h.must(h.desk.Share(ctx, by, c.ID, desk.Invite{To: uwe, Role: desk.ShareComment, Why: secret, Until: h.now.Add(time.Hour)}))
	c = h.must(h.desk.Share(ctx, by, c.ID, desk.Invite{To: olga, Role: desk.ShareComment, Why: secret}))
	return h.must(h.desk.StopShare(ctx, by, c.ID, c.Shares[1].ID))
}

// TestAccessMatrix presses every button that there is, as everybody who may not
// know of a conversation, with all its true ids. The answer is the very one
// that an id gets which never existed, it carries no word of the conversation,
// and nothing changed. A button that is added later is in the matrix by itself.
func TestAccessMatrix(t *testing.T) {
	h, inSupport, inSales := closedHouse(t)
	var verbs []string
	for verb := range h.addon.actions() {
		verbs = append(verbs, verb)
	}
	slices.Sort(verbs)
	strangers := map[desk.ConversationID][]desk.Email{
		inSupport.ID: {olga, uwe, rob, eve},
		inSales.ID:   {ana, mia, olga, uwe, rob, eve},
	}
	form := map[string]any{
		"note": "x", "text": "x", "why": "x", "person": string(ana), "role": "view", "tag": "x", "priority": "high", "keep": []string{},
		"to": "kim@shop.example", "cc": "", "then": "keep", "reply": "x", "presence": "busy", "do": "close", "address": "kim@work.example",
	}
	pairs := 0
	for _, c := range []desk.Conversation{inSupport, inSales} {
		never := desk.ConversationOf(c.Mailbox, "18c2f3a9b0d1ffff")
		for _, verb := range verbs {
			for _, as := range strangers[c.ID] {
				for _, inForm := range []string{"", "1"} {
					press := func(id desk.ConversationID) string {
						form["ids"] = []string{string(id)}
						answer := h.raw("/addon/do/"+verb, event{as: as, form: form, params: map[string]string{
							"c": string(id), "v": strconv.FormatInt(c.Version, 10), "form": inForm, "once": verb, "to": "closed", "m": string(c.Mailbox),
							"e": "2", "g": "never", "l": "mine", "n": string(c.Notes[0].ID), "s": string(c.Shares[0].ID), "tags": tagMark(secret), "after": "", "o": string(inSupport.ID), "a": secret + "@shop.example",
						}})
						return strings.ReplaceAll(string(answer), string(id), "ID")
					}
					theirs, nobodys := press(c.ID), press(never)
					if theirs != nobodys {
						t.Errorf("%s as %s on %s: a foreign conversation and one that never was are answered differently:\n%.600s\n%.600s", verb, as, c.Mailbox, theirs, nobodys)
					}
					if strings.Contains(theirs, secret) {
						t.Errorf("%s as %s on %s: the answer tells of the conversation:\n%.600s", verb, as, c.Mailbox, theirs)
					}
					pairs++
				}
			}
		}
		h.untouched(c)
	}
	if pairs < len(verbs)*20 {
		t.Errorf("%d pairs for %d buttons: the matrix has a hole", pairs, len(verbs))
	}
}

// TestAccessMatrixOpening does the same for opening a message and the home
// card, by thread and by Message-ID.
func TestAccessMatrixOpening(t *testing.T) {
	h, inSupport, inSales := closedHouse(t)
	h.mail.ids["own"] = []desk.RFCID{inSupport.LastRFC, inSales.LastRFC}
	for _, as := range []desk.Email{olga, uwe, rob, eve} {
		for name, answer := range map[string][]byte{
			"support's thread": h.raw("/addon/message", event{as: as, gmail: inShared(inSupport)}),
			"sales' thread":    h.raw("/addon/message", event{as: as, gmail: inShared(inSales)}),
			"a copy":           h.raw("/addon/message", event{as: as, gmail: map[string]any{"messageId": "own", "accessToken": "message-token"}}),
			"home":             h.raw("/addon/home", event{as: as}),
			"suggestions":      h.raw("/addon/suggest", event{as: as, params: map[string]string{"c": string(inSupport.ID), "who": "give"}}),
		} {
			if strings.Contains(string(answer), secret) {
				t.Errorf("%s as %s tells of a conversation:\n%.600s", name, as, answer)
			}
		}
	}
	h.untouched(inSupport)
	h.untouched(inSales)
	// The matrix can fail: whoever works there does see the secret.
	if answer := h.raw("/addon/message", event{as: ana, gmail: inShared(inSupport)}); !strings.Contains(string(answer), secret) {
		t.Errorf("Ana does not see her own mailbox's conversation:\n%.600s", answer)
	}
}

// untouched fails the test when a record or its history is not as it was.
func (h *house) untouched(was desk.Conversation) {
	h.Helper()
	if now := h.record(was.ID); now.Version != was.Version || now.EventSeq != was.EventSeq {
		h.Errorf("%s: somebody who may not know of it moved it from version %d to %d", was.Mailbox, was.Version, now.Version)
	}
}
