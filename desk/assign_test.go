package desk_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

func TestOneOf64TakesWins(t *testing.T) {
	h := newHouse(t)
	p := acme()
	var crowd []desk.Email
	for i := range 64 {
		e := desk.Email(fmt.Sprintf("agent%d@acme.test", i))
		crowd = append(crowd, e)
		p.Members = append(p.Members, desk.Member{Email: e, Name: fmt.Sprint("Agent ", i), Label: fmt.Sprint("A", i), Role: desk.Agent})
		p.Mailboxes[0].Members = append(p.Mailboxes[0].Members, e)
	}
	h.desk.SetPolicy(p, h.rules)
	c := h.receive("", desk.Person, "Everybody wants it")
	var wg sync.WaitGroup
	won := make(chan desk.Email, 64)
	told := make(chan desk.Email, 64)
	for _, who := range crowd {
		wg.Go(func() {
			_, err := h.desk.Take(t.Context(), who, c.ID, c.Version)
			var conflict *desk.Conflict
			switch {
			case err == nil:
				won <- who
			case errors.As(err, &conflict) && conflict.Now.Assignee == conflict.By:
				told <- conflict.By
			default:
				t.Errorf("take: %v", err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 || len(told) != 63 {
		t.Fatalf("%d won, %d were told; want 1, 63", len(won), len(told))
	}
	winner := <-won
	for range 63 {
		if who := <-told; who != winner {
			t.Errorf("a loser was told %s, the winner is %s", who, winner)
		}
	}
}

func TestGiveDeclineRelease(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "Refund")
	due := h.clock.now().Add(3 * time.Hour)
	c = must[desk.Conversation](t)(h.desk.Give(ctx, mia, c.ID, c.Version, desk.Give{To: ana, Why: " you know them ", Due: due}))
	if d := c.Delegation; d == nil || d.By != mia || d.To != ana || d.Why != "you know them" || !d.Due.Equal(due) || !d.At.Equal(h.clock.now()) {
		t.Errorf("delegation = %+v", c.Delegation)
	}
	if !c.Due().Equal(due) {
		t.Errorf("due = %v, want the delegation's %v, sooner than the first reply's", c.Due(), due)
	}
	if _, err := h.desk.Decline(ctx, ben, c.ID, c.Version, "not mine"); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("somebody else declined: %v", err)
	}
	if _, err := h.desk.Decline(ctx, ana, c.ID, c.Version, "  "); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("declined without a reason: %v", err)
	}
	c = must[desk.Conversation](t)(h.desk.Decline(ctx, ana, c.ID, c.Version, "on leave"))
	if c.Assignee != "" || c.Delegation != nil || !c.Queued() {
		t.Errorf("after declining: holder %q, delegation %v", c.Assignee, c.Delegation)
	}
	c = must[desk.Conversation](t)(h.desk.Take(ctx, ben, c.ID, c.Version))
	if _, err := h.desk.Release(ctx, ana, c.ID, c.Version); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("an agent released what another holds: %v", err)
	}
	c = must[desk.Conversation](t)(h.desk.Release(ctx, mia, c.ID, c.Version))
	if c.Assignee != "" {
		t.Errorf("a manager's release left holder %q", c.Assignee)
	}
	events, _, _ := h.store.Events(ctx, c.ID, desk.Page{Limit: 20})
	if got := fmt.Sprint(kinds(events)); got != "[released taken declined given opened]" {
		t.Errorf("history = %s", got)
	}
}

func TestGiveRefuses(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	for name, g := range map[string]desk.Give{
		"nobody":                  {},
		"somebody elsewhere":      {To: olga},
		"a stranger":              {To: eve},
		"a time that is over":     {To: ben, Due: h.clock.now().Add(-time.Minute)},
		"a reason without an end": {To: ben, Why: fmt.Sprintf("%0501d", 1)},
	} {
		_, err := h.desk.Give(t.Context(), ana, c.ID, c.Version, g)
		var p *desk.Problem
		if !errors.As(err, &p) || !errors.Is(err, desk.ErrInvalid) || p.Say == "" {
			t.Errorf("%s: %v, want a sentence about invalid input", name, err)
		}
	}
	if got := must[desk.Conversation](t)(h.store.Conversation(t.Context(), c.ID)); got.Version != c.Version {
		t.Errorf("a refused gift changed the record to version %d", got.Version)
	}
}

func TestConflictOnlyWhereAspectsMeet(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "Refund")
	drawn := c.Version
	must[desk.Conversation](t)(h.desk.AddNote(ctx, mia, c.ID, "1", "look here"))
	must[desk.Conversation](t)(h.desk.AddTag(ctx, mia, c.ID, "refund"))
	if _, err := h.desk.Take(ctx, ana, c.ID, drawn); err != nil {
		t.Errorf("a note and a tag meanwhile stopped a take: %v", err)
	}
	if _, err := h.desk.Give(ctx, ana, c.ID, drawn, desk.Give{To: mia}); err != nil {
		t.Errorf("one's own take from another window stopped a give: %v", err)
	}
	if _, err := h.desk.Take(ctx, ben, c.ID, drawn); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a take on an old card: %v, want a conflict", err)
	}
	must[desk.Conversation](t)(h.desk.Close(ctx, ana, c.ID, drawn))
	if _, err := h.desk.SetStatus(ctx, ben, c.ID, drawn, desk.WaitingInternal); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a status on an old card: %v, want a conflict", err)
	}
}

func TestTakeNextGivesEachADifferentOne(t *testing.T) {
	h := newHouse(t)
	for range 6 {
		h.receive("", desk.Person, "Q")
		h.clock.pass(time.Minute)
	}
	var wg sync.WaitGroup
	got := make(chan desk.ConversationID, 6)
	for i := range 6 {
		who := []desk.Email{ana, ben, mia}[i%3]
		wg.Go(func() {
			c, err := h.desk.TakeNext(t.Context(), who, support)
			if err != nil {
				t.Error(err)
			}
			got <- c.ID
		})
	}
	wg.Wait()
	close(got)
	seen := map[desk.ConversationID]bool{}
	for id := range got {
		if seen[id] {
			t.Errorf("%s was taken twice", id)
		}
		seen[id] = true
	}
	if _, err := h.desk.TakeNext(t.Context(), ana, support); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("an empty queue: %v, want ErrNotFound", err)
	}
	if _, err := h.desk.TakeNext(t.Context(), olga, support); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a queue of others: %v, want ErrNotFound", err)
	}
}
