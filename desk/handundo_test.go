package desk_test

import (
	"errors"
	"testing"

	"baton/desk"
)

// What a label did is undone like what a button does, by whoever has the right:
// nobody knows whose hand it was.
func TestLabelCommandsAreUndone(t *testing.T) {
	for name, edit := range map[string]desk.LabelEdit{
		"assign": on("Assigned/Ben", 1), "release": off("Assigned/Ana", 1), "close": on("Status/Closed", 1), "urgent": on("Priority/High", 1),
		"tag": on("Tag/refund", 1), "untag": off("Tag/vip", 1),
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.receive("", desk.Person, "S")
			must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
			c = must[desk.Conversation](t)(h.desk.AddTag(t.Context(), ana, c.ID, "vip"))
			was := short(c)
			c = h.sees(c, edit)
			if short(c) == was || c.Refusal != nil {
				t.Fatalf("%s after the label", short(c))
			}
			seq := c.EventSeq
			if !h.desk.Undoable(ben, must[desk.View](t)(h.desk.OpenID(t.Context(), ben, c.ID)))[seq] {
				t.Error("the card offers no undo")
			}
			must[desk.Conversation](t)(h.desk.Share(t.Context(), mia, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
			if _, err := h.desk.Undo(t.Context(), olga, c.ID, seq); !errors.Is(err, desk.ErrForbidden) {
				t.Errorf("a guest undoes it: %v", err)
			}
			c = must[desk.Conversation](t)(h.desk.Undo(t.Context(), ben, c.ID, seq))
			if got := short(c); got != was {
				t.Errorf("%s after the undo, want %s", got, was)
			}
		})
	}
}
