package desk

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// takeOver makes a conversation of mail that was handed in the team's: it says
// who handed it in, opens it, and gives it to the person whom they chose. Once
// it is the team's, only what is still missing changes. all are the thread's
// messages, oldest first. One read, one commit.
func (t *intaking) takeOver(ctx context.Context, id ConversationID, all []Arrival, left int) (Conversation, error) {
	return t.changeBy(ctx, t.by, id, RightAssign, func(e *edit) error {
		e.handles(t)
		h := e.HandedIn
		switch {
		case h == nil && t.in.Onto != "":
			// It came to the team by itself, and keeps that history.
			if t.brought > 0 || left > 0 {
				e.HandedIn = t.note(e.by, e.now, len(t.parts), left)
				e.handedIn("")
			}
			return nil
		case h == nil:
			e.HandedIn = t.note(e.by, e.now, len(t.parts), left)
		case h.Left == left && t.brought == 0:
			return nil
		default:
			e.HandedIn = t.note(h.By, h.At, max(h.Messages, len(t.parts)), left)
		}
		if len(all) > 0 && all[0].Message.Thread == e.Thread { // not of a merged one
			e.parties(all)
		}
		if h == nil {
			t.begin(e)
		} else {
			e.handedIn("")
		}
		if !e.Status.Active() {
			e.Unanswered = zeroTime
		}
		return nil
	})
}

func (t *intaking) note(by Email, at time.Time, messages, left int) *HandedIn {
	return &HandedIn{By: by, At: at, Messages: messages, Left: left, Out: t.large + t.refused}
}

// begin is what follows for a conversation that is new to the team.
func (t *intaking) begin(e *edit) {
	why := t.in.Why
	if t.in.To != "" {
		why = "" // it stands with whom it was given to
	}
	e.handedIn(why)
	if e.Status != Open {
		e.move(Open, string(e.by))
		e.touch(Progress, e.by, e.now)
	}
	e.promiseAnew()
	if t.in.To == "" || e.Assignee == t.in.To {
		return
	}
	from := e.Assignee
	e.hold(t.in.To, t.in.Why, zeroTime)
	kind := EventGiven
	if t.in.To == e.by {
		kind = EventTaken
	}
	e.event(Event{Kind: kind, Who: t.in.To, From: string(from), Why: t.in.Why})
}

// handedIn writes the event: From is how many messages the mailbox has of those
// in To.
func (e *edit) handedIn(why string) {
	h := e.HandedIn
	e.event(Event{Kind: EventHandedIn, Who: h.By, From: strconv.Itoa(h.There()), To: strconv.Itoa(h.Messages), Why: why})
}

// handles lets each message open this conversation in the mailbox that it was
// handed in from, without asking Gmail.
func (e *edit) handles(t *intaking) {
	for _, p := range t.parts {
		e.change.Handles = append(e.change.Handles, HandleGmail(t.by, p.ID))
	}
}

// parties sorts who is who in a thread that the team's people took part in from
// their own mailboxes: what they wrote there is no customer's mail.
func (e *edit) parties(all []Arrival) {
	slices.SortStableFunc(all, func(a, b Arrival) int { return a.Message.At.Compare(b.Message.At) })
	var customer Address
	var heard *Arrival
	var ours time.Time
	for i, a := range all {
		from := a.Message.From
		switch {
		case e.ours(from.Email), a.Message.Verdict == Own:
			ours = a.Message.At
		case a.Message.Verdict == Person:
			heard = &all[i]
			fallthrough
		default:
			if customer.Email == "" {
				customer = named(from)
			}
		}
	}
	for _, a := range all {
		for _, to := range slices.Concat(a.Facts.To, a.Facts.Cc) {
			if customer.Email == "" && !e.ours(to) {
				customer = Address{Email: to}
			}
		}
	}
	if customer.Email != "" {
		e.Customer = customer
	}
	e.OutboundAt, e.InboundAt, e.Unanswered = ours, zeroTime, zeroTime
	if heard == nil {
		last := all[len(all)-1]
		e.Heard = envelopeOf(last.Message, last.Facts)
		e.Heard.From, e.Heard.ReplyTo = Address{}, nil
		return
	}
	e.InboundAt, e.Heard = heard.Message.At, envelopeOf(heard.Message, heard.Facts)
	for _, a := range all {
		if a.Message.Verdict == Person && !e.ours(a.Message.From.Email) && a.Message.At.After(ours) {
			e.Unanswered = a.Message.At
			break
		}
	}
}

// ours tells whether an address is one of the team's people or mailboxes.
func (e *edit) ours(a Email) bool { return e.policy.onRoster(a) || e.policy.OwnAddress(a) }

// promiseAnew has the mailbox's promise of a first reply begin now: the team
// has the mail only since then, however long the customer waits.
func (e *edit) promiseAnew() {
	ep := e.Episode()
	if ep == nil {
		return
	}
	ep.RepliedAt, ep.ReplyDue = zeroTime, zeroTime
	mb, _ := e.policy.Mailbox(e.Mailbox)
	if mb.FirstReply > 0 && !e.Unanswered.IsZero() {
		ep.ReplyDue = e.now.Add(mb.FirstReply)
	}
}
