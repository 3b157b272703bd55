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
		at := onWall(y, mo, d+i, h.From, zone)
		if h.works(at) && at.After(after) {
			return at.UTC()
		}
	}
	return after.Add(24 * time.Hour) // a holiday of each year on each day: nobody means that
}

// onWall gives when a wall clock shows a time of a day. One that a change to summer
// time leaves out is as much later as the change; time.Date makes it earlier west of
// Greenwich, which may be on the day before.
func onWall(y int, mo time.Month, d int, clock time.Duration, zone *time.Location) time.Time {
	hour, minute := int(clock/time.Hour), int(clock%time.Hour/time.Minute)
	at := time.Date(y, mo, d, hour, minute, 0, 0, zone)
	_, offset := at.Zone()
	left := time.Date(y, mo, d, hour, minute, 0, 0, time.UTC).Sub(at.Add(time.Duration(offset) * time.Second))
	return at.Add(max(left, 0))
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
