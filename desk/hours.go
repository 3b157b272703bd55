package desk

import (
	"slices"
	"time"
)

// Hours say when people work in a mailbox: the same span on each of some days.
type Hours struct {
	Days []time.Weekday // at least one
	// From and To are the wall clock since midnight, in whole minutes, To later.
	From, To time.Duration
	Holidays []Holiday // on which nobody works
}

// Holiday is a day on which nobody works, in one year or, with Year 0, in each.
type Holiday struct {
	Year  int
	Month time.Month
	Day   int
}

// works tells whether people work on a day.
func (h Hours) works(day time.Time) bool {
	return slices.Contains(h.Days, day.Weekday()) && !h.holiday(day)
}

// holiday tells whether a day is one.
func (h Hours) holiday(day time.Time) bool {
	y, m, d := day.Date()
	return slices.ContainsFunc(h.Holidays, func(o Holiday) bool { return (o.Year == 0 || o.Year == y) && o.Month == m && o.Day == d })
}

// UsualHours are a mailbox's hours when the policy file says nothing: Monday to
// Friday, 09:00 to 17:00.
func UsualHours() Hours {
	return Hours{
		Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		From: 9 * time.Hour, To: 17 * time.Hour,
	}
}

// Morning gives when work in a mailbox next begins, later than after. It is
// counted on the wall clock of the policy's zone, across changes of summer time.
func (p *Policy) Morning(m Mailbox, after time.Time) time.Time {
	mb, _ := p.Mailbox(m)
	h := mb.Hours
	if len(h.Days) == 0 {
		h.Days, h.From = UsualHours().Days, UsualHours().From
	}
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	day := after.In(zone)
	for i := range 9 + 7*len(h.Holidays) { // today may be over, and so may a week of one day
		y, mo, d := day.Date()
		at := time.Date(y, mo, d+i, int(h.From/time.Hour), int(h.From%time.Hour/time.Minute), 0, 0, zone)
		if h.works(at) && at.After(after) {
			return at.UTC()
		}
	}
	return after.Add(24 * time.Hour) // a holiday of each year on each day: nobody means that
}

// Monday gives when work in a mailbox begins next week: the first morning from
// the coming Monday on.
func (p *Policy) Monday(m Mailbox, after time.Time) time.Time {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	y, mo, d := after.In(zone).Date()
	ahead := (int(time.Monday)-int(after.In(zone).Weekday())+6)%7 + 1
	return p.Morning(m, time.Date(y, mo, d+ahead, 0, 0, 0, 0, zone).Add(-time.Nanosecond))
}
