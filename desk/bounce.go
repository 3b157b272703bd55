package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Failing says why a mail did not reach somebody.
type Failing string

// The reasons, as a mail system's status codes tell them apart (RFC 3463).
const (
	FailedUnknown  Failing = "unknown"  // no such address
	FailedDomain   Failing = "domain"   // no such domain, or one that takes no mail
	FailedFull     Failing = "full"     // the mailbox is full
	FailedDisabled Failing = "disabled" // the mailbox takes no mail now
	FailedSize     Failing = "size"     // the mail is too large
	FailedRefused  Failing = "refused"  // the receiver does not want it
	FailedExpired  Failing = "expired"  // the other side could not be reached for days
	FailedOther    Failing = "other"
)

// Name is the reason in plain words, as they follow "not delivered: ".
func (f Failing) Name() string {
	switch f {
	case FailedUnknown:
		return "there is no such address"
	case FailedDomain:
		return "the address's domain does not exist or takes no mail"
	case FailedFull:
		return "their mailbox is full"
	case FailedDisabled:
		return "their mailbox takes no mail"
	case FailedSize:
		return "the mail is too large for them"
	case FailedRefused:
		return "their mail system refused it"
	case FailedExpired:
		return "their mail system could not be reached"
	}
	return "their mail system gave no reason that Baton knows"
}

// Report is what a delivery report says, without its text.
type Report struct {
	About   []RFCID    // Message-IDs of the mail that it is about, surest first
	Intents []IntentID // that the mail which came back names in our header; anybody can write them
	Failed  []Failure  // whom the mail did not reach, or not yet
}

// Failure is one receiver whom a mail did not reach.
type Failure struct {
	To      Email // "" = the report does not say
	Why     Failing
	Delayed bool // not yet: the mail system goes on trying
}

// oldReport is how late a delivery report can be seen and still ask for
// something, so that a first import of old mail leaves things be.
const oldReport = 14 * 24 * time.Hour

// MaxFailed bounds the failures of one report that are looked at.
const MaxFailed = 20

// Bounced is a mail of ours that was not delivered, until somebody sees to it.
type Bounced struct {
	Report MessageID `json:"report"` // the newest delivery report about it
	At     time.Time `json:"at"`
	Reply  RFCID     `json:"reply"`        // the mail that came back
	By     Email     `json:"by,omitempty"` // who had written it
	To     []Email   `json:"to,omitempty"` // whom it did not reach, at most MaxFailed
	Why    Failing   `json:"why"`
}

// bounced marks the conversations of other threads whose mail a report is
// about. The report's own thread is seen to when it is received.
func (d *Desk) bounced(ctx context.Context, m Message) error {
	if m.Report == nil || len(m.Report.About)+len(m.Report.Intents) == 0 {
		return nil
	}
	var handles []Handle
	for _, r := range m.Report.About {
		handles = append(handles, HandleRFC(r))
	}
	ids, err := d.store.Resolve(ctx, handles...)
	if err != nil {
		return err
	}
	for _, name := range m.Report.Intents {
		in, err := d.store.Intent(ctx, name)
		switch {
		case err == nil && !slices.Contains(ids, in.Conversation):
			ids = append(ids, in.Conversation)
		case err != nil && !isNotFound(err):
			return err
		}
	}
	for _, id := range ids {
		if id == ConversationOf(m.Mailbox, m.Thread) {
			continue
		}
		if err := d.bouncedIn(ctx, id, m); err != nil {
			return err
		}
	}
	return nil
}

// bouncedIn marks one conversation, or the one that it was merged into.
func (d *Desk) bouncedIn(ctx context.Context, id ConversationID, m Message) error {
	for range maxMoves {
		_, err := d.update(ctx, id, "", func(e *edit) error {
			switch {
			case e.Version == 0 || e.Mailbox != m.Mailbox:
				return nil
			case e.Merged != nil:
				return errMerged{e.Merged.Into}
			}
			e.bounce(m)
			return nil
		})
		var merged errMerged
		if errors.As(err, &merged) {
			_, _, err = d.updateBoth(ctx, id, merged.into, "", func(own, kept *edit) error {
				if own.Merged == nil || own.Merged.Into != kept.ID {
					return errMoved
				}
				kept.bounceIn(own, m)
				return nil
			})
		}
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return ErrUnavailable
}

// bounce notes what a delivery report says about a mail of this conversation
// that the team sent. It tells whether there is such a mail.
func (e *edit) bounce(m Message) bool {
	sent, fresh, found := e.reported(m)
	if fresh {
		e.failed(m, sent)
	}
	return found
}

// bounceIn is bounce for the conversation into which another was merged: the
// other's record knows what was sent in its thread.
func (e *edit) bounceIn(own *edit, m Message) {
	sent, fresh, _ := own.reported(m)
	own.quiet = own.quiet || fresh
	if !e.bounce(m) && fresh {
		e.failed(m, sent)
	}
}

// reported notes a delivery report beside the mail that it is about, and gives
// that mail; fresh says that the report was not dealt with before.
func (e *edit) reported(m Message) (sent SentMail, fresh, found bool) {
	if m.Report == nil {
		return SentMail{}, false, false
	}
	i := slices.IndexFunc(e.Answers, func(s SentMail) bool {
		return s.RFC != "" && slices.Contains(m.Report.About, s.RFC) || s.Intent != "" && slices.Contains(m.Report.Intents, s.Intent)
	})
	if i < 0 {
		return SentMail{}, false, false
	}
	sent = e.Answers[i]
	if slices.Contains(sent.Reports, m.ID) {
		return sent, false, true
	}
	e.Answers = slices.Clone(e.Answers)
	e.Answers[i].Reports = lastOf(append(slices.Clone(sent.Reports), m.ID), MaxFailed)
	return sent, true, true
}

// failed follows what a report says about a mail.
func (e *edit) failed(m Message, sent SentMail) {
	var failed, late []Failure
	for _, f := range m.Report.Failed[:min(len(m.Report.Failed), MaxFailed)] {
		if f.Delayed {
			late = append(late, f)
		} else {
			failed = append(failed, f)
		}
	}
	switch {
	case len(failed) > 0:
		e.cameBack(m, sent, failed)
	case len(late) > 0:
		e.eventBy("", Event{Kind: EventDelayed, Who: late[0].To, From: string(sent.By)})
	default:
		e.quiet = true // a report of success, or one that says nothing
	}
}

func (e *edit) cameBack(m Message, sent SentMail, failed []Failure) {
	e.eventBy("", Event{Kind: EventBounced, Who: failed[0].To, From: string(sent.By), To: string(failed[0].Why), Why: failed[0].Why.Name()})
	if e.now.Sub(m.At) > oldReport || slices.ContainsFunc(e.Answers, func(s SentMail) bool { return s.At.After(m.At) }) {
		return // it is seen late, and somebody has answered since or given up
	}
	b := &Bounced{Report: m.ID, At: m.At, Reply: sent.RFC, By: sent.By, Why: failed[0].Why}
	if e.Bounce != nil && e.Bounce.Reply == sent.RFC {
		b.To = slices.Clone(e.Bounce.To)
	}
	for _, f := range failed {
		if f.To != "" && !slices.Contains(b.To, f.To) {
			b.To = lastOf(append(b.To, f.To), MaxFailed)
		}
	}
	e.Bounce = b
	switch e.Status {
	case Open, Spam:
	case Snoozed:
		e.wake(Open, notDelivered)
	default:
		e.move(Open, notDelivered)
	}
	e.touch(Progress, "", e.now) // whoever closes from an older card has not seen it
}

// notDelivered is why a conversation is open again.
const notDelivered = "an answer was not delivered"

// SeeBounce says that a person saw to a mail that came back: the mark goes. It
// changes nothing when there is none. One read, one commit.
func (d *Desk) SeeBounce(ctx context.Context, by Email, id ConversationID) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightProgress, func(e *edit) error {
		e.seeBounce()
		return nil
	})
}

func (e *edit) seeBounce() {
	if e.Bounce == nil {
		return
	}
	e.event(Event{Kind: EventBounceSeen, Who: e.Bounce.By, Why: e.Bounce.Why.Name()})
	e.Bounce = nil
	e.touch(Delivery, e.by, e.now)
}

// putBounce brings the mark back that somebody took off; nil takes it off again.
func (e *edit) putBounce(b *Bounced) error {
	switch {
	case b != nil && e.Bounce != nil:
		return nil // another one came back since, and its mark is on
	case b != nil && slices.ContainsFunc(e.Answers, func(s SentMail) bool { return s.At.After(b.At) }):
		return invalid("Somebody has answered since, so that nothing is left to see to.")
	}
	e.Bounce = b
	return nil
}

// Whom names the receivers of a mail that came back, for a sentence.
func (b *Bounced) Whom() string {
	names := make([]string, 0, len(b.To))
	for _, to := range b.To {
		names = append(names, string(to))
	}
	if len(names) > 3 {
		names = append(names[:3], "others")
	}
	return strings.Join(names, ", ")
}

func lastOf[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }
