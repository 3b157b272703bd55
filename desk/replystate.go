package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// KeptOutgoing is how many replies a record remembers, the newest ones.
const KeptOutgoing = 10

// OutgoingState is how far a reply has come.
type OutgoingState string

// The states. The empty one waits or is on its way.
const (
	OnItsWay OutgoingState = ""
	Sent     OutgoingState = "sent"     // seen in the thread
	Undone   OutgoingState = "undone"   // its writer took it back
	NotSent  OutgoingState = "not_sent" // given up; Why says the reason
	Replaced OutgoingState = "replaced" // not sent, and written again
	InGmail  OutgoingState = "in_gmail" // in a draft, to be finished and sent in Gmail

	AwaitsYes OutgoingState = "awaits_yes" // a colleague is to look at it first; see Asked
	GivenBack OutgoingState = "given_back" // they did not say yes; it is its writer's again
	GoesLater OutgoingState = "goes_later" // at Later
	Stopped   OutgoingState = "stopped"    // it was to go later, and somebody wrote first; Why says who
)

// Outgoing is a reply that was written on a card, without its text, which is in
// its intent.
type Outgoing struct {
	Intent IntentID      `json:"intent"`
	By     Email         `json:"by"`
	At     time.Time     `json:"at"`               // when it was written
	GoesAt time.Time     `json:"goes_at,omitzero"` // until when it can be taken back; zero = it went at once
	State  OutgoingState `json:"state,omitempty"`  // how far it has come
	Why    string        `json:"why,omitempty"`    // why it was not sent
	New    []Email       `json:"new,omitempty"`    // receivers whom the thread did not have before
	Signed int           `json:"signed,omitempty"` // bytes of the signature at the end of its text
	Draft  bool          `json:"draft,omitempty"`  // it was put into a draft, for its writer to send in Gmail
	Thread ThreadID      `json:"thread,omitempty"` // where that lies when not in its conversation's own thread
	Then   Then          `json:"then"`             // what its writer chose
	// Was and Became are the status before and after it was written, in Version;
	// Unanswered is since when a person waited then. They serve to undo it.
	Was        Status    `json:"was"`
	Became     Status    `json:"became"`
	Version    int64     `json:"v"`
	Unanswered time.Time `json:"unanswered,omitzero"`
	// Nap is the one that it ended, to go on when it is undone.
	Nap *Napping `json:"nap,omitempty"`

	// Asked is whose yes it needs or has; nil = nobody's.
	Asked *Asked `json:"asked,omitempty"`
	// Later is when its writer wants it to go; zero = at once.
	Later time.Time `json:"later,omitzero"`
	// Press is the intent that stood for it first, and by which buttons and events
	// know it, when Intent is another by now; "" = it is not.
	Press IntentID `json:"press,omitempty"`
	// Wrote is the version in which it was written, when it goes in a later one.
	Wrote int64 `json:"wrote,omitempty"`
}

// Key names a reply for as long as it lives.
func (o *Outgoing) Key() IntentID {
	if o.Press != "" {
		return o.Press
	}
	return o.Intent
}

// Sending gives the replies that wait or are on their way, oldest first.
func (c *Conversation) Sending() []Outgoing {
	var out []Outgoing
	for _, o := range c.Outgoing {
		if o.State == OnItsWay {
			out = append(out, o)
		}
	}
	return out
}

// Unsent gives the newest reply that could not be sent and that still asks for
// somebody to see to it: nothing was sent since and the matter is not over.
func (c *Conversation) Unsent() (Outgoing, bool) {
	for _, o := range slices.Backward(c.Outgoing) {
		if o.State == NotSent && c.owed(o) {
			return o, true
		}
	}
	return Outgoing{}, false
}

// owed tells whether a reply that did not go still asks for somebody.
func (c *Conversation) owed(o Outgoing) bool {
	return c.Status.Active() && !c.answeredAt().After(o.At)
}

// Resting gives the replies that wait for a yes or for their time, and those that
// went back to their writers and still ask for them; oldest first.
func (c *Conversation) Resting() []Outgoing {
	var out []Outgoing
	for _, o := range c.Outgoing {
		switch o.State {
		case AwaitsYes, GoesLater:
			out = append(out, o)
		case GivenBack, Stopped:
			if c.owed(o) {
				out = append(out, o)
			}
		}
	}
	return out
}

// open tells whether a reply is still to go.
func (o *Outgoing) open() bool {
	return o.State == OnItsWay || o.State == AwaitsYes || o.State == GoesLater
}

// toGo counts the replies that are still to go.
func (c *Conversation) toGo() (n int) {
	for i := range c.Outgoing {
		if c.Outgoing[i].open() {
			n++
		}
	}
	return n
}

// outgoing finds a reply in the record, or nil.
func (c *Conversation) outgoing(id IntentID) *Outgoing {
	is := func(o Outgoing) bool {
		return id != "" && (o.Intent == id || o.Press == id || o.Asked != nil && o.Asked.Back == id)
	}
	if i := slices.IndexFunc(c.Outgoing, is); i >= 0 {
		return &c.Outgoing[i]
	}
	return nil
}

// keep remembers a reply. The oldest that is over makes room, else the oldest
// draft.
func (e *edit) keep(o Outgoing) {
	e.Outgoing = append(slices.Clone(e.Outgoing), o)
	for len(e.Outgoing) > KeptOutgoing {
		i := slices.IndexFunc(e.Outgoing, func(o Outgoing) bool { return !o.open() && o.State != InGmail })
		if i < 0 {
			i = slices.IndexFunc(e.Outgoing, func(o Outgoing) bool { return o.State == InGmail })
		}
		if i < 0 {
			return
		}
		e.Outgoing = slices.Delete(e.Outgoing, i, i+1)
	}
}

// replace notes that a reply that could not be sent, waits for a yes or came back
// from it, or was stopped, was written again. One that went meanwhile is not.
func (e *edit) replace(id IntentID) error {
	o := e.outgoing(id)
	if o == nil {
		return nil
	}
	switch o.State {
	case NotSent, Stopped:
	case AwaitsYes, GivenBack:
		if o.By != e.by {
			return forbidden("%s wrote this answer. Only they can change it and ask anew.", e.policy.NameOf(o.By))
		}
		e.change.Cancel = append(e.change.Cancel, o.Intent)
	case OnItsWay, GoesLater, Sent:
		if o.Asked != nil {
			return invalid("%s said yes meanwhile, and the answer goes as it was. Nothing was changed.", e.policy.NameOf(o.Asked.YesBy))
		}
		return nil
	default:
		return nil
	}
	e.unlist(o)
	o.State = Replaced
	return nil
}

// restore puts the status back to what it was before a reply, with its episode,
// unless somebody has moved it since.
func (e *edit) restore(o *Outgoing) {
	if o.Was == o.Became || e.Status != o.Became || e.Marks[Progress].Version != o.Version {
		return
	}
	e.Status = o.Was
	switch {
	case o.Was.Active() && !o.Became.Active():
		if ep := e.Episode(); ep != nil {
			ep.ClosedAt, ep.ClosedBy = time.Time{}, ""
		}
		if e.Unanswered.IsZero() {
			e.Unanswered = o.Unanswered
		}
	case !o.Was.Active() && o.Became.Active() && len(e.Episodes) > 0:
		e.Episodes = e.Episodes[:len(e.Episodes)-1]
		e.EpisodeCount--
	}
	e.touch(Progress, e.by, e.now)
	e.event(Event{Kind: EventStatus, From: string(o.Became), To: string(o.Was)})
	if o.Was == Snoozed {
		e.sleepOn(o.Nap)
	}
}

// went notes that a reply was seen in the thread, and gives its writer and when
// they last saw the thread, as far as a card showed it to them.
func (e *edit) went(id IntentID) (by Email, wrote time.Time) {
	o := e.outgoing(id)
	if o == nil {
		return "", time.Time{}
	}
	o.State, o.Why = Sent, ""
	if o.Draft {
		return o.By, zeroTime // it was sent in Gmail, which shows the thread
	}
	return o.By, o.At
}

// errAway says that a mail of the team was written on the card of another
// conversation, which is to learn first that it went.
var errAway = errors.New("written on another card")

// strange tells whether a mail of the team was written on some card, and none of
// this record's.
func (e *edit) strange(m Message) bool {
	return m.Verdict == Own && m.Intent != "" && e.outgoing(m.Intent) == nil
}

// wentAway notes that a reply was seen in a thread that was separated from its
// conversation since. Two reads; one commit when there is one.
func (d *Desk) wentAway(ctx context.Context, m Message) error {
	in, err := d.store.Intent(ctx, m.Intent)
	if isNotFound(err) || err == nil && (in.Conversation == ConversationOf(m.Mailbox, m.Thread) || in.Mailbox != m.Mailbox) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = d.update(ctx, in.Conversation, "", func(e *edit) error {
		if o := e.outgoing(m.Intent); o != nil && o.State != Sent {
			e.went(m.Intent)
			e.quiet = true
		}
		return nil
	})
	return err
}
