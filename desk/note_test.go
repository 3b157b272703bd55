package desk_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

func TestNoteIsWrittenOnceHoweverOftenItIsSent(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	for range 3 {
		c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "press-1", "Billing has the receipt"))
	}
	if c.NoteCount != 1 || len(c.Notes) != 1 {
		t.Fatalf("%d notes, want 1", c.NoteCount)
	}
	for i := range 2 * desk.KeptNotes {
		must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ben, c.ID, fmt.Sprint(i), fmt.Sprint("note ", i)))
	}
	c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "press-1", "Billing has the receipt"))
	if c.NoteCount != 1+2*desk.KeptNotes || len(c.Notes) != desk.KeptNotes {
		t.Errorf("%d notes, %d kept in the record; want %d, %d", c.NoteCount, len(c.Notes), 1+2*desk.KeptNotes, desk.KeptNotes)
	}
}

func TestNoteRefuses(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	for name, text := range map[string]string{
		"nothing":  " \n ",
		"too much": strings.Repeat("ä", desk.MaxNote+1),
	} {
		if _, err := h.desk.AddNote(t.Context(), ana, c.ID, name, text); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

func TestMentions(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	for i, tc := range []struct {
		text string
		want []desk.Email
	}{
		{"ask @Ben", []desk.Email{ben}},
		{"@ben, @MIA: see below", []desk.Email{ben, mia}},
		{"(@ben@acme.test)", []desk.Email{ben}},
		{"@ben @ben @Ben.", []desk.Email{ben}},
		{"write to carla@ben.example", nil},
		{"@nobody knows", nil},
		{"mail me@ben", nil},
		{"@Adam may look", []desk.Email{adam}},
	} {
		c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, fmt.Sprint(i), tc.text))
		if diff := cmp.Diff(tc.want, c.Notes[len(c.Notes)-1].Mentions); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.text, diff)
		}
	}
	rows, _, err := h.store.MentionsOf(t.Context(), mia, desk.Page{Limit: 10})
	if err != nil || len(rows) != 1 || rows[0].Mention.By != ana || rows[0].Row.ID != c.ID {
		t.Fatalf("mia's mentions = %+v, %v; want the one", rows, err)
	}
	must[desk.Conversation](t)(h.desk.SettleMention(t.Context(), mia, c.ID, rows[0].Mention.Note))
	if rows, _, _ := h.store.MentionsOf(t.Context(), mia, desk.Page{Limit: 10}); len(rows) != 0 {
		t.Errorf("a settled mention is still open: %+v", rows)
	}
}

func TestEditKeepsEarlierTexts(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "1", "first"))
	id := c.Notes[0].ID
	if _, err := h.desk.EditNote(ctx, ben, c.ID, id, "mine now"); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("somebody else edited: %v", err)
	}
	h.clock.pass(24 * time.Hour) // no limit of four hours
	must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, id, "second"))
	c = must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, id, "third, ask @ben"))
	_, n, err := h.desk.Note(ctx, ben, c.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, v := range n.Earlier {
		texts = append(texts, v.Text)
	}
	if fmt.Sprint(texts) != "[first second]" || n.Text != "third, ask @ben" {
		t.Errorf("now %q, earlier %v", n.Text, texts)
	}
	if c.Notes[0].Earlier != nil || c.Notes[0].Versions != 2 {
		t.Errorf("the record carries %d earlier texts and says %d; want none carried, 2 said", len(c.Notes[0].Earlier), c.Notes[0].Versions)
	}
	if rows, _, _ := h.store.MentionsOf(ctx, ben, desk.Page{Limit: 10}); len(rows) != 1 {
		t.Errorf("a mention added by an edit: %d open, want 1", len(rows))
	}
	for i := range desk.MaxNoteVersions + 5 {
		must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, id, fmt.Sprint("v", i)))
	}
	if _, n, _ = h.desk.Note(ctx, ana, c.ID, id); len(n.Earlier) != desk.MaxNoteVersions {
		t.Errorf("%d earlier texts, want %d at most", len(n.Earlier), desk.MaxNoteVersions)
	}
}

func TestMentionIsSettledOnceAndAgainAfterAnEdit(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "1", "ask @ben"))
	note := c.Notes[0].ID
	c = must[desk.Conversation](t)(h.desk.SettleMention(ctx, ben, c.ID, note))
	if again := must[desk.Conversation](t)(h.desk.SettleMention(ctx, ben, c.ID, note)); again.Version != c.Version {
		t.Errorf("settling twice made version %d of %d", again.Version, c.Version)
	}
	must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, note, "solved"))
	must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, note, "ask @ben once more"))
	if rows, _, _ := h.store.MentionsOf(ctx, ben, desk.Page{Limit: 10}); len(rows) != 1 {
		t.Fatalf("named again: %d open mentions, want 1", len(rows))
	}
	must[desk.Conversation](t)(h.desk.SettleMention(ctx, ben, c.ID, note))
	if rows, _, _ := h.store.MentionsOf(ctx, ben, desk.Page{Limit: 10}); len(rows) != 0 {
		t.Errorf("%d open mentions after settling again, want none", len(rows))
	}
}

func TestNotesWithoutOnceAreAllKept(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	for i := range 3 {
		c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "", fmt.Sprint("note ", i)))
	}
	if c.NoteCount != 3 || len(c.Notes) != 3 || c.Notes[2].Text != "note 2" {
		t.Errorf("%d notes, %+v; want three", c.NoteCount, c.Notes)
	}
}
