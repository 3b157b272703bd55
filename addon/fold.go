package addon

import (
	"fmt"
	"slices"

	"baton/addon/card"
	"baton/desk"
)

// run is what one line of a history tells: an event, or that a guest looked
// several times while nothing else happened. The log keeps each look.
type run struct {
	ev    desk.Event // the newest
	times int
	open  bool // there may be more of them than are at hand
}

// folded folds the looks of each guest that follow one another in a history,
// newest first. more says that older events are not at hand.
func folded(events []desk.Event, more bool) (runs []run) {
	first := 0 // of the looks that follow one another
	for _, ev := range events {
		if ev.Kind != desk.EventShareRead {
			runs = append(runs, run{ev: ev, times: 1})
			first = len(runs)
			continue
		}
		i := slices.IndexFunc(runs[first:], func(r run) bool { return r.ev.Who == ev.Who && !saysMail(r.ev) })
		if i < 0 || saysMail(ev) { // which messages somebody read is said of each look
			runs = append(runs, run{ev: ev, times: 1})
			continue
		}
		runs[first+i].times++
	}
	for i := first; more && i < len(runs); i++ {
		runs[i].open = true
	}
	return runs
}

// saysMail tells whether a look was at mail, and not at the card alone.
func saysMail(ev desk.Event) bool {
	n, _, _ := ev.ReadMessages()
	return n > 0
}

// runLine is one line of a history, with a button where it can be undone; more
// are parameters of the button.
func (d drawing) runLine(r run, can map[int64]bool, more ...string) card.Widget {
	if r.times == 1 {
		return d.historyLine(r.ev, can, more...)
	}
	times := fmt.Sprintf("%d times", r.times)
	if r.open {
		times += " or more"
	}
	return card.DecoratedText{Top: d.rq.r.at(r.ev.At), Wrap: true,
		Text: card.Text(fmt.Sprintf("%s read it %s, last %s", named(d.p, r.ev.Who), times, d.rq.r.at(r.ev.At)))}
}
