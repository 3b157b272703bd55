package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

// TestFollowerOfBothIsToldOnce: who follows both hears once of a mail in the
// merged thread.
func TestFollowerOfBothIsToldOnce(t *testing.T) {
	h := newHouse(t)
	h.policy(func(p *desk.Policy) {
		p.Mailboxes[0].Notices = desk.Notices{About: []desk.About{desk.AboutFollowed}, Quiet: time.Minute}
	})
	a, b := h.two()
	for _, id := range []desk.ConversationID{a.ID, b.ID} {
		must[conv](t)(h.desk.Follow(t.Context(), mia, id, desk.FollowAll))
	}
	must[conv](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
	h.clock.pass(2 * time.Minute)
	if got := h.due(); len(got) != 1 {
		t.Errorf("%d mails about the merge, want one", len(got))
	}
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	h.clock.pass(2 * time.Minute)
	if got := h.due(); len(got) != 1 {
		t.Errorf("%d mails about a mail, want one", len(got))
	}
}
