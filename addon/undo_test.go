package addon

import (
	"fmt"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// takenBackEvent is an undo by Ana of a change of some kind.
func takenBackEvent(kind desk.EventKind, redo bool, ev desk.Event) desk.Event {
	ev.Kind, ev.By, ev.Of = desk.EventTakenBack, ana, &desk.TakenBack{Kind: kind, Redo: redo}
	return ev
}

// several receives mails and gives their records.
func (h *house) several(n int) (all []desk.Conversation) {
	h.Helper()
	for i := range n {
		h.now = h.now.Add(time.Minute)
		all = append(all, h.mailed(fmt.Sprint("Question ", i)))
	}
	return all
}

func idsOf(all ...desk.Conversation) (ids []string) {
	for _, c := range all {
		ids = append(ids, string(c.ID))
	}
	return ids
}

// undoCases does the actions of undoing and of changing many.
func undoCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"undo": func(h *house) {
			c := h.mailed("S")
			taken := h.click(ana, h.open(ana, c), "Take", nil)
			taken.Has(h, text("Ana Silva took it"), button("Undo"))
			back := h.click(ana, taken, "Undo", nil)
			back.Has(h, text("Nobody holds this"), text("Ana Silva undid taking it: nobody holds it now"), text("Undone."), button("Redo"), not(button("Undo")))
			h.click(ana, back, "Redo", nil).Has(h, text("You hold this"), text("Done again."))
		},
		"bulk-form": func(h *house) {
			h.several(3)
			form := h.click(ana, h.home(ana), "Select several …", nil)
			form.Has(h, cardtest.HasInput("ids"), cardtest.HasInput("do"), cardtest.HasInput("person"), cardtest.HasInput("tag"), button("Do it"))
		},
		"bulk": func(h *house) {
			all := h.several(3)
			form := h.click(ana, h.home(ana), "Select several …", nil)
			got := h.click(ana, form, "Do it", map[string]any{"ids": idsOf(all[0], all[2]), "do": "close"})
			got.Has(h, text("Closed: 2 conversations."), button("Undo all"))
			for i, want := range []desk.Status{desk.Closed, desk.Open, desk.Closed} {
				if now := h.record(all[i].ID); now.Status != want {
					h.Errorf("%d is %s, want %s", i, now.Status, want)
				}
			}
		},
		"bulk-undo": func(h *house) {
			all := h.several(3)
			form := h.click(mia, h.home(mia), "Select several …", nil)
			done := h.click(mia, form, "Do it", map[string]any{"ids": idsOf(all...), "do": "give", "person": "Ben Okafor <ben@acme.test>", "why": "yours"})
			done.Has(h, text("Given: 3 conversations."))
			h.must(h.desk.Take(h.Context(), ana, all[1].ID, 0))
			back := h.click(mia, done, "Undo all", nil)
			back.Has(h, text("Undone: 2 conversations."), text("Left as they were"), text("Question 1"), text("Ana Silva acted since, just now: Ana Silva took it over from Ben Okafor."))
			again := h.click(mia, back, "Do it again", nil)
			again.Has(h, text("Done again: 2 conversations."), button("Undo all"))
			for i, want := range []desk.Email{ben, ana, ben} {
				if now := h.record(all[i].ID); now.Assignee != want {
					h.Errorf("%s holds %d, want %s", now.Assignee, i, want)
				}
			}
		},
	}
}

// TestUndoSaysWhoActed presses an Undo that came too late.
func TestUndoSaysWhoActed(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("S")
	taken := h.click(ana, h.open(ana, c), "Take", nil)
	h.must(h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ben}))
	h.now = h.now.Add(5 * time.Minute)
	got := h.click(ana, taken, "Undo", nil)
	got.Has(t, cardtest.HasText("Not undone. Mia Lindqvist acted since, 5 min ago: Mia Lindqvist gave it to Ben Okafor. Nothing was changed."))
	if now := h.record(c.ID); now.Assignee != ben {
		t.Errorf("%s holds it, want ben", now.Assignee)
	}
}

// TestUndoRefused says why what came by mail, or a colleague did, stays.
func TestUndoRefused(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	for ev, want := range map[int]string{1: "Mail that came in cannot be undone", 2: "Mia Lindqvist did this. Only they or a manager can undo it."} {
		h.do("undo", ana, c, nil, "e", fmt.Sprint(ev)).Has(t, cardtest.HasText(want))
	}
	h.do("undo", ana, c, nil, "e", "99").Has(t, cardtest.HasText("not one of the team's conversations"))
}

// TestUndoInTheWholeHistory goes from the list of all that happened back to the
// conversation's card.
func TestUndoInTheWholeHistory(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	h.must(h.desk.SetPriority(t.Context(), ana, c.ID, 0, desk.High))
	all := h.do("history", ana, c, nil)
	got := h.click(ana, all, "Undo", nil)
	got.Has(t, cardtest.Not(cardtest.HasText("· High ·")))
	if len(got.Moves) != 2 || got.Moves[0] != "pop" {
		t.Errorf("moves %v, want the history gone and the card drawn anew", got.Moves)
	}
}

// TestBulkKeepsWhatWasChosen draws a form again that could not be used.
func TestBulkKeepsWhatWasChosen(t *testing.T) {
	h := newHouse(t)
	all := h.several(2)
	form := h.click(ana, h.home(ana), "Select several …", nil)
	for fault, input := range map[string]map[string]any{
		"Select at least one conversation.":        {"do": "close"},
		"Choose a person to give them to.":         {"ids": idsOf(all[1]), "do": "give"},
		"Nobody on the roster is called Zzz":       {"ids": idsOf(all[1]), "do": "give", "person": "Zzz"},
		"A tag cannot contain a slash":             {"ids": idsOf(all[1]), "do": "tag", "tag": "a/b"},
		"Write a tag first.":                       {"ids": idsOf(all[1]), "do": "tag"},
		"Choose what to do with the conversations": {"ids": idsOf(all[1])},
	} {
		got := h.click(ana, form, "Do it", input)
		got.Has(t, cardtest.HasText(fault), cardtest.HasButton("Do it"))
		if in := got.Input("ids"); in == nil || input["ids"] != nil && (len(in.Selected) != 1 || in.Selected[0] != string(all[1].ID)) {
			t.Errorf("%s: %+v, want the box still ticked", fault, in)
		}
	}
	// A colleague of another mailbox, who can hold none of them: the form is wrong.
	got := h.click(ana, form, "Do it", map[string]any{"ids": idsOf(all...), "do": "give", "person": "olga@acme.test", "why": "because"})
	got.Has(t, cardtest.HasText("Olga Novak does not work in support@acme.test"), cardtest.HasButton("Do it"), cardtest.Not(cardtest.HasButton("Undo all")))
	if in := got.Input("ids"); in == nil || len(in.Selected) != 2 || got.Input("why").Value != "because" {
		t.Errorf("%+v, want all that was ticked and typed", in)
	}
	// What left the list meanwhile is said.
	h.must(h.desk.Close(t.Context(), ben, all[0].ID, 0))
	h.click(ana, form, "Do it", map[string]any{"ids": idsOf(all...), "do": "give", "person": "Zzz"}).
		Has(t, cardtest.HasText("1 conversation that you had ticked left this list meanwhile."))
}

// TestBulkOfForeignConversations tells nothing of them.
func TestBulkOfForeignConversations(t *testing.T) {
	h, inSupport, inSales := closedHouse(t)
	got := h.show("/addon/do/bulk", event{as: ana, params: map[string]string{"l": "queue"}, form: map[string]any{
		"do": "close", "ids": []string{string(inSales.ID), "never"}}})
	got.Has(t, cardtest.HasText("A conversation that is no longer there"), cardtest.Not(cardtest.HasText(secret)))
	h.untouched(inSales)
	h.untouched(inSupport)
}
