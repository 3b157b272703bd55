package addon

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// foreign is the open message of the tests: Ana's, and no conversation.
const foreign = "msg-f:1784256312533700001"

// inBox is the gmail part of an event in somebody's own mailbox.
func inBox(message string) map[string]any {
	return map[string]any{"messageId": message, "threadId": "thread-f:1784256312533700001", "accessToken": "message-token"}
}

// reading lets the event say that the person lets the add-on read their mail.
func reading(e map[string]any) {
	e["authorizationEventObject"].(map[string]any)["authorizedScopes"] = []string{scopeEmail, scopeRead}
}

// own has the message that is open be a thread of so many mails, the newest of
// which is the open one.
func (h *house) own(message string, ids ...desk.RFCID) {
	h.mail.letters.own[message] = ids
	h.mail.ids[message] = nil
	for i := len(ids) - 1; i >= 0; i-- {
		h.mail.ids[message] = append(h.mail.ids[message], ids[i])
	}
}

func (h *house) see(as desk.Email, message string) cardtest.Card {
	h.Helper()
	return h.show("/addon/message", event{as: as, gmail: inBox(message), edit: reading})
}

// push presses a button of a card over a message that is open.
func (h *house) push(as desk.Email, on cardtest.Card, text, message string, form map[string]any) cardtest.Card {
	h.Helper()
	b := on.Button(text)
	if b == nil {
		h.Fatalf("no button %q; the card says:\n  %s", text, strings.Join(on.Texts(), "\n  "))
	}
	return h.show(strings.TrimPrefix(b.URL, publicURL), event{as: as, params: maps.Clone(b.Parameters), form: form, gmail: inBox(message), edit: reading})
}

const handButton = "Hand to the team …"

// intakeCases does the actions of handing in.
func intakeCases() map[string]func(h *house) {
	return map[string]func(h *house){
		"intake-form": func(h *house) {
			form := h.push(ben, h.see(ben, foreign), handButton, foreign, nil)
			form.Has(h, cardtest.HasInput("mailbox"), cardtest.HasInput("person"), cardtest.HasInput("why"), cardtest.HasText("cannot be taken back"))
		},
		"intake": func(h *house) {
			h.own(foreign, "a@x", "b@x")
			form := h.push(ana, h.see(ana, foreign), handButton, foreign, nil)
			got := h.push(ana, form, "Hand in", foreign, map[string]any{"person": "Ben Okafor <ben@acme.test>", "why": "yours"})
			got.Has(h, cardtest.HasText("Quote for 40 kettles"), cardtest.HasText("Ben Okafor holds this"), cardtest.HasText("yours"),
				cardtest.HasText("Handed to support@acme.test."), cardtest.Not(cardtest.HasButton("Hand in the rest")))
		},
	}
}

func TestHandInCard(t *testing.T) {
	h := newHouse(t)
	h.own(foreign, "a@x", "b@x", "c@x")
	stranger := cardtest.HasText("not one of the team's conversations")
	h.see(olga, foreign).Has(h, stranger, cardtest.Not(cardtest.HasButton(handButton)))
	first := h.see(ana, foreign)
	first.Has(h, stranger, cardtest.HasButton(handButton))
	form := h.push(ana, first, handButton, foreign, nil)
	form.Has(h, cardtest.HasText("support@acme.test"), cardtest.Not(cardtest.HasInput("mailbox")))

	// What is wrong comes back in the form, with what was typed.
	form = h.push(ana, form, "Hand in", foreign, map[string]any{"person": "olga@acme.test", "why": "stock"})
	form.Has(h, cardtest.HasText("Olga Novak does not work in support@acme.test"))
	if in := form.Input("why"); in == nil || in.Value != "stock" {
		t.Errorf("why = %+v, want what was typed", in)
	}
	got := h.push(ana, form, "Hand in", foreign, map[string]any{"person": "me@nowhere.test"})
	got.Has(h, cardtest.HasText("does not work in"))

	h.mail.letters.stopAt = 2
	got = h.push(ana, form, "Hand in", foreign, map[string]any{"person": "ben", "why": "stock"})
	got.Has(h, cardtest.HasText("1 of 3 messages are in support@acme.test."), cardtest.HasText("Gmail is away."), cardtest.HasText("Ben Okafor holds this"))
	// Ben has another mailbox, where the thread is not; Ana goes on.
	h.show("/addon/message", event{as: ben, gmail: inShared(h.record(desk.ConversationOf(support, h.mail.letters.held["a@x"].Thread)))}).
		Has(h, cardtest.HasText("Ana Silva handed it in"), cardtest.Not(cardtest.HasButton("Hand in the rest")))
	again := h.see(ana, foreign)
	got = h.push(ana, again, "Hand in the rest", foreign, nil)
	got.Has(h, cardtest.HasText("Quote for 40 kettles"), cardtest.Not(cardtest.HasButton("Hand in the rest")), cardtest.Not(cardtest.HasText("not here yet")))
	if n := h.mail.letters.n; n != 4 || h.mail.letters.closed != 4 {
		t.Errorf("%d imports, %d readings ended; want 3 mails and the one that failed, 4 presses", n, h.mail.letters.closed)
	}

	// A copy in Ben's mailbox, and one more press with an old card.
	h.mail.ids["bens"] = []desk.RFCID{"c@x"}
	h.show("/addon/message", event{as: ben, gmail: inBox("bens"), edit: reading}).Has(h, cardtest.HasText("Quote for 40 kettles"))
	got = h.push(ana, form, "Hand in", foreign, map[string]any{"person": "ana"})
	got.Has(h, cardtest.HasText("The team has this already."), cardtest.HasText("Ben Okafor holds this"))
	if n := h.mail.letters.n; n != 4 {
		t.Errorf("%d imports after an old card's button", n)
	}
}

// A mail that only Ana got, in a thread that the team has: it is offered, and
// brought in alone.
func TestHandInLaterMail(t *testing.T) {
	h := newHouse(t)
	h.own(foreign, "a@x")
	h.push(ana, h.push(ana, h.see(ana, foreign), handButton, foreign, nil), "Hand in", foreign, nil)
	const later = "msg-f:1784256312533700002"
	h.own(later, "a@x", "d@x")
	for range 2 { // it is offered each time
		h.see(ana, later).Has(h, cardtest.HasText("The team has not got the message that you have open"), cardtest.HasButton("Add it"))
	}
	got := h.push(ana, h.see(ana, later), "Add it", later, nil)
	got.Has(h, cardtest.Not(cardtest.HasButton("Add it")))
	if n := h.mail.letters.n; n != 2 {
		t.Errorf("%d imports, want 2", n)
	}
	h.see(ana, later).Has(h, cardtest.Not(cardtest.HasButton("Add it")))
}

func TestHandInTooLarge(t *testing.T) {
	h := newHouse(t)
	h.own(foreign, "huge")
	form := h.push(ana, h.see(ana, foreign), handButton, foreign, nil)
	form = h.push(ana, form, "Hand in", foreign, nil)
	form.Has(h, cardtest.HasText("larger than 35 MB"), cardtest.HasText("Nothing was changed"))
	h.own(foreign, "a@x", "huge")
	h.push(ana, form, "Hand in", foreign, nil).Has(h, cardtest.HasText("1 message is larger than 35 MB and is left out"))
}

// The tokens and the grant of the event.
func TestHandInGrant(t *testing.T) {
	h := newHouse(t)
	h.own(foreign, "a@x")
	form := h.push(ana, h.see(ana, foreign), handButton, foreign, nil)
	b := form.Button("Hand in")
	post := func(as desk.Email, gmail map[string]any, edit func(map[string]any)) string {
		t.Helper()
		return string(h.raw(strings.TrimPrefix(b.URL, publicURL), event{as: as, params: maps.Clone(b.Parameters), gmail: gmail, edit: edit}))
	}
	if got := post(ana, inBox(foreign), nil); !strings.Contains(got, scopeRead) || !strings.Contains(got, "requesting_google_scopes") {
		t.Errorf("without the grant: %s", got)
	}
	if got := post(olga, inBox(foreign), nil); !strings.Contains(got, "not one of the team") {
		t.Errorf("Olga, who works nowhere: %s", got)
	}
	if got := post(ana, nil, reading); !strings.Contains(got, "Open the message in Gmail first") {
		t.Errorf("with no message open: %s", got)
	}
	noToken := func(e map[string]any) {
		reading(e)
		delete(e["authorizationEventObject"].(map[string]any), "userOAuthToken")
	}
	if got := post(ana, inBox(foreign), noToken); !strings.Contains(got, "Open the message in Gmail first") {
		t.Errorf("without the person's token: %s", got)
	}
	h.show("/addon/message", event{as: ana, gmail: inBox(foreign), edit: noToken}).Has(h, cardtest.Not(cardtest.HasButton(handButton)))
	if h.mail.letters.n != 0 {
		t.Error("something was imported")
	}
	if h.logged("user-token") || h.logged("message-token") {
		t.Error("the log has a token")
	}
}

func TestHandInSuggestions(t *testing.T) {
	h := newHouse(t)
	ask := func(as desk.Email, m desk.Mailbox, typed string) string {
		t.Helper()
		form := map[string]any{"person": typed, "mailbox": string(m)}
		return string(h.raw("/addon/suggest", event{as: as, params: map[string]string{"who": "intake", "m": string(support)}, form: form}))
	}
	if got := ask(ben, support, "a"); !strings.Contains(got, "Ana Silva") {
		t.Errorf("in support: %s", got)
	}
	if got := ask(ben, sales, ""); strings.Contains(got, "Ana Silva") || !strings.Contains(got, "Ben Okafor") {
		t.Errorf("in sales: %s", got)
	}
	for _, as := range []desk.Email{olga, eve} {
		var got struct{ AutoComplete struct{ Items []any } }
		if err := json.Unmarshal([]byte(ask(as, support, "a")), &got); err != nil || len(got.AutoComplete.Items) != 0 {
			t.Errorf("%s is told of %v", as, got)
		}
	}
}
