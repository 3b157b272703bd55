package addon

import (
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
)

// One reply of one person is one line, however often its draft was opened and
// whatever else tells of it.
func TestDraftsOfOnePersonAreOneLine(t *testing.T) {
	h := newHouse(t)
	h.looks = true
	c := h.mailed("Refund")
	for range 2 {
		form := h.do("reply-form", ana, c, nil) // which says that ana started a reply
		h.click(ana, form, "Open as draft", map[string]any{"to": carla, "text": "Dear Carla", "then": "keep"})
		h.now = h.now.Add(time.Minute)
	}
	h.do("reply-form", ana, c, nil)
	got := h.open(ben, c)
	got.Has(t, cardtest.HasText("Ana Silva has been writing a reply in Gmail since 09:00"), cardtest.HasText("2 drafts, of which this opens the newest, in the thread"),
		cardtest.Not(cardtest.HasText("started a reply")))
	if n := strings.Count(strings.Join(got.Texts(), "\n"), "writing a reply in Gmail"); n != 1 {
		t.Errorf("%d lines for one person's drafts, want one", n)
	}
	newest := h.record(c.ID).Outgoing[1]
	if b := got.Button("Open"); b == nil || b.Parameters["r"] != string(newest.Intent) {
		t.Errorf("Open = %+v, want the newest draft", b)
	}
	// Somebody else who has no draft there still shows.
	h.do("reply-form", mia, c, nil)
	h.open(ben, c).Has(t, cardtest.HasText("Mia Lindqvist started a reply"))
	if v, err := h.desk.OpenID(t.Context(), ben, c.ID); err != nil || len(v.Writing(h.now.Add(-time.Hour))) != 2 {
		t.Errorf("%v: the record lost a draft", err)
	}
}
