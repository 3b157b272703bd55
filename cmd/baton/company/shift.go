package company

import "time"

// lag is how long before now the newest mail arrived.
const lag = 4 * time.Minute

// office is the zone in which Acme keeps office hours. Summer time is left
// out: a demo may show a mail one hour off, but needs no zone database.
var office = time.FixedZone("CET", 60*60)

// shift moves an arrival from the days of the files to the days before now.
//
// Mail of the last day keeps its distance to the newest mail. Older mail keeps
// its time of day and its distance in working days, so that whenever the demo
// starts nobody at Acme seems to have worked at night or on a Sunday. The order
// of arrivals stays as it is as long as the last day's mail spans less than
// three hours and no other day's mail arrives after 21:00 (a test holds both).
func shift(at, newest, now time.Time) time.Time {
	last := now.Add(-lag)
	back := workdays(at, newest)
	if back == 0 {
		return last.Add(at.Sub(newest))
	}
	day := last.In(office)
	for back > 0 {
		day = day.AddDate(0, 0, -1)
		if !weekend(day) {
			back--
		}
	}
	at = at.In(office)
	return time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), at.Second(), 0, office)
}

// workdays counts the working days from the day of from, excluded, to the day
// of to, included. Both must be working days.
func workdays(from, to time.Time) int {
	n := 0
	for day := to.In(office); day.Format(time.DateOnly) > from.In(office).Format(time.DateOnly); day = day.AddDate(0, 0, -1) {
		if !weekend(day) {
			n++
		}
	}
	return n
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}
