package desk

import (
	"fmt"
	"strings"
	"time"
)

// Alarmed says in words what rings in a mailbox: a sentence without its full stop
// and without anything of a customer's.
func (p *Policy) Alarmed(m Mailbox, r Ringing) string {
	mb, _ := p.Mailbox(m)
	name := oneLine(mb.Name)
	if name == "" {
		name = string(m)
	}
	switch r.Kind {
	case AlarmUnassigned:
		return fmt.Sprintf("%s of %s, and the alarm is set at %d", inQueue(r.Count), name, mb.Alarm.Unassigned)
	case AlarmOldest:
		return fmt.Sprintf("The oldest conversation in the queue of %s has waited for %s, and the alarm is set at %s", name, span(time.Duration(r.Minutes)*time.Minute), span(mb.Alarm.Oldest))
	}
	waits := fmt.Sprintf("%d conversations of %s wait", r.Count, name)
	if r.Count == 1 {
		waits = "A conversation of " + name + " waits"
	}
	if r.Count > HomeCount {
		waits = fmt.Sprintf("More than %d conversations of %s wait", HomeCount, name)
	}
	return fmt.Sprintf("Handing out to %s has stopped: nobody is available. %s", oneLine(strings.Join(r.For, ", ")), waits)
}

func inQueue(n int) string {
	switch {
	case n == 1:
		return "There is one conversation in the queue"
	case n > HomeCount:
		return fmt.Sprintf("There are more than %d conversations in the queue", HomeCount)
	}
	return fmt.Sprintf("There are %d conversations in the queue", n)
}

// span says a length of time in its largest units.
func span(d time.Duration) string {
	d = d.Truncate(time.Minute)
	days, hours, minutes := d/(24*time.Hour), d%(24*time.Hour)/time.Hour, d%time.Hour/time.Minute
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case days > 0:
		return fmt.Sprintf("%d d", days)
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%d h", hours)
	}
	return fmt.Sprintf("%d min", minutes)
}
