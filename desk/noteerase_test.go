package desk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"baton/desk"
)

// A deleted note leaves a tombstone and no word of it, in the record, in the
// store's copy, in the history and in the people's lists.
func TestErasedNoteIsGone(t *testing.T) {
	for name, by := range map[string]desk.Email{"author": ana, "manager": mia, "admin": adam} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			ctx := t.Context()
			c := h.receive("", desk.Person, "S")
			c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "zebra one, @ben"))
			id := c.Notes[0].ID
			must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, id, "zebra two, @ben @olga"))
			c = must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, c.ID, id, "zebra three, @ben"))
			must[desk.Conversation](t)(h.desk.Undo(ctx, ana, c.ID, c.EventSeq))
			for i := range map[string]int{"author": 0, "manager": desk.KeptNotes, "admin": 1}[name] { // it may be out of the record
				must[desk.Conversation](t)(h.desk.AddNote(ctx, ben, c.ID, fmt.Sprint(i), "other"))
			}
			for range 2 {
				c = must[desk.Conversation](t)(h.desk.EraseNote(ctx, by, c.ID, id))
			}
			events, _, err := h.store.Events(ctx, c.ID, desk.Page{Limit: 100})
			n := must[desk.Note](t)(h.store.Note(ctx, c.ID, id))
			all, _ := json.Marshal(map[string]any{"record": c, "note": n, "events": events})
			if err != nil || strings.Contains(string(all), "zebra") {
				t.Errorf("%v, and it is still there: %s", err, all)
			}
			want := desk.Note{ID: id, By: ana, At: n.At, ErasedAt: h.clock.now(), ErasedBy: by}
			if fmt.Sprint(n) != fmt.Sprint(want) {
				t.Errorf("left: %+v, want %+v", n, want)
			}
			if got := h.named(ben); len(got) != 0 {
				t.Errorf("ben is still named: %v", got)
			}
			if erased := events[0]; erased.Kind != desk.EventNoteErased || erased.By != by || erased.Who != ana || events[1].Kind == desk.EventNoteErased {
				t.Errorf("history: %+v", events[:2])
			}
			if _, err := h.desk.EditNote(ctx, ana, c.ID, id, "back"); !errors.Is(err, desk.ErrInvalid) {
				t.Errorf("edited: %v", err)
			}
			// None of what was done with it can be taken back or made again.
			for _, ev := range events {
				if ev.To != string(id) {
					continue
				}
				v := must[desk.View](t)(h.desk.OpenID(ctx, ev.By, c.ID))
				if _, err := h.desk.Undo(ctx, ev.By, c.ID, ev.Seq); err == nil || h.desk.Undoable(ev.By, v)[ev.Seq] {
					t.Errorf("%s %d: undone, or offered: %v", ev.Kind, ev.Seq, err)
				}
			}
		})
	}
}

func TestWhoErasesNotes(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "mine"))
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	for by, want := range map[desk.Email]error{ben: desk.ErrForbidden, olga: desk.ErrForbidden, eve: desk.ErrNotFound, uwe: desk.ErrNotFound} {
		if _, err := h.desk.EraseNote(ctx, by, c.ID, c.Notes[0].ID); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", by, err, want)
		}
	}
	if _, err := h.desk.EraseNote(ctx, ana, c.ID, "never"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("what never was: %v", err)
	}
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, olga, c.ID, "", "a guest's"))
	c = must[desk.Conversation](t)(h.desk.EraseNote(ctx, olga, c.ID, c.Notes[1].ID))
	if !c.Notes[1].Erased() || c.Notes[0].Erased() || c.NoteCount != 2 {
		t.Errorf("a guest deletes their own: %+v", c.Notes)
	}
}
