package desk

import (
	"context"
	"slices"
	"time"
)

// HomeRows is how many rows of each list a home shows.
const HomeRows = 10

// HomeCount is the number up to which lists are counted for a home; more is
// said as "more than".
const HomeCount = 1000

// Stretch is the beginning of a list with its whole count.
type Stretch struct {
	Rows  []Row
	Count int // at most HomeCount + 1
	Next  Next
}

// MailboxQueue is the queue of one mailbox.
type MailboxQueue struct {
	Mailbox Mailbox
	Name    string
	Stretch
}

// Home is what a person sees when no message is open.
type Home struct {
	Member   Member
	Mine     Stretch
	Queues   []MailboxQueue
	Mentions []Mentioned  // open ones by conversation, newest first, at most HomeRows
	Todos    []MentionRow // late first, then by when they are due; at most HomeRows
	Asked    []MentionRow // answers that wait for their yes, newest first, at most HomeRows
	// Named is of how many conversations there are mentions, ToDo and Asks are how
	// many to-dos and answers there are, of the newest 100 of all together.
	Named, ToDo, Asks int
	Shared            []Row
	Presence          Presence
	// Alarms are those that ring in the mailboxes that they lead.
	Alarms []MailboxAlarm
	// Lost is what was taken from them while they were away, newest first, at
	// most HomeRows.
	Lost []Lost
	// Held is open work of colleagues who are away, with mail since they left.
	Held []Row
}

// Home gathers a person's work. A person who is no member gets only what is
// shared with them and where they are named in it.
func (d *Desk) Home(ctx context.Context, by Email) (Home, error) {
	p := d.Policy()
	h := Home{}
	var err error
	if h.Shared, _, err = d.store.SharedWith(ctx, by, d.Now(), Page{Limit: 100}); err != nil {
		return Home{}, err
	}
	h.Shared = slices.DeleteFunc(h.Shared, func(r Row) bool { return !p.SharesWith(by, r.Mailbox) })
	for i := range h.Shared {
		h.Shared[i] = blindRow(h.Shared[i])
	}
	told, err := d.named(ctx, by, &h)
	if err != nil {
		return Home{}, err
	}
	h.Shared = h.Shared[:min(len(h.Shared), HomeRows)]
	m, ok := p.Member(by)
	if !ok {
		return h, nil
	}
	h.Member = m
	works := p.WorksIn(by)
	if h.Mine, err = d.stretch(ctx, Query{List: ListMine, Mailboxes: works, Person: by}); err != nil {
		return Home{}, err
	}
	for _, mb := range works {
		s, err := d.stretch(ctx, Query{List: ListQueue, Mailboxes: []Mailbox{mb}})
		if err != nil {
			return Home{}, err
		}
		mp, _ := p.Mailbox(mb)
		h.Queues = append(h.Queues, MailboxQueue{Mailbox: mb, Name: mp.Name, Stretch: s})
	}
	if h.Lost, err = d.lost(ctx, by, told[:min(len(told), HomeRows)]); err != nil {
		return Home{}, err
	}
	presences, err := d.Presences(ctx)
	if err != nil {
		return Home{}, err
	}
	h.Presence = presences[by]
	if h.Alarms, err = d.alarms(ctx, m, works); err != nil {
		return Home{}, err
	}
	h.Held, err = d.heldByAbsent(ctx, by, works, presences)
	return h, err
}

// shownAbsent is for how many people who are away a home looks, one read each.
const shownAbsent = 5

// heldByAbsent gives what colleagues who are away hold and customers wrote about
// since.
func (d *Desk) heldByAbsent(ctx context.Context, by Email, works []Mailbox, presences map[Email]Presence) ([]Row, error) {
	var out []Row
	looked := 0
	for _, m := range d.Policy().Members {
		is := presences[m.Email]
		if m.Email == by || is.Availability != Away && is.Availability != AwayReassign || looked == shownAbsent {
			continue
		}
		looked++
		rows, _, err := d.store.List(ctx, Query{List: ListMine, Mailboxes: works, Person: m.Email}, Page{Limit: HomeRows})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Status == Open && r.LastAt.After(is.At) && len(out) < HomeRows {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

func (d *Desk) stretch(ctx context.Context, q Query) (Stretch, error) {
	rows, next, err := d.store.List(ctx, q, Page{Limit: HomeRows})
	if err != nil {
		return Stretch{}, err
	}
	s := Stretch{Rows: rows, Count: len(rows), Next: next}
	if next != "" {
		s.Count, err = d.store.Count(ctx, q, HomeCount+1)
	}
	return s, err
}

// ListFor pages through a list as a person may see it: mailboxes in which they
// do not work are left out.
func (d *Desk) ListFor(ctx context.Context, by Email, q Query, page Page) ([]Row, Next, error) {
	works := d.Policy().WorksIn(by)
	if len(q.Mailboxes) == 0 {
		q.Mailboxes = works
	}
	var seen []Mailbox
	for _, m := range q.Mailboxes {
		if d.Policy().Works(by, m) {
			seen = append(seen, m)
		}
	}
	q.Mailboxes = seen
	if q.List == ListMine {
		q.Person = by
	}
	if q.Now.IsZero() {
		q.Now = d.Now()
	}
	return d.store.List(ctx, q, page)
}

// Late tells whether a row's time is over.
func (r Row) Late(now time.Time) bool {
	return r.Status.Active() && !r.Due.IsZero() && r.Due.Before(now)
}
