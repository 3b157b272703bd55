package addon

import (
	"fmt"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

func TestHome(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	h.mailed("In the queue")
	text, not := cardtest.HasText, cardtest.Not
	h.home(ana).Has(t, cardtest.In("Mine (1)", text("Refund for order 1042")), cardtest.In("Queue of Support (1)", text("In the queue"), cardtest.HasButton("Take next")),
		cardtest.HasInput("presence"), not(text("Mentions")), not(text("sales@acme.test")))
	h.home(ben).Has(t, text("You hold nothing"), cardtest.In("Queue of sales@acme.test", text("The queue is empty."), not(cardtest.HasButton("Take next"))),
		cardtest.In("Mentions (1)", text("Ana Silva named you just now"), text("Refund for order 1042")))
	h.home(olga).Has(t, cardtest.In("Shared with me", text("Refund for order 1042")), not(text("In the queue")), not(cardtest.HasSection("Queue")))
	h.home(uwe).Has(t, text("You are not on this desk's roster and nothing is shared with you"), not(cardtest.HasInput("presence")))
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareView}))
	guest := h.home(uwe)
	guest.Has(t, cardtest.In("Shared with me", text("Refund for order 1042")), not(cardtest.HasInput("presence")))
	h.click(uwe, guest, "Refund for order 1042", nil).Has(t, text("shared this with you"))
}

func TestHomeShowsWhatIsLate(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	h.must(h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ana, Due: h.now.Add(time.Hour)}))
	h.now = h.now.Add(90 * time.Minute)
	h.home(ana).Has(t, cardtest.HasText("late since 10:00 (by 30 min) · Open"))
	h.open(ana, c).Has(t, cardtest.HasText("support@acme.test · Open · late since 10:00 (by 30 min)"))
	h.do("list", ana, c, nil, "l", "late").Has(t, cardtest.HasText("Late"), cardtest.HasText("Refund"))
	h.must(h.desk.SetPriority(t.Context(), ana, c.ID, 0, desk.High))
	h.home(ana).Has(t, cardtest.HasText("High · late since 10:00 (by 30 min) · Open"))
}

func TestListPages(t *testing.T) {
	h := newHouse(t)
	const n = 2*pageRows + 3
	for i := range n {
		h.mailed(fmt.Sprintf("Number %02d", i))
		h.now = h.now.Add(time.Minute)
	}
	seen := map[string]int{}
	got := h.click(ana, h.home(ana), fmt.Sprint("All ", n), nil)
	for page := 0; page < 10; page++ {
		for i := range n {
			if subject := fmt.Sprintf("Number %02d", i); got.Contains(subject) {
				seen[subject]++
			}
		}
		if got.Button("Show more") == nil {
			if page != 2 {
				t.Errorf("%d pages, want 3", page+1)
			}
			break
		}
		got = h.click(ana, got, "Show more", nil)
	}
	for i := range n {
		if subject := fmt.Sprintf("Number %02d", i); seen[subject] != 1 {
			t.Errorf("%s was shown %d times", subject, seen[subject])
		}
	}
}

func TestListsOfOthersAreEmpty(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	for _, who := range []desk.Email{olga, uwe, eve} {
		for _, params := range [][]string{{"l", "queue"}, {"l", "queue", "m", string(support)}, {"l", "late", "m", string(support)}, {"l", "mine"}} {
			h.do("list", who, c, nil, params...).Has(t, cardtest.HasText("Nothing here."), cardtest.Not(cardtest.HasText("Refund")))
		}
		h.do("take-next", who, c, nil, "m", string(support)).Has(t, cardtest.Not(cardtest.HasText("Refund")))
	}
	h.do("list", ana, c, nil, "l", "everything").Has(t, cardtest.Not(cardtest.HasText("Refund")))
	h.do("list", ana, c, nil, "l", "queue", "m", string(sales)).Has(t, cardtest.HasText("Nothing here."))
}

func TestPageMarksMadeUp(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	for _, verb := range []string{"list", "history", "notes"} {
		h.do(verb, ana, c, nil, "l", "queue", "after", "made-up").Has(t, cardtest.Not(cardtest.HasText("Refund")))
	}
}

func TestTakeNextOfAnEmptyQueue(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	home := h.home(ana)
	h.must(h.desk.Take(t.Context(), ben, c.ID, 0))
	got := h.click(ana, home, "Take next", nil)
	got.Has(t, cardtest.HasText("The queue is empty."), cardtest.HasSection("Mine"))
}

func TestPresenceOfAStranger(t *testing.T) {
	h := newHouse(t)
	for _, who := range []desk.Email{uwe, eve} {
		h.show("/addon/do/presence", event{as: who, form: map[string]any{"presence": "busy"}}).Has(t, cardtest.HasText("not one of the team's"))
	}
	got := h.show("/addon/do/presence", event{as: ana, form: map[string]any{"presence": "asleep"}})
	if got.Notification != "Choose one of the availabilities that are offered." {
		t.Errorf("notification = %q", got.Notification)
	}
	if p, err := h.desk.Presences(t.Context()); err != nil || len(p) != 0 {
		t.Errorf("presences = %v, %v; want none set", p, err)
	}
}

func TestTimesAreTheReaders(t *testing.T) {
	h := newHouse(t)
	h.now = time.Date(2026, 3, 2, 22, 30, 0, 0, time.UTC)
	c := h.mailed("Refund")
	for zone, want := range map[string]string{
		"":                    "has waited since 22:30",
		"Europe/Vienna":       "has waited since 23:30",
		"Asia/Kolkata":        "has waited since 04:00",
		"Nowhere/Unheard":     "has waited since 22:30",
		"America/Los_Angeles": "has waited since 14:30",
	} {
		h.show("/addon/message", event{as: ana, zone: zone, gmail: inShared(c)}).Has(t, cardtest.HasText(want))
	}
	h.now = h.now.Add(2 * time.Hour) // past midnight in London, still the 2nd in Los Angeles
	h.open(ana, c).Has(t, cardtest.HasText("has waited since yesterday 22:30 (2 h)"))
	h.show("/addon/message", event{as: ana, zone: "America/Los_Angeles", gmail: inShared(c)}).Has(t, cardtest.HasText("has waited since 14:30 (2 h)"))
	// A share until a day lives to that day's end where the reader is.
	params := map[string]string{"c": string(c.ID), "form": "1"}
	form := map[string]any{"person": "olga", "role": "view", "until": time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)}
	h.show("/addon/do/share", event{as: ana, zone: "America/Los_Angeles", params: params, form: form})
	if got, want := h.record(c.ID).Shares[0].Until, time.Date(2026, 3, 5, 7, 59, 59, 0, time.UTC); !got.Equal(want) {
		t.Errorf("share until %v, want %v", got, want)
	}
}
