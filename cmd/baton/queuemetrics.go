package main

import (
	"context"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"baton/desk"
)

// queues tells how the queues of the policy's mailboxes stand. One read each.
func (g gauges) queues(ctx context.Context, states []desk.MailboxState, gauge func(*prometheus.Desc, float64, ...string)) {
	p := g.sv.desk.Policy()
	for _, mb := range p.Mailboxes {
		q := desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{mb.Address}}
		if n, err := g.sv.store.Count(ctx, q, desk.HomeCount+1); err == nil {
			gauge(queueDesc, float64(n), string(mb.Address))
		}
		var rings []desk.Ringing
		if i := slices.IndexFunc(states, func(s desk.MailboxState) bool { return s.Address == mb.Address }); i >= 0 {
			rings = p.Ringing(states[i])
		}
		for _, k := range desk.AlarmKinds() {
			if mb.Alarm.Asks(k) {
				gauge(ringsDesc, flag(slices.ContainsFunc(rings, func(r desk.Ringing) bool { return r.Kind == k })), string(mb.Address), string(k))
			}
		}
	}
}
