package desk_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

// A guest who was given a part of the mail does not learn from notes and history
// what the rest is about.
func TestPartOfTheMailIsPartOfTheNotes(t *testing.T) {
	for _, extent := range []desk.Extent{desk.Whole, desk.FromMessage, desk.Chosen} {
		t.Run(string("extent "+extent), func(t *testing.T) {
			h := newHouse(t)
			ctx := t.Context()
			c := h.receive("", desk.Person, "S")
			c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "before", "The secret of the first mail"))
			c = must[desk.Conversation](t)(h.desk.AddTag(ctx, ana, c.ID, "secret"))
			secret := c.Notes[0].ID
			h.clock.pass(time.Minute)
			invite := desk.Invite{To: olga, Role: desk.ShareComment, Scope: desk.ShareScope{Extent: extent}}
			if extent != desk.Whole {
				invite.Scope.Messages = []desk.MessageID{c.LastID}
			}
			must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, invite))
			must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "after", "Welcome"))
			must[desk.Conversation](t)(h.desk.AddNote(ctx, olga, c.ID, "own", "Thanks"))
			want, whole := "[Welcome Thanks]", extent == desk.Whole
			if whole {
				want = "[The secret of the first mail Welcome Thanks]"
			}
			v := must[desk.View](t)(h.desk.OpenID(ctx, olga, c.ID))
			if got := texts(v.Notes); got != want || v.NoteCount != len(v.Notes) {
				t.Errorf("the card has %s, of %d; want %s", got, v.NoteCount, want)
			}
			_, notes, _, err := h.desk.Notes(ctx, olga, c.ID, desk.Page{Limit: 10})
			if err != nil || len(notes) != len(v.Notes) {
				t.Errorf("all notes: %s, %v", texts(notes), err)
			}
			_, events, _, err := h.desk.History(ctx, olga, c.ID, desk.Page{Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			for _, of := range [][]desk.Event{events, v.Recent} {
				tagged, shared := false, false
				for _, ev := range of {
					tagged, shared = tagged || ev.Kind == desk.EventTagged, shared || ev.Kind == desk.EventShared
				}
				if tagged != whole || !shared {
					t.Errorf("what came before is told: %v, want %v; the share itself: %v", tagged, whole, shared)
				}
			}
			if _, _, err := h.desk.Note(ctx, olga, c.ID, secret); errors.Is(err, desk.ErrNotFound) == whole {
				t.Errorf("the note itself: %v", err)
			}
			if v := must[desk.View](t)(h.desk.OpenID(ctx, mia, c.ID)); len(v.Notes) != 3 {
				t.Errorf("the team sees %s", texts(v.Notes))
			}
		})
	}
}

func texts(notes []desk.Note) string {
	var out []string
	for _, n := range notes {
		out = append(out, n.Text)
	}
	return fmt.Sprint(out)
}

// TestGuestSeesWhatNamedThem: a note that named somebody before they were given a
// part of the mail stands in their list, and so they read it.
func TestGuestSeesWhatNamedThem(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "other", "The secret of the first mail"))
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "names", "ask @"+string(olga)))
	h.clock.pass(time.Minute)
	scope := desk.ShareScope{Extent: desk.Chosen, Messages: []desk.MessageID{c.LastID}}
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Scope: scope}))
	if got := h.named(olga); len(got) != 1 {
		t.Fatalf("named by %v, want ana", got)
	}
	v := must[desk.View](t)(h.desk.OpenID(ctx, olga, c.ID))
	if got, want := texts(v.Notes), "[ask @olga@acme.test]"; got != want {
		t.Errorf("the card has %s, want %s", got, want)
	}
	if _, n, err := h.desk.Note(ctx, olga, c.ID, c.Notes[1].ID); err != nil || n.Text == "" {
		t.Errorf("the note itself: %v", err)
	}
}
