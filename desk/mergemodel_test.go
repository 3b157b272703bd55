package desk_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/desk"
)

// mailOf is what a record says of its own thread's mail alone.
type mailOf struct {
	Messages              int
	LastAt, Heard, Wrote  time.Time
	LastID                desk.MessageID
	LastRFC               desk.RFCID
	Envelope              desk.Envelope
	Customer              desk.Address
	Lines, OfConversation int
}

func (h *house) mailOf(t *rapid.T, c desk.Conversation, got []desk.MessageID) mailOf {
	m := mailOf{Messages: c.Messages, LastAt: c.LastAt, Heard: c.InboundAt, Wrote: c.OutboundAt, LastID: c.LastID, LastRFC: c.LastRFC, Envelope: c.Heard, Customer: c.Customer}
	known, err := h.store.Known(context.Background(), support, got)
	if err != nil {
		t.Fatal(err)
	}
	m.Lines = len(known)
	for _, id := range known {
		if id == c.ID {
			m.OfConversation++
		}
	}
	return m
}

// TestMergeModel has people and customers do anything with four threads, next to
// a desk where nobody merges. Whatever happens, each thread's mail is counted as
// it is there; a merge that is undone at once leaves no trace in either record;
// a merged thread wears what the kept one wears, and nobody who waits is lost.
func TestMergeModel(t *testing.T) {
	h, twin := newHouse(t), newHouse(t)
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		twin.n = h.n
		var threads []desk.ThreadID
		got := map[desk.ThreadID][]desk.MessageID{}
		arrive := func(thread desk.ThreadID, v desk.Verdict, spam bool) desk.ThreadID {
			m, f := h.mail(thread, v, "Order 4711")
			m.Spam = spam && thread != ""
			for _, x := range []*house{h, twin} {
				if _, err := x.desk.Receive(ctx, m, f); err != nil {
					t.Fatal(err)
				}
			}
			got[m.Thread] = append(got[m.Thread], m.ID)
			return m.Thread
		}
		for range 4 {
			threads = append(threads, arrive("", desk.Person, false))
		}
		read := func(i int) desk.Conversation {
			c, err := h.store.Conversation(ctx, desk.ConversationOf(support, threads[i]))
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		some := rapid.IntRange(0, 3)
		paper := &paper{todos: map[desk.ConversationID]map[desk.TodoID]bool{}, notes: map[desk.ConversationID][]string{}}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			pass := time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute
			h.clock.pass(pass)
			twin.clock.pass(pass)
			i, k := some.Draw(t, "thread"), some.Draw(t, "other")
			by := rapid.SampledFrom([]desk.Email{ana, ben, mia}).Draw(t, "by")
			a, b := read(i), read(k)
			root := a
			if a.Merged != nil {
				root = read(slices.Index(threads, threadOf(t, h, a.Merged.Into)))
			}
			var err error
			switch rapid.SampledFrom([]string{"mail", "mail", "answer", "spam", "machine", "merge", "merge", "merge and undo", "separate", "undo", "status", "take", "tag", "untag", "priority", "note", "edit", "todo", "todo", "done", "done", "again"}).Draw(t, "step") {
			case "mail":
				arrive(threads[i], desk.Person, false)
				if now := h.standsFor(t, a.ID); now.Status != desk.Open && now.Status != desk.Spam {
					t.Fatalf("a customer wrote in thread %d and it is %s", i, now.Status)
				}
			case "answer":
				arrive(threads[i], desk.Own, false)
			case "spam":
				arrive(threads[i], desk.Person, a.Status == desk.Spam || a.Merged != nil)
			case "machine":
				arrive(threads[i], desk.AutoReply, false)
			case "merge":
				_, err = h.desk.MergeFor(ctx, by, a.ID, b.ID, rapid.SampledFrom([]desk.Holds{desk.HeldAsKept, desk.HeldAsOther, desk.HeldByNobody}).Draw(t, "holder"))
			case "merge and undo":
				if a.Merged != nil || b.Merged != nil || a.ID == b.ID {
					continue
				}
				var c desk.Conversation
				if c, err = h.desk.Merge(ctx, by, a.ID, b.ID); err != nil {
					break
				}
				if _, err := h.desk.Undo(ctx, by, c.ID, c.EventSeq); err != nil {
					t.Fatalf("undo of a merge just made: %v", err)
				}
				if d := asItWas(a, read(i)) + asItWas(b, read(k)); d != "" {
					t.Fatalf("merged and undone (-before +after):\n%s", d)
				}
			case "separate":
				_, err = h.desk.Separate(ctx, by, a.ID, b.ID)
			case "undo":
				v, err := h.desk.OpenID(ctx, mia, root.ID)
				if err != nil {
					t.Fatal(err)
				}
				var seqs []int64
				for _, ev := range v.Recent {
					if h.desk.Undoable(mia, v)[ev.Seq] && ev.Kind != desk.EventTodo && (ev.Of == nil || ev.Of.Kind != desk.EventTodo) {
						seqs = append(seqs, ev.Seq)
					}
				}
				if slices.Sort(seqs); len(seqs) == 0 {
					continue
				}
				c, err := h.desk.Undo(ctx, mia, root.ID, rapid.SampledFrom(seqs).Draw(t, "undone"))
				if err != nil && !errors.Is(err, desk.ErrConflict) && !errors.Is(err, desk.ErrInvalid) {
					t.Fatalf("undo: %v", err)
				}
				if err == nil {
					paper.undone(c)
				}
			case "status":
				_, err = h.desk.SetStatus(ctx, by, root.ID, 0, rapid.SampledFrom([]desk.Status{desk.Open, desk.WaitingCustomer, desk.Closed, desk.Ignored, desk.Spam}).Draw(t, "status"))
			case "take":
				_, err = h.desk.Take(ctx, by, root.ID, 0)
			case "tag":
				_, err = h.desk.AddTag(ctx, by, root.ID, rapid.SampledFrom([]string{"vip", "refund"}).Draw(t, "tag"))
			case "untag":
				_, err = h.desk.RemoveTag(ctx, by, root.ID, rapid.SampledFrom([]string{"vip", "refund"}).Draw(t, "tag"))
			case "priority":
				_, err = h.desk.SetPriority(ctx, by, root.ID, 0, rapid.SampledFrom([]desk.Priority{desk.Normal, desk.High}).Draw(t, "priority"))
			case "note", "edit", "todo", "done":
				err = h.onPaper(t, paper, by, root)
			case "again": // history read twice
				m, f := h.mail(threads[i], desk.Person, "Order 4711")
				m.ID = got[threads[i]][0]
				v := root.Version
				if c, err := h.desk.Receive(ctx, m, f); err != nil || c.Version != v {
					t.Fatalf("a message again: version %d to %d, %v", v, c.Version, err)
				}
			}
			if err != nil && !errors.Is(err, desk.ErrInvalid) && !errors.Is(err, desk.ErrConflict) && !errors.Is(err, desk.ErrNotFound) {
				t.Fatal(err)
			}
			killed := h.perform(t)
			for i := range threads {
				h.sound(t, read(i), !killed)
				paper.compare(t, h, read(i), h.standsFor(t, read(i).ID))
				own, err := twin.store.Conversation(ctx, read(i).ID)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(twin.mailOf(t, own, got[threads[i]]), h.mailOf(t, read(i), got[threads[i]])); d != "" {
					t.Fatalf("mail of thread %d (-where nobody merges +here):\n%s", i, d)
				}
			}
		}
		for i := range threads {
			for _, j := range read(i).Joined {
				if _, err := h.desk.Separate(ctx, mia, read(i).ID, j.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i := range threads {
			c := read(i)
			if c.Merged != nil || len(c.Joined) > 0 {
				t.Fatalf("thread %d is still merged", i)
			}
			paper.compare(t, h, c, c)
		}
	})
}

func threadOf(t *rapid.T, h *house, id desk.ConversationID) desk.ThreadID {
	c, err := h.store.Conversation(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Thread
}

// standsFor gives the record in which a thread is dealt with.
func (h *house) standsFor(t *rapid.T, id desk.ConversationID) desk.Conversation {
	c, err := h.store.Conversation(context.Background(), id)
	if err == nil && c.Merged != nil {
		c, err = h.store.Conversation(context.Background(), c.Merged.Into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sound checks what is true of every record; of the labels when their promises
// were kept.
func (h *house) sound(t *rapid.T, c desk.Conversation, labels bool) {
	if c.Merged != nil {
		kept := h.standsFor(t, c.ID)
		if c.Status != desk.Closed || len(c.Joined) > 0 || kept.Merged != nil || !slices.ContainsFunc(kept.Joined, func(j desk.Joined) bool { return j.ID == c.ID }) {
			t.Fatalf("merged into %s: %s with %d threads of its own; that one knows of %d", kept.ID, c.Status, len(c.Joined), len(kept.Joined))
		}
		if d := cmp.Diff(desk.WantedLabels(acme(), &kept), desk.WantedLabels(acme(), &c)); labels && d != "" {
			t.Fatalf("labels of the merged thread (-kept +merged):\n%s", d)
		}
	}
	for _, j := range c.Joined {
		own := h.standsFor(t, c.ID)
		o, err := h.store.Conversation(context.Background(), j.ID)
		if err != nil || o.Merged == nil || o.Merged.Into != own.ID || j.Messages != o.Messages || !j.InboundAt.Equal(o.InboundAt) || j.LastRFC != o.LastRFC {
			t.Fatalf("the kept one knows %+v of a thread that says %+v, %v", j, o.Merged, err)
		}
	}
}
