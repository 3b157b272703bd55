package desk

import (
	"context"
	"errors"
	"time"
)

// laterOf gives when an answer is to go; zero = at once.
func (e *edit) laterOf(a Answer) (time.Time, error) {
	switch {
	case a.Morning:
		return e.policy.Morning(e.Mailbox, e.now), nil
	case a.Later.IsZero():
		return zeroTime, nil
	}
	at := a.Later.UTC().Truncate(time.Microsecond)
	return at, ahead(at, e.now)
}

// goLater has a reply wait for its time: its intent is the timer.
func (d *Desk) goLater(e *edit, o Outgoing, in Intent) {
	o.State, o.Wrote = GoesLater, e.Version+1
	in.NotBefore, in.Interactive = o.Later, false
	e.event(Event{Kind: EventScheduled, To: string(o.Intent), Due: o.Later})
	e.keep(o)
	d.promiseAs(e, in)
}

// stopLater stops the replies that wait for their time when this edit says
// something that their writers did not know: a customer wrote, a colleague did or
// answered, or it turned out to need no answer.
func (e *edit) stopLater() {
	for i := range e.Outgoing {
		o := &e.Outgoing[i]
		if o.State != GoesLater {
			continue
		}
		if why := e.overtakes(o); why != "" {
			e.stopReply(o, why)
		}
	}
}

// overtakes says who said what in this edit that stops a reply; "" = nobody.
func (e *edit) overtakes(o *Outgoing) string {
	if over := e.Status == Spam || e.Status == Ignored; over && e.Status != e.was.standing.Status {
		return "it was marked as " + string(e.Status)
	}
	for _, ev := range e.change.Events {
		if ev.By == o.By || !e.talks(ev) || e.outgoing(IntentID(ev.To)) == o {
			continue
		}
		switch who := e.policy.NameOf(ev.By); ev.Kind {
		case EventNoted, EventNoteEdited:
			return who + " wrote a note"
		case EventReceived, EventReopened, EventStatus, EventWoke:
			return nameOr(e.facing().Heard.From) + " wrote"
		default:
			if ev.By == "" {
				return "somebody answered in Gmail"
			}
			return who + " answered"
		}
	}
	return ""
}

// stopReply keeps a reply from going, and tells its writer.
func (e *edit) stopReply(o *Outgoing, why string) {
	o.State, o.Why = Stopped, cut(why, MaxWhy)
	e.eventBy("", Event{Kind: EventStopped, Who: o.By, To: string(o.Key()), Why: o.Why, Due: o.Later})
	e.mention(Mention{
		Person: o.By, Conversation: e.ID, Note: stoppedNote(o.Key()), Mailbox: e.Mailbox, At: e.now,
	})
}

// Goes is asked before a reply is sent, with its record: one that waited for its
// time goes now, the status moves as its writer chose, and from then on it is as
// any reply. A settlement with a state says that it is not sent now: it was
// stopped, or must be, because its writer may not answer any more, or not
// without a yes. Replies that did not wait cost nothing; others one read, one
// commit.
func (d *Desk) Goes(ctx context.Context, c Conversation, in Intent) (Settlement, error) {
	if o := c.outgoing(in.ID); o == nil || o.Intent != in.ID || o.Later.IsZero() && o.State != Replaced || o.State == Sent {
		return Settlement{}, nil
	}
	var s Settlement
	_, err := d.update(ctx, in.Conversation, "", func(e *edit) error {
		s = Settlement{}
		o := e.outgoing(in.ID)
		if o == nil || o.State == OnItsWay || o.State == Sent {
			return nil
		}
		if o.State == GoesLater {
			if early := e.now.Before(o.Later); early {
				s = Settlement{State: IntentPending, NotBefore: o.Later, Reason: "it rang early: the clocks of two processes differ"}
				return nil
			}
			role := e.policy.roleIn(o.By, e.Conversation, e.now)
			switch {
			case o.Asked != nil && o.Asked.YesBy != "":
			case !role.may(RightReply, e.ShareTo(o.By, e.now)):
				e.stopReply(o, e.policy.NameOf(o.By)+" may not answer here any more")
			case e.policy.NeedsYes(o.By, e.Conversation, e.now):
				e.stopReply(o, "the policy wants a yes to it now")
			}
		}
		if o.State != GoesLater {
			s = Settlement{State: IntentCancelled, Reason: "the reply was stopped"}
			e.change.Cancel, e.quiet = append(e.change.Cancel, in.ID), true // its text is kept
			return nil
		}
		e.quiet = true
		o.State, o.Version = OnItsWay, e.Version+1
		o.Was, o.Became, o.Nap, o.Unanswered = e.Status, e.Status, e.Nap, e.Unanswered
		e.by = o.By
		e.followLate(o)
		e.by = ""
		return nil
	})
	if s.State == IntentCancelled && errors.Is(err, ErrConflict) {
		err = nil // it was cancelled meanwhile
	}
	return s, err
}

// SendNow has a reply that waits for its time go at once: its writer may, and
// managers. It can be taken back like any other. Once more changes nothing. Two
// reads, one commit.
func (d *Desk) SendNow(ctx context.Context, by Email, id ConversationID, reply IntentID) (c Conversation, err error) {
	err = d.held(ctx, id, reply, func(in Intent) error {
		c, err = d.changeBy(ctx, by, id, RightReply, func(e *edit) error {
			o := e.outgoing(reply)
			switch {
			case o == nil:
				return ErrNotFound
			case !e.mayTouch(o):
				return forbidden("%s wrote this reply. Only they or a manager can send it now.", e.policy.NameOf(o.By))
			case o.State == OnItsWay || o.State == Sent:
				return nil
			case o.State != GoesLater:
				return invalid("This reply does not wait for its time any more. Nothing was sent. Look at the card again.")
			case o.Intent != in.ID:
				return errOther{o.Intent}
			case o.Asked == nil && e.policy.NeedsYes(o.By, e.Conversation, e.now):
				return invalid("The policy wants a yes to this reply now. Take it back and ask for it.")
			case in.Mail == nil:
				return errTooLate
			}
			e.change.Cancel = append(e.change.Cancel, o.Intent)
			o.Press = o.Key()
			next := Intent{ID: e.anewID(o), Kind: IntentSend, Mail: in.Mail, Interactive: true}
			o.Intent = next.ID
			d.goNow(e, o, &next)
			e.event(Event{Kind: EventSentNow, Who: o.By, To: string(o.Key()), Due: o.GoesAt})
			e.followLate(o)
			d.promiseAs(e, next)
			e.touch(Talk, by, e.now)
			return nil
		})
		return err
	})
	if errors.Is(err, ErrConflict) {
		err = errTooLate
	}
	return c, err
}
