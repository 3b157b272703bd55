package desk_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

func TestShareIsLoggedStoppedAndEnds(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Why: "stock"}))
	if until := c.Shares[0].Until; !until.Equal(h.clock.now().Add(desk.DefaultShare)) {
		t.Errorf("ends %v, want after %v", until, desk.DefaultShare)
	}
	for range 2 {
		must[desk.View](t)(h.desk.OpenID(ctx, olga, c.ID))
	}
	c = must[desk.Conversation](t)(h.store.Conversation(ctx, c.ID))
	if s := c.Shares[0]; s.Reads != 2 || !s.ReadAt.Equal(h.clock.now()) {
		t.Errorf("share = %+v, want two reads logged", s)
	}
	if rows, _, _ := h.store.SharedWith(ctx, olga, h.clock.now(), desk.Page{Limit: 5}); len(rows) != 1 {
		t.Errorf("shared with olga: %d rows, want 1", len(rows))
	}
	c = must[desk.Conversation](t)(h.desk.StopShare(ctx, mia, c.ID, c.Shares[0].ID))
	if _, err := h.desk.OpenID(ctx, olga, c.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("the next read after stopping: %v, want not found", err)
	}
	if rows, _, _ := h.store.SharedWith(ctx, olga, h.clock.now(), desk.Page{Limit: 5}); len(rows) != 0 {
		t.Errorf("a stopped share is still listed")
	}
	events, _, _ := h.store.Events(ctx, c.ID, desk.Page{Limit: 10})
	if got := fmt.Sprint(kinds(events)); got != "[share_stopped share_read share_read shared opened]" {
		t.Errorf("history = %s", got)
	}
}

func TestShareAgainReplaces(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
	h.clock.pass(time.Minute)
	c = must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	live := 0
	for _, s := range c.Shares {
		if s.Live(h.clock.now()) {
			live++
		}
	}
	if live != 1 || c.ShareTo(olga, h.clock.now()).Role != desk.ShareComment {
		t.Errorf("%d live shares, want the new one alone", live)
	}
}

func TestShareRefuses(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	now := h.clock.now()
	for name, in := range map[string]desk.Invite{
		"nobody":             {Role: desk.ShareView},
		"no role":            {To: olga},
		"a colleague":        {To: ben, Role: desk.ShareView},
		"somebody outside":   {To: eve, Role: desk.ShareView},
		"an end in the past": {To: olga, Role: desk.ShareView, Until: now.Add(-time.Hour)},
		"an end too far off": {To: olga, Role: desk.ShareView, Until: now.Add(2 * desk.MaxShare)},
	} {
		if _, err := h.desk.Share(t.Context(), ana, c.ID, in); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	for i := range desk.MaxShares {
		must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: desk.Email(fmt.Sprintf("g%d@acme.test", i)), Role: desk.ShareView}))
	}
	if _, err := h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("one share too many: %v, want invalid", err)
	}
}

// A share that replaces another within one tick of the clock is one of its own.
func TestStopTheShareThatReplaced(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
	c = must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	c = must[desk.Conversation](t)(h.desk.StopShare(ctx, ana, c.ID, c.ShareTo(olga, h.clock.now()).ID))
	if s := c.ShareTo(olga, h.clock.now()); s != nil {
		t.Errorf("still live after it was stopped: %+v", s)
	}
}

// TestShareAnewNamesNobodyAgain: who sees the conversation already, and is done
// with the note that names them, is not called again when the share is changed.
func TestShareAnewNamesNobodyAgain(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "ask @"+string(olga)))
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
	if got := h.named(olga); len(got) != 1 {
		t.Fatalf("shared: named by %v, want ana", got)
	}
	must[desk.Conversation](t)(h.desk.SettleMention(ctx, olga, c.ID, c.Notes[0].ID))
	h.clock.pass(time.Minute)
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	if got := h.named(olga); len(got) > 0 {
		t.Errorf("shared with another right: named by %v again", got)
	}
}
