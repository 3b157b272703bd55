package desk

import (
	"context"
	"errors"
)

// Unsend takes a reply back that has not gone yet: nothing is sent, the status
// is as it was, and what was written comes back, to be changed and sent again.
// Its writer may, and managers. Once more gives the same. When the mail is
// already being sent, the error says so and nothing changes. Two reads, one
// commit.
func (d *Desk) Unsend(ctx context.Context, by Email, id ConversationID, reply IntentID) (Conversation, Answer, error) {
	in, err := d.sendIntent(ctx, id, reply)
	if err != nil {
		return Conversation{}, Answer{}, err
	}
	var a Answer
	c, err := d.changeBy(ctx, by, id, RightReply, func(e *edit) error {
		o := e.outgoing(reply)
		if o == nil {
			return ErrNotFound
		}
		if !e.mayTouch(o) {
			return forbidden("%s wrote this reply. Only they or a manager can take it back.", e.policy.NameOf(o.By))
		}
		a = asWritten(in, *o)
		switch o.State {
		case InGmail:
			return invalid("%s", ours(inGmail))
		case Sent:
			return errTooLate
		case OnItsWay:
			e.event(Event{Kind: EventUndone, Who: o.By, To: string(reply)})
			e.restore(o)
			o.State = Undone
			e.change.Cancel = append(e.change.Cancel, reply)
		}
		return nil
	})
	if errors.Is(err, ErrConflict) {
		err = errTooLate
	}
	if err != nil {
		return Conversation{}, Answer{}, err
	}
	return c, a, nil
}

var errTooLate = invalid("It is too late: the reply has been sent. Nothing was changed.")

// Unsent says that a reply was given up: it stands on the card in red with the
// reason until somebody sends it again or lets it be, and the conversation is
// open again. A reply that was sent or taken back meanwhile is left alone.
func (d *Desk) Unsent(ctx context.Context, in Intent, why string) error {
	_, err := d.update(ctx, in.Conversation, "", func(e *edit) error {
		if e.Version == 0 {
			return ErrNotFound
		}
		o := e.outgoing(in.ID)
		if o == nil || o.State != OnItsWay && o.State != InGmail {
			return nil
		}
		o.State, o.Why = NotSent, cut(why, MaxWhy)
		e.event(Event{Kind: EventUnsent, Who: o.By, To: string(in.ID), Why: o.Why})
		e.restore(o)
		if e.Status != Open && !o.Draft {
			e.move(Open, "a reply was not sent")
			e.touch(Progress, "", e.now)
		}
		return nil
	})
	return err
}

// Rewrite gives what was written in a reply that was not sent or was taken
// back, to be sent again: a guest their own, members each other's. Two reads.
func (d *Desk) Rewrite(ctx context.Context, by Email, id ConversationID, reply IntentID) (View, Answer, error) {
	v, err := d.OpenID(ctx, by, id)
	if err != nil {
		return View{}, Answer{}, err
	}
	if !v.May(RightReply) {
		return View{}, Answer{}, forbidden("%s", ours(RightReply.Refusal()))
	}
	o := v.outgoing(reply)
	if o == nil || o.State != NotSent && o.State != Undone || v.Role == Guest && o.By != by {
		return View{}, Answer{}, ErrNotFound
	}
	in, err := d.sendIntent(ctx, id, reply)
	if err != nil {
		return View{}, Answer{}, err
	}
	return v, asWritten(in, *o), nil
}

// sendIntent reads the intent of a conversation's reply.
func (d *Desk) sendIntent(ctx context.Context, id ConversationID, reply IntentID) (Intent, error) {
	in, err := d.store.Intent(ctx, reply)
	if isNotFound(err) || err == nil && (in.Conversation != id || in.Kind != IntentSend && in.Kind != IntentDraft) {
		return Intent{}, ErrNotFound
	}
	return in, err
}

// mayTouch tells whether the actor may take a reply back.
func (e *edit) mayTouch(o *Outgoing) bool {
	role := e.policy.roleIn(e.by, e.Conversation, e.now)
	return o.By == e.by || role == Manager || role == Admin
}

// asWritten gives what a person wrote into a reply, without the signature.
func asWritten(in Intent, o Outgoing) Answer {
	a := Answer{Then: o.Then, Again: in.ID}
	if m := in.Mail; m != nil {
		a.Text, a.To, a.Cc = m.Text[:max(0, len(m.Text)-o.Signed)], m.To, m.Cc
	}
	return a
}
