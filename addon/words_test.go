package addon

import (
	"slices"
	"strings"
	"testing"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// Who is said to read a note reads it, and nobody else.
func TestNotesSayWhoReadsThem(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	hint := func(as desk.Email) string {
		in := h.open(as, c).Input("note")
		if in == nil {
			t.Fatalf("%s has no field for a note", as)
		}
		return in.Hint
	}
	if got := hint(ana); !strings.HasPrefix(got, "Only the team sees it. ") {
		t.Errorf("shared with nobody: %q", got)
	}
	c = h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	if got := hint(ana); !strings.HasPrefix(got, "The team sees it, and with whom it is shared: Olga Novak. ") {
		t.Errorf("shared with Olga: %q", got)
	}
	if got := hint(olga); !strings.HasPrefix(got, "The team sees it, and everybody with whom this is shared. ") {
		t.Errorf("to Olga: %q", got)
	}
	// To-dos stay with the team.
	if in := h.do("todo-form", ana, c, nil).Input("todo"); in == nil || in.Hint != "Only the team sees it" {
		t.Errorf("to-do: %+v, which Olga does not see", in)
	}
	c = h.must(h.desk.AddTodo(t.Context(), ana, c.ID, "", desk.Task{Text: "call the bank"}))
	h.open(olga, c).Has(t, cardtest.Not(cardtest.HasText("call the bank")))
	h.click(olga, h.open(olga, c), "Show all", nil).Has(t, cardtest.Not(cardtest.HasText("call the bank")))
}

func TestEmptiedNotePointsToDelete(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	form := h.click(ana, h.open(ana, c), "Edit", nil)
	h.click(ana, form, "Save", map[string]any{"text": " "}).
		Has(t, cardtest.HasText("A note cannot be empty. To take it away for good, delete it instead"), cardtest.HasButton("Delete …"))
}

func TestTeamInAFieldForAPerson(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Teams = []desk.Team{{Name: "Second line", Members: []desk.Email{ana, ben}}}
	h.desk.SetPolicy(p, h.rules)
	c := h.scene()
	for _, typed := range []string{"Second line", "@second-line", "second line (team)"} {
		h.do("give", ana, c, map[string]any{"person": typed}, "form", "1").
			Has(t, cardtest.HasText("Second line is a team, and one person is needed here. Choose Ana Silva or Ben Okafor, or name the team in a note."))
	}
}

func TestCardSaysWhyItIsInTheQueue(t *testing.T) {
	h := newHouse(t)
	h.rules["Tagged"] = desk.Routing{Matched: []string{"sales"}, Tags: []string{"offer"}, Reason: "rule sales matched"}
	h.rules["Team"] = desk.Routing{Matched: []string{"bills"}, Team: "Billing", Reason: "rule bills matched"}
	h.rules["Person"] = desk.Routing{Matched: []string{"bills"}, Person: ana, Reason: "rule bills matched"}
	h.open(ana, h.mailed("None")).Has(t, cardtest.HasText("No rule gives it to anybody"))
	h.open(ana, h.mailed("Tagged")).Has(t, cardtest.HasText("Sorted by the rule sales, which gives it to nobody"), cardtest.HasText("Sorted by the rule sales, with the tag offer"))
	h.open(ana, h.mailed("Team")).Has(t, cardtest.HasText("Nobody holds this, it waits for the team Billing"), cardtest.HasText("By the rule bills; nobody of Billing is available"))
	h.open(ana, h.mailed("Person")).Has(t, cardtest.HasText("By the rule bills"), cardtest.HasText("Given to Ana Silva by the rule bills"))
}

// TestChosenFromTheListIsUnderstood: whatever a colleague's name is written with,
// what the list offers is taken as them.
func TestChosenFromTheListIsUnderstood(t *testing.T) {
	for _, name := range []string{"Okafor, Ben", "Ben Okafor (night)", "Ben “Benny” Okafor", `Ben "Benny" Okafor`, "Dr. Ben Okafor", "Ben: Okafor", "Ben Okafor; nights", "בן אוקפור"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			p := acme()
			for i, m := range p.Members {
				if m.Email == ben {
					p.Members[i].Name = name
				}
			}
			h.desk.SetPolicy(p, h.rules)
			c := h.mailed("Refund")
			offers := suggested(t, h.raw("/addon/suggest", event{as: ana, params: map[string]string{"c": string(c.ID), "who": "workers"}, form: map[string]any{"person": "ben@acme"}}))
			if len(offers) != 1 {
				t.Fatalf("offered %q, want him", offers)
			}
			got := h.do("give", ana, c, map[string]any{"person": offers[0]}, "form", "1")
			if who := h.record(c.ID).Assignee; who != ben {
				t.Errorf("%q is held by %q; %s", offers[0], who, got.Notification)
			}
		})
	}
}

// Two who share a name before the comma are told apart in a note, too.
func TestNamesWithACommaAreMentioned(t *testing.T) {
	h := newHouse(t)
	p := acme()
	for i, m := range p.Members {
		switch m.Email {
		case ben:
			p.Members[i].Name = "Okafor, Ben"
		case mia:
			p.Members[i].Name = "Okafor, Mia"
		}
	}
	h.desk.SetPolicy(p, h.rules)
	c := h.mailed("Refund")
	offers := suggested(t, h.raw("/addon/suggest", event{as: ana, params: map[string]string{"c": string(c.ID), "who": "mention"}, form: map[string]any{"mention": "ben@acme"}}))
	if len(offers) != 1 {
		t.Fatalf("offered %q, want him", offers)
	}
	got := h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": "Look", "mention": offers[0]})
	if notes := h.record(c.ID).Notes; len(notes) != 1 || !slices.Equal(notes[0].Mentions, []desk.Email{ben}) {
		t.Errorf("%q names %+v; %s", offers[0], notes, got.Notification)
	}
}

// The form for several conversations takes as many tags as that of one.
func TestManyTagsForSeveral(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	tags := []string{"a refund that waits for the bank", "a delivery that never came", "vip"}
	got := h.do("bulk", ana, c, map[string]any{"ids": []string{string(c.ID)}, "do": "tag", "tag": strings.Join(tags, ", ")}, "form", "1", "l", string(desk.ListQueue))
	now := h.record(c.ID)
	for _, tag := range tags {
		if !now.HasTag(tag) {
			t.Fatalf("it has %q, want %q; %s", now.Tags, tags, got.Notification)
		}
	}
}
