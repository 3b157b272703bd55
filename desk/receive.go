package desk

import (
	"cmp"
	"context"
	"errors"
	"net/mail"
	"time"
)

// errRoute says that a record needs a routing decision that was not prepared.
var errRoute = errors.New("routing needed")

// Receive records one message of a shared mailbox: it opens a conversation or
// joins one, moves its status, routes it when it begins, and promises its
// labels. A message that is already recorded changes nothing and is no error,
// so that history may be read again at any time. One or two reads, one commit;
// for a delivery report one read more, and one commit when it is about mail of
// another thread.
//
// A notice belongs to no conversation: it is recorded, and opens the one that it
// tells of. The zero Conversation comes back for it.
func (d *Desk) Receive(ctx context.Context, m Message, f Facts) (Conversation, error) {
	if m.Verdict == Notified {
		return Conversation{}, d.receiveNotice(ctx, m)
	}
	if err := d.bounced(ctx, m); err != nil {
		return Conversation{}, err
	}
	c, err := d.take(ctx, m, f)
	if err != nil || c.ID == "" {
		return c, err
	}
	return d.attend(ctx, c, m)
}

// take is Receive without what follows for a holder who is away.
func (d *Desk) take(ctx context.Context, m Message, f Facts) (Conversation, error) {
	id := ConversationOf(m.Mailbox, m.Thread)
	// Gmail names a thread for its first message: such a one opens it.
	routes, asked, told := string(m.Thread) == string(m.ID), d.drafts == nil, false
	for moves := 0; ; moves++ {
		c, err := d.receiveOnce(ctx, id, m, f, routes, asked, told)
		var merged errMerged
		if errors.As(err, &merged) {
			c, err = d.receiveJoined(ctx, id, merged.into, m, f, asked, told)
		}
		switch {
		case errors.Is(err, errMoved) && moves < maxMoves: // merged or taken out meanwhile
		case errors.Is(err, errDraft) && !asked:
			m.Intent, asked = d.whoseDraft(ctx, m, f), true
		case errors.Is(err, errRoute) && !routes:
			routes = true
		case errors.Is(err, errAway) && !told:
			if err := d.wentAway(ctx, m); err != nil {
				return Conversation{}, err
			}
			told = true
		case errors.Is(err, ErrExists):
			c, err := d.store.Conversation(ctx, id)
			if isNotFound(err) {
				return Conversation{}, nil
			}
			if err == nil && c.Merged != nil {
				return d.store.Conversation(ctx, c.Merged.Into)
			}
			return c, err
		default:
			return c, err
		}
	}
}

func (d *Desk) receiveOnce(ctx context.Context, id ConversationID, m Message, f Facts, routes, asked, told bool) (Conversation, error) {
	var route *placed
	if routes {
		r, done, err := d.place(ctx, m, f)
		if err != nil {
			return Conversation{}, err
		}
		defer done()
		route = r
	}
	return d.update(ctx, id, "", func(e *edit) error {
		if !asked && e.mayBeDraft(m) {
			return errDraft
		}
		if !told && e.Merged == nil && e.strange(m) {
			return errAway
		}
		return d.receive(e, m, f, route)
	})
}

func (d *Desk) receive(e *edit, m Message, f Facts, route *placed) error {
	if e.Merged != nil {
		return errMerged{e.Merged.Into}
	}
	opens := e.Version == 0
	next, begins := Transition(e.Status, trigger(m))
	if o := e.outgoing(m.Intent); o != nil && m.Verdict == Own {
		switch o.State {
		case OnItsWay:
			next, begins = e.Status, false // it moved when the reply was written
		case InGmail:
			e.sentFrom(o, next)
			next, begins = e.Status, false
		}
	}
	stale := begins && e.Status == Closed && d.followUpOver(e, m)
	if (opens || stale) && route == nil {
		return errRoute
	}
	switch {
	case opens:
		e.open(m, f, route)
	case m.Spam && e.Status != Spam:
		e.move(Spam, "")
	case m.Verdict == Person && m.At.Before(e.answeredAt()):
		// Seen late, and the team has answered since: nothing to reopen.
	case begins:
		e.reopen(next, m, route, stale)
	case next != e.Status && e.Status == Snoozed && m.Verdict == Person:
		e.wake(next, nameOr(m.From)+" wrote")
	case next != e.Status:
		e.move(next, "")
	}
	if !opens {
		e.bounce(m)
	}
	e.count(m, f, opens)
	e.record(m)
	if opens {
		e.change.Handles = append(e.change.Handles, HandleThread(m.Thread))
	}
	return nil
}

// record writes the message's line in the ledger.
func (e *edit) record(m Message) {
	e.change.Ledger = append(e.change.Ledger, LedgerLine{
		Mailbox: m.Mailbox, Message: m.ID, Thread: m.Thread, Conversation: e.ID, RFC: m.RFC, From: m.From.Email,
		Verdict: m.Verdict, Reason: m.Reason, At: m.At, Size: m.Size, RecordedAt: e.now,
	})
	if rfc := cmp.Or(m.RFC, m.Gave); rfc != "" {
		e.change.Handles = append(e.change.Handles, HandleRFC(rfc))
	}
}

func trigger(m Message) Trigger {
	switch {
	case m.Verdict == Own:
		return OutboundPerson
	case m.Verdict == Person && !m.Spam:
		return InboundPerson
	}
	return InboundAutomatic
}

// open makes the record of a thread's first message.
func (e *edit) open(m Message, f Facts, route *placed) {
	mb, _ := e.policy.Mailbox(m.Mailbox)
	e.Mailbox, e.Thread = m.Mailbox, m.Thread
	e.Subject = cut(m.Subject, MaxSubject)
	e.Customer = named(m.From)
	if m.Verdict == Own && len(f.To) > 0 {
		e.Customer = Address{Email: f.To[0]}
	}
	e.OpenedAt = m.At
	e.Status = route.opensAs(m)
	if e.Status.Active() {
		promise := mb.FirstReply
		if m.Verdict != Person {
			promise = 0
		}
		e.begin(m.At, "", promise)
	}
	e.event(Event{Kind: EventOpened, Who: m.From.Email, To: string(e.Status), Why: m.Reason})
	e.routed(route)
}

// reopen begins a new episode because a person wrote. When that comes too long
// after closing, the matter is new: nobody holds it and the rules decide again.
func (e *edit) reopen(next Status, m Message, route *placed, stale bool) {
	mb, _ := e.policy.Mailbox(m.Mailbox)
	from := e.Status
	e.Status = next
	e.begin(m.At, "the customer wrote", mb.FirstReply)
	e.event(Event{Kind: EventReopened, Who: m.From.Email, From: string(from), To: string(next)})
	if stale {
		e.Assignee, e.Team, e.Delegation, e.Reoffered, e.Absent = "", "", nil, nil, nil
		e.routed(route)
	}
}

// routed applies a routing decision to the record and remembers why.
func (e *edit) routed(r *placed) {
	e.Route = Route{Rules: r.Matched, Reason: r.Reason, At: e.now, Policy: e.policy.Version}
	var set Sorted
	if r.Priority != Normal && r.Priority != e.Priority {
		e.Priority, set.Priority = r.Priority, r.Priority
	}
	for _, t := range r.Tags {
		if !e.HasTag(t) && len(e.Tags) < MaxTags {
			e.tag(t)
			set.Tags = append(set.Tags, t)
		}
	}
	e.Team, e.Waits = r.Team, nil
	if r.holder == "" && (r.Person != "" || r.Team != "") {
		e.Waits = &Waits{For: r.Person, Team: r.Team, Since: e.now, Version: e.Version + 1}
	}
	if r.holder != "" {
		e.hold(r.holder, r.Reason, time.Time{})
		e.Delegation.For = r.instead
	}
	e.change.Turns = append(e.change.Turns, r.turns()...)
	if len(r.Matched) > 0 {
		ev := Event{Kind: EventRouted, Who: r.holder, To: r.Team, Why: r.Reason}
		if set.Priority != Normal || len(set.Tags) > 0 {
			ev.Sorted = &set
		}
		e.event(ev)
	}
}

// count notes the message in the record's figures. Times only move forward:
// messages may come late and out of order.
func (e *edit) count(m Message, f Facts, opens bool) {
	e.Messages++
	if !m.At.Before(e.LastAt) {
		e.LastAt, e.LastID = m.At, m.ID
		if m.RFC != "" && m.Verdict != Bounce {
			e.LastRFC = m.RFC
			e.refer(m)
		}
	}
	switch {
	case m.Verdict == Own:
		e.teamWrote(m, f, opens)
	case m.Verdict == Person:
		if m.At.After(e.InboundAt) {
			e.InboundAt = m.At
			e.Heard = envelopeOf(m, f)
			e.Language = languageOf(f, e.Language)
			e.touch(Talk, "", e.now)
			if e.Status == Open {
				// Whoever closes from an older card has not read this yet.
				e.touch(Progress, "", e.now)
			}
		}
		if e.Unanswered.IsZero() && e.Status == Open && !m.At.Before(e.answeredAt()) {
			e.Unanswered = m.At
		}
		if e.Customer.Email == "" || e.policy.OwnAddress(e.Customer.Email) {
			e.Customer = named(m.From)
		}
		fallthrough
	default:
		if len(e.change.Events) == 0 {
			// Opening and reopening say already who wrote.
			e.event(Event{Kind: EventReceived, Who: m.From.Email, To: string(m.Verdict), Why: m.Reason})
		}
	}
}

// teamWrote notes a mail of the team, credited to who is known to have written
// it: whoever wrote it on a card, or the delegate whom Gmail names as sender.
func (e *edit) teamWrote(m Message, f Facts, opens bool) {
	switch {
	case e.InboundAt.IsZero():
		e.Heard = envelopeOf(m, f)
		e.Heard.From, e.Heard.ReplyTo = Address{}, nil
	case !m.At.Before(e.InboundAt) && (m.Intent != "" || e.byPerson(m, f)):
		e.Heard = e.Heard.joinedBy(f, e.policy, e.Customer.Email)
	}
	by, wrote := e.went(m.Intent)
	if by == "" {
		by = e.policy.delegate(m.Mailbox, f)
	}
	if m.At.After(e.OutboundAt) {
		e.KnewAt = wrote
	}
	e.answered(m.At)
	if by != "" {
		e.AnsweredBy = by
	}
	if heard := e.heardAt(); !wrote.IsZero() && heard.After(wrote) && e.Status == Open {
		e.Unanswered = heard // what came while the reply waited is not answered
	}
	e.touch(Talk, by, e.now)
	if !opens {
		e.eventBy(by, Event{Kind: EventReplied, To: string(m.Intent), Why: m.Reason})
	}
	if e.Merged == nil && e.byPerson(m, f) {
		e.answeredBy(SentMail{RFC: cmp.Or(m.RFC, m.Gave), At: m.At, By: by, Intent: m.Intent})
	}
}

// delegate gives the member who sent a mail of the mailbox in Gmail, as its
// Sender header names them, or "".
func (p *Policy) delegate(m Mailbox, f Facts) Email {
	if a, err := mail.ParseAddress(f.Headers["sender"]); err == nil && p.Works(ParseEmail(a.Address), m) {
		return ParseEmail(a.Address)
	}
	return ""
}

func (e *edit) answered(at time.Time) {
	if at.After(e.OutboundAt) {
		e.OutboundAt = at
	}
	e.satisfied(at)
}

// satisfied notes that who waited until then waits no longer.
func (e *edit) satisfied(at time.Time) {
	if !e.Unanswered.IsZero() && !at.Before(e.Unanswered) {
		e.Unanswered = time.Time{}
	}
	if ep := e.Episode(); ep != nil && ep.RepliedAt.IsZero() && !at.Before(ep.OpenedAt) {
		ep.RepliedAt = at
	}
}

func (d *Desk) followUpOver(e *edit, m Message) bool {
	mb, _ := e.policy.Mailbox(m.Mailbox)
	ep := e.Episode()
	return mb.FollowUp > 0 && ep != nil && !ep.ClosedAt.IsZero() && m.At.Sub(ep.ClosedAt) > mb.FollowUp
}

// nameOr is what a person is called in a sentence.
func nameOr(a Address) string {
	switch {
	case a.Name != "":
		return cut(a.Name, maxName)
	case a.Email != "":
		return string(a.Email)
	}
	return "the customer"
}

// maxName bounds a customer's name, in characters; senders choose it.
const maxName = 200

func named(a Address) Address {
	a.Name = cut(a.Name, maxName)
	return a
}

func cut(s string, max int) string {
	r := []rune(s)
	if len(r) <= max {
		return s
	}
	return string(r[:max-1]) + "…"
}
