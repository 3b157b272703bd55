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
	labels := make(map[desk.ThreadID]*shift)
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
		changed, err := w.shiftOf(ctx, t)
		if err != nil {
			return err
		}
		if changed.empty() {
			continue
		}
		if labels[t.thread] == nil {
			labels[t.thread] = &shift{}
			threads = append(threads, t.thread)
		}
		labels[t.thread].join(changed)
	}
	for thread, on := range spam {
		if err := w.room.o.Receiver.MarkSpam(ctx, w.mailbox, thread, on); err != nil {
			return fmt.Errorf("gmail: following a move to or from spam: %w", err)
		}
	}
	for _, thread := range threads {
		if err := w.compare(ctx, thread, labels[thread]); err != nil {
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

// shift is how labels of ours changed on a message or thread, by cleaned name.
type shift struct{ on, off []string }

func (s shift) empty() bool { return len(s.on)+len(s.off) == 0 }

func (s *shift) join(o shift) {
	for _, n := range o.on {
		if !slices.Contains(s.on, n) {
			s.on = append(s.on, n)
		}
	}
	for _, n := range o.off {
		if !slices.Contains(s.off, n) {
			s.off = append(s.off, n)
		}
	}
}

// shiftOf names the labels of ours that changed on a message, or that it came
// with (Gmail's filters put labels on without a record of their own).
func (w *worker) shiftOf(ctx context.Context, t *touched) (shift, error) {
	var out shift
	var echo []string
	if len(t.labels) > 0 {
		echo = w.client.expect.take(t.id, w.room.o.Now())
	}
	for id, on := range t.labels {
		if on && slices.Contains(echo, id) {
			continue
		}
		name, err := w.ourLabel(ctx, id)
		if err != nil {
			return shift{}, err
		}
		switch {
		case name == "":
		case on:
			out.on = append(out.on, name)
		default:
			out.off = append(out.off, name)
		}
	}
	if t.fresh == nil {
		return out, nil
	}
	for _, id := range t.fresh.LabelIds {
		if _, told := t.labels[id]; told {
			continue
		}
		name, err := w.ourLabel(ctx, id)
		if err != nil {
			return shift{}, err
		}
		if name != "" {
			out.on = append(out.on, name)
		}
	}
	return out, nil
}

// ourLabel gives the name of a label of ours by its id, "" for any other.
func (w *worker) ourLabel(ctx context.Context, id string) (string, error) {
	if systemLabel(id) {
		return "", nil
	}
	name, err := w.client.labelName(ctx, id)
	if err != nil || !desk.IsLabel(name) {
		return "", err
	}
	return name, nil
}

// compare asks the desk what a thread should wear. What agrees with it is the
// echo of our own change; anything else is to be put right.
func (w *worker) compare(ctx context.Context, thread desk.ThreadID, s *shift) error {
	want, known, err := w.room.o.Receiver.Wants(ctx, w.mailbox, thread)
	if err != nil {
		return fmt.Errorf("gmail: asking for a thread's labels: %w", err)
	}
	if !known {
		return nil
	}
	wanted := make(map[string]bool, len(want))
	for _, name := range want {
		wanted[foldLabel(cleanLabel(name))] = true
	}
	var stray []string
	for _, name := range s.on {
		if !wanted[foldLabel(name)] {
			stray = append(stray, name)
		}
	}
	missing := slices.ContainsFunc(s.off, func(name string) bool { return wanted[foldLabel(name)] })
	if len(stray) == 0 && !missing {
		return nil
	}
	slices.Sort(stray)
	if err := w.room.o.Receiver.Relabel(ctx, w.mailbox, thread, stray); err != nil {
		return fmt.Errorf("gmail: promising a thread's labels: %w", err)
	}
	return nil
}
