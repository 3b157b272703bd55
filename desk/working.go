package desk

import (
	"time"
)

// maxWorked bounds for how many days back working time is counted.
const maxWorked = 60

// Worked gives how much of a span people work in a mailbox: all of it when the
// policy gives no hours. What is longer ago than 60 days is not counted.
func (p *Policy) Worked(m Mailbox, from, to time.Time) time.Duration {
	mb, _ := p.Mailbox(m)
	h := mb.Hours
	if len(h.Days) == 0 || !to.After(from) {
		return max(to.Sub(from), 0)
	}
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	if far := to.AddDate(0, 0, -maxWorked); from.Before(far) {
		from = far
	}
	var sum time.Duration
	y, mo, d := from.In(zone).Date()
	for i := range maxWorked + 2 {
		begin, end := onWall(y, mo, d+i, h.From, zone), onWall(y, mo, d+i, h.To, zone)
		if begin.After(to) {
			break
		}
		if !h.works(begin) {
			continue
		}
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		sum += max(end.Sub(begin), 0)
	}
	return sum
}

// AtWork tells whether people work in a mailbox at a time: always when the policy
// gives no hours.
func (p *Policy) AtWork(m Mailbox, at time.Time) bool {
	return p.Worked(m, at, at.Add(time.Microsecond)) > 0
}
