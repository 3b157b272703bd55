package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// follows gives how people follow, in words.
func follows(c desk.Conversation) string {
	out := ""
	for _, f := range c.Followers {
		name, _, _ := strings.Cut(string(f.Who), "@")
		out += name + " " + string(f.Level)
		if f.Chosen {
			out += "!"
		}
		out += " "
	}
	return out
}

func TestTakingPartFollows(t *testing.T) {
	h := newHouse(t)
	ctx, do := t.Context(), must[desk.Conversation](t)
	c := h.receive("", desk.Person, "S")
	for i, step := range []struct {
		do   func() (desk.Conversation, error)
		want string
	}{
		{func() (desk.Conversation, error) { return h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ana}) }, "ana talk mia closing "},
		{func() (desk.Conversation, error) { return h.desk.AddNote(ctx, ana, c.ID, "", "@ben @olga look") }, "ana talk ben talk mia closing "},
		{func() (desk.Conversation, error) { return h.desk.Follow(ctx, ben, c.ID, desk.FollowNothing) }, "ana talk ben nothing! mia closing "},
		{func() (desk.Conversation, error) { return h.desk.AddNote(ctx, ben, c.ID, "", "seen") }, "ana talk ben nothing! mia closing "},
		{func() (desk.Conversation, error) { return h.desk.AddNote(ctx, mia, c.ID, "m", "so do I") }, "ana talk ben nothing! mia talk "},
		{func() (desk.Conversation, error) { return h.desk.Undo(ctx, mia, c.ID, c.EventSeq) }, "ana talk ben nothing! mia closing "},
		{func() (desk.Conversation, error) {
			return h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView})
		}, "ana talk ben nothing! mia closing olga talk "},
		{func() (desk.Conversation, error) { return h.desk.Follow(ctx, adam, c.ID, desk.FollowAll) }, "adam all! ana talk ben nothing! mia closing olga talk "},
	} {
		h.clock.pass(time.Minute)
		if c = do(step.do()); follows(c) != step.want {
			t.Errorf("step %d: %swant %s", i, follows(c), step.want)
		}
	}
	told := func(ev desk.Event) string {
		return fmt.Sprint(h.desk.Policy().Told(&c, &ev, h.clock.now()))
	}
	for _, tc := range []struct {
		ev   desk.Event
		want []desk.Email
	}{
		{desk.Event{Kind: desk.EventReceived}, []desk.Email{adam, ana, olga}},
		{desk.Event{Kind: desk.EventNoted, By: ana}, []desk.Email{adam, olga}},
		{desk.Event{Kind: desk.EventStatus, From: "open", To: "closed", By: adam}, []desk.Email{ana, mia, olga}},
		{desk.Event{Kind: desk.EventStatus, From: "open", To: "waiting_customer"}, []desk.Email{adam}},
		{desk.Event{Kind: desk.EventShareRead}, nil},
	} {
		if got := told(tc.ev); got != fmt.Sprint(tc.want) {
			t.Errorf("%s by %q: told %s, want %v", tc.ev.Kind, tc.ev.By, got, tc.want)
		}
	}
	// Whoever cannot see it any more hears nothing; the holder hears without following.
	c = do(h.desk.StopShare(ctx, ana, c.ID, c.Shares[0].ID))
	c.Followers = slices.DeleteFunc(slices.Clone(c.Followers), func(f desk.Follower) bool { return f.Who == ana })
	if got := told(desk.Event{Kind: desk.EventReceived}); got != fmt.Sprint([]desk.Email{adam, ana}) {
		t.Errorf("told %s, want adam, and ana who holds it", got)
	}
}

func TestFollowIsBounded(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	p := acme()
	for i := range desk.MaxFollowers + 5 {
		e := desk.Email(fmt.Sprintf("p%02d@acme.test", i))
		p.Members = append(p.Members, desk.Member{Email: e, Name: fmt.Sprint("P", i), Label: fmt.Sprint("P", i), Role: desk.Agent})
		p.Mailboxes[0].Members = append(p.Mailboxes[0].Members, e)
	}
	h.desk.SetPolicy(p, h.rules)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "first"))
	for i := range desk.MaxFollowers - 1 {
		h.clock.pass(time.Second)
		c = must[desk.Conversation](t)(h.desk.AddNote(ctx, p.Members[5+i].Email, c.ID, "", "me too"))
	}
	if _, in := c.Follower(ana); !in || len(c.Followers) != desk.MaxFollowers {
		t.Fatalf("%d follow, want all", len(c.Followers))
	}
	c = must[desk.Conversation](t)(h.desk.Follow(ctx, ben, c.ID, desk.FollowAll))
	if _, in := c.Follower(ana); in || len(c.Followers) != desk.MaxFollowers {
		t.Errorf("%d follow; whoever joined first without choosing it was to go", len(c.Followers))
	}
	for _, f := range c.Followers {
		c = must[desk.Conversation](t)(h.desk.Follow(ctx, f.Who, c.ID, desk.FollowClosing))
	}
	if _, err := h.desk.Follow(ctx, mia, c.ID, desk.FollowAll); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("one too many: %v", err)
	}
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, mia, c.ID, "", "I only write"))
	if _, in := c.Follower(mia); in || len(c.Followers) != desk.MaxFollowers {
		t.Errorf("%d follow, want those who chose it", len(c.Followers))
	}
	for _, level := range []desk.FollowLevel{"", "loud"} {
		if _, err := h.desk.Follow(ctx, ana, c.ID, level); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("level %q: %v", level, err)
		}
	}
	if _, err := h.desk.Follow(ctx, eve, c.ID, desk.FollowAll); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a stranger follows: %v", err)
	}
}
