package addon

import (
	"maps"
	"slices"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// scene is a conversation that ana holds, given by mia, with a note of ana's, a
// tag, and a share to olga.
func (h *house) scene() desk.Conversation {
	h.Helper()
	ctx := h.Context()
	c := h.mailed("Refund for order 1042")
	c = h.must(h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ana, Why: "you know them"}))
	c = h.must(h.desk.AddNote(ctx, ana, c.ID, "n1", "Billing has it, ask @Ben"))
	c = h.must(h.desk.AddTag(ctx, ana, c.ID, "refund"))
	return h.must(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Why: "stock"}))
}

// cases does every action once, the way its button does it.
func cases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"take": func(h *house) {
			h.click(ana, h.open(ana, h.mailed("S")), "Take", nil).Has(h, text("You hold this"), button("Put back"), not(button("Take")))
		},
		"give": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Give to …", nil)
			due := h.now.Add(2 * time.Hour)
			got := h.click(ana, form, "Give", map[string]any{"person": "Ben Okafor <ben@acme.test>", "why": "yours", "due": due})
			got.Has(h, text("Ben Okafor holds this since 09:00, given by Ana Silva"), text("yours · due 11:00 (in 2 h)"), text("Given to Ben Okafor."))
		},
		"decline": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Decline …", nil)
			h.click(ana, form, "Decline", map[string]any{"why": "on leave"}).Has(h, text("Nobody holds this"), text("Ana Silva declined it: on leave"))
		},
		"release": func(h *house) {
			h.click(ana, h.open(ana, h.scene()), "Put back", nil).Has(h, text("Nobody holds this"), button("Take"))
		},
		"close": func(h *house) {
			h.click(ana, h.open(ana, h.scene()), "Close", nil).Has(h, text("support@acme.test · Closed"), button("Reopen"), not(button("Close")))
		},
		"reopen": func(h *house) {
			closed := h.click(ana, h.open(ana, h.scene()), "Close", nil)
			h.click(ana, closed, "Reopen", nil).Has(h, text("support@acme.test · Open"), button("Close"))
		},
		"status": func(h *house) {
			h.click(ana, h.open(ana, h.scene()), "Mark as waiting for customer", nil).Has(h, text("support@acme.test · Waiting for customer"))
		},
		"sort": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Change", nil)
			got := h.click(ana, form, "Save", map[string]any{"priority": "high", "tag": "  order  1042 ", "keep": []string{}})
			got.Has(h, text("· High ·"), text("Tags: order 1042"))
		},
		"note": func(h *house) {
			h.click(ben, h.open(ben, h.scene()), "Add note", map[string]any{"note": "Done, see @ana"}).Has(h, text("Notes (2)"), text("Done, see @ana"))
		},
		"note-edit": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Edit", nil)
			got := h.click(ana, form, "Save", map[string]any{"text": "Billing has lost it"})
			got.Has(h, text("Billing has lost it"), text("edited 09:00"), not(text("ask @Ben")))
		},
		"share": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Share …", nil)
			got := h.click(ana, form, "Share", map[string]any{"person": "uwe@acme.test", "role": "comment", "until": time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)})
			got.Has(h, text("Shared with (2)"), text("may read and comment, until 9 Mar, not read yet"))
		},
		"share-stop": func(h *house) {
			h.click(ana, h.open(ana, h.scene()), "Stop", nil).Has(h, text("Shared with (0)"), not(button("Stop")))
		},
		"give-form": func(h *house) {
			h.do("give-form", ana, h.scene(), nil).Has(h, cardtest.HasInput("person"), cardtest.HasInput("why"), cardtest.HasInput("due"))
		},
		"decline-form": func(h *house) { h.do("decline-form", ana, h.scene(), nil).Has(h, cardtest.HasInput("why")) },
		"share-form": func(h *house) {
			h.do("share-form", ana, h.scene(), nil).Has(h, cardtest.HasInput("role"), cardtest.HasInput("until"))
		},
		"sort-form": func(h *house) {
			h.do("sort-form", ana, h.scene(), nil).Has(h, cardtest.HasInput("keep"), cardtest.HasInput("priority"), cardtest.HasInput("tag"))
		},
		"note-form": func(h *house) {
			c := h.scene()
			got := h.do("note-form", ana, c, nil, "n", string(c.Notes[0].ID))
			if in := got.Input("text"); in == nil || in.Value != c.Notes[0].Text {
				h.Errorf("field = %+v, want the note's text", in)
			}
		},
		"note-versions": func(h *house) {
			c := h.scene()
			h.must(h.desk.EditNote(h.Context(), ana, c.ID, c.Notes[0].ID, "second"))
			h.click(ben, h.open(ben, c), "Earlier", nil).Has(h, text("second"), text("Billing has it, ask @Ben"))
		},
		"history": func(h *house) {
			c := h.scene()
			h.must(h.desk.Close(h.Context(), mia, c.ID, 0))
			got := h.click(ana, h.open(ana, c), "Show all", nil)
			got.Has(h, text("Opened by mail from carla@shop.example"), text("Ana Silva shared it with Olga Novak until 1 Apr: stock"))
		},
		"notes": func(h *house) {
			c := h.scene()
			for i := range 40 {
				h.now = h.now.Add(time.Minute)
				h.must(h.desk.AddNote(h.Context(), ana, c.ID, string(rune('a'+i)), "note "+string(rune('A'+i))))
			}
			got := h.click(ana, h.open(ana, c), "Show 36 earlier", nil)
			got.Has(h, text("Notes (41)"), not(text("Billing has it")))
			h.click(ana, got, "Show earlier", nil).Has(h, text("Billing has it"), not(button("Show earlier")))
		},
		"open": func(h *house) {
			h.scene()
			h.click(ana, h.home(ana), "Refund for order 1042", nil).Has(h, text("You hold this"))
		},
		"back": func(h *house) {
			form := h.click(ana, h.open(ana, h.scene()), "Give to …", nil)
			if got := h.click(ana, form, "Cancel", nil); !slices.Equal(got.Moves, []string{"pop"}) {
				h.Errorf("moves = %v, want the form gone", got.Moves)
			}
		},
		"take-next": func(h *house) {
			h.mailed("First")
			h.now = h.now.Add(time.Minute)
			h.mailed("Second")
			h.click(ana, h.home(ana), "Take next", nil).Has(h, text("First"), text("You hold this"))
		},
		"list": func(h *house) {
			for range 11 {
				h.mailed("Q")
			}
			h.click(ana, h.home(ana), "All 11", nil).Has(h, text("Queue"), text("support@acme.test"))
		},
		"presence": func(h *house) {
			got := h.show("/addon/do/presence", event{as: ana, form: map[string]any{"presence": "away"}})
			if in := got.Input("presence"); in == nil || !slices.Equal(in.Selected, []string{"away"}) {
				h.Errorf("presence = %+v, want away", in)
			}
		},
		"mention-done": func(h *house) {
			h.scene()
			h.click(ben, h.home(ben), "Done", nil).Has(h, not(text("Mentions")))
		},
	}
}

func TestEveryAction(t *testing.T) {
	all := cases()
	maps.Copy(all, replyCases())
	maps.Copy(all, draftCases())
	maps.Copy(all, textCases())
	maps.Copy(all, undoCases())
	maps.Copy(all, intakeCases())
	maps.Copy(all, readCases())
	maps.Copy(all, snoozeCases())
	maps.Copy(all, phoneCases())
	maps.Copy(all, customerCases())
	maps.Copy(all, noteCases())
	maps.Copy(all, collisionCases())
	maps.Copy(all, absenceCases())
	maps.Copy(all, approveCases())
	for _, verb := range slices.Sorted(maps.Keys(newHouse(t).addon.actions())) {
		play := all[verb]
		if play == nil {
			t.Errorf("no case does %q", verb)
			continue
		}
		t.Run(verb, func(t *testing.T) {
			h := newHouse(t)
			play(h)
			if !h.logged("route=/addon/do/" + verb) {
				t.Errorf("the case of %q did not call it", verb)
			}
			if h.logged("level=ERROR") {
				t.Errorf("the log has an error:\n%s", h.log)
			}
		})
		delete(all, verb)
	}
	for verb := range all {
		t.Errorf("a case for %q, which is no action", verb)
	}
}
