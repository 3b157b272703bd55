package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of handing out: how many conversations one page has, how many are
// handed out before the outbox sees to others, how long the right to hand out
// lasts when its process dies, and when another process looks again.
const (
	handPage  = 20
	handBatch = 100
	handLease = 30 * time.Second
	handAgain = 2 * time.Second
)

// HandOut performs a hand-out intent: what waits under its key goes, oldest
// first, to those for whom it waits and who are there now, in the same turn as
// new mail. It looks at what is so when it is performed: doing it twice, or in
// vain, changes nothing. The zero Settlement is done; else the rest is to follow.
//
// Reads: the presences and a list for each 20, and two for each conversation; one
// commit each, one for the lease, and one for each person who is told.
func (d *Desk) HandOut(ctx context.Context, in Intent) (Settlement, error) {
	presences, err := d.Presences(ctx)
	if err != nil {
		return Settlement{}, err
	}
	open := d.Policy().openTo(in.Waiting, presences)
	if in.Waiting == "" || len(open) == 0 {
		return Settlement{}, nil
	}
	// One process at a time, so that turns are fair.
	lease, holder := "hand out "+string(in.Waiting), d.holder
	if holder == "" {
		holder = "desk"
	}
	if _, err := d.store.Acquire(ctx, lease, holder, d.Now(), d.Now().Add(handLease)); errors.Is(err, ErrHeld) {
		return Settlement{State: IntentPending, NotBefore: d.Now().Add(handAgain), Reason: "another process hands it out"}, nil
	} else if err != nil {
		return Settlement{}, err
	}
	within, tells := gather(ctx)
	more, err := d.handAll(within, in.Waiting, open, presences)
	d.tellAll(ctx, "", tells)
	// A lease that is not given back runs out.
	err = errors.Join(err, d.store.Release(context.WithoutCancel(ctx), lease, holder))
	if err == nil && more {
		return Settlement{State: IntentPending, NotBefore: d.Now(), Reason: "there is more to hand out"}, nil
	}
	return Settlement{}, err
}

// handAll hands out what waits under a key, and tells whether there is more. One
// that cannot be handed out does not keep the others.
func (d *Desk) handAll(ctx context.Context, k WaitKey, open []Mailbox, presences map[Email]Presence) (more bool, err error) {
	page, seen := Page{Limit: handPage}, 0
	for {
		rows, next, err2 := d.store.List(ctx, Query{List: ListWaiting, Mailboxes: open, Waiting: k}, page)
		if err2 != nil {
			return false, errors.Join(err, err2)
		}
		for _, r := range rows {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			err = errors.Join(err, d.handOne(ctx, r.ID, k, presences))
		}
		if seen += len(rows); next == "" || seen >= handBatch {
			return next != "", err
		}
		page.After = next
		if presences, err2 = d.Presences(ctx); err2 != nil {
			return false, errors.Join(err, err2)
		}
	}
}

// handOne gives one conversation to whose turn it is, if it waits under the key
// still and somebody is there.
func (d *Desk) handOne(ctx context.Context, id ConversationID, k WaitKey, presences map[Email]Presence) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	var turns map[Email]time.Time
	if t, ok := d.Policy().Team(k.waits().Team); ok {
		var err error
		if turns, err = d.store.Turns(ctx, t.Name); err != nil {
			return err
		}
	}
	_, err := d.update(ctx, id, "", func(e *edit) error {
		if e.WaitsFor() != k {
			return nil
		}
		w := *e.Waits
		to, instead := e.policy.taker(w, e.Mailbox, presences, turns)
		if to == "" {
			return nil
		}
		was, due := e.Reoffered, time.Time{}
		if was != nil && was.Delegation != nil {
			due = was.Delegation.Due // what was promised stays promised
		}
		why := e.policy.whyHanded(w, to, instead)
		e.hold(to, why, due)
		e.Reoffered, e.Delegation.For = was, instead // who lost it may still take it back
		if w.For == "" {
			e.change.Turns = append(e.change.Turns, Turn{Team: w.Team, Member: to, At: nextTurn(e.now, turns)})
		}
		e.event(Event{Kind: EventHandedOut, Who: to, To: w.Team, Why: why})
		return nil
	})
	return err
}

// whyHanded says in words why something that waited went to a person.
func (p *Policy) whyHanded(w Waits, to, instead Email) string {
	switch {
	case w.For == "":
		return "waited for somebody of " + w.Team + "; " + p.NameOf(to) + " is available now"
	case instead != "":
		return "waited for " + p.NameOf(instead) + ", who is away; " + p.NameOf(to) + " stands in"
	}
	return "waited for " + p.NameOf(to) + ", who is available now"
}

// nextTurn is when a pick is noted: now, and behind all others, so that picks of
// one moment stay in turn.
func nextTurn(now time.Time, turns map[Email]time.Time) time.Time {
	for _, t := range turns {
		if !t.Before(now) {
			now = t.Add(time.Microsecond)
		}
	}
	return now
}

// callUp has handed out what waits for a person, after they or their deputy came
// back. One read for each of their teams, and one commit where something waits.
func (d *Desk) callUp(ctx context.Context, who Email) error {
	presences, err := d.Presences(ctx)
	if err != nil {
		return err
	}
	for _, k := range d.Policy().waitKeysOf(who, presences) {
		if err := d.call(ctx, k, presences); err != nil {
			return err
		}
	}
	return nil
}

// call promises to hand out what waits under a key, if anything does and
// somebody is there for it. The promise hangs on the oldest.
func (d *Desk) call(ctx context.Context, k WaitKey, presences map[Email]Presence) error {
	open := d.Policy().openTo(k, presences)
	if len(open) == 0 {
		return nil
	}
	rows, _, err := d.store.List(ctx, Query{List: ListWaiting, Mailboxes: open, Waiting: k}, Page{Limit: 1})
	if err != nil || len(rows) == 0 {
		return err
	}
	_, err = d.update(ctx, rows[0].ID, "", func(e *edit) error {
		e.quiet = true
		d.intent(e, Intent{Kind: IntentHandOut, Waiting: k, Interactive: true}, "called\nv"+strconv.FormatInt(e.Version+1, 10))
		return nil
	})
	return err
}

// fullRound is after how many rounds everybody is looked for, whether or not
// anything changed for them.
const fullRound = 60

// Round has handed out what waits for people who became available without saying
// so: their absence ended by itself, a new policy names them, or the process that
// took their word died at once. And it calls the managers of a queue that grows.
// It is to be called at the start and about every minute, by every process. One
// read, and one for each mailbox; one more for each person and team for whom
// somebody is there since the last round, or the first.
func (d *Desk) Round(ctx context.Context) error {
	presences, err := d.Presences(ctx)
	if err != nil {
		return err
	}
	p := d.Policy()
	d.rounds.Lock()
	defer d.rounds.Unlock()
	var failed error
	if d.rounded%fullRound == 0 {
		d.calm = map[Mailbox]bool{}
	}
	for _, mb := range p.Mailboxes {
		failed = errors.Join(failed, d.watch(ctx, mb, presences))
	}
	return errors.Join(failed, d.callAll(ctx, p, presences))
}

// callAll has handed out what waits for people of whom somebody is there since
// the last round. The lock of rounds is held.
func (d *Desk) callAll(ctx context.Context, p *Policy, presences map[Email]Presence) error {
	if d.rounded++; d.rounded%fullRound == 1 {
		d.served = map[WaitKey]string{}
	}
	for _, k := range p.waitKeys() {
		open := p.openTo(k, presences)
		slices.Sort(open)
		is := strings.Join(asStrings(open), " ")
		if is == d.served[k] {
			continue
		}
		if err := d.call(ctx, k, presences); err != nil {
			return err // what was not looked for is looked for the next time
		}
		d.served[k] = is
	}
	return nil
}

func asStrings(ms []Mailbox) []string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = string(m)
	}
	return out
}
