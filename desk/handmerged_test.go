package desk_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

// TestLabelsOnMergedThread: what is put on the merged thread by hand is obeyed
// by the kept conversation, and both threads wear what comes of it.
func TestLabelsOnMergedThread(t *testing.T) {
	for name, tc := range map[string]struct {
		edits []desk.LabelEdit
		want  string
	}{
		"a tag":           {[]desk.LabelEdit{on("Tag/leak", 1)}, "Status/Open, Tag/leak"},
		"a holder":        {[]desk.LabelEdit{on("Assigned/Ben", 1)}, "Status/Open, Assigned/Ben"},
		"a status":        {[]desk.LabelEdit{on("Status/Closed", 1)}, "Status/Closed"},
		"what it wears":   {[]desk.LabelEdit{on("Status/Open", 1)}, "Status/Open"},
		"nobody":          {[]desk.LabelEdit{on("Assigned/Zoe", 1)}, "Status/Open, Refused"},
		"its status gone": {[]desk.LabelEdit{off("Status/Open", 1)}, "Status/Open, Refused"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			a, b := h.two()
			must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
			own := h.sees(h.record(b.ID), tc.edits...)
			kept := h.record(a.ID)
			if short(kept) != tc.want || short(own) != tc.want {
				t.Errorf("the kept thread wears %q, the merged one %q, want %q", short(kept), short(own), tc.want)
			}
			if own.Status != desk.Closed || own.Assignee != "" || len(own.Tags) > 0 {
				t.Errorf("the merged record has it too: %s, %s, %v", own.Status, own.Assignee, own.Tags)
			}
			// What agrees changes nothing.
			v := own.Version
			if own = h.sees(own, tc.edits...); tc.want == "Status/Open" && own.Version != v {
				t.Error("what it wears changed something")
			}
		})
	}
}

// TestFollowIsPromised: a change of the kept one that touches no merged record
// promises that their threads follow; doing so late or twice does no harm.
func TestFollowIsPromised(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, b.ID))
	h.promises = nil
	old := must[desk.Conversation](t)(h.desk.Take(ctx, ana, a.ID, 0))
	last := h.lastIntents()
	if len(last) != 2 || last[1].Kind != desk.IntentMirror || last[1].Conversation != a.ID {
		t.Fatalf("promised %+v, want labels and that the merged thread follows", last)
	}
	now := must[desk.Conversation](t)(h.desk.AddTag(ctx, ana, a.ID, "vip"))
	for _, c := range []desk.Conversation{now, old, now} {
		if err := h.desk.Mirror(ctx, c); err != nil {
			t.Fatal(err)
		}
		if got, want := short(h.record(b.ID)), "Status/Open, Assigned/Ana, Tag/vip"; got != want {
			t.Errorf("the merged thread wears %q, want %q", got, want)
		}
	}
	v := h.record(b.ID).Version
	must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, a.ID, "", "no label changes"))
	if last := h.lastIntents(); len(last) > 0 && last[len(last)-1].Kind == desk.IntentMirror && last[len(last)-1].CreatedAt.Equal(h.clock.now()) && h.record(b.ID).Version != v {
		t.Error("a note made the thread follow")
	}
	must[desk.Conversation](t)(h.desk.Separate(ctx, ana, a.ID, b.ID))
	if err := h.desk.Mirror(ctx, now); err != nil || short(h.record(b.ID)) != "Status/Open" {
		t.Errorf("separated, it wears %q, %v", short(h.record(b.ID)), err)
	}
}

// TestRacingMerges: two people merge two conversations into each other, while
// mail comes in both. One is kept, and no message is lost.
func TestRacingMerges(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	for range 10 {
		a, b := h.two()
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				if _, err := h.desk.Merge(ctx, []desk.Email{ana, ben}[i], []desk.ConversationID{a.ID, b.ID}[i], []desk.ConversationID{b.ID, a.ID}[i]); err != nil && !errors.Is(err, desk.ErrInvalid) {
					t.Error(err)
				}
			})
			for _, c := range []desk.Conversation{a, b} {
				m, f := h.mail(c.Thread, desk.Person, "Re: Order")
				wg.Go(func() {
					if _, err := h.desk.Receive(ctx, m, f); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		x, y := h.record(a.ID), h.record(b.ID)
		if (x.Merged == nil) == (y.Merged == nil) || len(x.Joined)+len(y.Joined) != 1 || x.Messages != 3 || y.Messages != 3 {
			t.Fatalf("merged %v and %v, %d and %d threads, %d and %d messages", x.Merged, y.Merged, len(x.Joined), len(y.Joined), x.Messages, y.Messages)
		}
		h.clock.pass(time.Hour)
	}
}

// TestRacingForOne: two people merge the same conversation into two others. It
// goes into one of them.
func TestRacingForOne(t *testing.T) {
	h := newHouse(t)
	for range 15 {
		a, b := h.two()
		c := h.receive("", desk.Person, "Third")
		var wg sync.WaitGroup
		for _, keep := range []desk.ConversationID{a.ID, b.ID} {
			wg.Go(func() {
				if _, err := h.desk.Merge(t.Context(), ana, keep, c.ID); err != nil && !errors.Is(err, desk.ErrInvalid) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		into := h.record(c.ID).Merged
		x, y := h.record(a.ID), h.record(b.ID)
		joined := len(x.Joined)
		if y.Merged == nil {
			joined += len(y.Joined)
		}
		all := 1
		if x.Merged != nil || y.Merged != nil {
			all = 2 // the second to come merged the conversation that c stands for
		}
		if into == nil || joined != all {
			t.Fatalf("merged %+v, into %d and %d threads", into, len(x.Joined), len(y.Joined))
		}
		h.clock.pass(time.Hour)
	}
}

// TestSeparateWaits: who wrote in a merged thread whose own matter was over
// waits there, since then, when it is taken out.
func TestSeparateWaits(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Close(ctx, ana, b.ID, 0))
	must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, b.ID))
	h.clock.pass(time.Hour)
	since := h.clock.now()
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	h.clock.pass(time.Hour)
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	must[desk.Conversation](t)(h.desk.Separate(ctx, ana, a.ID, b.ID))
	if own := h.record(b.ID); own.Status != desk.Open || own.EpisodeCount != 2 || !own.Unanswered.Equal(since) {
		t.Errorf("separated: %s, %d episodes, waits since %v, want open since %v", own.Status, own.EpisodeCount, own.Unanswered, since)
	}
}

// What somebody puts on a merged thread is obeyed also when the kept conversation
// changed its mind about that label long ago, and when it is done again and again.
func TestLabelsAgainOnMergedThread(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Take(ctx, ana, a.ID, 0))
	must[desk.Conversation](t)(h.desk.Release(ctx, ana, a.ID, 0))
	must[desk.Conversation](t)(h.desk.Merge(ctx, mia, a.ID, b.ID))
	settle := func() {
		h.clock.pass(time.Hour)
		for range 3 {
			if err := h.desk.Mirror(ctx, h.record(a.ID)); err != nil {
				t.Fatal(err)
			}
			h.keep()
		}
		h.clock.pass(time.Hour)
	}
	for i, want := range []string{"Status/Open, Assigned/Ana", "Status/Open", "Status/Open, Assigned/Ana"} {
		settle()
		ed := on("Assigned/Ana", uint64(i+1))
		if want == "Status/Open" {
			ed = off("Assigned/Ana", uint64(i+1))
		}
		own := h.sees(h.record(b.ID), ed)
		if kept := h.record(a.ID); short(kept) != want || short(own) != want {
			t.Errorf("edit %d: the kept thread wears %q, the merged one %q, want %q", i, short(kept), short(own), want)
		}
	}
}
