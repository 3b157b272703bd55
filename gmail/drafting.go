package gmail

import (
	"context"
	"fmt"
	"slices"

	"baton/desk"
)

// drafting tells the desk of drafts that people begin and end in threads that
// it knows. The history says it all: 0 units. Saving a draft puts a new message
// in place of the old one, so that a reading that saw nothing else has nothing
// to tell. Unless it follows right on the one before it: part of what it saw may
// be counted already, and only the desk knows.
func (w *worker) drafting(ctx context.Context, s *span, follows bool) error {
	steps := make(map[desk.ThreadID][]desk.DraftStep)
	sent := make(map[desk.ThreadID]int)
	var threads []desk.ThreadID
	for _, t := range s.order {
		if t.ours {
			sent[t.thread]++
		}
		// A draft that begins a thread is no answer to anybody.
		if t.thread == "" || string(t.thread) == string(t.id) {
			continue
		}
		some := t.drafts
		if len(some) == 0 && t.deleted && !t.added && !t.known && t.seen {
			// Gmail did not say what was deleted, and no mail of that name was known.
			some = []desk.DraftStep{{Order: t.deletedAt}}
		}
		if len(some) == 0 {
			continue
		}
		if steps[t.thread] == nil {
			threads = append(threads, t.thread)
		}
		steps[t.thread] = append(steps[t.thread], some...)
	}
	for _, thread := range threads {
		list := steps[thread]
		if follows && balanced(list) {
			continue
		}
		slices.SortFunc(list, func(a, b desk.DraftStep) int { return int(int64(a.Order) - int64(b.Order)) })
		err := w.room.o.Receiver.Drafted(ctx, w.mailbox, thread, desk.Drafting{Steps: list, Sent: sent[thread], At: s.listed})
		if err != nil {
			return fmt.Errorf("gmail: noting a draft: %w", err)
		}
	}
	return nil
}

// balanced holds when as many drafts came as went.
func balanced(steps []desk.DraftStep) bool {
	n := 0
	for _, s := range steps {
		if s.Begun {
			n++
		} else {
			n--
		}
	}
	return n == 0
}

// draftStep notes that a draft's message came into its thread, or went.
func (t *touched) draftStep(order uint64, begun bool) {
	if n := len(t.drafts); n > 0 && t.drafts[n-1].Begun == begun {
		return // the same was said by two records
	}
	t.drafts = append(t.drafts, desk.DraftStep{Order: order, Begun: begun})
}
