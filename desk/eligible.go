package desk

import (
	"context"
	"slices"
)

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

// Candidates is Suggest for who works in a mailbox, with their availability:
// those to whom rules would hand work go first. One read.
func (d *Desk) Candidates(ctx context.Context, m Mailbox, typed string, limit int) ([]Candidate, error) {
	presences, err := d.Presences(ctx)
	if err != nil {
		return nil, err
	}
	p := d.Policy()
	var now, later []Candidate
	for _, who := range d.Suggest(typed, len(p.Members)) {
		c := Candidate{Member: who, Availability: presences[who.Email].Availability}
		if ok, _ := p.eligible(who.Email, m, c.Availability, handed); ok {
			now = append(now, c)
		} else if ok, _ := p.eligible(who.Email, m, c.Availability, chosen); ok {
			later = append(later, c)
		}
	}
	all := append(now, later...)
	return all[:min(len(all), limit)], nil
}
