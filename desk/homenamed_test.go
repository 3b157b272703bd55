package desk_test

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

// Home shows ten and says how many there are; those that are done make room.
func TestHomeCountsWhatItDoesNotShow(t *testing.T) {
	h := newHouse(t)
	for i := range desk.HomeRows + 3 {
		c := h.receive("", desk.Person, "S")
		must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "1", fmt.Sprintf("@ben look %d", i)))
	}
	home := must[desk.Home](t)(h.desk.Home(t.Context(), ben))
	if len(home.Mentions) != desk.HomeRows || home.Named != desk.HomeRows+3 || home.ToDo != 0 {
		t.Errorf("%d of %d mentions, %d to-dos", len(home.Mentions), home.Named, home.ToDo)
	}
	must[desk.Conversation](t)(h.desk.SettleMention(t.Context(), ben, home.Mentions[0].Row.ID, home.Mentions[0].Mention.Note))
	if home = must[desk.Home](t)(h.desk.Home(t.Context(), ben)); len(home.Mentions) != desk.HomeRows || home.Named != desk.HomeRows+2 {
		t.Errorf("after one is done: %d of %d", len(home.Mentions), home.Named)
	}
}

// Many mentions of one conversation are one row, and all of them can be listed.
func TestMentionsAreFoldedByConversation(t *testing.T) {
	h := newHouse(t)
	a, b := h.receive("", desk.Person, "A"), h.receive("", desk.Person, "B")
	for i := range 130 { // more than one page of the store
		h.clock.pass(time.Minute)
		who := []desk.Email{ana, mia}[i%2]
		must[desk.Conversation](t)(h.desk.AddNote(t.Context(), who, a.ID, fmt.Sprint(i), fmt.Sprintf("@ben look %d", i)))
	}
	h.clock.pass(time.Minute)
	must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, b.ID, "1", "@ben here"))
	home := must[desk.Home](t)(h.desk.Home(t.Context(), ben))
	if len(home.Mentions) != 2 || home.Named != 2 || home.Mentions[0].Row.ID != b.ID || home.Mentions[1].Mention.By != mia {
		t.Fatalf("%d rows of %d: %+v", len(home.Mentions), home.Named, home.Mentions)
	}
	all, todos, more, err := h.desk.AllNamed(t.Context(), ben)
	if err != nil || more || len(todos) != 0 || len(all) != 2 || len(all[1].Older) != 129 {
		t.Fatalf("%d rows, %d to-dos, more %v, %v", len(all), len(todos), more, err)
	}
	if all, _, _, err := h.desk.AllNamed(t.Context(), eve); err != nil || len(all) != 0 {
		t.Errorf("a stranger has %d, %v", len(all), err)
	}
}
