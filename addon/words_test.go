package addon

import (
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
