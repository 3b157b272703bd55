package desk_test

import (
	"testing"

	"baton/desk"
)

// TestTakenOffBoth: what both conversations had, and was taken off the merged
// one, is off both after they are separated; undone, it is on both.
func TestTakenOffBoth(t *testing.T) {
	ctx := t.Context()
	ok := must[desk.Conversation](t)
	for name, test := range map[string]struct {
		then func(h *house, id desk.ConversationID)
		want bool // both have the tag and are urgent again
	}{
		"nothing": {func(*house, desk.ConversationID) {}, true},
		"taken off": {func(h *house, id desk.ConversationID) {
			ok(h.desk.RemoveTag(ctx, ana, id, "vip"))
			ok(h.desk.SetPriority(ctx, ana, id, 0, desk.Normal))
		}, false},
		"taken off and undone": {func(h *house, id desk.ConversationID) {
			for _, do := range []func() (desk.Conversation, error){
				func() (desk.Conversation, error) { return h.desk.RemoveTag(ctx, ana, id, "VIP") },
				func() (desk.Conversation, error) { return h.desk.SetPriority(ctx, ana, id, 0, desk.Normal) },
			} {
				ok(h.desk.Undo(ctx, ana, id, ok(do()).EventSeq))
			}
		}, true},
		"taken off, undone and done again": {func(h *house, id desk.ConversationID) {
			for _, do := range []func() (desk.Conversation, error){
				func() (desk.Conversation, error) { return h.desk.RemoveTag(ctx, ana, id, "vip") },
				func() (desk.Conversation, error) { return h.desk.SetPriority(ctx, ana, id, 0, desk.Normal) },
			} {
				back := ok(h.desk.Undo(ctx, ana, id, ok(do()).EventSeq))
				ok(h.desk.Undo(ctx, ana, id, back.EventSeq))
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			a, b := h.two()
			for _, c := range []desk.Conversation{a, b} {
				ok(h.desk.AddTag(ctx, ana, c.ID, "vip"))
				ok(h.desk.SetPriority(ctx, ana, c.ID, 0, desk.High))
			}
			ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
			test.then(h, a.ID)
			ok(h.desk.Separate(ctx, ana, a.ID, b.ID))
			for _, c := range []desk.Conversation{h.record(a.ID), h.record(b.ID)} {
				if c.HasTag("vip") != test.want || (c.Priority == desk.High) != test.want {
					t.Errorf("%s has the tags %v and priority %q, want both: %v", c.Subject, c.Tags, c.Priority, test.want)
				}
			}
		})
	}
}

// TestChosenAnewStays: what a merge had brought and somebody put on again, after it
// was taken off, is theirs: it stays after the separation, whatever else was undone.
func TestChosenAnewStays(t *testing.T) {
	ctx := t.Context()
	ok := must[desk.Conversation](t)
	h := newHouse(t)
	a, b := h.two()
	ok(h.desk.AddTag(ctx, ana, b.ID, "vip"))
	ok(h.desk.SetPriority(ctx, ana, b.ID, 0, desk.High))
	ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	ok(h.desk.RemoveTag(ctx, ana, a.ID, "vip"))
	ok(h.desk.SetPriority(ctx, ana, a.ID, 0, desk.Normal))
	ok(h.desk.AddTag(ctx, ana, a.ID, "vip"))
	ok(h.desk.SetPriority(ctx, ana, a.ID, 0, desk.High))
	ok(h.desk.Undo(ctx, ana, a.ID, ok(h.desk.AddTag(ctx, ana, a.ID, "late")).EventSeq))
	ok(h.desk.Separate(ctx, ana, a.ID, b.ID))
	if c := h.record(a.ID); !c.HasTag("vip") || c.Priority != desk.High {
		t.Errorf("the kept one has the tags %v and priority %q, want what was chosen for it", c.Tags, c.Priority)
	}
}

// TestUndoneBeforeSeparating: what was taken off one conversation before another
// brought it, and was given back by undoing that, is its own: it stays after the
// separation.
func TestUndoneBeforeSeparating(t *testing.T) {
	ctx := t.Context()
	ok := must[desk.Conversation](t)
	h := newHouse(t)
	a, b := h.two()
	for _, c := range []desk.Conversation{a, b} {
		ok(h.desk.AddTag(ctx, ana, c.ID, "vip"))
		ok(h.desk.SetPriority(ctx, ana, c.ID, 0, desk.High))
	}
	off := ok(h.desk.RemoveTag(ctx, ana, a.ID, "vip")).EventSeq
	lower := ok(h.desk.SetPriority(ctx, ana, a.ID, 0, desk.Normal)).EventSeq
	ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	ok(h.desk.Undo(ctx, ana, a.ID, off))
	ok(h.desk.Undo(ctx, ana, a.ID, lower))
	ok(h.desk.Separate(ctx, ana, a.ID, b.ID))
	for _, c := range []desk.Conversation{h.record(a.ID), h.record(b.ID)} {
		if !c.HasTag("vip") || c.Priority != desk.High {
			t.Errorf("%s has the tags %v and priority %q, want both", c.Subject, c.Tags, c.Priority)
		}
	}
}
