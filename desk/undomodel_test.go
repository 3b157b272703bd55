package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baton/desk"
)

// step is one change that was made, with the record before it.
type step struct {
	by     desk.Email
	seq    int64
	before desk.Conversation
}

// TestUndoInReverse lets several people change a conversation at random, undo
// among it, and takes all of it back from the end, each by whoever did it: after
// every undo the record is exactly as it was.
func TestUndoInReverse(t *testing.T) {
	h := newHouse(t)
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		c := h.receive("", desk.Person, "S")
		if _, err := h.desk.AddNote(ctx, ana, c.ID, "n", "the first text of @ben"); err != nil {
			rt.Fatal(err)
		}
		var done []step
		for i := range rapid.IntRange(1, 30).Draw(rt, "changes") {
			h.clock.pass(time.Minute)
			before, err := h.store.Conversation(ctx, c.ID)
			if err != nil {
				rt.Fatal(err)
			}
			by, after, err := h.anyChange(rt, before, done, i)
			if err != nil || after.EventSeq == before.EventSeq { // no line of history: nothing to undo
				continue
			}
			done = append(done, step{by, after.EventSeq, before})
		}
		for i, s := range slices.Backward(done) {
			h.clock.pass(time.Minute)
			c, err := h.desk.Undo(ctx, s.by, c.ID, s.seq)
			if err != nil {
				rt.Fatalf("undoing change %d of %d: %v", i+1, len(done), err)
			}
			if d := asItWas(s.before, c); d != "" {
				rt.Fatalf("after undoing change %d of %d (-before +after):\n%s", i+1, len(done), d)
			}
		}
	})
}

// anyChange makes a change by somebody, or undoes an earlier one.
func (h *house) anyChange(t *rapid.T, c desk.Conversation, done []step, i int) (by desk.Email, after desk.Conversation, err error) {
	ctx, d := context.Background(), h.desk
	by = rapid.SampledFrom([]desk.Email{ana, ben, mia}).Draw(t, "by")
	to := rapid.SampledFrom([]desk.Email{ana, ben, mia}).Draw(t, "to")
	tag := rapid.SampledFrom([]string{"refund", "Refund", "vip"}).Draw(t, "tag")
	switch rapid.SampledFrom([]string{"take", "give", "let go", "status", "priority", "tag", "untag", "share", "stop", "note", "edit", "settle", "to-do", "done", "follow", "undo"}).Draw(t, "change") {
	case "take":
		after, err = d.Take(ctx, by, c.ID, 0)
	case "give":
		after, err = d.Give(ctx, by, c.ID, 0, desk.Give{To: to, Why: fmt.Sprint("reason ", i), Due: h.clock.now().Add(time.Hour)})
	case "let go":
		after, err = d.Release(ctx, by, c.ID, 0)
	case "status":
		after, err = d.SetStatus(ctx, by, c.ID, 0, rapid.SampledFrom([]desk.Status{desk.Open, desk.WaitingCustomer, desk.WaitingInternal, desk.Closed, desk.Ignored, desk.Spam}).Draw(t, "status"))
	case "priority":
		after, err = d.SetPriority(ctx, by, c.ID, 0, rapid.SampledFrom([]desk.Priority{desk.Normal, desk.High}).Draw(t, "priority"))
	case "tag":
		after, err = d.AddTag(ctx, by, c.ID, tag)
	case "untag":
		after, err = d.RemoveTag(ctx, by, c.ID, tag)
	case "share":
		after, err = d.Share(ctx, by, c.ID, desk.Invite{To: rapid.SampledFrom([]desk.Email{olga, "carl@acme.test"}).Draw(t, "guest"), Role: desk.ShareView, Why: fmt.Sprint(i)})
	case "stop":
		if len(c.Shares) == 0 {
			return by, c, nil
		}
		after, err = d.StopShare(ctx, by, c.ID, rapid.SampledFrom(c.Shares).Draw(t, "share").ID)
	case "note":
		after, err = d.AddNote(ctx, by, c.ID, "", fmt.Sprintf("note %d for %s", i, rapid.SampledFrom([]string{"@mia", "@billing", "@olga", "all"}).Draw(t, "for")))
	case "edit":
		if by = ana; c.Notes[0].By != ana {
			return by, c, nil
		}
		after, err = d.EditNote(ctx, by, c.ID, c.Notes[0].ID, fmt.Sprintf("text %d for @%s", i, rapid.SampledFrom([]string{"ben", "mia", "olga", "Billing"}).Draw(t, "named")))
	case "to-do":
		after, err = d.AddTodo(ctx, by, c.ID, "", desk.Task{For: to, Text: fmt.Sprint("thing ", i), Due: h.clock.now().Add(time.Hour)})
	case "done":
		if len(c.Todos) == 0 {
			return by, c, nil
		}
		after, err = d.DoTodo(ctx, by, c.ID, rapid.SampledFrom(c.Todos).Draw(t, "to-do").ID)
	case "follow":
		after, err = d.Follow(ctx, by, c.ID, rapid.SampledFrom(desk.FollowLevels()).Draw(t, "level"))
	case "settle":
		by = ben
		after, err = d.SettleMention(ctx, by, c.ID, c.Notes[0].ID)
	case "undo":
		if len(done) == 0 {
			return by, c, nil
		}
		s := rapid.SampledFrom(done).Draw(t, "undone")
		by = s.by
		if after, err = d.Undo(ctx, by, c.ID, s.seq); err != nil && !errors.Is(err, desk.ErrConflict) && !errors.Is(err, desk.ErrInvalid) {
			t.Fatalf("undo: %v", err)
		}
	}
	return by, after, err
}
