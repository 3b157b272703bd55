package desk_test

import (
	"encoding/json"
	"strings"
	"testing"

	"baton/desk"
)

// The numbers of cards and accounts are hidden from a guest wherever they stand:
// not in the mail alone.
func TestNumbersAreHiddenEverywhere(t *testing.T) {
	const cardNumber, account = "4111 1111 1111 1111", "AT61 1904 3002 3457 3201"
	for _, unmasked := range []bool{false, true} {
		h := notified(t, func(n *desk.Notices) { n.Subject, n.Customer = true, true })
		ctx := t.Context()
		m, f := h.mail("", desk.Person, "Charged twice: "+cardNumber)
		m.From.Name = "Carla " + account
		c := must[desk.Conversation](t)(h.desk.Receive(ctx, m, f))
		id := c.ID
		must[desk.Conversation](t)(h.desk.Give(ctx, mia, id, 0, desk.Give{To: ana, Why: "charged to " + cardNumber}))
		must[desk.Conversation](t)(h.desk.Share(ctx, ana, id, desk.Invite{To: olga, Role: desk.ShareComment, Unmasked: unmasked, Why: "about " + account}))
		c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, id, "1", "It went from "+account+", ask @olga@acme.test"))
		note := c.Notes[0].ID
		must[desk.Conversation](t)(h.desk.EditNote(ctx, ana, id, note, "It went from "+account+" twice, ask @olga@acme.test"))
		must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, id, "2", desk.Task{Text: "Look at " + cardNumber}))
		must[desk.Conversation](t)(h.desk.Snooze(ctx, ana, id, 0, desk.Nap{Reply: true, Why: "until " + account + " is clear"}))
		must[desk.Conversation](t)(h.desk.WakeNow(ctx, ana, id, 0))
		looks := map[string]any{}
		for _, n := range h.due() {
			if n.To[0].Email == olga {
				looks["the notice"] = n
			}
		}
		if looks["the notice"] == nil {
			t.Fatal("olga got no notice")
		}
		c = must[desk.Conversation](t)(h.desk.AddNote(ctx, olga, id, "3", "My own words: "+cardNumber))
		own := c.Notes[1].ID
		look := func(what string, v any, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			looks[what] = v
		}
		v, err := h.desk.OpenID(ctx, olga, id)
		look("the card", withoutNote(v, own), err)
		v, notes, _, err := h.desk.Notes(ctx, olga, id, desk.Page{Limit: 10})
		look("the notes", []any{withoutNote(v, own), notes[1:]}, err)
		v, events, _, err := h.desk.History(ctx, olga, id, desk.Page{Limit: 50})
		look("the history", []any{withoutNote(v, own), events}, err)
		v, n, err := h.desk.Note(ctx, olga, id, note)
		look("a note", []any{withoutNote(v, own), n}, err)
		home, err := h.desk.Home(ctx, olga)
		look("home", home, err)
		for what, v := range looks {
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			open := strings.Contains(string(raw), cardNumber) || strings.Contains(string(raw), account)
			if open && !unmasked {
				t.Errorf("%s shows a number: %s", what, raw)
			}
		}
		if v, n, err = h.desk.Note(ctx, olga, id, own); err != nil || !strings.Contains(n.Text, cardNumber) || !strings.Contains(v.Notes[1].Text, cardNumber) {
			t.Errorf("what she wrote herself is hidden from her: %+v, %v", n, err)
		}
		raw, _ := json.Marshal(must[desk.View](t)(h.desk.OpenID(ctx, mia, id)))
		if kept, _ := json.Marshal(must[desk.Conversation](t)(h.store.Conversation(ctx, id))); strings.Contains(string(raw)+string(kept), "••••") {
			t.Error("the team sees numbers hidden, or the record lost them")
		}
	}
}

// withoutNote is a view without a note that the person wrote.
func withoutNote(v desk.View, id desk.NoteID) desk.View {
	var out []desk.Note
	for _, n := range v.Notes {
		if n.ID != id {
			out = append(out, n)
		}
	}
	v.Notes = out
	return v
}

// A to-do is for the team: its form says so, and a guest finds it nowhere.
func TestGuestsSeeNoTodos(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	c = must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, c.ID, "1", desk.Task{Text: "Ask the lawyer"}))
	must[desk.Conversation](t)(h.desk.DoTodo(ctx, ana, c.ID, c.Todos[0].ID))
	must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, c.ID, "2", desk.Task{Text: "Ask the lawyer again"}))
	v, events, _, err := h.desk.History(ctx, olga, c.ID, desk.Page{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal([]any{v, events})
	if err != nil || strings.Contains(string(raw), "lawyer") || len(v.Todos) != 0 {
		t.Errorf("a guest learns of the to-dos: %s, %v", raw, err)
	}
	if v := must[desk.View](t)(h.desk.OpenID(ctx, ben, c.ID)); len(v.Todos) != 2 {
		t.Errorf("the team sees %d to-dos", len(v.Todos))
	}
}
