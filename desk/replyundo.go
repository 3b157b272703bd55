package desk

import (
	"context"
	"errors"
)

// Unsend takes a reply back that has not gone yet: nothing is sent, the status
// is as it was, and what was written comes back, to be changed and sent again.
// Its writer may, managers, and who said yes to it: taken back by somebody else
// than its writer, such a one waits for a yes again, and no text comes back. What
// waits for a yes or for its time is taken back the same way. Once more gives the
// same. When the mail is already being sent, the error says so and nothing
// changes. Two reads, one commit.
func (d *Desk) Unsend(ctx context.Context, by Email, id ConversationID, reply IntentID) (c Conversation, a Answer, err error) {
	err = d.held(ctx, id, reply, func(in Intent) error {
		c, err = d.changeBy(ctx, by, id, RightReply, func(e *edit) error {
			a, err = d.unsend(e, reply, in)
			return err
		})
		return err
	})
	if errors.Is(err, ErrConflict) {
		err = errTooLate
	}
	if err != nil {
		return Conversation{}, Answer{}, err
	}
	return c, a, nil
}

func (d *Desk) unsend(e *edit, reply IntentID, in Intent) (Answer, error) {
	o := e.outgoing(reply)
	switch {
	case o == nil:
		return Answer{}, ErrNotFound
	case o.Asked != nil && o.Asked.Back == reply:
		return Answer{}, nil
	case !e.mayTouch(o):
		return Answer{}, forbidden("%s wrote this reply. Only they or a manager can take it back.", e.policy.NameOf(o.By))
	case o.State == InGmail:
		return Answer{}, invalid("%s", ours(inGmail))
	case o.State == Sent:
		return Answer{}, errTooLate
	case o.Intent != in.ID:
		return Answer{}, errOther{o.Intent}
	case !o.open() && o.State != GivenBack:
		return asWritten(in, *o), nil
	}
	e.event(Event{Kind: EventUndone, Who: o.By, To: string(o.Key())})
	e.change.Cancel = append(e.change.Cancel, o.Intent)
	if o.State == OnItsWay {
		e.restore(o)
	}
	if yes := o.Asked != nil && o.Asked.YesBy != ""; yes && e.by != o.By {
		return Answer{}, d.awaitAgain(e, o, in)
	}
	e.unlist(o)
	o.State = Undone
	return asWritten(in, *o), nil
}

// awaitAgain has an answer wait for a yes again that somebody had said.
func (d *Desk) awaitAgain(e *edit, o *Outgoing, in Intent) error {
	if in.Mail == nil {
		return errTooLate
	}
	as := *o.Asked
	as.YesBy, as.YesAt, as.Back = "", zeroTime, o.Intent
	o.State, o.Asked, o.GoesAt = AwaitsYes, &as, zeroTime
	o.Intent = e.anewID(o)
	e.change.Intents = append(e.change.Intents, Intent{
		ID: o.Intent, Kind: IntentSend, State: IntentHeld, Mailbox: e.Mailbox, Conversation: e.ID, Mail: in.Mail, Interactive: true, CreatedAt: e.now,
	})
	e.list(o)
	return nil
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
		if o == nil || o.State != OnItsWay && o.State != InGmail && o.State != GoesLater {
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

// Rewrite gives what was written in a reply that was not sent, was stopped or taken
// back, to be sent again: a guest their own, members each other's. Of one that
// waits for a yes, or came back from it, its writer gets it to change it and ask
// anew. Two reads.
func (d *Desk) Rewrite(ctx context.Context, by Email, id ConversationID, reply IntentID) (View, Answer, error) {
	v, err := d.OpenID(ctx, by, id)
	if err != nil {
		return View{}, Answer{}, err
	}
	if !v.May(RightReply) {
		return View{}, Answer{}, forbidden("%s", ours(RightReply.Refusal()))
	}
	o := v.outgoing(reply)
	switch {
	case o == nil || v.Role == Guest && o.By != by:
		return View{}, Answer{}, ErrNotFound
	case o.State == NotSent, o.State == Undone, o.State == Stopped:
	case o.By == by && (o.State == AwaitsYes || o.State == GivenBack):
	case o.Asked != nil:
		return View{}, Answer{}, invalid("This answer cannot be changed any more: look at the card again.")
	default:
		return View{}, Answer{}, ErrNotFound
	}
	in, err := d.sendIntent(ctx, id, o.Intent)
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
	return o.By == e.by || role == Manager || role == Admin || o.Asked != nil && o.Asked.YesBy == e.by
}

// asWritten gives what a person wrote into a reply, without the signature.
func asWritten(in Intent, o Outgoing) Answer {
	a := Answer{Then: o.Then, Again: o.Key(), Later: o.Later}
	if o.Asked != nil {
		a.Ask = &Ask{Team: o.Asked.Team}
		if len(o.Asked.People) == 1 {
			a.Ask.To = o.Asked.People[0]
		}
	}
	if m := in.Mail; m != nil {
		a.Text, a.To, a.Cc = m.Text[:max(0, len(m.Text)-o.Signed)], m.To, m.Cc
	}
	return a
}
