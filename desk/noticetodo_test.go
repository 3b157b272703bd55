package desk_test

import (
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// To-dos are told when they are given and when their time comes, unless they are
// done by then.
func TestNoticeOfTodos(t *testing.T) {
	h := notified(t, nil)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddTodo(t.Context(), ana, c.ID, "a", desk.Task{For: ben, Text: "the secret thing", Due: h.clock.now().Add(time.Hour)}))
	mails := h.due()
	if len(mails) != 1 || mails[0].To[0].Email != ben || !strings.Contains(mails[0].Text, "Ana Silva added a to-do for you") || strings.Contains(mails[0].Text, "secret") {
		t.Fatalf("given: %+v", mails)
	}
	h.clock.pass(time.Hour)
	h.ringTodos(c)
	if mails = h.due(); len(mails) != 1 || !strings.Contains(mails[0].Text, "The time of a to-do of yours") {
		t.Fatalf("due: %+v", mails)
	}
	c = must[desk.Conversation](t)(h.desk.AddTodo(t.Context(), ana, c.ID, "b", desk.Task{For: ben, Text: "x"}))
	must[desk.Conversation](t)(h.desk.DoTodo(t.Context(), mia, c.ID, c.Todos[len(c.Todos)-1].ID))
	if mails = h.due(); len(mails) != 0 {
		t.Errorf("done before the mail went: %+v", mails)
	}
}

// ringTodos performs the conversation's timers of to-dos.
func (h *house) ringTodos(c desk.Conversation) {
	h.Helper()
	for _, td := range c.Todos {
		in := must[desk.Intent](h.T)(h.store.Intent(h.Context(), td.Timer))
		if _, err := h.desk.Wake(h.Context(), in); err != nil {
			h.Fatal(err)
		}
	}
}

// Who chose to hear of something is told of that and of nothing else, once a
// quiet period; who only took part is not.
func TestNoticeOfWhatIsFollowed(t *testing.T) {
	for level, want := range map[desk.FollowLevel]int{desk.FollowAll: 2, desk.FollowTalk: 1, desk.FollowClosing: 0, desk.FollowNothing: 0} {
		t.Run(string(level), func(t *testing.T) {
			h := notified(t, nil)
			c := h.receive("", desk.Person, "S")
			must[desk.Conversation](t)(h.desk.AddNote(t.Context(), mia, c.ID, "n", "Mia takes part by this"))
			must[desk.Conversation](t)(h.desk.Follow(t.Context(), ben, c.ID, level))
			h.due()
			got := 0
			must[desk.Conversation](t)(h.desk.AddTag(t.Context(), ana, c.ID, "vip"))
			got += len(h.due())
			must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "1", "one"))
			must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "2", "two"))
			mails := h.due()
			for _, m := range mails {
				if m.To[0].Email != ben || !strings.Contains(m.Text, "There is news in a conversation in Support that you follow.") {
					t.Errorf("%s: %s", m.To[0].Email, m.Text)
				}
			}
			if got += len(mails); got != want {
				t.Errorf("%d mails, want %d", got, want)
			}
			must[desk.Conversation](t)(h.desk.Follow(t.Context(), ben, c.ID, desk.FollowAll))
			must[desk.Conversation](t)(h.desk.AddTag(t.Context(), ana, c.ID, "late"))
			must[desk.Conversation](t)(h.desk.Follow(t.Context(), ben, c.ID, desk.FollowNothing))
			if mails := h.due(); len(mails) != 0 {
				t.Errorf("after choosing nothing: %+v", mails)
			}
		})
	}
}
