package gmail

import (
	"context"
	"fmt"
	"slices"

	"baton/desk"
)

// follow tells the desk what people did to messages that it knows: deleted
// for good, moved to spam or back, relabelled. It looks at the net effect of
// the whole reading.
func (w *worker) follow(ctx context.Context, s *span) error {
	spam := make(map[desk.ThreadID]bool)
	edits := make(map[desk.ThreadID][]desk.LabelEdit)
	mail := make(map[desk.ThreadID]uint64) // when the newest one came that may move a conversation
	var threads []desk.ThreadID
	for _, t := range s.order {
		if !t.known && t.fresh == nil {
			continue
		}
		if t.deleted {
			if err := w.room.o.Receiver.Vanished(ctx, w.mailbox, t.id); err != nil {
				return fmt.Errorf("gmail: noting a deleted message: %w", err)
			}
			continue
		}
		if on, ok := t.labels["SPAM"]; ok && (t.fresh == nil || on != slices.Contains(t.fresh.LabelIds, "SPAM")) {
			spam[t.thread] = on
			w.moved[t.thread] = t.id
		}
		changed, err := w.editsOf(ctx, t)
		if err != nil {
			return err
		}
		if mail[t.thread] < t.cameAt && !t.automatic {
			mail[t.thread] = t.cameAt
		}
		if len(changed) == 0 {
			continue
		}
		if edits[t.thread] == nil {
			threads = append(threads, t.thread)
		}
		edits[t.thread] = append(edits[t.thread], changed...)
	}
	for thread, on := range spam {
		if err := w.room.o.Receiver.MarkSpam(ctx, w.mailbox, thread, on); err != nil {
			return fmt.Errorf("gmail: following a move to or from spam: %w", err)
		}
	}
	for _, thread := range threads {
		err := w.hand(ctx, thread, desk.Sight{Edits: edits[thread], Since: s.since, Listed: s.listed, Mail: mail[thread]})
		if err != nil {
			return err
		}
	}
	return nil
}

// recheck looks at the threads that a reading moved to or from spam after its
// lease was lost, and follows what Gmail says now: what the reading knew may
// have been older than what the mailbox's new reader had followed already.
// 20 units for each.
func (w *worker) recheck(ctx context.Context) {
	for thread, id := range w.moved {
		m, err := w.client.Message(ctx, string(id), usual, false)
		if err == nil {
			err = w.room.o.Receiver.MarkSpam(ctx, w.mailbox, thread, slices.Contains(m.LabelIds, "SPAM"))
		}
		if err != nil && !NotFound(err) {
			w.room.o.Logger.Warn("gmail: a thread could not be looked at again", "mailbox", w.mailbox, "thread", string(thread), "error", logged(err))
		}
	}
}
