package policy

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// maxUnassigned bounds an alarm's number: queues are counted up to there.
const maxUnassigned = desk.HomeCount

// alarm reads when a mailbox's managers are called; without the key, never. With
// it, they are always called when handing out stops, unless stopped is false.
func (r *reader) alarm(t table) desk.Alarm {
	e, ok := t.keys["alarm"]
	if !ok {
		return desk.Alarm{}
	}
	m, ok := r.table(e.node, e.at, "alarm", "unassigned", "oldest", "stopped")
	if !ok {
		return desk.Alarm{}
	}
	a := desk.Alarm{Unassigned: r.number(m, "unassigned", maxUnassigned), Oldest: r.duration(m, "oldest"), Stopped: true}
	if _, ok := m.keys["stopped"]; ok {
		a.Stopped = r.truth(m, "stopped")
		if !a.Stopped && m.size == 1 {
			r.fault(m.at, "this alarm never rings: give unassigned or oldest too, or remove the key alarm")
		}
	}
	return a
}

// number reads a whole number from 1 to a limit; a missing key gives 0.
func (r *reader) number(t table, key string, limit int) int {
	e, ok := t.keys[key]
	if !ok {
		return 0
	}
	at := r.start(e.node, e.at)
	i, ok := e.node.(*ast.IntegerNode)
	if !ok {
		r.fault(at, "%s must be a whole number without quotes, this is %s", key, kind(e.node))
		return 0
	}
	n, err := strconv.Atoi(i.GetToken().Value)
	if err != nil || n < 1 || n > limit {
		r.fault(at, "%s must be between 1 and %d: to have none, remove the key", key, limit)
		return 0
	}
	return n
}
