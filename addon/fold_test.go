package addon

import (
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// A guest's looks are one line while nothing else happens, and the log has each.
func TestLooksAreFolded(t *testing.T) {
	h := newHouse(t)
	c := h.scene() // five events, the last that it is shared with Olga
	look := func(n int) {
		for range n {
			h.now = h.now.Add(10 * time.Minute)
			h.open(olga, c)
		}
	}
	look(3)
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareView}))
	look(2)
	h.open(uwe, c)
	look(3)
	shown, ok := h.open(ana, c).Section("History")
	if !ok {
		t.Fatal("no history")
	}
	shown.Has(t, cardtest.HasText("Olga Novak read it 5 times, last 10:20"), cardtest.HasText("uwe@acme.test read it"), cardtest.HasText("shared it with uwe@acme.test"),
		cardtest.HasText("Olga Novak read it 3 times or more, last 09:30"), cardtest.HasButton("Show all"))
	h.do("history", ana, c, nil).Has(t, cardtest.HasText("Olga Novak read it 5 times, last 10:20"), cardtest.HasText("Olga Novak read it 3 times, last 09:30"))
	events, _, err := h.store.Events(t.Context(), c.ID, desk.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	looks := 0
	for _, ev := range events {
		if ev.Kind == desk.EventShareRead {
			looks++
		}
	}
	if looks != 9 {
		t.Errorf("the log has %d looks, want each of 9", looks)
	}
	look(30)
	got, _ := h.open(ana, c).Section("History")
	got.Has(t, cardtest.HasText("Olga Novak read it 10 times or more"))
	if n := strings.Count(strings.Join(got.Texts(), "\n"), "read it"); n != 1 {
		t.Errorf("%d lines of looks, want one", n)
	}
}

// A queue shows the time by which it is sorted: since when each waits.
func TestQueueShowsHowLongItWaits(t *testing.T) {
	h := newHouse(t)
	first := h.mailed("First")
	h.now = h.now.Add(time.Hour)
	h.mailed("Second")
	h.now = h.now.Add(time.Hour)
	h.mailFrom(desk.Message{Thread: first.Thread, Subject: "First"}) // the newest mail, of who waits longest
	again := h.must(h.desk.Close(t.Context(), ana, h.mailed("Third").ID, 0))
	h.now = h.now.Add(30 * time.Minute)
	h.mailFrom(desk.Message{Thread: again.Thread, Subject: "Third"}) // waits since it wrote again
	want := []string{"First", "Waiting 2 h 30 min · due 13:00 (in 1 h 30 min)", "Second", "Waiting 1 h 30 min · due 14:00 (in 2 h 30 min)", "Third", "Came just now · due 15:30 (in 4 h)"}
	queue, ok := h.home(ana).Section("Queue of Support (3)")
	if !ok {
		t.Fatal("no queue")
	}
	texts := strings.Join(queue.Texts(), "\n")
	at := 0
	for _, w := range want {
		i := strings.Index(texts[at:], w)
		if i < 0 {
			t.Fatalf("no %q where it belongs in\n%s", w, texts)
		}
		at += i
	}
}
