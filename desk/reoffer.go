package desk

import (
	"context"
	"time"
)

// Reoffered remembers that a conversation was taken from its absent holder, so
// that they can take it back.
type Reoffered struct {
	From       Email       `json:"from"`
	To         Email       `json:"to,omitempty"` // "" = the queue
	At         time.Time   `json:"at"`
	Why        string      `json:"why"`
	Version    int64       `json:"v"`
	Delegation *Delegation `json:"delegation,omitempty"` // as it was
}

// reofferNote is how the person who lost a conversation is told, in the store's
// terms: a mention in a note that is none.
func reofferNote(id ConversationID) NoteID { return NoteID("reoffer-" + string(id)) }

// reoffer takes the conversation from its holder in this edit: to somebody, or
// to the queue. What is due stays due.
func (e *edit) reoffer(to Email, why string) {
	from, was := e.Assignee, e.Delegation
	due := time.Time{}
	if was != nil {
		due = was.Due
	}
	if to != "" {
		e.hold(to, why, due)
	} else {
		e.Assignee, e.Delegation = "", nil
		if e.Team != "" {
			e.Waits = &Waits{Team: e.Team, Since: e.now, Version: e.Version + 1}
		}
		e.touch(Assignment, e.by, e.now)
	}
	e.Reoffered = &Reoffered{From: from, To: to, At: e.now, Why: why, Version: e.Version + 1, Delegation: was}
	e.event(Event{Kind: EventReoffered, Who: to, From: string(from), To: e.Team, Why: why, DueBefore: due})
	e.Absent = nil
	if e.policy.Works(from, e.Mailbox) {
		e.mention(Mention{
			Person: from, Conversation: e.ID, Note: reofferNote(e.ID), Mailbox: e.Mailbox, By: e.by, At: e.now,
		})
	}
}

// passOn takes the conversation from its absent holder in this edit, to who
// stands in for them, else to the queue.
func (e *edit) passOn(presences map[Email]Presence, why string) {
	from := e.Assignee
	to := e.policy.standIn(from, e.Mailbox, presences)
	if e.reoffer(to, why); to != "" {
		e.Delegation.For = from
	}
}

// Absent notes that a customer wrote while the holder was away.
type Absent struct {
	Who   Email     `json:"who"`
	Since time.Time `json:"since"` // away since
	At    time.Time `json:"at"`    // when the customer wrote
}

// attend sees to a conversation whose customer has just written: a holder who
// offers their work to others loses it at once, one who was woken up for
// nothing as well; one who is away keeps it, and the record says so. It does
// nothing the second time, so that a crash before it is made good when the
// message is read again. One read when somebody holds it; one commit more when
// they are away.
func (d *Desk) attend(ctx context.Context, c Conversation, m Message) (Conversation, error) {
	if m.Verdict != Person || m.Spam || c.Assignee == "" || c.Status != Open || !c.heardAt().Equal(m.At) ||
		c.Marks[Assignment].Version == c.Version || c.HandedIn != nil && m.At.Before(c.HandedIn.At) {
		return c, nil // among others, mail that was there when it was given to them
	}
	presences, err := d.Presences(ctx)
	if err != nil {
		return Conversation{}, err
	}
	p, is := d.Policy(), presences[c.Assignee]
	need := writtenTo
	if c.Woke != nil && c.Woke.Version == c.Version {
		need = woken
	}
	if ok, why := p.eligible(c.Assignee, c.Mailbox, is.Availability, need); !ok {
		return d.pass(ctx, c, presences, why)
	}
	if is.Availability != Away || c.Absent != nil && c.Absent.Since.Equal(is.At) {
		return c, nil
	}
	return d.update(ctx, c.ID, "", func(e *edit) error {
		if e.Assignee != c.Assignee {
			return nil
		}
		e.Absent = &Absent{Who: e.Assignee, Since: is.At, At: m.At}
		e.event(Event{Kind: EventAbsent, Who: e.Assignee})
		return nil
	})
}

// pass takes one conversation from its holder, to who stands in for them, else
// to whoever's turn it is in its team, else to the queue.
func (d *Desk) pass(ctx context.Context, c Conversation, presences map[Email]Presence, why string) (Conversation, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	to := d.Policy().standIn(c.Assignee, c.Mailbox, presences)
	if to != "" {
		return d.passTo(ctx, "", c.ID, c.Assignee, to, c.Assignee, "", why)
	}
	to, err := d.successor(ctx, c.Team, c.Mailbox, c.Assignee, presences)
	if err != nil {
		return Conversation{}, err
	}
	return d.passTo(ctx, "", c.ID, c.Assignee, to, "", c.Team, why)
}

// successor gives the member of a team whose turn it is, but not one; "" when
// there is no team or nobody. The lock of turns is held.
func (d *Desk) successor(ctx context.Context, team string, m Mailbox, but Email, presences map[Email]Presence) (Email, error) {
	if team == "" {
		return "", nil
	}
	turns, err := d.store.Turns(ctx, team)
	if err != nil {
		return "", err
	}
	return d.Policy().pick(team, m, without(presences, but), turns), nil
}

// without gives presences in which one person is not there to be given work.
func without(presences map[Email]Presence, e Email) map[Email]Presence {
	out := map[Email]Presence{}
	for k, v := range presences {
		out[k] = v
	}
	is := out[e]
	is.Member, is.Availability = e, AwayReassign
	out[e] = is
	return out
}

// passTo commits a re-offer, if from still holds it: to who stands in for
// instead, or to whose turn it is in a team.
func (d *Desk) passTo(ctx context.Context, by Email, id ConversationID, from, to, instead Email, team, why string) (Conversation, error) {
	return d.update(ctx, id, by, func(e *edit) error {
		if e.Assignee != from || e.Status != Open && e.Status != WaitingInternal {
			return nil
		}
		e.reoffer(to, why)
		if to != "" {
			e.Delegation.For = instead
		}
		if to != "" && instead == "" {
			e.change.Turns = append(e.change.Turns, Turn{Team: team, Member: to, At: e.now})
		}
		return nil
	})
}
