package desk

import "slices"

// demand is what is asked of a person's availability when work is to be theirs.
// A later demand asks for less.
type demand int

// The demands.
const (
	handed    demand = iota // rules, turns and re-offers hand it to them: available
	woken                   // it comes back to them by itself: available or busy
	writtenTo               // they hold it and the customer writes: all but those who offer their work
	chosen                  // a person decides, for themself or for a colleague: whoever works there
)

// absence lists the availabilities from the most to the least present, each
// with the demand from which on it is enough.
var absence = []Availability{Available, Busy, Away, AwayReassign}

// eligible is the one answer to whether work in a mailbox may be a person's:
// for rules, turns, suggestions, take-next, re-offers and waking alike. why says
// in words what stands against it.
func (p *Policy) eligible(e Email, m Mailbox, a Availability, d demand) (ok bool, why string) {
	switch {
	case !p.onRoster(e):
		return false, p.NameOf(e) + " is not on the roster any more"
	case !p.Works(e, m):
		return false, p.NameOf(e) + " does not work in " + string(m)
	case slices.Index(absence, a) > int(d):
		return false, p.NameOf(e) + " is " + a.Name()
	}
	return true, ""
}

func (p *Policy) onRoster(e Email) bool { _, ok := p.Member(e); return ok }

// Name says an availability in words that follow "is".
func (a Availability) Name() string {
	switch a {
	case Busy:
		return "busy"
	case Away, AwayReassign:
		return "away"
	}
	return "available"
}

// Candidate is a person to whom a conversation could be given.
type Candidate struct {
	Member
	Availability Availability
}
