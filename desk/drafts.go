package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// DraftFacts are the answers that people are writing in Gmail itself. Whose they
// are, Gmail does not say.
type DraftFacts struct {
	Since []time.Time `json:"since,omitempty"` // when each was begun, oldest first, at most maxDrafts
	// Order is Gmail's history id up to which drafts were counted, so that a
	// history that is read again changes nothing.
	Order uint64 `json:"order,omitempty"`
}

const maxDrafts = 10

// DraftFor is how long a draft that was left alone is told of.
const DraftFor = 3 * 24 * time.Hour

// DraftStep is one record of a mailbox's history: a draft's message came into a
// thread, or went. Saving a draft does both at once.
type DraftStep struct {
	Order uint64 // history id
	Begun bool   // else it was sent, deleted or saved over
}

// Drafting is what a reading of the history saw of a thread's drafts.
type Drafting struct {
	Steps []DraftStep
	// Sent is how many replies of cards the same reading saw go out: their drafts
	// are Baton's own.
	Sent int
	At   time.Time // when the history was read
}

// Drafted counts a thread's drafts anew. Saving a draft changes nothing, and a
// history that is read again neither. A thread that is no conversation is no
// error. One read; one commit when a draft was begun or is over.
func (d *Desk) Drafted(ctx context.Context, m Mailbox, t ThreadID, s Drafting) error {
	id := ConversationOf(m, t)
	for range maxMoves {
		_, err := d.update(ctx, id, "", func(e *edit) error {
			switch {
			case e.Version == 0:
				return nil
			case e.Merged != nil:
				return errMerged{e.Merged.Into}
			}
			e.draft(s, e.inDraft())
			return nil
		})
		var merged errMerged
		if errors.As(err, &merged) {
			_, _, err = d.updateBoth(ctx, id, merged.into, "", func(own, kept *edit) error {
				if own.Merged == nil || own.Merged.Into != kept.ID || kept.joined(id) == nil {
					return errMoved
				}
				if own.draft(s, kept.inDraft()); own.quiet {
					kept.quiet = true
					kept.reflect(own)
				}
				return nil
			})
		}
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return ErrUnavailable
}

// draft counts a thread's drafts. cards is how many replies of cards may be in a
// draft there right now.
func (e *edit) draft(s Drafting, cards int) {
	order := e.Drafts.Order
	begun, ended := 0, 0
	for _, step := range s.Steps {
		if step.Order <= e.Drafts.Order {
			continue
		}
		order = max(order, step.Order)
		if step.Begun {
			begun++
		} else {
			ended++
		}
	}
	net := begun - ended
	switch {
	case net > 0:
		net -= min(net, cards)
	case net < 0:
		// A reply of a card whose draft an earlier reading saw, and left out.
		net = min(0, net+max(0, s.Sent-begun))
	}
	since := slices.Clone(e.Drafts.Since)
	for range net {
		since = append(since, s.At)
	}
	if over := len(since) - maxDrafts; over > 0 {
		since = since[over:]
	}
	// What was begun last is most likely what is over first.
	since = since[:max(0, len(since)-max(0, -net))]
	if len(since) == len(e.Drafts.Since) {
		return
	}
	e.Drafts = DraftFacts{Since: since, Order: order}
	e.quiet = true
}

// clockSkew is how far another process's clock may be ahead.
const clockSkew = 5 * time.Second

// inDraft is how many replies of cards may be in a draft right now.
func (e *edit) inDraft() (n int) {
	for _, o := range e.Sending() {
		if !o.GoesAt.After(e.now.Add(clockSkew)) {
			n++
		}
	}
	return n
}

// Drafting gives when the newest draft that somebody writes in Gmail was begun,
// and by whom when only one person works in the mailbox; only who may answer is
// told, and nobody of their own.
func (d *Desk) Drafting(by Email, v View) (who Email, since time.Time, ok bool) {
	if !v.May(RightReply) {
		return "", time.Time{}, false
	}
	who = d.Policy().alone(v.Mailbox)
	for _, since := range slices.Backward(v.draftsSince()) {
		if !v.madeDraft(since) {
			return who, since, who != by && d.Now().Sub(since) < DraftFor
		}
	}
	return "", time.Time{}, false
}

// draftsSince gives when the drafts in all of the threads were begun, oldest
// first.
func (c *Conversation) draftsSince() []time.Time {
	all := slices.Clone(c.Drafts.Since)
	for _, j := range c.Joined {
		all = append(all, j.Drafts...)
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// madeDraft tells whether a draft that was begun at a time is one that a card
// made: the card says itself who writes it.
func (c *Conversation) madeDraft(since time.Time) bool {
	return slices.ContainsFunc(c.Outgoing, func(o Outgoing) bool {
		return o.Draft && since.After(o.At.Add(-clockSkew)) && since.Before(o.At.Add(clockSkew))
	})
}

// alone gives the one person who works in a mailbox, "" when there are more.
func (p *Policy) alone(m Mailbox) Email {
	mb, _ := p.Mailbox(m)
	if len(mb.Members) == 1 {
		return mb.Members[0]
	}
	return ""
}
