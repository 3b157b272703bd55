package desk

import (
	"context"
	"slices"
	"time"
)

// MaxAbsence is how far ahead an absence can end by itself.
const MaxAbsence = 366 * 24 * time.Hour

// SetPresence says whether the person is given work by rules, until they say
// otherwise. Their deputy stays, and since when they are what they are already.
// See Attend.
func (d *Desk) SetPresence(ctx context.Context, by Email, a Availability) error {
	return d.SetPresenceUntil(ctx, by, a, time.Time{})
}

// SetPresenceUntil is SetPresence for an absence that ends by itself.
func (d *Desk) SetPresenceUntil(ctx context.Context, by Email, a Availability, until time.Time) error {
	all, err := d.Presences(ctx)
	if err != nil {
		return err
	}
	was := all[by]
	if was.Availability == a && was.Until.Equal(until) {
		return nil
	}
	deputy := was.Deputy
	if d.Policy().mayStandIn(by, deputy) != nil {
		deputy = "" // they left since
	}
	return d.Attend(ctx, by, Presence{Availability: a, Until: until, Deputy: deputy})
}

// Attend says whether the person is given work by rules, until when they are not,
// and who stands in for them meanwhile; Member and At, since when, are filled in.
// What waited for them is handed out when they are back. One read and one commit;
// then one read, and one for each of their teams.
func (d *Desk) Attend(ctx context.Context, by Email, is Presence) error {
	p, now := d.Policy(), d.Now()
	if !p.onRoster(by) {
		return ErrNotFound
	}
	is.Member, is.At, is.Until = by, now, is.Until.UTC().Truncate(time.Microsecond)
	switch {
	case !slices.Contains(absence, is.Availability):
		return invalid("Choose one of the availabilities that are offered.")
	case is.Availability == Available || is.Until.IsZero():
		is.Until = time.Time{}
	case !is.Until.After(now):
		return invalid("That time is already over. Choose a later one, or none.")
	case is.Until.Sub(now) > MaxAbsence:
		return invalid("That is more than a year ahead. Choose an earlier time, or none.")
	}
	if err := p.mayStandIn(by, is.Deputy); err != nil {
		return err
	}
	all, err := d.Presences(ctx)
	if err != nil {
		return err
	}
	if was := all[by]; was.Availability == is.Availability && !was.At.IsZero() {
		is.At = was.At // since when they are away is what their colleagues see
	}
	if err := d.store.SetPresence(ctx, is); err != nil {
		return err
	}
	// What they said is kept. If nobody can be called up now, Round does it.
	_ = d.callUp(ctx, by)
	return nil
}

// mayStandIn says what stands against a person's choice of a deputy.
func (p *Policy) mayStandIn(by, deputy Email) error {
	switch {
	case deputy == "":
		return nil
	case deputy == by:
		return invalid("Choose a colleague to stand in for you, or nobody.")
	case !p.onRoster(deputy):
		return invalid("%s is not on the roster. Choose a colleague who is, or nobody.", deputy)
	}
	for _, m := range p.WorksIn(by) {
		if p.Works(deputy, m) {
			return nil
		}
	}
	return invalid("%s works in none of your mailboxes. Choose a colleague who does, or nobody.", p.NameOf(deputy))
}

// Presences gives the availability of everybody who ever set one, as it is now: an
// absence that has ended by itself is over. One read.
func (d *Desk) Presences(ctx context.Context) (map[Email]Presence, error) {
	all, err := d.store.Presences(ctx)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	for who, is := range all {
		all[who] = is.at(now)
	}
	return all, nil
}

// at gives a presence as it is at a time.
func (is Presence) at(now time.Time) Presence {
	if is.Until.IsZero() || is.Until.After(now) {
		return is
	}
	is.Availability, is.At, is.Until = Available, is.Until, time.Time{}
	return is
}
