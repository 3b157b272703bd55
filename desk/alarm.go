package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Alarm is what a mailbox's policy says about calling its managers. The zero value
// never calls.
type Alarm struct {
	Unassigned int           // as many in the queue; 0 = any number
	Oldest     time.Duration // one waits in the queue as long, in working time; 0 = any time
	Stopped    bool          // mail waits for people of whom nobody is there
}

// AlarmKind says what is wrong with a queue.
type AlarmKind string

// The kinds of alarms.
const (
	AlarmUnassigned AlarmKind = "unassigned"
	AlarmOldest     AlarmKind = "oldest"
	AlarmStopped    AlarmKind = "stopped"
)

// AlarmKinds lists all kinds.
func AlarmKinds() []AlarmKind { return []AlarmKind{AlarmUnassigned, AlarmOldest, AlarmStopped} }

// Ringing is an alarm that went off and is not over: the figures are those of that
// moment.
type Ringing struct {
	Kind    AlarmKind `json:"kind"`
	Since   time.Time `json:"since"`
	Count   int       `json:"count,omitempty"`   // how many wait
	Minutes int       `json:"minutes,omitempty"` // how long the oldest waits, in working time
	For     []string  `json:"for,omitempty"`     // for whom they wait: names of people and teams, at most maxNamed
	Told    bool      `json:"told,omitempty"`    // the managers' mail is promised
}

// maxNamed bounds whom an alarm names.
const maxNamed = 5

// measured is how a queue stands.
type measured struct {
	count int
	age   time.Duration
	stuck int // wait for people of whom nobody is there
	names []string
	head  ConversationID // of the queue
}

// over tells whether a queue is worse than the policy allows, and calm whether it
// is so much better that the alarm is over: half of it.
func (a Alarm) over(k AlarmKind, q measured) (over, calm bool) {
	switch k {
	case AlarmUnassigned:
		return a.Unassigned > 0 && q.count >= a.Unassigned, a.Unassigned == 0 || q.count <= a.Unassigned/2
	case AlarmOldest:
		return a.Oldest > 0 && q.age >= a.Oldest, a.Oldest == 0 || q.age <= a.Oldest/2
	case AlarmStopped:
		return a.Stopped && q.stuck > 0, !a.Stopped || q.stuck == 0
	}
	return false, true
}

// rings gives what rings now of what rang before.
func (a Alarm) rings(was []Ringing, q measured, now time.Time) []Ringing {
	var out []Ringing
	for _, k := range AlarmKinds() {
		over, calm := a.over(k, q)
		i := slices.IndexFunc(was, func(r Ringing) bool { return r.Kind == k })
		switch {
		case i >= 0 && !calm:
			out = append(out, was[i])
		case i < 0 && over:
			r := Ringing{Kind: k, Since: now, Count: q.count}
			if k == AlarmOldest {
				r.Minutes = int(q.age / time.Minute)
			}
			if k == AlarmStopped {
				r.Count, r.For = q.stuck, q.names
			}
			out = append(out, r)
		}
	}
	return out
}

// watch looks after the queue of a mailbox: once for each time that it gets worse
// than the policy allows, while people work there, its managers get a mail. Three
// to ten reads, none where no alarm is set and none rings; one for each person and
// team whom rules name and of whom nobody is there; commits only when an alarm begins
// or ends. The lock of rounds is held.
func (d *Desk) watch(ctx context.Context, mb MailboxPolicy, presences map[Email]Presence) error {
	p, now := d.Policy(), d.Now()
	if mb.Alarm != (Alarm{}) && !p.AtWork(mb.Address, now) {
		return nil
	}
	unset := mb.Alarm == (Alarm{})
	if unset && d.calm[mb.Address] {
		return nil
	}
	st, err := d.store.MailboxState(ctx, mb.Address)
	if err != nil {
		return err
	}
	if d.calm[mb.Address] = unset && len(st.Alarms) == 0; d.calm[mb.Address] {
		return nil
	}
	q, err := d.measure(ctx, mb, presences)
	if err != nil {
		return err
	}
	if !sameRinging(mb.Alarm.rings(st.Alarms, q, now), st.Alarms) {
		if st, err = d.store.SetMailboxState(ctx, mb.Address, func(s *MailboxState) { s.Alarms = mb.Alarm.rings(s.Alarms, q, now) }); err != nil {
			return err
		}
	}
	untold := func(r Ringing) bool { return !r.Told }
	if !slices.ContainsFunc(st.Alarms, untold) || q.head == "" {
		return nil
	}
	return d.tellManagers(ctx, mb.Address, q.head)
}

// tellManagers promises the mails for alarms that nobody was told of, and notes
// that. One process does; what is promised again after a kill joins the mail that
// has not gone.
func (d *Desk) tellManagers(ctx context.Context, m Mailbox, head ConversationID) error {
	lease, holder := "alarm "+string(m), d.holder
	if holder == "" {
		holder = "desk"
	}
	if _, err := d.store.Acquire(ctx, lease, holder, d.Now(), d.Now().Add(handLease)); err != nil {
		if errors.Is(err, ErrHeld) {
			return nil // that one does it
		}
		return err
	}
	st, err := d.store.MailboxState(ctx, m)
	if err == nil && slices.ContainsFunc(st.Alarms, func(r Ringing) bool { return !r.Told }) {
		_, err = d.update(ctx, head, "", func(e *edit) error {
			e.quiet = true
			for _, r := range st.Alarms {
				for _, who := range e.policy.managersOf(m) {
					if !r.Told {
						e.tell(who, Telling{About: AboutAlarm, Alarm: &r})
					}
				}
			}
			return nil
		})
		if err == nil {
			_, err = d.store.SetMailboxState(ctx, m, func(s *MailboxState) {
				s.Alarms = slices.Clone(s.Alarms)
				for i := range s.Alarms {
					s.Alarms[i].Told = s.Alarms[i].Told || slices.ContainsFunc(st.Alarms, func(r Ringing) bool {
						return r.Kind == s.Alarms[i].Kind && r.Since.Equal(s.Alarms[i].Since)
					})
				}
			})
		}
	}
	return errors.Join(err, d.store.Release(context.WithoutCancel(ctx), lease, holder))
}

// managersOf lists who leads a mailbox: the managers who work there, else the
// admins.
func (p *Policy) managersOf(m Mailbox) []Email {
	var managers, admins []Email
	for _, w := range p.Workers(m) {
		switch w.Role {
		case Manager:
			managers = append(managers, w.Email)
		case Admin:
			admins = append(admins, w.Email)
		}
	}
	if len(managers) > 0 {
		return managers
	}
	return admins
}

func sameRinging(a, b []Ringing) bool {
	return slices.EqualFunc(a, b, func(x, y Ringing) bool { return x.Kind == y.Kind && x.Since.Equal(y.Since) })
}

// Ringing gives what rings in a mailbox, of what its policy asks for by now.
func (p *Policy) Ringing(st MailboxState) []Ringing {
	mb, _ := p.Mailbox(st.Address)
	return slices.DeleteFunc(slices.Clone(st.Alarms), func(r Ringing) bool { return !mb.Alarm.Asks(r.Kind) })
}

// Asks tells whether managers are called for a kind of alarm.
func (a Alarm) Asks(k AlarmKind) bool {
	switch k {
	case AlarmUnassigned:
		return a.Unassigned > 0
	case AlarmOldest:
		return a.Oldest > 0
	}
	return k == AlarmStopped && a.Stopped
}

// MailboxAlarm is an alarm of one mailbox's queue.
type MailboxAlarm struct {
	Mailbox Mailbox
	Ringing
}

// alarms gives what rings in the mailboxes that a person leads. One read for
// managers and admins where an alarm is set.
func (d *Desk) alarms(ctx context.Context, who Member, works []Mailbox) ([]MailboxAlarm, error) {
	if who.Role == Agent || !slices.ContainsFunc(d.Policy().Mailboxes, func(mb MailboxPolicy) bool { return mb.Alarm != Alarm{} }) {
		return nil, nil
	}
	states, err := d.store.MailboxStates(ctx)
	if err != nil {
		return nil, err
	}
	var out []MailboxAlarm
	for _, st := range states {
		if slices.Contains(works, st.Address) {
			for _, r := range d.Policy().Ringing(st) {
				out = append(out, MailboxAlarm{st.Address, r})
			}
		}
	}
	return out, nil
}
