package desk

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxWhy bounds a reason, in characters.
const MaxWhy = 500

// Seen is the version of the record that a person had in front of them when
// they acted; 0 = whatever stands.
type Seen = int64

// Take makes the person the holder. Taking what one holds already changes
// nothing. Somebody else was first since Seen: *Conflict says who.
func (d *Desk) Take(ctx context.Context, by Email, id ConversationID, seen Seen) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightAssign, func(e *edit) error {
		if e.Assignee == by {
			return nil
		}
		if err := errors.Join(e.fresh(Assignment, seen, by), e.unended(seen)); err != nil {
			return err
		}
		if ok, _ := e.policy.eligible(by, e.Mailbox, Available, chosen); !ok {
			return forbidden("Only people who work in %s can hold its conversations.", e.Mailbox)
		}
		from := e.Assignee
		e.hold(by, "", time.Time{})
		e.event(Event{Kind: EventTaken, Who: by, From: string(from)})
		return nil
	})
}

// Give is what a person says when giving a conversation to somebody.
type Give struct {
	To  Email
	Why string
	Due time.Time // zero = no time set
}

// Give makes somebody else the holder and remembers who gave it, why and until
// when. Giving it to who holds it changes nothing, unless it says another reason
// or another time.
func (d *Desk) Give(ctx context.Context, by Email, id ConversationID, seen Seen, g Give) (Conversation, error) {
	g.Why = strings.TrimSpace(g.Why)
	if g.To == "" {
		return Conversation{}, invalid("Choose a person to give it to.")
	}
	if utf8.RuneCountInString(g.Why) > MaxWhy {
		return Conversation{}, invalid("The reason is longer than %d characters. Put the details into a note.", MaxWhy)
	}
	return d.changeBy(ctx, by, id, RightAssign, func(e *edit) error {
		if ok, _ := e.policy.eligible(g.To, e.Mailbox, Available, chosen); !ok {
			return invalid("%s does not work in %s. Choose a colleague who does, or share the conversation instead.", e.policy.NameOf(g.To), e.Mailbox)
		}
		due := g.Due.UTC().Truncate(time.Microsecond)
		if g.Due.IsZero() {
			due = time.Time{}
		}
		if e.holdsSo(g.To, g.Why, due) {
			return nil
		}
		if err := errors.Join(e.fresh(Assignment, seen, by), e.unended(seen)); err != nil {
			return err
		}
		if !due.IsZero() && !due.After(e.now) {
			return invalid("The time by which it is due is already over. Choose a later one.")
		}
		if due.Sub(e.now) > MaxNap {
			return invalid("The time by which it is due is more than a year ahead. Choose an earlier one.")
		}
		from := e.Assignee
		e.hold(g.To, g.Why, due)
		e.event(Event{Kind: EventGiven, Who: g.To, From: string(from), Why: g.Why, Due: due})
		return nil
	})
}

// holdsSo tells whether somebody holds it already for a reason and until a time,
// as far as these are said.
func (e *edit) holdsSo(who Email, why string, due time.Time) bool {
	g := e.Delegation
	if g == nil {
		g = &Delegation{}
	}
	return e.Assignee == who && (why == "" || why == g.Why) && (due.IsZero() || due.Equal(g.Due))
}

// Decline gives back what one was given, with a reason; it returns to the
// queue.
func (d *Desk) Decline(ctx context.Context, by Email, id ConversationID, seen Seen, why string) (Conversation, error) {
	why = strings.TrimSpace(why)
	if why == "" {
		return Conversation{}, invalid("Say why you cannot keep it, so that the next person knows.")
	}
	if utf8.RuneCountInString(why) > MaxWhy {
		return Conversation{}, invalid("The reason is longer than %d characters. Put the details into a note.", MaxWhy)
	}
	return d.letGo(ctx, by, id, seen, EventDeclined, why)
}

// Release puts what one holds back into the queue.
func (d *Desk) Release(ctx context.Context, by Email, id ConversationID, seen Seen) (Conversation, error) {
	return d.letGo(ctx, by, id, seen, EventReleased, "")
}

// letGo empties the holder's place. A manager may release what anybody holds.
func (d *Desk) letGo(ctx context.Context, by Email, id ConversationID, seen Seen, kind EventKind, why string) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightAssign, func(e *edit) error {
		if e.Assignee == "" {
			return nil
		}
		if err := e.fresh(Assignment, seen, by); err != nil {
			return err
		}
		if e.Assignee != by {
			m, _ := e.policy.Member(by)
			if kind == EventDeclined || m.Role == Agent {
				return forbidden("%s holds this conversation. Only the holder or a manager can put it back.", e.policy.NameOf(e.Assignee))
			}
		}
		e.free(kind, why)
		return nil
	})
}

// free takes the conversation from its holder in this edit, for the queue.
func (e *edit) free(kind EventKind, why string) {
	from := e.Assignee
	e.Assignee, e.Delegation, e.Reoffered, e.Absent = "", nil, nil, nil
	e.touch(Assignment, e.by, e.now)
	e.event(Event{Kind: kind, Who: from, From: string(from), Why: why})
}

// hold makes somebody the holder in this edit.
func (e *edit) hold(to Email, why string, due time.Time) {
	e.Assignee, e.Reoffered, e.Absent, e.Waits = to, nil, nil, nil
	e.Delegation = &Delegation{By: e.by, To: to, At: e.now, Why: why, Due: due}
	e.touch(Assignment, e.by, e.now)
}

// TakeNext takes the first conversation of a mailbox's queue that nobody else
// takes meanwhile; ErrNotFound when the queue is empty.
func (d *Desk) TakeNext(ctx context.Context, by Email, m Mailbox) (Conversation, error) {
	if ok, _ := d.Policy().eligible(by, m, Available, chosen); !ok {
		return Conversation{}, ErrNotFound
	}
	q := Query{List: ListQueue, Mailboxes: []Mailbox{m}}
	for range 5 {
		rows, _, err := d.store.List(ctx, q, Page{Limit: 20})
		if err != nil {
			return Conversation{}, err
		}
		for _, r := range rows {
			c, err := d.takeQueued(ctx, by, r.ID)
			if err == nil || !isConflict(err) {
				return c, err
			}
		}
		if len(rows) == 0 {
			break
		}
	}
	return Conversation{}, ErrNotFound
}

func (d *Desk) takeQueued(ctx context.Context, by Email, id ConversationID) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightAssign, func(e *edit) error {
		if !e.Queued() {
			return &Conflict{Aspect: Assignment, By: e.Assignee, At: e.now, Now: *e.Conversation}
		}
		e.hold(by, "", time.Time{})
		e.event(Event{Kind: EventTaken, Who: by})
		return nil
	})
}
