package desk

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// looksOld bounds how many records are read to see how long the queue's oldest
// waits: the first of either priority, and those without mail for longest.
const looksOld = 4

// measure tells how the queue of a mailbox stands, as far as its alarm asks.
func (d *Desk) measure(ctx context.Context, mb MailboxPolicy, presences map[Email]Presence) (q measured, err error) {
	ask := Query{List: ListQueue, Mailboxes: []Mailbox{mb.Address}}
	rows, next, err := d.store.List(ctx, ask, Page{Limit: 100})
	if err != nil || len(rows) == 0 {
		return q, err
	}
	q.count, q.head = len(rows), rows[0].ID
	if next != "" {
		if q.count, err = d.store.Count(ctx, ask, HomeCount+1); err != nil {
			return q, err
		}
	}
	if mb.Alarm.Oldest > 0 {
		if err = d.measureAge(ctx, mb.Address, rows, &q); err != nil {
			return q, err
		}
	}
	if mb.Alarm.Stopped {
		err = d.measureStuck(ctx, mb.Address, presences, &q)
	}
	return q, err
}

// measureAge finds out how long the longest waiting of the first hundred waits.
func (d *Desk) measureAge(ctx context.Context, m Mailbox, rows []Row, q *measured) error {
	var look []ConversationID
	add := func(rows []Row) {
		for _, r := range rows {
			if !slices.Contains(look, r.ID) {
				look = append(look, r.ID)
			}
		}
	}
	add(rows[:1])
	if i := slices.IndexFunc(rows, func(r Row) bool { return r.Priority == Normal }); i > 0 {
		add(rows[i : i+1])
	}
	quiet := slices.Clone(rows)
	slices.SortStableFunc(quiet, func(a, b Row) int { return cmp.Compare(a.LastAt.UnixMicro(), b.LastAt.UnixMicro()) })
	add(quiet[:min(len(quiet), looksOld)])
	for _, id := range look[:min(len(look), looksOld)] {
		c, err := d.store.Conversation(ctx, id)
		if err != nil {
			if isNotFound(err) {
				continue
			}
			return err
		}
		if since := c.waitsSince(); c.Queued() && !since.IsZero() {
			if age := d.Policy().Worked(m, since, d.Now()); age > q.age {
				q.age, q.head = age, id
			}
		}
	}
	return nil
}

// waitsSince is since when somebody waits for the team, and nobody holds it.
func (c *Conversation) waitsSince() time.Time {
	since := c.Unanswered
	if since.IsZero() {
		since = c.OpenedAt
		if ep := c.Episode(); ep != nil {
			since = ep.OpenedAt
		}
	}
	return since
}

// measureStuck counts what waits for people and teams named by rules of whom
// nobody is there.
func (d *Desk) measureStuck(ctx context.Context, m Mailbox, presences map[Email]Presence, q *measured) error {
	p := d.Policy()
	var done []WaitKey
	for _, r := range p.Rules {
		w := Waits{For: r.Then.Person, Team: r.Then.Team}
		if w.For == "" && w.Team == "" || r.Mailbox != "" && r.Mailbox != m || slices.Contains(done, w.Key()) {
			continue
		}
		done = append(done, w.Key())
		if slices.Contains(p.openTo(w.Key(), presences), m) {
			continue
		}
		n, err := d.store.Count(ctx, Query{List: ListWaiting, Mailboxes: []Mailbox{m}, Waiting: w.Key()}, HomeCount+1)
		if err != nil {
			return err
		}
		if q.stuck += n; n > 0 && len(q.names) < maxNamed {
			name := w.Team
			if w.For != "" {
				name = p.NameOf(w.For)
			}
			q.names = append(q.names, name)
		}
	}
	return nil
}
