package addon

import (
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// ring performs the timer of a snoozed conversation, as the outbox does.
func (h *house) ring(c desk.Conversation) desk.Conversation {
	h.Helper()
	in, err := h.store.Intent(h.Context(), h.record(c.ID).Nap.Timer)
	if err == nil {
		_, err = h.desk.Wake(h.Context(), in)
	}
	if err != nil {
		h.Fatal(err)
	}
	return h.record(c.ID)
}

// sleeping is the scene, snoozed by ana until tomorrow morning.
func (h *house) sleeping() desk.Conversation {
	h.Helper()
	return h.must(h.desk.Snooze(h.Context(), ana, h.scene().ID, 0, desk.Nap{Morning: true, Why: "parts come tomorrow"}))
}

// offered is two conversations of ana's and the plan card for them.
func (h *house) offered() (desk.Conversation, cardtest.Card) {
	h.Helper()
	h.rules["Invoice"] = desk.Routing{Matched: []string{"billing"}, Team: "Billing", Reason: "rule billing matched"}
	p := acme()
	p.Teams = []desk.Team{{Name: "Billing", Members: []desk.Email{ana, ben}}}
	h.desk.SetPolicy(p, h.rules)
	c := h.scene()
	h.must(h.desk.Take(h.Context(), ana, h.mailed("Invoice").ID, 0))
	return c, h.show("/addon/do/presence", event{as: ana, form: map[string]any{"presence": "away_reassign"}})
}

func snoozeCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"snooze-form": func(h *house) {
			got := h.click(ana, h.open(ana, h.scene()), "Snooze …", nil)
			got.Has(h, cardtest.HasInput("nap"), cardtest.HasInput("until"), cardtest.HasInput("why"), text("If you snooze it for longer, it is late from then on"))
		},
		"snooze": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Snooze …", nil)
			got := h.click(ana, form, "Snooze", map[string]any{"nap": "pick", "until": h.now.Add(2 * time.Hour), "why": "parts come at 11"})
			got.Has(h, text("support@acme.test · Snoozed"), text("You snoozed this until 11:00; a reply wakes it sooner"), text("parts come at 11"),
				button("Wake now"), text("Ana Silva snoozed it until 11:00: parts come at 11"), text("Snoozed until 11:00."))
		},
		"wake": func(h *house) {
			got := h.click(ben, h.open(ben, h.sleeping()), "Wake now", nil)
			got.Has(h, text("support@acme.test · Open"), text("Ana Silva holds this"), not(button("Wake now")), text("Awake again."))
		},
		"reoffer": func(h *house) {
			_, plan := h.offered()
			plan.Has(h, text("Your open conversations (2)"), text("Goes to Ben Okafor"), text("Goes to the queue"), button("Only away"))
			h.click(ana, plan, "Offer these 2 to others", nil).Has(h, text("You are away. 2 conversations were offered to others."),
				text("What happened to your conversations"), text("Ben Okafor holds it"), text("In the queue"), button("Take back"))
		},
		"take-back": func(h *house) {
			c, plan := h.offered()
			h.must(h.desk.Close(h.Context(), mia, c.ID, 0))
			again := h.click(ana, plan, "Offer these 2 to others", nil)
			again.Has(h, text("Something changed since you saw this. Nothing was done"))
			home := h.click(ana, again, "Offer it to others", nil)
			h.click(ana, home, "Take back", nil).Has(h, text("You hold it again."), not(text("What happened")), text("Mine (1)"))
		},
		"lost-seen": func(h *house) {
			c, plan := h.offered()
			h.click(ana, plan, "Offer these 2 to others", nil)
			h.must(h.desk.Take(h.Context(), ben, c.ID, 0))
			h.click(ana, h.home(ana), "Seen", nil).Has(h, not(button("Seen")), button("Take back"), text("Invoice"))
		},
	}
}

// Every mistake with the form once: it says what is wrong and changes nothing.
func TestSnoozeMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		form  map[string]any
		first func(h *house, c desk.Conversation)
		want  string
	}{
		"no choice":   {form: map[string]any{"why": "w"}, want: "Choose until when it should be put aside."},
		"no time":     {form: map[string]any{"nap": "pick"}, want: "Choose the day and the time below."},
		"past":        {form: map[string]any{"nap": "pick", "until": time.Date(2026, 3, 2, 8, 59, 0, 0, time.UTC)}, want: "That time is already over. Choose a later one."},
		"too far":     {form: map[string]any{"nap": "pick", "until": time.Date(2027, 3, 4, 9, 0, 0, 0, time.UTC)}, want: "That is more than a year ahead. Choose an earlier time."},
		"long reason": {form: map[string]any{"nap": "reply", "why": strings.Repeat("x", desk.MaxWhy+1)}, want: "The reason is longer than"},
		"closed": {form: map[string]any{"nap": "morning"}, want: "It is marked as closed. Reopen it first, then snooze it.",
			first: func(h *house, c desk.Conversation) { h.must(h.desk.Close(h.Context(), ana, c.ID, 0)) }},
		"closed by somebody": {form: map[string]any{"nap": "morning"}, want: "Ben Okafor was first",
			first: func(h *house, c desk.Conversation) { h.must(h.desk.Close(h.Context(), ben, c.ID, 0)) }},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.scene()
			form := h.click(ana, h.open(ana, c), "Snooze …", nil)
			if tt.first != nil {
				tt.first(h, c)
			}
			was := h.record(c.ID).Version
			h.click(ana, form, "Snooze", tt.form).Has(t, cardtest.HasText(tt.want))
			if now := h.record(c.ID); now.Version != was || now.Nap != nil {
				t.Errorf("version %d, nap %+v: something was changed", now.Version, now.Nap)
			}
		})
	}
}

func TestWakingShowsWhy(t *testing.T) {
	h := newHouse(t)
	text := cardtest.HasText
	c := h.sleeping()
	h.now = h.now.Add(24 * time.Hour)
	h.open(ana, c).Has(t, text("It stays among the late ones while it is snoozed."))
	h.ring(c)
	h.open(ana, c).Has(t, text("Awake since 09:00: its time had come"), text("It was snoozed by you: parts come tomorrow"), text("You hold this"))
	c = h.must(h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Reply: true}))
	h.open(ana, c).Has(t, text("You snoozed this until they reply"), cardtest.Not(text("Awake since 09:00: its time had come")))
	h.now = h.now.Add(time.Minute)
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re"})
	h.open(ana, c).Has(t, text("Carla Customer wrote"), text("· Open"))
}

func TestMailForAHolderWhoIsAway(t *testing.T) {
	h := newHouse(t)
	text := cardtest.HasText
	c := h.scene()
	if err := h.desk.SetPresence(t.Context(), ana, desk.Away); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Minute)
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re"})
	h.open(ben, c).Has(t, text("Ana Silva was away when Carla Customer wrote, 09:01"), text("Ana Silva holds this"))
	h.home(ben).Has(t, text("Held by colleagues who are away"), text("held by Ana Silva"))
	if err := h.desk.SetPresence(t.Context(), ana, desk.AwayReassign); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Minute)
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re"})
	h.open(ben, c).Has(t, text("Nobody holds this"), text("Ana Silva held it and is away"), text("Passed on from Ana Silva, who is away, to the queue"))
}

// What the suggestions say beside a name does not stand in the way of giving.
func TestGivingToWhoIsBusy(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	if err := h.desk.SetPresence(t.Context(), ben, desk.Busy); err != nil {
		t.Fatal(err)
	}
	_, answer := h.post("/addon/suggest", event{as: ana, params: map[string]string{"c": string(c.ID), "who": "workers"}, form: map[string]any{"person": ""}})
	const busy = "Ben Okafor · busy <ben@acme.test>"
	mia, last := strings.Index(string(answer), "Mia"), strings.Index(string(answer), "Ben Okafor · busy")
	if mia < 0 || last < mia {
		t.Errorf("suggestions = %s, want Mia before Ben, who is busy", answer)
	}
	form := h.click(ana, h.open(ana, c), "Give to …", nil)
	h.click(ana, form, "Give", map[string]any{"person": busy}).Has(t, cardtest.HasText("Ben Okafor holds this"))
}
