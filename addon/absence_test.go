package addon

import (
	"slices"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

func absenceCases() map[string]func(h *house) {
	text, button := cardtest.HasText, cardtest.HasButton
	return map[string]func(h *house){
		"absence-form": func(h *house) {
			got := h.click(ana, h.home(ana), "Absence and deputy …", nil)
			got.Has(h, cardtest.HasInput("presence"), cardtest.HasInput("until"), cardtest.HasInput("person"), button("Save"))
		},
		"absence": func(h *house) {
			form := h.click(ana, h.home(ana), "Absence and deputy …", nil)
			got := h.click(ana, form, "Save", map[string]any{"presence": "away", "until": h.now.Add(24 * time.Hour), "person": "Ben Okafor <ben@acme.test>"})
			got.Has(h, text("Until tomorrow 09:00 · Ben Okafor stands in for you while you are away"), text("Saved."))
			form = h.click(ana, got, "Absence and deputy …", nil)
			if in := form.Input("person"); in == nil || in.Value != "Ben Okafor <ben@acme.test>" {
				h.Errorf("the form has %+v, want Ben", in)
			}
		},
	}
}

// goes makes somebody away.
func (h *house) goes(who desk.Email, is desk.Presence) {
	h.Helper()
	if err := h.desk.Attend(h.Context(), who, is); err != nil {
		h.Fatal(err)
	}
}

func TestAbsenceIsRefused(t *testing.T) {
	h := newHouse(t)
	form := h.click(ana, h.home(ana), "Absence and deputy …", nil)
	for want, fields := range map[string]map[string]any{
		"That time is already over. Choose a later one, or none.":                         {"presence": "away", "until": h.now.Add(-time.Hour), "person": "ben@acme.test"},
		"Choose a colleague to stand in for you, or nobody.":                              {"presence": "away", "person": "Ana Silva"},
		"Nobody on the roster is called Zoe. Begin with a name and choose from the list.": {"presence": "away", "person": "Zoe"},
	} {
		got := h.click(ana, form, "Save", fields)
		got.Has(t, cardtest.HasText(want), cardtest.HasButton("Save"))
		if in := got.Input("person"); in == nil || in.Value != fields["person"] {
			t.Errorf("the form has %+v, want what was typed", in)
		}
		if in := got.Input("presence"); in == nil || !slices.Equal(in.Selected, []string{"away"}) {
			t.Errorf("the form has %+v, want away", in)
		}
	}
	h.home(ana).Has(t, cardtest.Not(cardtest.HasText("Ben Okafor stands in")))
}

// The plan proposes whom one names in the same form, and ends when one says.
func TestPlanProposesTheDeputy(t *testing.T) {
	h := newHouse(t)
	c, _ := h.offered()
	form := h.click(ana, h.home(ana), "Absence and deputy …", nil)
	plan := h.click(ana, form, "Save", map[string]any{"presence": "away_reassign", "until": h.now.Add(24 * time.Hour), "person": "ben@acme.test"})
	plan.Has(t, cardtest.HasText("Goes to Ben Okafor, who stands in for you"))
	home := h.click(ana, plan, "Offer these 2 to others", nil)
	home.Has(t, cardtest.HasText("Until tomorrow 09:00 · Ben Okafor stands in"), cardtest.HasText("You are away. 2 conversations were offered to others."))
	h.open(mia, c).Has(t, cardtest.HasText("Ben Okafor holds this since 09:00 for Ana Silva, who is away"))
	h.now = h.now.Add(25 * time.Hour)
	h.open(mia, c).Has(t, cardtest.HasText("Ben Okafor holds this since yesterday 09:00 for Ana Silva, who was away"))
	if in := h.home(ana).Input("presence"); in == nil || !slices.Equal(in.Selected, []string{"available"}) {
		t.Errorf("presence %+v after the absence has ended", in)
	}
}

// Giving to somebody who is away asks once more, and offers who stands in.
func TestGiveAsksAboutTheAbsent(t *testing.T) {
	for name, c := range map[string]struct {
		press string
		want  string
	}{
		"anyway": {"Give anyway", "Ben Okafor holds this since 09:00, given by Ana Silva"},
		"deputy": {"Give to Mia Lindqvist", "Mia Lindqvist holds this since 09:00, given by Ana Silva"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.goes(ben, desk.Presence{Availability: desk.Away, Until: h.now.Add(24 * time.Hour), Deputy: mia})
			conv := h.scene()
			form := h.click(ana, h.open(ana, conv), "Give to …", nil)
			typed := map[string]any{"person": "Ben", "why": "yours"}
			asked := h.click(ana, form, "Give", typed)
			asked.Has(t, cardtest.HasText("Ben Okafor is away until tomorrow 09:00. Nothing was given yet."), cardtest.HasInput("why"))
			if now := h.record(conv.ID); now.Assignee != ana {
				t.Fatalf("held by %q before it was said twice", now.Assignee)
			}
			got := h.click(ana, asked, c.press, typed)
			got.Has(t, cardtest.HasText(c.want), cardtest.HasText("yours"))
		})
	}
	h := newHouse(t)
	h.goes(ben, desk.Presence{Availability: desk.Away})
	h.goes(mia, desk.Presence{Availability: desk.Away})
	conv := h.scene()
	asked := h.click(ana, h.click(ana, h.open(ana, conv), "Give to …", nil), "Give", map[string]any{"person": "Ben"})
	h.click(ana, asked, "Give anyway", map[string]any{"person": "Mia"}).Has(t, cardtest.HasText("Mia Lindqvist is away. Nothing was given yet."))
	foreign := h.raw("/addon/do/give", event{as: olga, form: map[string]any{"person": "Ben"}, params: map[string]string{"c": string(conv.ID), "form": "1"}})
	never := h.raw("/addon/do/give", event{as: eve, form: map[string]any{"person": "Ben"}, params: map[string]string{"c": "never", "form": "1"}})
	if now := h.record(conv.ID); now.Assignee != ana || len(foreign) == 0 || len(never) == 0 {
		t.Errorf("held by %q", now.Assignee)
	}
}

// A manager's home says plainly what rings.
func TestHomeSaysWhatRings(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Mailboxes[0].Alarm = desk.Alarm{Unassigned: 2}
	h.desk.SetPolicy(p, h.rules)
	h.mailed("S")
	h.mailed("T")
	if err := h.desk.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	say := "There are 2 conversations in the queue of "
	h.home(mia).Has(t, cardtest.In("The queue needs you", cardtest.HasText(say)))
	h.home(ana).Has(t, cardtest.Not(cardtest.HasText(say)))
	h.click(mia, h.home(mia), "Queue", nil).Has(t, cardtest.HasText("Queue"))
}
