package desk_test

import (
	"fmt"
	"testing"

	"baton/desk"
)

// Home shows ten and says how many there are; those that are done make room.
func TestHomeCountsWhatItDoesNotShow(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	for i := range desk.HomeRows + 3 {
		c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, fmt.Sprint(i), fmt.Sprintf("@ben look %d", i)))
	}
	home := must[desk.Home](t)(h.desk.Home(t.Context(), ben))
	if len(home.Mentions) != desk.HomeRows || home.Named != desk.HomeRows+3 || home.ToDo != 0 {
		t.Errorf("%d of %d mentions, %d to-dos", len(home.Mentions), home.Named, home.ToDo)
	}
	must[desk.Conversation](t)(h.desk.SettleMention(t.Context(), ben, c.ID, home.Mentions[0].Mention.Note))
	if home = must[desk.Home](t)(h.desk.Home(t.Context(), ben)); len(home.Mentions) != desk.HomeRows || home.Named != desk.HomeRows+2 {
		t.Errorf("after one is done: %d of %d", len(home.Mentions), home.Named)
	}
}
