package desk

import (
	"context"
	"errors"
)

// Vanished notes that a message was deleted for good. What the record says of
// it stays.
func (d *Desk) Vanished(ctx context.Context, m Mailbox, id MessageID) error {
	line, err := d.store.Line(ctx, m, id)
	if isNotFound(err) {
		err = d.store.Record(ctx, LedgerLine{Mailbox: m, Message: id, Verdict: Gone, Reason: "deleted before it was read", At: d.Now(), RecordedAt: d.Now()})
		if errors.Is(err, ErrExists) {
			return nil
		}
		return err
	}
	if err != nil || line.Conversation == "" {
		return err
	}
	_, err = d.update(ctx, line.Conversation, "", func(e *edit) error {
		for _, ev := range e.Recent {
			if ev.Kind == EventMessageGone && ev.To == string(id) {
				return nil
			}
		}
		e.event(Event{Kind: EventMessageGone, To: string(id)})
		return nil
	})
	return err
}

// MarkSpam follows a person who moved a thread into or out of Gmail's spam
// folder.
func (d *Desk) MarkSpam(ctx context.Context, m Mailbox, t ThreadID, spam bool) error {
	trig := UnmarkedSpam
	if spam {
		trig = MarkedSpam
	}
	_, err := d.update(ctx, ConversationOf(m, t), "", func(e *edit) error {
		if e.Version == 0 {
			return ErrNotFound
		}
		if e.Merged != nil {
			return nil // the kept one's state is not this thread's folder
		}
		next, _ := Transition(e.Status, trig)
		if next == e.Status {
			return nil
		}
		e.move(next, "taken out of the spam folder")
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	return err
}
