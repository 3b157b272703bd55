package addon

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/addon/card/cardtest"
	"baton/desk"
)

func TestConflictSaysWhoWasFirst(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	drawn := h.open(ben, c)
	h.must(h.desk.Take(t.Context(), ana, c.ID, c.Version))
	h.now = h.now.Add(5 * time.Minute)
	got := h.click(ben, drawn, "Take", nil)
	got.Has(t, cardtest.HasText("Ana Silva was first, 5 min ago. Ana Silva holds it now. Yours was not done; nothing was overwritten."), cardtest.HasButton("Take over"))
	if !got.Changed {
		t.Error("other cards are not said to be outdated")
	}
	if now := h.record(c.ID); now.Assignee != ana {
		t.Errorf("holder %s, want ana: overwritten", now.Assignee)
	}
	// The new card carries the new version: taking over from it works.
	h.click(ben, got, "Take over", nil).Has(t, cardtest.HasText("You hold this"))
}

func TestConflictFromAForm(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	form := h.click(ben, h.open(ben, c), "Give to …", nil)
	h.must(h.desk.Take(t.Context(), ana, c.ID, c.Version))
	got := h.click(ben, form, "Give", map[string]any{"person": "Mia Lindqvist <mia@acme.test>"})
	got.Has(t, cardtest.HasText("Ana Silva was first"))
	if diff := cmp.Diff([]string{"pop", "updateCard"}, got.Moves); diff != "" {
		t.Errorf("moves (-want +got):\n%s", diff)
	}
}

func TestConflictsOfOtherAspects(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.mailed("Refund")
	h.must(h.desk.SetPriority(ctx, ana, c.ID, c.Version, desk.High))
	h.must(h.desk.SetStatus(ctx, ana, c.ID, c.Version, desk.WaitingInternal))
	h.must(h.desk.SetPriority(ctx, mia, c.ID, 0, desk.Normal))
	h.must(h.desk.SetPriority(ctx, ana, c.ID, 0, desk.High))
	h.do("status", ben, c, nil, "to", "ignored").Has(t, cardtest.HasText("It is now waiting internally."))
	now := h.record(c.ID)
	h.must(h.desk.SetPriority(ctx, mia, c.ID, 0, desk.Normal))
	h.must(h.desk.SetPriority(ctx, ana, c.ID, 0, desk.High))
	h.must(h.desk.SetPriority(ctx, mia, c.ID, 0, desk.Normal))
	h.do("sort", ben, now, map[string]any{"priority": "high"}, "form", "1").Has(t, cardtest.HasText("Its priority is now normal."))
}

func TestRefusedInputStays(t *testing.T) {
	long := strings.Repeat("ä", desk.MaxWhy+1)
	for verb, tc := range map[string]struct {
		open string
		form map[string]any
		keep map[string]string
		says string
	}{
		"give to a stranger":     {"Give to …", map[string]any{"person": "Nobody Known", "why": "because"}, map[string]string{"person": "Nobody Known", "why": "because"}, "Nobody on the roster is called Nobody Known"},
		"give to somebody else":  {"Give to …", map[string]any{"person": "olga@acme.test", "why": "because"}, map[string]string{"person": "olga@acme.test", "why": "because"}, "Olga Novak does not work in support@acme.test"},
		"give too late":          {"Give to …", map[string]any{"person": "ben@acme.test", "due": time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}, map[string]string{"person": "ben@acme.test"}, "already over"},
		"decline too long":       {"Decline …", map[string]any{"why": long}, map[string]string{"why": long}, "longer than 500"},
		"decline without reason": {"Decline …", map[string]any{"why": "  "}, map[string]string{"why": "  "}, "Say why"},
		"share outside":          {"Share …", map[string]any{"person": "eve@evil.test", "role": "comment", "why": "w"}, map[string]string{"person": "eve@evil.test", "why": "w"}, "outside your organisation"},
		"sort with a slash":      {"Change", map[string]any{"tag": "a/b", "priority": "high", "keep": []string{}}, map[string]string{"tag": "a/b"}, "cannot contain a slash"},
		"edit too long":          {"Edit", map[string]any{"text": strings.Repeat("n", desk.MaxNote+1)}, map[string]string{"text": strings.Repeat("n", desk.MaxNote+1)}, "at most 4000"},
	} {
		t.Run(verb, func(t *testing.T) {
			h := newHouse(t)
			c := h.scene()
			form := h.click(ana, h.open(ana, c), tc.open, nil)
			all := form.Buttons()
			submit := all[slices.IndexFunc(all, func(b cardtest.Button) bool { return b.Text == "Cancel" })-1]
			got := h.click(ana, form, submit.Text, tc.form)
			got.Has(t, cardtest.HasText(tc.says), cardtest.HasButton(submit.Text), cardtest.HasButton("Cancel"))
			if got.Notification == "" {
				t.Error("no line at the bottom says it")
			}
			for name, want := range tc.keep {
				if in := got.Input(name); in == nil || strings.TrimSpace(in.Value) != strings.TrimSpace(want) {
					t.Errorf("field %s = %+v, want what was typed", name, in)
				}
			}
			if b := got.Button(submit.Text); b != nil && cmp.Diff(submit.Parameters, b.Parameters) != "" {
				t.Errorf("the form's button changed (-first +again):\n%s", cmp.Diff(submit.Parameters, b.Parameters))
			}
			if now := h.record(c.ID); now.Version != h.record(c.ID).Version || now.Version != c.Version {
				t.Errorf("refused input changed the record: version %d, was %d", now.Version, c.Version)
			}
		})
	}
}

func TestRefusedNoteStays(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	for name, text := range map[string]string{
		"nothing":  "  ",
		"too long": strings.Repeat("n", desk.MaxNote+1),
	} {
		got := h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": text})
		if in := got.Input("note"); in == nil || in.Value != text {
			t.Errorf("%s: field = %+v, want what was typed", name, in)
		}
		if got.Notification == "" {
			t.Errorf("%s: nothing says why", name)
		}
	}
	if now := h.record(c.ID); now.NoteCount != 0 {
		t.Errorf("%d notes, want none", now.NoteCount)
	}
}

func TestPressedTwice(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	drawn := h.open(ana, c)
	for range 2 {
		h.click(ana, drawn, "Add note", map[string]any{"note": "once only"}).Has(t, cardtest.HasText("Notes (1)"), cardtest.HasText("once only"))
	}
	for range 2 {
		h.click(ana, drawn, "Take", nil).Has(t, cardtest.HasText("You hold this"))
	}
	for range 2 {
		h.click(ana, drawn, "Close", nil).Has(t, cardtest.HasButton("Reopen"))
	}
	events, _, err := h.store.Events(t.Context(), c.ID, desk.Page{Limit: 50})
	if err != nil || len(events) != 4 {
		t.Errorf("%d events, %v; want opened, noted, taken, closed", len(events), err)
	}
}

// A conversation that a rule handed on meanwhile: nobody was first but Baton.
func TestConflictWithBaton(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	h.must(h.desk.Close(t.Context(), ana, c.ID, 0))
	drawn := h.open(ben, c)
	h.now = h.now.Add(60 * 24 * time.Hour)
	h.rules["Re: Refund"] = desk.Routing{Matched: []string{"refunds"}, Person: mia, Reason: "rule refunds matched"}
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund"})
	h.click(ben, drawn, "Take", nil).Has(t, cardtest.HasText("Baton was first, just now. Mia Lindqvist holds it now."))
}

func TestRefusedChoicesStay(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	day := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	share := h.do("share", ana, c, map[string]any{"person": "eve@evil.test", "role": "comment", "until": day}, "form", "1")
	if in := share.Input("role"); in == nil || len(in.Selected) != 1 || in.Selected[0] != "comment" {
		t.Errorf("role = %+v, want what was chosen", in)
	}
	if in := share.Input("until"); in == nil || in.Millis != day.UnixMilli() {
		t.Errorf("until = %+v, want %v", in, day)
	}
	due := h.now.Add(-time.Hour)
	give := h.do("give", ana, c, map[string]any{"person": "ben@acme.test", "due": due}, "form", "1")
	if in := give.Input("due"); in == nil || in.Millis != due.UnixMilli() {
		t.Errorf("due = %+v, want %v", in, due)
	}
	form := h.do("sort-form", ana, c, nil)
	sort := h.click(ana, form, "Save", map[string]any{"priority": "high", "tag": "a/b", "keep": []string{}})
	if in := sort.Input("priority"); in == nil || len(in.Selected) != 1 || in.Selected[0] != "high" {
		t.Errorf("priority = %+v, want what was chosen", in)
	}
	if in := sort.Input("keep"); in == nil || len(in.Selected) != 0 {
		t.Errorf("tags = %+v, want the box that was cleared still clear", in)
	}
}

func TestMentionDoneTwice(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	home := h.home(ben)
	for range 2 {
		h.click(ben, home, "Done", nil).Has(t, cardtest.Not(cardtest.HasText("Mentions")))
	}
	done := 0
	for _, ev := range h.record(c.ID).Recent {
		if ev.Kind == desk.EventMentionDone {
			done++
		}
	}
	if done != 1 {
		t.Errorf("%d lines of history say that the mention is dealt with, want 1", done)
	}
}
