package desk

import (
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
	Then   Then          `json:"then"`             // what its writer chose
	// Was and Became are the status before and after it was written, in Version;
	// Unanswered is since when a person waited then. They serve to undo it.
	Was        Status    `json:"was"`
	Became     Status    `json:"became"`
	Version    int64     `json:"v"`
	Unanswered time.Time `json:"unanswered,omitzero"`
	// Nap is the one that it ended, to go on when it is undone.
	Nap *Napping `json:"nap,omitempty"`
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
		if o.State == NotSent && c.Status.Active() && !c.answeredAt().After(o.At) {
			return o, true
		}
	}
	return Outgoing{}, false
}

// outgoing finds a reply in the record, or nil.
func (c *Conversation) outgoing(id IntentID) *Outgoing {
	if i := slices.IndexFunc(c.Outgoing, func(o Outgoing) bool { return o.Intent == id && id != "" }); i >= 0 {
		return &c.Outgoing[i]
	}
	return nil
}

// keep remembers a reply. The oldest that is over makes room, else the oldest
// draft.
func (e *edit) keep(o Outgoing) {
	e.Outgoing = append(slices.Clone(e.Outgoing), o)
	for len(e.Outgoing) > KeptOutgoing {
		i := slices.IndexFunc(e.Outgoing, func(o Outgoing) bool { return o.State != OnItsWay && o.State != InGmail })
		if i < 0 {
			i = slices.IndexFunc(e.Outgoing, func(o Outgoing) bool { return o.State == InGmail })
		}
		if i < 0 {
			return
		}
		e.Outgoing = slices.Delete(e.Outgoing, i, i+1)
	}
}

// replace notes that a reply that could not be sent was written again.
func (e *edit) replace(id IntentID) {
	if o := e.outgoing(id); o != nil && o.State == NotSent {
		o.State = Replaced
	}
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
