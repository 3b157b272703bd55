package addon

import (
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// The whole appearance of cards, for people to review. Write them with
// go test ./addon -run Golden -update.
func TestGolden(t *testing.T) {
	for name, draw := range map[string]func(h *house) []byte{
		"unassigned": func(h *house) []byte { return h.shown(ana, h.mailed("Refund for order 1042")) },
		"no-subject": func(h *house) []byte {
			return h.shown(ana, h.mailFrom(desk.Message{From: desk.Address{Email: "carla@shop.example"}}))
		},
		"mine": func(h *house) []byte {
			c := h.mailed("Refund for order 1042")
			return h.shown(ana, h.must(h.desk.Take(h.Context(), ana, c.ID, 0)))
		},
		"given": func(h *house) []byte {
			c := h.mailed("Refund for order 1042")
			h.now = h.now.Add(20 * time.Minute)
			return h.shown(ana, h.must(h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ana, Why: "You know them", Due: h.now.Add(72 * time.Minute)})))
		},
		"manager": func(h *house) []byte { return h.shown(mia, h.scene()) },
		"guest":   func(h *house) []byte { return h.shown(olga, h.scene()) },
		"commenting-guest": func(h *house) []byte {
			c := h.scene()
			h.must(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareComment}))
			return h.shown(uwe, c)
		},
		"closed": func(h *house) []byte {
			return h.shown(ana, h.must(h.desk.Close(h.Context(), ana, h.scene().ID, 0)))
		},
		"late": func(h *house) []byte {
			c := h.mailed("Refund for order 1042")
			h.now = h.now.Add(6 * time.Hour)
			return h.shown(ana, c)
		},
		"high": func(h *house) []byte {
			c := h.scene()
			h.now = h.now.Add(26 * time.Hour)
			h.must(h.desk.SetPriority(h.Context(), ben, c.ID, 0, desk.High))
			h.must(h.desk.AddTag(h.Context(), ben, c.ID, "VIP"))
			c = h.must(h.desk.AddNote(h.Context(), mia, c.ID, "1", "Two lines:\n<b>not bold</b>"))
			h.must(h.desk.EditNote(h.Context(), mia, c.ID, c.Notes[1].ID, "Two lines:\n<b>not bold</b>, @ana"))
			return h.shown(ana, c)
		},
		"routed": func(h *house) []byte {
			h.rules["Invoice"] = desk.Routing{Matched: []string{"billing"}, Team: "Billing", Tags: []string{"invoice"}, Priority: desk.High, Reason: "rule billing matched"}
			return h.shown(ana, h.mailed("Invoice"))
		},
		"conflict": func(h *house) []byte {
			c := h.mailed("Refund for order 1042")
			h.must(h.desk.Take(h.Context(), ana, c.ID, 0))
			return h.pressed("take", ben, c)
		},
		"unknown":      func(h *house) []byte { return h.shown(eve, h.mailed("Refund for order 1042")) },
		"home-member":  func(h *house) []byte { return h.atHome(ben) },
		"home-guest":   func(h *house) []byte { return h.atHome(olga) },
		"home-nobody":  func(h *house) []byte { return h.atHome(eve) },
		"compose":      func(h *house) []byte { return h.texts(0).raw("/addon/compose", event{as: ana}) },
		"compose-many": func(h *house) []byte { return h.texts(30).raw("/addon/compose", event{as: ana}) },
		"compose-missing": func(h *house) []byte {
			return h.pressIn(ana, h.texts(0).composing(ana).Button("Insert"), nil, nil)
		},
		"form-reply-texts": func(h *house) []byte { return h.pressed("reply-form", ana, h.texts(0).scene()) },
		"writing": func(h *house) []byte {
			c := h.scene()
			form := h.replyForm(c)
			h.pressIn(ana, form.Button("Open as draft"), fields(form, "T"), inShared(c))
			h.now = h.now.Add(5 * time.Minute)
			return h.shown(ben, c)
		},
		"form-give":    func(h *house) []byte { return h.pressed("give-form", ana, h.scene()) },
		"form-share":   func(h *house) []byte { return h.pressed("share-form", ana, h.scene()) },
		"form-sort":    func(h *house) []byte { return h.pressed("sort-form", ana, h.scene()) },
		"form-decline": func(h *house) []byte { return h.pressed("decline-form", ana, h.scene()) },
		"form-refused": func(h *house) []byte {
			c := h.scene()
			return h.raw("/addon/do/give", event{as: ana, params: params(c, "form", "1"), form: map[string]any{"person": "Olga Novak <olga@acme.test>", "why": "You know stock"}})
		},
		"outside": func(h *house) []byte {
			h.own(foreign, "a@x", "b@x")
			return h.raw("/addon/message", event{as: ben, gmail: inBox(foreign), edit: reading})
		},
		"form-intake": func(h *house) []byte {
			return h.raw("/addon/do/intake-form", event{as: ben, gmail: inBox(foreign), edit: reading})
		},
		"form-intake-refused": func(h *house) []byte {
			return h.raw("/addon/do/intake", event{as: ana, gmail: inBox(foreign), edit: reading, params: map[string]string{"m": string(support), "form": "1"},
				form: map[string]any{"person": "Olga Novak <olga@acme.test>", "why": "Stock <b>"}})
		},
		"intake-part": func(h *house) []byte {
			h.own(foreign, "a@x", "b@x", "huge", "c@x")
			h.mail.letters.stopAt = 3
			return h.raw("/addon/do/intake", event{as: ana, gmail: inBox(foreign), edit: reading, params: map[string]string{"m": string(support), "form": "1"},
				form: map[string]any{"person": "Ben Okafor <ben@acme.test>", "why": "You quoted them"}})
		},
		"intake-later": func(h *house) []byte {
			h.own(foreign, "a@x", "b@x")
			h.mailFrom(desk.Message{Subject: "Quote for 40 kettles", RFC: "a@x"})
			return h.raw("/addon/message", event{as: ana, gmail: inBox(foreign), edit: reading})
		},
		"form-reply": func(h *house) []byte {
			c := h.undoable().mailFrom(desk.Message{Subject: "Refund for order 1042"})
			return h.pressed("reply-form", ana, c)
		},
		"form-reply-refused": func(h *house) []byte {
			c := h.scene()
			return h.raw("/addon/do/reply", event{as: ana, params: params(c, "form", "1", "once", "o"),
				form: map[string]any{"to": carla, "cc": "carla@", "text": "It is <on> its way.", "then": "close"}})
		},
		"form-reply-overtaken": func(h *house) []byte {
			c := h.scene()
			h.now = h.now.Add(time.Minute)
			h.must(h.desk.AddNote(h.Context(), ben, c.ID, "n2", "Do <b>not</b> refund, @ana"))
			return h.raw("/addon/do/reply", event{as: ana, params: params(c, "form", "1", "once", "o"),
				form: map[string]any{"to": carla, "text": "It is on its way.", "then": "wait"}})
		},
		"reply-waits": func(h *house) []byte {
			c := h.undoable().scene()
			return h.raw("/addon/do/reply", event{as: ana, params: params(c, "form", "1", "once", "o"),
				form: map[string]any{"to": carla, "cc": "new@elsewhere.example", "text": "It is on its way.", "then": "wait"}})
		},
		"reply-undone": func(h *house) []byte {
			c := h.undoable().scene()
			h.raw("/addon/do/reply", event{as: ana, params: params(c, "form", "1", "once", "o"),
				form: map[string]any{"to": carla, "text": "It is on its way.", "then": "close"}})
			return h.raw("/addon/do/reply-undo", event{as: ana, params: params(c, "r", string(desk.AnswerID(c.ID, ana, "o")))})
		},
		"reply-not-sent": func(h *house) []byte {
			c := h.scene()
			h.must(h.desk.Reply(h.Context(), ben, c.ID, 0, desk.Answer{Once: "o", Text: "Hi", To: []desk.Address{{Email: "carla@shop.example"}}}))
			in, err := h.store.Intent(h.Context(), desk.AnswerID(c.ID, ben, "o"))
			if err == nil {
				err = h.desk.Unsent(h.Context(), in, "Gmail refused it: the mailbox is over its sending limit.")
			}
			if err != nil {
				h.Fatal(err)
			}
			return h.shown(ana, c)
		},
		"note-offer": func(h *house) []byte {
			return h.raw("/addon/do/note", event{as: ana, params: params(h.scene(), "once", "o"), form: map[string]any{"note": "ask @uwe@acme.test <b>today</b>", "mention": "Ben Okafor"}})
		},
		"note-deleted": func(h *house) []byte {
			c := h.scene()
			c = h.must(h.desk.AddNote(h.Context(), ben, c.ID, "n2", "@ana see above"))
			h.must(h.desk.EraseNote(h.Context(), mia, c.ID, c.Notes[0].ID))
			return h.shown(ana, c)
		},
		"form-note-delete": func(h *house) []byte {
			c := h.scene()
			return h.raw("/addon/do/note-delete-form", event{as: mia, params: params(c, "n", string(c.Notes[0].ID))})
		},
		"todos": func(h *house) []byte {
			c := h.busy()
			return h.shown(ben, c)
		},
		"form-todo":   func(h *house) []byte { return h.pressed("todo-form", ana, h.scene()) },
		"form-follow": func(h *house) []byte { return h.pressed("follow-form", ana, h.scene()) },
		"home-todos": func(h *house) []byte {
			h.busy()
			return h.raw("/addon/home", event{as: ben})
		},
		"history": func(h *house) []byte {
			c := h.scene()
			h.must(h.desk.Close(h.Context(), ana, c.ID, 0))
			h.now = h.now.Add(time.Hour)
			c = h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund for order 1042"})
			return h.pressed("history", ana, c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			cardtest.Golden(t, name, draw(h))
		})
	}
}

// shown is the answer to opening a conversation in the shared mailbox.
func (h *house) shown(as desk.Email, c desk.Conversation) []byte {
	h.Helper()
	return h.raw("/addon/message", event{as: as, gmail: inShared(c)})
}

// pressed is the answer to a button of a card drawn from c.
func (h *house) pressed(verb string, as desk.Email, c desk.Conversation) []byte {
	h.Helper()
	return h.raw("/addon/do/"+verb, event{as: as, params: params(c)})
}

// atHome is the home card after a busy hour.
func (h *house) atHome(as desk.Email) []byte {
	h.Helper()
	c := h.scene()
	h.must(h.desk.Take(h.Context(), ben, h.mailed("Late answer").ID, 0))
	h.now = h.now.Add(5 * time.Hour)
	h.must(h.desk.SetPriority(h.Context(), mia, h.mailed("Burst pipe").ID, 0, desk.High))
	for range 11 {
		h.now = h.now.Add(time.Minute)
		h.mailed("Where is my parcel?")
	}
	h.mailFrom(desk.Message{Mailbox: sales, Subject: "Offer for 200 mugs"})
	h.must(h.desk.AddNote(h.Context(), mia, c.ID, "home", "@ben look"))
	return h.raw("/addon/home", event{as: as})
}

// busy is the scene with to-dos for ben: one late, one to come, one without a time,
// one done.
func (h *house) busy() desk.Conversation {
	h.Helper()
	c := h.scene()
	for i, t := range []desk.Task{
		{For: ben, Text: "Call <b>them</b>", Due: h.now.Add(time.Hour)}, {For: ben, Text: "Send the form", Due: h.now.Add(8 * time.Hour)},
		{For: ben, Text: "Ask the warehouse"}, {For: mia, Text: "Sign it"},
	} {
		c = h.must(h.desk.AddTodo(h.Context(), ana, c.ID, string(rune('a'+i)), t))
	}
	for _, t := range c.Todos {
		if t.For == mia {
			c = h.must(h.desk.DoTodo(h.Context(), mia, c.ID, t.ID))
		}
	}
	h.now = h.now.Add(2 * time.Hour)
	return c
}
