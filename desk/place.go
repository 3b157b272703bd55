package desk

import (
	"context"
	"slices"
	"strings"
	"time"
)

// placed is a routing decision with the person it comes down to.
type placed struct {
	Routing
	holder Email
	picked bool      // by turn, within the team
	at     time.Time // when, if so
	// instead is for whom the holder stands in.
	instead Email
}

// opensAs gives the status with which a message opens a conversation. Mail that
// machines write needs no answer unless a rule says otherwise.
func (r *placed) opensAs(m Message) Status {
	switch {
	case m.Spam:
		return Spam
	case r.Status != "":
		return r.Status
	case m.Verdict == Own:
		return WaitingCustomer
	case m.Verdict == Person || r.holder != "" || r.Team != "":
		return Open
	}
	return Ignored
}

func (r *placed) turns() []Turn {
	if !r.picked {
		return nil
	}
	return []Turn{{Team: r.Team, Member: r.holder, At: r.at}}
}

// place asks the rules where a message goes and picks the person. A team's
// turn is this caller's until done is called, which must be after the pick is
// committed: two mails that arrive together go to two people.
func (d *Desk) place(ctx context.Context, m Message, f Facts) (r *placed, done func(), err error) {
	done = func() {}
	if m.Verdict == Own || m.Spam {
		return &placed{Routing: Routing{Reason: "not routed: " + notRouted(m)}}, done, nil
	}
	b := d.book.Load()
	r = &placed{Routing: b.router.Route(f)}
	if r.Person == "" && r.Team == "" {
		return r, done, nil
	}
	if r.Person == "" {
		d.turn.Lock()
		done = d.turn.Unlock
	}
	if err := d.choose(ctx, b.policy, m.Mailbox, r); err != nil {
		done()
		return nil, func() {}, err
	}
	return r, done, nil
}

// choose comes down from a rule's person or team to somebody who is available.
func (d *Desk) choose(ctx context.Context, p *Policy, m Mailbox, r *placed) error {
	away, err := d.Presences(ctx)
	if err != nil {
		return err
	}
	if r.Person != "" {
		ok, why := p.eligible(r.Person, m, away[r.Person].Availability, handed)
		if ok {
			r.holder = r.Person
			return nil
		}
		if to := p.standIn(r.Person, m, away); to != "" {
			r.holder, r.instead = to, r.Person
			r.Reason += "; " + why + ", and " + p.NameOf(to) + " stands in"
			return nil
		}
		r.Reason += "; " + why + ", so it waits in the queue"
		return nil
	}
	turns, err := d.store.Turns(ctx, r.Team)
	if err != nil {
		return err
	}
	r.holder = p.pick(r.Team, m, away, turns)
	r.picked, r.at = r.holder != "", nextTurn(d.Now(), turns)
	if !r.picked {
		r.Reason += "; nobody of " + r.Team + " is available, so it waits in the queue"
	}
	return nil
}

func notRouted(m Message) string {
	if m.Spam {
		return "it is in the spam folder"
	}
	return "the team wrote it"
}

// pick chooses the eligible member of a team who was picked longest ago; those
// never picked go first, in the order of their addresses.
func (p *Policy) pick(team string, m Mailbox, presence map[Email]Presence, turns map[Email]time.Time) Email {
	t, ok := p.Team(team)
	if !ok {
		return ""
	}
	members := slices.DeleteFunc(slices.Clone(t.Members), func(e Email) bool {
		ok, _ := p.eligible(e, m, presence[e].Availability, handed)
		return !ok
	})
	if len(members) == 0 {
		return ""
	}
	return slices.MinFunc(members, func(a, b Email) int {
		if n := turns[a].Compare(turns[b]); n != 0 {
			return n
		}
		return strings.Compare(string(a), string(b))
	})
}

// Needs says what the rules of a mailbox look at.
func (d *Desk) Needs(m Mailbox) Needs { return d.book.Load().router.Needs(m) }
