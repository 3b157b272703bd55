package gmail

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"baton/desk"
)

// editsOf names the labels of ours that changed on a message, or that it came
// with (Gmail's filters put labels on without a record of their own). The bulk
// of our own changes is left out.
func (w *worker) editsOf(ctx context.Context, t *touched) ([]desk.LabelEdit, error) {
	var out []desk.LabelEdit
	var echo []string
	if len(t.labels) > 0 {
		echo = w.client.expect.take(t.id, w.room.o.Now())
	}
	for _, id := range slices.Sorted(maps.Keys(t.labels)) {
		on := t.labels[id]
		if on && slices.Contains(echo, id) {
			continue
		}
		name, err := w.ourLabel(ctx, id)
		if err != nil {
			return nil, err
		}
		if name != "" {
			out = append(out, desk.LabelEdit{Label: name, On: on, Order: t.orders[id], Message: t.id})
		}
	}
	for _, id := range t.arrivedWith() {
		if _, told := t.labels[id]; told {
			continue
		}
		name, err := w.ourLabel(ctx, id)
		if err != nil {
			return nil, err
		}
		if name != "" {
			out = append(out, desk.LabelEdit{Label: name, On: true, Order: t.cameAt, Arrived: true, Message: t.id})
		}
	}
	return out, nil
}

// arrivedWith gives the labels that a message came with, by id. One that was
// taken in by a reading that broke off is not fetched again: the history says it.
func (t *touched) arrivedWith() []string {
	if t.fresh != nil {
		return t.fresh.LabelIds
	}
	return t.came
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

// hand tells the desk what was seen of our labels on a thread. What agrees with
// the record is the echo of our own change; anything else is a command.
func (w *worker) hand(ctx context.Context, thread desk.ThreadID, s desk.Sight) error {
	if err := w.room.o.Receiver.Hand(ctx, w.mailbox, thread, s); err != nil {
		return fmt.Errorf("gmail: obeying labels: %w", err)
	}
	return nil
}
