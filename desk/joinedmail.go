package desk

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// heardAt gives when a person outside wrote last, in any of the threads.
func (c *Conversation) heardAt() time.Time {
	at := c.InboundAt
	for _, j := range c.Joined {
		if j.InboundAt.After(at) {
			at = j.InboundAt
		}
	}
	return at
}

// answeredAt gives until when mail was answered by what the team wrote last, in
// any of the threads: what came while a reply waited to be sent is not.
func (c *Conversation) answeredAt() time.Time {
	at := c.OutboundAt
	if !c.KnewAt.IsZero() {
		at = c.KnewAt
	}
	for _, j := range c.Joined {
		if j.answeredAt().After(at) {
			at = j.answeredAt()
		}
	}
	return at
}

// answeredAt is Conversation.answeredAt for the thread alone.
func (j *Joined) answeredAt() time.Time {
	if !j.KnewAt.IsZero() {
		return j.KnewAt
	}
	return j.OutboundAt
}

// joinedWaits tells whether a person waits for an answer in a merged thread.
func (c *Conversation) joinedWaits() bool {
	return slices.ContainsFunc(c.Joined, func(j Joined) bool { return j.InboundAt.After(j.answeredAt()) })
}

// Facing gives the record with the mail of the thread in which the customer
// wrote last, where replies go: its own, or one that was merged into it.
func (c *Conversation) Facing() *Conversation {
	var last *Joined
	at := c.InboundAt
	for i := range c.Joined {
		if j := &c.Joined[i]; j.InboundAt.After(at) {
			last, at = j, j.InboundAt
		}
	}
	if last == nil {
		return c
	}
	out := *c
	out.Thread, out.Subject, out.LastID, out.LastAt = last.Thread, last.Subject, last.LastID, last.LastAt
	out.LastRFC, out.LastRefs, out.InboundAt, out.Heard = last.LastRFC, last.LastRefs, last.InboundAt, last.Heard
	return &out
}

// facing is Facing for the actor: what a guest may answer is one thread.
func (e *edit) facing() *Conversation {
	c := *e.Conversation
	if e.policy.roleIn(e.by, e.Conversation, e.now) == Guest {
		c.Joined = nil
	}
	return c.Facing()
}

// receiveJoined records a message of a thread that was merged into another
// conversation: the thread's record counts it, the kept one is moved by it. It
// gives the kept record. Two more reads than for others, one commit.
func (d *Desk) receiveJoined(ctx context.Context, id, into ConversationID, m Message, f Facts, asked, told bool) (Conversation, error) {
	_, c, err := d.updateBoth(ctx, id, into, "", func(own, kept *edit) error {
		if own.Merged == nil || own.Merged.Into != into || kept.joined(id) == nil {
			return errMoved
		}
		if !asked && (own.mayBeDraft(m) || kept.mayBeDraft(m)) {
			return errDraft
		}
		if !told && own.strange(m) && kept.strange(m) {
			return errAway
		}
		kept.stir(m)
		by, wrote := kept.went(m.Intent)
		earlier := own.outgoing(m.Intent) // in a draft from before the merge
		if by == "" && earlier != nil {
			by = earlier.By
		}
		last := own.OutboundAt
		own.count(m, f, false)
		own.record(m)
		if m.Verdict == Own && m.At.After(last) {
			own.KnewAt = wrote // the reply was written on the kept one's card
		}
		own.waits(m, wrote)
		kept.reflect(own)
		kept.bounceIn(own, m)
		if kept.hearJoined(m, f, by, wrote); m.Verdict == Own && (earlier != nil || kept.byPerson(m, f)) {
			s := SentMail{RFC: cmp.Or(m.RFC, m.Gave), At: m.At, By: kept.change.Events[len(kept.change.Events)-1].By, Intent: m.Intent}
			own.keepAnswer(s)
			kept.answeredBy(s)
		}
		kept.within(id)
		return nil
	})
	return c, err
}

// waits remembers since when a person who wrote in a merged thread waits. wrote
// is when an answer was written that waited to be sent.
func (e *edit) waits(m Message, wrote time.Time) {
	w := *e.Merged
	switch {
	case m.Verdict == Own && !m.At.Before(w.Waits):
		if w.Waits = (time.Time{}); !wrote.IsZero() && e.InboundAt.After(wrote) {
			w.Waits = e.InboundAt
		}
	case m.Verdict == Person && !m.Spam && w.Waits.IsZero() && !m.At.Before(e.answeredAt()):
		w.Waits = m.At
	}
	e.Merged = &w
}

// stir moves the kept conversation as a message of a merged thread would move
// its own. Spam in one thread does not make the other spam.
func (e *edit) stir(m Message) {
	next, begins := Transition(e.Status, trigger(m))
	if o := e.outgoing(m.Intent); o != nil && m.Verdict == Own {
		switch o.State {
		case OnItsWay:
			return // it moved when the reply was written
		case InGmail:
			e.sentFrom(o, next)
			return
		}
	}
	switch {
	case m.Verdict == Person && m.At.Before(e.answeredAt()):
	case begins:
		e.reopen(next, m, nil, false)
	case next != e.Status && e.Status == Snoozed && m.Verdict == Person:
		e.wake(next, nameOr(m.From)+" wrote")
	case next != e.Status:
		e.move(next, "")
	}
}

// hearJoined notes in the kept record who waits since a message of a merged
// thread, and tells of it.
func (e *edit) hearJoined(m Message, f Facts, by Email, wrote time.Time) {
	if m.Verdict == Own {
		if by == "" {
			by = e.policy.delegate(m.Mailbox, f)
		}
		e.satisfied(m.At)
		if heard := e.heardAt(); !wrote.IsZero() && heard.After(wrote) && e.Status == Open {
			e.Unanswered = heard
		}
		if by != "" {
			e.AnsweredBy = by
		}
		e.touch(Talk, by, e.now)
		e.eventBy(by, Event{Kind: EventReplied, To: string(m.Intent), Why: m.Reason})
		return
	}
	if m.Verdict == Person && !m.Spam {
		e.touch(Talk, "", e.now)
		if e.Status == Open {
			e.touch(Progress, "", e.now)
		}
		if e.Unanswered.IsZero() && e.Status == Open && !m.At.Before(e.answeredAt()) {
			e.Unanswered = m.At
		}
	}
	if len(e.change.Events) == 0 {
		e.event(Event{Kind: EventReceived, Who: m.From.Email, To: string(m.Verdict), Why: m.Reason})
	}
}

// face is what the labels of a thread show.
type face struct {
	Status   Status   `json:"status"`
	Assignee Email    `json:"assignee,omitempty"`
	Priority Priority `json:"priority,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Refused  bool     `json:"refused,omitempty"`
}

// face gives what the record's labels show: its own state, or that of the one
// it was merged into.
func (c *Conversation) face() face {
	if c.Merged != nil {
		return c.Merged.Shows
	}
	return face{Status: c.Status, Assignee: c.Assignee, Priority: c.Priority, Tags: c.Tags, Refused: c.Refusal != nil}
}

func (f face) same(o face) bool {
	return f.Status == o.Status && f.Assignee == o.Assignee && f.Priority == o.Priority && f.Refused == o.Refused && slices.Equal(f.Tags, o.Tags)
}

// show makes a merged record's labels show the kept one's state as it is in
// this edit.
func (e *edit) show(kept *edit) {
	if e.Merged == nil {
		return
	}
	m := *e.Merged
	m.Shows, m.ShownAt = kept.face(), kept.Version+1
	m.Shows.Tags = slices.Clone(m.Shows.Tags)
	e.Merged = &m
	kept.mirrored = e.ID
}
