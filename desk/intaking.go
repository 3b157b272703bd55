package desk

import (
	"context"
	"errors"
	"slices"
)

// intaking is one intake under way.
type intaking struct {
	*Desk
	by       Email
	in       Intake
	original Original
	parts    []Part
	conv     Conversation // that it goes on with; zero = none yet
	thread   ThreadID     // in which it goes on
	earlier  []RFCID      // of the messages that are in the mailbox by now
	trays    []*tray
	landed   bool // something was found or put there that the record did not have
	done     int  // parts that are dealt with, whatever came of them
	brought  int
	large    int
	refused  int
	stopped  error // why parts are left
}

// tray is a thread of the shared mailbox with what this intake found or put
// there. Gmail may keep apart what a person's mailbox has in one thread.
type tray struct {
	thread ThreadID
	landed []MessageID // that the desk has yet to receive
	conv   Conversation
}

func (t *intaking) left() int { return len(t.parts) - t.done }

// bring puts the parts into the mailbox, oldest first, so that each finds the
// thread that it answers. It ends at the first error that the next part would
// meet as well. The first of a thread is taken into the record at once: should
// this process die, the rest is known to be missing.
func (t *intaking) bring(ctx context.Context) {
	if t.conv.ID != "" {
		t.trays = append(t.trays, &tray{thread: t.thread, conv: t.conv})
	}
	for _, p := range t.parts {
		tr, err := t.bringOne(ctx, p)
		switch {
		case errors.Is(err, ErrTooLarge):
			t.large++
		case errors.Is(err, ErrInvalid):
			t.refused++
		case err != nil:
			t.stopped = err
			return
		}
		t.done++
		if tr == nil || tr.conv.ID != "" || t.left() == 0 {
			continue // what is left to do is done at the end, with the rest
		}
		if t.stopped = t.accept(ctx, tr, t.left()); t.stopped != nil {
			return
		}
	}
}

// bringOne has one part in the mailbox, and gives the tray of what the record has
// not got.
func (t *intaking) bringOne(ctx context.Context, p Part) (*tray, error) {
	has, err := t.has(ctx, p.RFC)
	if err != nil {
		return nil, err
	}
	if has {
		t.earlier = append(t.earlier, p.RFC)
		return nil, nil
	}
	at, id, err := t.land(ctx, p)
	if err != nil {
		return nil, err
	}
	t.earlier = append(t.earlier, id)
	tr := t.tray(at.Thread)
	if slices.Contains(tr.landed, at.ID) {
		return nil, nil // the thread has the same mail twice
	}
	tr.landed, t.landed = append(tr.landed, at.ID), true
	return tr, nil
}

// land finds the part in the mailbox, or imports it.
func (t *intaking) land(ctx context.Context, p Part) (Landing, RFCID, error) {
	if p.RFC != "" {
		at, err := t.importer.Find(ctx, t.in.Mailbox, p.RFC)
		if !isNotFound(err) {
			return at, p.RFC, err
		}
	}
	if p.Size > MaxIntakeSize {
		return Landing{}, "", ErrTooLarge
	}
	c, err := t.original.Copy(ctx, p, t.earlier)
	if err != nil {
		return Landing{}, "", err
	}
	if p.RFC == "" {
		at, err := t.importer.Find(ctx, t.in.Mailbox, c.RFC)
		if !isNotFound(err) {
			return at, c.RFC, err
		}
	}
	var thread ThreadID
	if len(t.trays) > 0 {
		thread = t.trays[0].thread
	}
	at, err := t.importer.Import(ctx, t.in.Mailbox, thread, c)
	if err == nil {
		t.brought++
	}
	return at, c.RFC, err
}

func (t *intaking) tray(id ThreadID) *tray {
	for _, tr := range t.trays {
		if tr.thread == id {
			return tr
		}
	}
	tr := &tray{thread: id}
	t.trays = append(t.trays, tr)
	return tr
}

// accept receives what landed in a thread and takes it over for the team, with
// so many messages missing.
func (t *intaking) accept(ctx context.Context, tr *tray, left int) error {
	m := t.in.Mailbox
	var all []Arrival
	if tr.conv.ID == "" {
		first, err := t.importer.Arrived(ctx, m, tr.landed[0], t.Needs(m))
		if err != nil {
			return err
		}
		all = append(all, first)
	}
	if tr.conv.ID != "" || len(tr.landed) > 1 {
		whole, err := t.importer.Thread(ctx, m, tr.thread)
		if err != nil {
			return err
		}
		for _, a := range whole {
			if len(all) == 0 || a.Message.ID != all[0].Message.ID {
				all = append(all, a)
			}
		}
	}
	for _, a := range all {
		if !slices.Contains(tr.landed, a.Message.ID) {
			continue
		}
		c, err := t.Receive(ctx, a.Message, a.Facts)
		if err == nil && c.ID == "" {
			c, err = t.adopt(ctx, a)
		}
		if err != nil {
			return err
		}
		tr.conv = c
	}
	c, err := t.takeOver(ctx, tr.conv.ID, all, left)
	if err == nil {
		tr.conv, tr.landed = c, nil
	}
	return err
}

// adopt makes the record of a message that was in the mailbox before Baton's
// time, and so is in the ledger without one.
func (t *intaking) adopt(ctx context.Context, a Arrival) (Conversation, error) {
	route, done, err := t.place(ctx, a.Message, a.Facts)
	if err != nil {
		return Conversation{}, err
	}
	defer done()
	return t.update(ctx, ConversationOf(a.Message.Mailbox, a.Message.Thread), "", func(e *edit) error {
		if e.Version > 0 {
			return nil
		}
		if err := t.receive(e, a.Message, a.Facts, route); err != nil {
			return err
		}
		e.change.Ledger = nil
		return nil
	})
}

// finish takes what landed into the records and says what came of it all.
func (t *intaking) finish(ctx context.Context) (Receipt, error) {
	if t.stopped != nil && !t.landed {
		return Receipt{}, t.problem()
	}
	r := Receipt{Brought: t.brought, TooLarge: t.large, Refused: t.refused, Left: t.left(), Stopped: t.why()}
	for _, tr := range t.trays {
		if err := t.accept(ctx, tr, t.left()); err != nil {
			// The mail is there, and is taken in as all mail that arrives.
			say := "The mail is in " + string(t.in.Mailbox) + ", but Baton could not note all of it. Open it again in a minute and look who holds it."
			return Receipt{}, errors.Join(&Problem{Kind: ErrUnavailable, Say: say}, err)
		}
	}
	switch {
	case len(t.trays) > 0:
		r.Conversation, r.Apart = t.trays[0].conv, len(t.trays)-1
		return r, nil
	case t.refused > 0:
		return Receipt{}, invalid("Gmail does not take this mail into %s. Nothing was handed in. Forward it there instead.", t.in.Mailbox)
	}
	return Receipt{}, invalid("This mail is larger than %d MB, so it cannot be handed in. Nothing was changed. Forward it to %s instead, or tell the team where the files are.", MaxIntakeSize>>20, t.in.Mailbox)
}

// why says in words why parts are left, "" when none are.
func (t *intaking) why() string {
	if t.stopped == nil {
		return ""
	}
	var p *Problem
	if errors.As(t.problem(), &p) {
		return p.Say
	}
	return "Something went wrong on Baton's side."
}

// problem is what stopped the intake, in words where there are any.
func (t *intaking) problem() error {
	if errors.Is(t.stopped, context.DeadlineExceeded) {
		return errors.Join(&Problem{Kind: ErrMail, Say: "Gmail was too slow for all of it."}, t.stopped)
	}
	return t.stopped
}
