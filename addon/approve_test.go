package addon

import (
	"maps"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// asks is Ana's answer that waits for somebody's yes, as the cards let her ask.
func (h *house) asks(c desk.Conversation, whom, text string) cardtest.Card {
	h.Helper()
	form := fields(h.replyForm(c), text)
	form["person"] = whom
	return h.click(ana, h.replyForm(c), "Ask for a yes", form)
}

// fourEyes has Ana's answers wait for Mia's yes.
func (h *house) fourEyes() *house {
	p := acme()
	p.Mailboxes[0].Undo, p.Mailboxes[0].Signature = 10*time.Second, "{name}\nAcme support"
	p.Mailboxes[0].Approval = desk.Approval{For: []desk.Email{ana}, By: []desk.Email{mia}}
	p.Teams = []desk.Team{{Name: "Leads", Members: []desk.Email{mia, ben}}}
	h.desk.SetPolicy(p, h.rules)
	return h
}

func approveCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"ask": func(h *house) {
			got := h.asks(h.undoable().scene(), "Mia Lindqvist", "It is on its way.")
			got.Has(h, text("Your answer waits for the yes of Mia Lindqvist"), text("Not sent yet: it waits for a yes."), button("Change …"), button("Take back"), not(text("goes out")))
		},
		"yes-form": func(h *house) {
			c := h.undoable().scene()
			h.asks(c, "Ben", "It is on its way.")
			h.home(ben).Has(h, text("1 answer waits for your yes"), text("Ana Silva asks"))
			card := h.open(ben, c)
			card.Has(h, text("Ana Silva asks for your yes to an answer"), not(button("Take back")))
			form := h.click(ben, card, "Look at it", nil)
			form.Has(h, text("Answer of Ana Silva"), text("carla@shop.example"), text("Ana Silva\nAcme support"), button("Send"), button("Give back"))
			if in := form.Input("text"); in == nil || in.Value != "It is on its way." {
				h.Errorf("text = %+v", in)
			}
		},
		"yes": func(h *house) {
			c := h.undoable().scene()
			h.asks(c, "Ben", "It is on its way.")
			form := h.click(ben, h.open(ben, c), "Look at it", nil)
			h.click(ben, form, "Send", map[string]any{"text": " \n"}).Has(h, text("The answer is empty"))
			got := h.click(ben, form, "Send", map[string]any{"text": "It is on its way, Carla."})
			got.Has(h, text("The reply of Ana Silva goes out at 09:00:10"), text("You said yes, with another text"), button("Undo"), text("Sends in 10 s."),
				text("Ben Okafor changed the answer of Ana Silva and said yes to it"))
			if mails := h.mails(c); len(mails) != 1 || !strings.HasPrefix(mails[0].Text, "It is on its way, Carla.") {
				h.Errorf("mails %+v", mails)
			}
			h.home(ben).Has(h, not(text("waits for your yes")))
			h.click(ben, got, "Undo", nil).Has(h, text("Ana Silva asks for your yes"))
		},
		"give-back": func(h *house) {
			c := h.undoable().scene()
			h.asks(c, "Ben", "It is on its way.")
			form := h.click(ben, h.open(ben, c), "Look at it", nil)
			h.click(ben, form, "Give back", map[string]any{"text": "typed"}).Has(h, text("Say what should be different"))
			got := h.click(ben, form, "Give back", map[string]any{"word": "name the amount"})
			got.Has(h, text("Given back, with your word as a note."), text("@Ana name the amount"), text("The answer of Ana Silva was given back"))
			mine := h.open(ana, c)
			mine.Has(h, text("Your answer was given back. It was not sent"))
			again := h.click(ana, mine, "Change …", nil)
			if in := again.Input("text"); in == nil || in.Value != "It is on its way." || again.Input("person").Value != "Ben Okafor" {
				h.Errorf("form %+v, %+v", in, again.Input("person"))
			}
			anew := fields(again, "It is on its way: 12 euros.")
			anew["person"] = "Ben Okafor"
			h.click(ana, again, "Ask for a yes", anew).Has(h, text("Your answer waits for the yes of Ben Okafor"), not(text("was given back. It")))
		},
		"send-now": func(h *house) {
			c := h.undoable().scene()
			form := fields(h.replyForm(c), "It is on its way.")
			form["when"] = "morning"
			got := h.click(ana, h.replyForm(c), "Send", form)
			got.Has(h, text("Your reply goes tomorrow 09:00"), text("It goes tomorrow 09:00. Until then"), button("Take back"), text("support@acme.test · Open"))
			h.click(ana, got, "Send now", nil).Has(h, text("Your reply goes out at 09:00:10"), text("Waiting for customer"), not(button("Send now")))
		},
	}
}

func TestAskingSomebodyAway(t *testing.T) {
	h := newHouse(t).undoable()
	if err := h.desk.SetPresence(t.Context(), mia, desk.Away); err != nil {
		t.Fatal(err)
	}
	c := h.scene()
	offers := string(h.raw("/addon/suggest", event{as: ana, params: map[string]string{"who": "yes", "c": string(c.ID)}, form: map[string]any{"person": "Mia"}}))
	if !strings.Contains(offers, "Mia Lindqvist · away") || strings.Contains(offers, "Olga") {
		t.Errorf("offers %s", offers)
	}
	h.asks(c, "Mia Lindqvist", "Hello").Has(t, cardtest.HasText("Asked, but Mia Lindqvist is away."))
}

// Whoever needs a yes asks for it, also by a button of an older card.
func TestSendBecomesAsk(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.scene()
	old := h.replyForm(c)
	h.fourEyes()
	got := h.click(ana, old, "Send", fields(old, "Hello"))
	got.Has(t, cardtest.HasText("Your answer waits for the yes of Mia Lindqvist"), cardtest.HasText("Not sent yet"))
	form := h.replyForm(c)
	form.Has(t, cardtest.HasButton("Ask for a yes"), cardtest.HasText("Your answers here go when Mia Lindqvist has said yes."), cardtest.Not(cardtest.HasButton("Send")), cardtest.Not(cardtest.HasButton("Open as draft")))
	if mails := h.mails(c); len(mails) != 0 {
		t.Errorf("%d mails go without a yes", len(mails))
	}
	// Others see that there is an answer, before they write a second one.
	h.click(ben, h.open(ben, c), "Reply as support@", nil).Has(t, cardtest.HasText("The answer of Ana Silva waits for the yes of Mia Lindqvist"))
	h.do("yes", ben, h.record(c.ID), map[string]any{"text": "x"}, "r", string(h.record(c.ID).Outgoing[0].Intent)).Has(t, cardtest.HasText("This answer waits for the yes of Mia Lindqvist."))
}

func TestYesIsOvertaken(t *testing.T) {
	h := newHouse(t).fourEyes()
	c := h.scene()
	h.asks(c, "", "Hello")
	h.now = h.now.Add(time.Minute)
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund"})
	form := h.click(mia, h.open(mia, c), "Look at it", nil)
	stopped := h.click(mia, form, "Send", map[string]any{"text": "Hello there"})
	stopped.Has(t, cardtest.HasText("Not sent: somebody wrote since the answer was written."), cardtest.HasText("carla@shop.example wrote"), cardtest.HasButton("Send anyway"))
	if in := stopped.Input("text"); in == nil || in.Value != "Hello there" {
		t.Errorf("what was typed: %+v", in)
	}
	h.click(mia, stopped, "Send anyway", map[string]any{"text": "Hello there"}).Has(t, cardtest.HasText("The reply of Ana Silva goes out"))
}

// What does not fit together sends nothing.
func TestSendLaterForm(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.scene()
	for name, tc := range map[string]struct {
		with map[string]any
		say  string
	}{
		"a name, but Send":      {map[string]any{"person": "Mia Lindqvist"}, "You named somebody for a yes."},
		"a time, but at once":   {map[string]any{"when": "now", "later": h.now.Add(time.Hour)}, "You picked a day and time, but the reply goes at once."},
		"no time":               {map[string]any{"when": "pick"}, "Choose the day and the time below."},
		"a time that is over":   {map[string]any{"when": "pick", "later": h.now.Add(-time.Hour)}, "That time is already over. Choose a later one."},
		"a time that is so far": {map[string]any{"when": "pick", "later": time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}, "That is more than a year ahead. Choose an earlier time."},
	} {
		form := fields(h.replyForm(c), "Hello")
		maps.Copy(form, tc.with)
		got := h.click(ana, h.replyForm(c), "Send", form)
		got.Has(t, cardtest.HasText(tc.say), cardtest.Not(cardtest.HasText("That page is no longer there")))
		if in := got.Input("text"); in == nil || in.Value != "Hello" {
			t.Errorf("%s: what was typed is %+v", name, in)
		}
	}
	if mails := h.mails(c); len(mails) != 0 {
		t.Errorf("%d mails go", len(mails))
	}
	form := fields(h.replyForm(c), "Hello")
	form["when"], form["later"] = "pick", h.now.Add(72*time.Hour)
	h.click(ana, h.replyForm(c), "Send", form).Has(t, cardtest.HasText("Your reply goes Thu 09:00"))
	h.now = h.now.Add(time.Hour)
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund"})
	h.open(ana, c).Has(t, cardtest.HasText("Your reply that was to go Thu 09:00 was stopped"), cardtest.HasText("Carla Customer wrote"), cardtest.HasButton("Try again"))
	h.home(ana).Has(t, cardtest.HasText("A reply of yours was stopped"))
}

// A far date gets a message of its own wherever one is chosen.
func TestFarDates(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	far := time.Date(12000, 1, 1, 9, 0, 0, 0, time.UTC)
	for verb, form := range map[string]map[string]any{
		"give":   {"person": "ben@acme.test", "due": far},
		"snooze": {"nap": "pick", "until": far},
		"todo":   {"todo": "x", "due": far},
		"share":  {"person": "uwe@acme.test", "role": "view", "until": far},
	} {
		got := h.do(verb, ana, c, form, "form", "1")
		got.Has(t, cardtest.HasText("a year"), cardtest.Not(cardtest.HasText("That page is no longer there")))
	}
}
