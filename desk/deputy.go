package desk

import (
	"context"
	"slices"
)

// maxDeputies bounds how far work goes on from deputy to deputy.
const maxDeputies = 3

// DeputyOf gives whom a person named to stand in for them, else whom the policy
// names; "" = nobody. What they named and what the roster says stays; who is
// given work is for eligible to say.
func (p *Policy) DeputyOf(is Presence) Email {
	if is.Deputy != "" && p.onRoster(is.Deputy) {
		return is.Deputy
	}
	m, _ := p.Member(is.Member)
	return m.Deputy
}

// standIn gives who is given work in a mailbox in the place of somebody who is
// away: their deputy, or, when that one is away too, theirs, and so on; "" =
// nobody, and work waits or goes where it goes without a deputy. Nobody stands
// in for who is there.
func (p *Policy) standIn(e Email, m Mailbox, presences map[Email]Presence) Email {
	seen := []Email{e}
	for range maxDeputies {
		is := presences[e]
		if !is.Availability.IsAway() {
			return ""
		}
		is.Member = e
		next := p.DeputyOf(is)
		if next == "" || slices.Contains(seen, next) {
			return ""
		}
		if ok, _ := p.eligible(next, m, presences[next].Availability, handed); ok {
			return next
		}
		seen, e = append(seen, next), next
	}
	return ""
}

// IsAway tells whether colleagues see that somebody is not there.
func (a Availability) IsAway() bool { return a == Away || a == AwayReassign }

// Whereabouts tells whether somebody is there, and who is given work in a mailbox
// in their place; "" = nobody. One read.
func (d *Desk) Whereabouts(ctx context.Context, who Email, m Mailbox) (Presence, Email, error) {
	all, err := d.Presences(ctx)
	if err != nil {
		return Presence{}, "", err
	}
	return all[who], d.Policy().standIn(who, m, all), nil
}
