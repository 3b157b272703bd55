package addon

import (
	"fmt"
	"time"

	"baton/addon/locale"
)

// reader is for whom a card is drawn: when, in which zone, and how they write
// days and times. The words around them are English for every reader.
type reader struct {
	now   time.Time
	zone  *time.Location
	style locale.Style
}

// at says a moment as short as it can be understood: the time of day today,
// with the day before or after that.
func (r reader) at(t time.Time) string {
	t, now := t.In(r.zone), r.now.In(r.zone)
	clock := r.style.Clock(t)
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return clock
	case days == -1:
		return "yesterday " + clock
	case days == 1:
		return "tomorrow " + clock
	case days > -7 && days < 7:
		return t.Format("Mon ") + clock
	case t.Year() == now.Year():
		return r.style.Day(t) + " " + clock
	}
	return r.style.Date(t) + " " + clock
}

// then is at within a sentence: "at 14:20", "yesterday 14:20".
func (r reader) then(t time.Time) string {
	if dayNumber(t.In(r.zone)) == dayNumber(r.now.In(r.zone)) {
		return "at " + r.at(t)
	}
	return r.at(t)
}

// day says a day.
func (r reader) day(t time.Time) string {
	t = t.In(r.zone)
	if t.Year() == r.now.In(r.zone).Year() {
		return r.style.Day(t)
	}
	return r.style.Date(t)
}

// due says a time limit from where the reader stands: "due 14:20 (in 1 h 12
// min)" or "late since 14:20 (by 2 h)".
func (r reader) due(t time.Time) string {
	if t.After(r.now) {
		return fmt.Sprintf("due %s (in %s)", r.at(t), span(t.Sub(r.now)))
	}
	return fmt.Sprintf("late since %s (by %s)", r.at(t), span(r.now.Sub(t)))
}

// ago says how long something is over.
func (r reader) ago(t time.Time) string {
	if r.now.Sub(t) < time.Minute {
		return "just now"
	}
	return r.lasting(t) + " ago"
}

// lasting says how long something has been going on.
func (r reader) lasting(since time.Time) string {
	d := r.now.Sub(since)
	if d < time.Minute {
		return "just now"
	}
	return span(d)
}

// waiting says how long something has waited.
func (r reader) waiting(since time.Time) string {
	if r.now.Sub(since) < time.Minute {
		return "came just now"
	}
	return "waiting " + span(r.now.Sub(since))
}

// span says a length of time in its two largest units, whole minutes at least.
func span(d time.Duration) string {
	m := int(d.Round(time.Minute) / time.Minute)
	switch {
	case m < 1:
		return "under a minute"
	case m < 60:
		return fmt.Sprintf("%d min", m)
	case m < 24*60:
		if m%60 == 0 {
			return fmt.Sprintf("%d h", m/60)
		}
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	case m < 48*60:
		return "1 day"
	}
	return fmt.Sprintf("%d days", m/(24*60))
}

// dayNumber counts days of the calendar in t's zone.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// endOfDay is the last second, in a zone, of a day that a date picker gave:
// pickers give the day as midnight in UTC.
func endOfDay(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.UTC().Date()
	return time.Date(y, m, d, 23, 59, 59, 0, zone)
}

// napping says how long something is put aside.
func (r reader) napping(until time.Time) string {
	if until.IsZero() {
		return "until they reply"
	}
	return "until " + r.at(until)
}
