package desk

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxNap is how far ahead a conversation can be snoozed.
const MaxNap = 366 * 24 * time.Hour

// Nap is what a person says when putting a conversation aside: exactly one of
// Until, Morning, Monday and Reply, and why. A customer's mail ends every nap.
type Nap struct {
	Until   time.Time // later than now, at most MaxNap ahead
	Morning bool      // until work in the mailbox next begins; see Policy.Morning
	Monday  bool      // until it begins next week; see Policy.Monday
	Reply   bool      // until the customer writes, however long that takes
	Why     string    // optional, at most MaxWhy characters
}

// Napping is the nap of a snoozed conversation, as its record keeps it.
type Napping struct {
	By    Email     `json:"by"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until,omitzero"` // zero = until the customer writes
	Why   string    `json:"why,omitempty"`
	Was   Status    `json:"was"`             // the status before it
	Timer IntentID  `json:"timer,omitempty"` // the intent that ends it; "" without Until
}

// Woke says why a conversation is no longer snoozed.
type Woke struct {
	At      time.Time `json:"at"`
	Because string    `json:"because"`      // in words that follow "because"
	By      Email     `json:"by,omitempty"` // who woke it by hand; "" = nobody did
	Version int64     `json:"v"`
	Nap     Napping   `json:"nap"` // the one that ended
}

// Snooze puts a conversation aside. Snoozing what is snoozed replaces the nap;
// the same nap once more changes nothing. What is due stays due meanwhile. One
// read, one commit.
func (d *Desk) Snooze(ctx context.Context, by Email, id ConversationID, seen Seen, n Nap) (Conversation, error) {
	n.Why = strings.TrimSpace(n.Why)
	if utf8.RuneCountInString(n.Why) > MaxWhy {
		return Conversation{}, invalid("The reason is longer than %d characters. Put the details into a note.", MaxWhy)
	}
	if n.ways() != 1 {
		return Conversation{}, invalid("Choose until when it should be put aside.")
	}
	return d.changeBy(ctx, by, id, RightProgress, func(e *edit) error {
		if err := errors.Join(e.fresh(Progress, seen, by), e.untaken(seen)); err != nil {
			return err
		}
		until, err := e.until(n)
		if err != nil {
			return err
		}
		if was := e.Nap; was != nil && was.Until.Equal(until) && was.Why == n.Why {
			return nil
		}
		nap := Napping{By: by, At: e.now, Until: until, Why: n.Why, Was: e.Status}
		ev := Event{Kind: EventSnoozed, From: string(e.Status), To: string(Snoozed), Why: n.Why, Due: until}
		if e.Nap != nil {
			nap.Was, ev.DueBefore = e.Nap.Was, e.Nap.Until
		}
		e.event(ev)
		e.Status, e.Woke = Snoozed, nil
		e.lie(nap)
		e.touch(Progress, by, e.now)
		return nil
	})
}

func (n Nap) ways() int {
	ways := 0
	for _, set := range []bool{!n.Until.IsZero(), n.Morning, n.Monday, n.Reply} {
		if set {
			ways++
		}
	}
	return ways
}

// until gives when a nap ends, or what is wrong with it.
func (e *edit) until(n Nap) (time.Time, error) {
	var at time.Time
	switch {
	case !e.Status.Active():
		return at, invalid("It is marked as %s. Reopen it first, then snooze it.", strings.ToLower(e.Status.Name()))
	case n.Reply:
		return at, nil
	case n.Morning:
		at = e.policy.Morning(e.Mailbox, e.now)
	case n.Monday:
		at = e.policy.Monday(e.Mailbox, e.now)
	default:
		at = n.Until.UTC().Truncate(time.Microsecond)
	}
	return at, ahead(at, e.now)
}

// ahead checks a moment that a person chose for something to happen.
func ahead(at, now time.Time) error {
	switch {
	case !at.After(now):
		return invalid("That time is already over. Choose a later one.")
	case at.Sub(now) > MaxNap:
		return invalid("That is more than a year ahead. Choose an earlier time.")
	}
	return nil
}

// lie begins a nap, with the timer that ends it. The timer is an intent that is
// born pending: whichever process lives then performs it. A timer that was
// left behind by an earlier nap does nothing when it rings.
func (e *edit) lie(n Napping) {
	n.Timer = ""
	if !n.Until.IsZero() {
		n.Timer = IntentID(digest("intent", string(IntentWake), string(e.ID), "v"+strconv.FormatInt(e.Version+1, 10)))
		e.change.Intents = append(e.change.Intents, Intent{
			ID: n.Timer, Kind: IntentWake, State: IntentPending, Mailbox: e.Mailbox, Conversation: e.ID,
			CreatedAt: e.now, NotBefore: n.Until,
		})
	}
	e.Nap = &n
}

// timeCame is why a nap ends by itself.
const timeCame = "its time had come"

// wake ends the nap in this edit and says why.
func (e *edit) wake(to Status, because string) {
	ev := Event{Kind: EventWoke, From: string(Snoozed), To: string(to), Why: because}
	if n := e.Nap; n != nil {
		ev.Who, ev.Due = n.By, n.Until
		e.Woke = &Woke{At: e.now, Because: because, Version: e.Version + 1, Nap: *n}
	}
	e.Nap, e.Status = nil, to
	e.event(ev)
}

// sleepOn takes up a nap again that something ended which is undone. One whose
// time came meanwhile is over.
func (e *edit) sleepOn(n *Napping) {
	if n == nil {
		e.wake(Open, timeCame)
		return
	}
	if !n.Until.IsZero() && !n.Until.After(e.now) {
		e.Nap = n
		e.wake(n.then(), timeCame)
		return
	}
	e.lie(*n)
}

// then gives where a conversation stands when the time of its nap has come.
func (n *Napping) then() Status {
	if n.Was == WaitingInternal {
		return WaitingInternal
	}
	return Open
}

// WakeNow ends a nap by hand: the conversation stands where it stood before.
// What is awake is left as it is. One read, one commit.
func (d *Desk) WakeNow(ctx context.Context, by Email, id ConversationID, seen Seen) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightProgress, func(e *edit) error {
		if e.Status != Snoozed {
			return nil
		}
		if err := e.fresh(Progress, seen, by); err != nil {
			return err
		}
		to := Open
		if e.Nap != nil {
			to = e.Nap.Was
		}
		e.wake(to, e.policy.NameOf(by)+" woke it")
		if e.Woke != nil {
			e.Woke.By = by
		}
		e.touch(Progress, by, e.now)
		return nil
	})
}

// Wake performs a timer. That of a to-do says that its time has come. Another
// ends the nap that it stands for, if that is still the current one and its time
// has come by this process's clock. The team owes the next step then: what
// waited for the customer is open, what waited inside the house waits on.
// Whoever held it keeps it unless they are away; then it goes to the queue and
// says so. The zero Settlement is done; else the timer is to ring later. Two
// reads, one commit.
func (d *Desk) Wake(ctx context.Context, in Intent) (Settlement, error) {
	presences, err := d.Presences(ctx)
	if err != nil {
		return Settlement{}, err
	}
	var s Settlement
	_, err = d.updateThread(ctx, "", in.Conversation, nil, func(e *edit) error {
		var todo bool
		if s, todo = e.ring(in.ID); todo {
			return nil
		}
		n := e.Nap
		switch {
		case n == nil || n.Timer != in.ID:
			return nil
		case e.now.Before(n.Until):
			s = Settlement{State: IntentPending, NotBefore: n.Until, Reason: "it rang early: the clocks of two processes differ"}
			return nil
		}
		e.wake(n.then(), timeCame)
		if e.Assignee == "" {
			return nil
		}
		if ok, why := e.policy.eligible(e.Assignee, e.Mailbox, presences[e.Assignee].Availability, woken); !ok {
			e.passOn(presences, why)
		}
		return nil
	})
	return s, err
}

// Awoke tells why the conversation is no longer snoozed, as long as nobody of
// the team has done anything about it since.
func (c *Conversation) Awoke() (Woke, bool) {
	if c.Woke == nil || !c.Status.Active() || c.Status == Snoozed || c.worked(c.Woke.Version, "") {
		return Woke{}, false
	}
	return *c.Woke, true
}

// worked tells whether a person other than one has changed the status, the
// holder or what is said after a version.
func (c *Conversation) worked(after int64, but Email) bool {
	for _, a := range []Aspect{Progress, Assignment, Talk} {
		if m := c.Marks[a]; m.Version > after && m.By != "" && m.By != but {
			return true
		}
	}
	return false
}
