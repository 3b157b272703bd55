package addon

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// inOwn is the gmail part of an event in somebody's own mailbox, where ids are
// others than in the shared one.
func inOwn(message, thread string) map[string]any {
	return map[string]any{"messageId": message, "threadId": thread, "accessToken": "message-token"}
}

const ownMessage, ownThread = "msg-f:1700000000000000001", "thread-f:1700000000000000001"

func TestSharedMailboxAsksNobody(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	for _, gmail := range []map[string]any{
		inShared(c),
		{"messageId": string(c.Thread), "threadId": string(c.Thread)}, // as the phone writes them
		{"messageId": "msg-a:r-77", "threadId": inShared(c)["threadId"]},
	} {
		h.show("/addon/message", event{as: ana, gmail: gmail}).Has(t, cardtest.HasText("Refund"), cardtest.HasButton("Take"))
	}
	if n := h.mail.calls(); n != 0 {
		t.Errorf("Gmail was asked %d times, want never", n)
	}
}

func TestOwnMailboxAsksGmailOnce(t *testing.T) {
	h := newHouse(t)
	c := h.mailFrom(desk.Message{Subject: "Refund", RFC: "order-1042@shop.example"})
	h.mail.ids[ownMessage] = []desk.RFCID{"order-1042@shop.example"}
	open := event{as: ana, gmail: inOwn(ownMessage, ownThread)}
	h.show("/addon/message", open).Has(t, cardtest.HasText("Refund"))
	if o := h.mail.opened; len(o) != 1 || o[0] != (Opened{Message: ownMessage, UserToken: "user-token", MessageToken: "message-token"}) {
		t.Fatalf("Gmail was asked %+v, want once with the event's own tokens", o)
	}
	before := h.store.Costs()
	h.show("/addon/message", open).Has(t, cardtest.HasText("Refund"))
	if after := h.store.Costs(); after.Reads-before.Reads != 2 || after.Commits != before.Commits {
		t.Errorf("the second opening took %d reads, %d commits; want 2, 0", after.Reads-before.Reads, after.Commits-before.Commits)
	}
	if n := h.mail.calls(); n != 1 {
		t.Errorf("Gmail was asked %d times, want once", n)
	}
	// The same ids in ben's mailbox are another message.
	delete(h.mail.ids, ownMessage)
	open.as = ben
	h.show("/addon/message", open).Has(t, cardtest.Not(cardtest.HasText("Refund")))
	if got := h.open(ana, c); got.Title != "Refund" {
		t.Errorf("title = %q", got.Title)
	}
}

func TestAnswersAreFoundByWhatTheyAnswer(t *testing.T) {
	h := newHouse(t)
	h.mailFrom(desk.Message{Subject: "Refund", RFC: "first@shop.example"})
	h.mail.ids["msg-a:r-1"] = []desk.RFCID{"mine@acme.test", "unknown@x.example", "first@shop.example"}
	for range 2 {
		h.show("/addon/message", event{as: ana, gmail: inOwn("msg-a:r-1", "thread-a:r-2")}).Has(t, cardtest.HasText("Refund"))
	}
	if n := h.mail.calls(); n != 2 {
		t.Errorf("Gmail was asked %d times; a msg-a: id is nothing to remember, so each opening asks", n)
	}
}

// Thread ids are unique per mailbox only: what two mailboxes both have is told
// apart by the message's own Message-ID.
func TestCollidingThreads(t *testing.T) {
	h := newHouse(t)
	const thread = "18c2f3a9b0d1e2ff"
	h.mailFrom(desk.Message{Thread: thread, Subject: "To support", RFC: "a@shop.example"})
	c := h.mailFrom(desk.Message{Mailbox: sales, Thread: thread, Subject: "To sales", RFC: "b@shop.example"})
	gmail := inShared(c)
	h.mail.ids[gmail["messageId"].(string)] = []desk.RFCID{"b@shop.example"}
	for range 2 {
		h.show("/addon/message", event{as: ben, gmail: gmail}).Has(t, cardtest.HasText("To sales"))
	}
	// ana works in support alone: for her there is one.
	asked := h.mail.calls()
	h.show("/addon/message", event{as: ana, gmail: gmail}).Has(t, cardtest.HasText("To support"))
	if h.mail.calls() != asked {
		t.Error("Gmail was asked although only one of the two may be seen")
	}
	// Gmail does not answer: better nothing than the wrong one.
	h.mail.fail = errors.New("503")
	h.show("/addon/message", event{as: ben, gmail: gmail}).Has(t, cardtest.Not(cardtest.HasText("To s")), cardtest.HasText("not one of the team's"))
}

// One Message-ID delivered to two mailboxes opens what the person holds, else
// what waits longest.
func TestOneMailToTwoMailboxes(t *testing.T) {
	h := newHouse(t)
	h.mailFrom(desk.Message{Subject: "In support", RFC: "both@shop.example"})
	h.now = h.now.Add(time.Minute)
	inSales := h.mailFrom(desk.Message{Mailbox: sales, Subject: "In sales", RFC: "both@shop.example"})
	h.mail.ids["msg-a:r-1"] = []desk.RFCID{"both@shop.example"}
	open := event{as: ben, gmail: inOwn("msg-a:r-1", "")}
	h.show("/addon/message", open).Has(t, cardtest.HasText("In support"))
	h.must(h.desk.Take(t.Context(), ben, inSales.ID, 0))
	h.show("/addon/message", open).Has(t, cardtest.HasText("In sales"))
}

func TestNobodyCanTellUnknownFromForbidden(t *testing.T) {
	h := newHouse(t)
	c := h.mailFrom(desk.Message{Subject: "Secret", RFC: "secret@shop.example"})
	h.mail.ids["msg-f:2"] = []desk.RFCID{"secret@shop.example"}
	for _, who := range []desk.Email{eve, olga, uwe} {
		forbidden := h.raw("/addon/message", event{as: who, gmail: inShared(c)})
		unknown := h.raw("/addon/message", event{as: who, gmail: inOwn("msg-f:7", "thread-f:7")})
		if !bytes.Equal(forbidden, unknown) {
			t.Errorf("%s can tell them apart:\n%s\n%s", who, forbidden, unknown)
		}
		if byHeader := h.raw("/addon/message", event{as: who, gmail: inOwn("msg-f:2", "thread-f:2")}); !bytes.Equal(byHeader, unknown) {
			t.Errorf("%s learns from a Message-ID:\n%s", who, byHeader)
		}
		for verb := range h.addon.actions() {
			if map[string]bool{"back": true, "list": true, "presence": true, "take-next": true}[verb] {
				continue // not about one conversation
			}
			form := map[string]any{"note": "x", "why": "x", "person": string(ben), "role": "view", "tag": "x"}
			ask := func(id desk.ConversationID) []byte {
				return h.raw("/addon/do/"+verb, event{as: who, form: form, params: map[string]string{"c": string(id), "v": "1", "to": "closed", "form": "1"}})
			}
			if a, b := ask(c.ID), ask("00000000000000000000000000"); !bytes.Equal(a, b) {
				t.Errorf("%s can tell them apart by %s:\n%s\n%s", who, verb, a, b)
			}
		}
	}
	if got := h.record(c.ID); got.Version != c.Version {
		t.Errorf("strangers changed the record to version %d", got.Version)
	}
}

func TestGmailFailing(t *testing.T) {
	h := newHouse(t)
	h.mail.fail = errors.New("401 for token user-token")
	h.show("/addon/message", event{as: ana, gmail: inOwn(ownMessage, ownThread)}).Has(t, cardtest.HasText("not one of the team's conversations"))
	if !h.logged("headers cannot be read") {
		t.Error("the log does not say that Gmail failed")
	}
	h.mail.fail = nil
	h.mailFrom(desk.Message{Subject: "Refund", RFC: "late@shop.example"})
	h.mail.ids[ownMessage] = []desk.RFCID{"late@shop.example"}
	h.show("/addon/message", event{as: ana, gmail: inOwn(ownMessage, ownThread)}).Has(t, cardtest.HasText("Refund"))
}

func TestMessagesWithoutTokensOrIDs(t *testing.T) {
	h := newHouse(t)
	for name, ev := range map[string]event{
		"no message":      {as: ana},
		"no user's token": {as: ana, gmail: inOwn(ownMessage, ownThread), edit: func(e map[string]any) { delete(e["authorizationEventObject"].(map[string]any), "userOAuthToken") }},
		"no ids":          {as: ana, gmail: map[string]any{"accessToken": "t"}},
		"odd ids":         {as: ana, gmail: inOwn("msg-f:99999999999999999999999", "thread-f:-1")},
	} {
		asked := h.mail.calls()
		h.show("/addon/message", ev).Has(t, cardtest.HasText("not one of the team's conversations"))
		if name == "no user's token" && h.mail.calls() != asked {
			t.Error("Gmail was asked without the person's token")
		}
	}
}
