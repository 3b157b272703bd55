package addon

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// noteCases does the actions of notes, to-dos and following.
func noteCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"offer-share": func(h *house) {
			offer := h.click(ana, h.open(ana, h.mailed("Refund")), "Add note", map[string]any{"note": "ask @olga"})
			offer.Has(h, text("Your note is saved. Olga Novak cannot see this conversation, and learns nothing of it unless you share it."), button("Leave it"),
				cardtest.HasInput("to"), cardtest.HasInput("role"), cardtest.HasInput("until"))
			got := h.click(ana, offer, "Share", map[string]any{"to": []string{"olga@acme.test"}, "role": "comment", "until": time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)})
			got.Has(h, text("Shared with (1)"), text("may read and comment, until 9 Mar"), not(text("cannot see it")), text("ask @olga"))
			if !slices.Equal(got.Moves, []string{"pop", "updateCard"}) {
				h.Errorf("moves %v, want the offer gone", got.Moves)
			}
			h.home(olga).Has(h, text("Mentions (1)"), text("Ana Silva named you"))
		},
		"note-delete-form": func(h *house) {
			h.click(ana, h.open(ana, h.scene()), "Edit", nil).Has(h, button("Earlier texts"), button("Delete …"))
			form := h.click(mia, h.click(mia, h.open(mia, h.scene()), "More", nil), "Delete …", nil)
			form.Has(h, text("Billing has it, ask @Ben"), text("This cannot be undone."), button("Delete for good"), button("Cancel"))
		},
		"note-delete": func(h *house) {
			c := h.scene()
			form := h.click(ana, h.click(ana, h.open(ana, c), "Edit", nil), "Delete …", nil)
			h.now = h.now.Add(time.Hour)
			got := h.click(ana, form, "Delete for good", nil)
			got.Has(h, text("Ana Silva deleted a note at 10:00"), not(text("Billing has it")), not(button("Edit")), text("Deleted for good."))
			if !slices.Equal(got.Moves, []string{"popToCard", "updateCard"}) {
				h.Errorf("moves %v, want the conversation's card", got.Moves)
			}
			h.home(ben).Has(h, not(text("Mentions")))
		},
		"todo-form": func(h *house) {
			h.click(ana, h.open(ana, h.scene()), "To-do …", nil).Has(h, cardtest.HasInput("todo"), cardtest.HasInput("person"), cardtest.HasInput("due"))
		},
		"todo": func(h *house) {
			c := h.scene()
			form := h.click(ana, h.open(ana, c), "To-do …", nil)
			for range 2 { // pressed twice
				got := h.click(ana, form, "Add", map[string]any{"todo": "call <b>them", "person": "Ben Okafor <ben@acme.test>", "due": h.now.Add(2 * time.Hour)})
				got.Has(h, text("To do (1)"), text("Ben Okafor · due 11:00 (in 2 h)"), text("call <b>them"), text("asked by you"), text("Ana Silva added a to-do for Ben Okafor, due 11:00: call <b>them"))
			}
			h.home(ben).Has(h, text("To do (1)"), text("Ana Silva asks you · due 11:00 (in 2 h)"), text("call <b>them"))
			h.now = h.now.Add(3 * time.Hour)
			h.home(ben).Has(h, text("late since 11:00 (by 1 h)"))
			late := h.open(ben, c)
			late.Has(h, text("You · late since 11:00 (by 1 h)"))
			if texts := strings.Join(late.Texts(), "|"); strings.Index(texts, "call") > strings.Index(texts, "holds this") {
				h.Errorf("what is late is not at the top: %s", texts)
			}
		},
		"todo-done": func(h *house) {
			c := h.scene()
			for i := range 2 {
				c = h.must(h.desk.AddTodo(h.Context(), ana, c.ID, string(rune('a'+i)), desk.Task{Text: [2]string{"call them", "write to them"}[i], For: ben}))
			}
			h.click(ben, h.open(ben, c), "Done", nil).Has(h, text("To do (1)"), text("Ben Okafor did a to-do: call them"))
			h.click(ben, h.home(ben), "Done", nil).Has(h, not(text("To do")), text("Done."))
		},
		"named": func(h *house) {
			for i := range 30 {
				c := h.mailed(fmt.Sprintf("Question %d", i))
				h.must(h.desk.AddNote(h.Context(), ana, c.ID, "1", "@ben look"))
				h.must(h.desk.AddNote(h.Context(), mia, c.ID, "1", "@ben look again"))
			}
			c := h.mailed("Last")
			for i := range 12 {
				h.must(h.desk.AddTodo(h.Context(), ana, c.ID, fmt.Sprint(i), desk.Task{For: ben, Text: fmt.Sprintf("step %d", i)}))
			}
			home := h.home(ben)
			home.Has(h, text("Mentions (10 of 30)"), text("and 1 more named you, last just now"), button("All 30 mentions"), text("To do (10 of 12)"), button("All 12 to-dos"))
			all := h.click(ben, home, "All 30 mentions", nil)
			all.Has(h, text("Mentions (25 of 30)"))
			last := h.click(ben, all, "Show more", nil)
			last.Has(h, text("Mentions (5 of 30)"), not(button("Show more")))
			for left := 4; left > 0; left-- {
				last = h.click(ben, last, "Done", nil)
				last.Has(h, text(fmt.Sprintf("Mentions (%d of %d)", left, 25+left)), text("Done."))
			}
			h.click(ben, last, "Done", nil).Has(h, text("Mentions (25)"), not(button("Show more")))
			h.must(h.desk.AddNote(h.Context(), ana, h.mailed("One more").ID, "1", "@ben look"))
			for i := range 4 {
				h.must(h.desk.AddNote(h.Context(), ana, h.mailed(fmt.Sprintf("More %d", i)).ID, "1", "@ben look"))
			}
			all = h.click(ben, h.home(ben), "All 30 mentions", nil)
			h.click(ben, all, "Done", nil).Has(h, text("Mentions (25 of 29)"), text("Done."))
			todos := h.click(ben, home, "All 12 to-dos", nil)
			todos.Has(h, text("To do (12)"), text("step 11"))
			h.click(ben, todos, "Done", nil).Has(h, text("To do (11)"))
			h.show("/addon/do/named", event{as: eve, params: map[string]string{"what": "mentions"}}).Has(h, text("Nothing here."))
		},
		"follow-form": func(h *house) {
			h.click(mia, h.open(mia, h.scene()), "Follow …", nil).Has(h, cardtest.HasInput("level"))
		},
		"follow": func(h *house) {
			c := h.scene()
			h.open(ana, c).Has(h, text("You take part in this"))
			form := h.click(ana, h.open(ana, c), "Follow …", nil)
			got := h.click(ana, form, "Save", map[string]any{"level": "nothing"})
			got.Has(h, text("You hear of nothing but what names you"), text("Ana Silva wants to hear of nothing but what names them"), button("Undo"))
		},
	}
}

// A mention's Done stands beside the note for whom it is open, and for nobody
// else; it goes once it is pressed.
func TestMentionDoneOnTheCard(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	for _, as := range []desk.Email{ana, mia, olga} {
		h.open(as, c).Has(t, cardtest.Not(cardtest.HasButton("Done")))
	}
	drawn := h.open(ben, c)
	for range 2 {
		h.click(ben, drawn, "Done", nil).Has(t, cardtest.HasText("Ana Silva holds this"), cardtest.Not(cardtest.HasButton("Done")))
	}
	h.home(ben).Has(t, cardtest.Not(cardtest.HasText("Mentions")))
}

// The picker names several, people and teams, and says nothing twice.
func TestPickedMentions(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Teams = []desk.Team{{Name: "Second line", Members: []desk.Email{ben, mia}}}
	h.desk.SetPolicy(p, h.rules)
	c := h.mailed("Refund")
	h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": "look, @Ben", "mention": "Ben Okafor, Second line (team), Mia Lindqvist <mia@acme.test>, @mia,"})
	n := h.record(c.ID).Notes[0]
	if n.Text != "look, @Ben\n@Second-line @Mia" || !slices.Equal(n.Mentions, []desk.Email{ben, mia}) {
		t.Errorf("note %q names %v", n.Text, n.Mentions)
	}
	got := h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": "look", "mention": "Ben, Zzz"})
	got.Has(t, cardtest.HasText("Nobody and no team here is called Zzz."))
	if in := got.Input("mention"); in == nil || in.Value != "Ben, Zzz" || got.Input("note").Value != "look" {
		t.Errorf("field = %+v, want what was typed", in)
	}
	offered := func(as desk.Email, typed string) []string {
		return suggested(t, h.raw("/addon/suggest", event{as: as, params: map[string]string{"c": string(c.ID), "who": "mention"}, form: map[string]any{"mention": typed}}))
	}
	for typed, want := range map[string][]string{
		"be":              {"Ben Okafor,"},
		"Ben Okafor, m":   {"Ben Okafor, Mia Lindqvist,"},
		"Ben Okafor,m":    {"Ben Okafor, Mia Lindqvist,"},
		"@sec":            {"Second line (team),"},
		"Ben Okafor , ol": {"Ben Okafor, Olga Novak,"},
		"zzz":             {},
	} {
		if got := offered(ana, typed); !slices.Equal(got, want) {
			t.Errorf("%q: offered %q, want %q", typed, got, want)
		}
	}
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	if got := offered(olga, "b"); len(got) > 0 {
		t.Errorf("a guest is offered the roster: %q", got)
	}
}

// A note's form has the picker as well, and what is picked there is told.
func TestPickedMentionsInAnEdit(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	form := h.click(ana, h.open(ana, c), "Edit", nil)
	if in := form.Input("mention"); in == nil || in.Complete == "" {
		t.Fatalf("mention = %+v, want a field with suggestions", in)
	}
	h.click(ana, form, "Save", map[string]any{"text": "Billing has it, ask @Ben", "mention": "Mia Lindqvist,"})
	if n := h.record(c.ID).Notes[0]; n.Text != "Billing has it, ask @Ben\n@Mia" || !slices.Equal(n.Mentions, []desk.Email{ben, mia}) {
		t.Errorf("note %q names %v", n.Text, n.Mentions)
	}
	h.home(mia).Has(t, cardtest.HasText("Mentions (1)"))
}

// A name that is nobody's is said, softly: the note is kept.
func TestMistypedNamesAreSaid(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Teams = []desk.Team{{Name: "Second line", Members: []desk.Email{ben, mia}}}
	h.desk.SetPolicy(p, h.rules)
	c := h.mailed("Refund")
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	for note, want := range map[string]string{
		"ask @bne":                       "Note added. Nobody is called @bne: nobody was told. Did you mean @Ben?",
		"ask @Mia and @scond-line":       "Note added. Nobody is called @scond-line. Did you mean @Second-line?",
		"@zachary?":                      "Note added. Nobody is called @zachary: nobody was told.",
		"see `@bne`, @Override, a@b.com": "Note added.",
	} {
		got := h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": note})
		if got.Notification != want {
			t.Errorf("%q: %q, want %q", note, got.Notification, want)
		}
		if said := strings.TrimPrefix(want, "Note added. "); said != want {
			got.Has(t, cardtest.HasText(said))
		}
	}
	if n := h.record(c.ID).NoteCount; n != 4 {
		t.Errorf("%d notes, want all kept", n)
	}
	if got := h.click(olga, h.open(olga, c), "Add note", map[string]any{"note": "@bne"}); got.Notification != "Note added. Nobody is called @bne: nobody was told." {
		t.Errorf("a guest learns of the roster: %q", got.Notification)
	}
	h.do("give", ana, c, map[string]any{"person": "Ben Okafro"}, "form", "1").Has(t, cardtest.HasText("Nobody on the roster is called Ben Okafro. Did you mean Ben Okafor?"))
}

// Leaving the offer leaves the note and lets nobody in; a share that cannot be is
// refused with what was chosen in the form.
func TestOfferLeftAndRefused(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	offer := h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": "ask @olga and @uwe@acme.test"})
	offer.Has(t, cardtest.HasText("Olga Novak and uwe@acme.test cannot see this conversation"))
	h.click(ana, offer, "Share", map[string]any{"to": []string{}}).Has(t, cardtest.HasText("Tick at least one person, or leave it."), cardtest.HasButton("Leave it"))
	past := h.click(ana, offer, "Share", map[string]any{"to": []string{"uwe@acme.test"}, "role": "view", "until": time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)})
	past.Has(t, cardtest.HasText("The share would end before it begins"))
	if in := past.Input("to"); in == nil || !slices.Equal(in.Selected, []string{"uwe@acme.test"}) {
		t.Errorf("to = %+v, want what was ticked", in)
	}
	h.do("offer-share", ana, c, map[string]any{"to": []string{"eve@evil.test", "mia@acme.test"}, "role": "view"}, "n", string(h.record(c.ID).Notes[0].ID), "form", "1")
	h.click(ana, offer, "Leave it", nil)
	now := h.record(c.ID)
	if len(now.Shares) != 0 || now.NoteCount != 1 {
		t.Errorf("%d shares, %d notes", len(now.Shares), now.NoteCount)
	}
	h.open(ana, c).Has(t, cardtest.HasText("Olga Novak and uwe@acme.test cannot see it"))
	h.home(olga).Has(t, cardtest.Not(cardtest.HasText("Refund")))
	// A guest who comments cannot let others in, and is told so.
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	got := h.click(olga, h.open(olga, c), "Add note", map[string]any{"note": "what says @uwe@acme.test"})
	if !strings.Contains(got.Notification, "uwe@acme.test cannot see it. Ask a colleague") || !slices.Equal(got.Moves, []string{"updateCard"}) {
		t.Errorf("a guest names an outsider: %q, %v", got.Notification, got.Moves)
	}
}

// A note that the record has no room for any more is edited like any other: whom it
// names then is offered to be let in, and a name that is nobody's is said.
func TestOldNoteIsEdited(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	for i := range desk.KeptNotes + 1 {
		h.now = h.now.Add(time.Minute)
		c = h.must(h.desk.AddNote(t.Context(), ana, c.ID, "", fmt.Sprint("note ", i)))
	}
	_, notes, _, err := h.desk.Notes(t.Context(), ana, c.ID, desk.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	oldest := string(notes[len(notes)-1].ID)
	got := h.do("note-edit", ana, c, map[string]any{"text": "ask @olga and @bne"}, "n", oldest, "form", "1")
	if !slices.Equal(got.Moves, []string{"pop", "updateCard", "pushCard"}) || !strings.Contains(got.Notification, "Nobody is called @bne") {
		t.Errorf("%v, %q; want the offer to share with Olga, and to hear that @bne is nobody", got.Moves, got.Notification)
	}
	got.Has(t, cardtest.HasText("Olga Novak cannot see this conversation"))
}
