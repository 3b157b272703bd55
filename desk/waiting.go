package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Waits says for whom a conversation waits that nobody holds: the rules, or a
// re-offer, named people of whom nobody was there. It ends when somebody holds it;
// what a person puts back, by undoing too, waits for nobody in particular.
type Waits struct {
	For   Email     `json:"for,omitempty"`  // one person, or
	Team  string    `json:"team,omitempty"` // somebody of a team
	Since time.Time `json:"since"`
	// Version is the record's since when it waits: a person who changes the holder
	// later, by undoing too, has put it where it is.
	Version int64 `json:"v"`
}

// WaitKey names for whom conversations wait: an address, or "team:" and a team's
// name in lower case.
type WaitKey string

const teamKey = "team:"

// Key gives the name by which what waits for the same people is found.
func (w Waits) Key() WaitKey {
	if w.For != "" {
		return WaitKey(w.For)
	}
	return WaitKey(teamKey + strings.ToLower(w.Team))
}

// WaitsFor tells for whom the conversation waits to be handed out; "" = it does
// not: somebody holds it, nobody is owed a step, or a person put it into the queue.
func (c *Conversation) WaitsFor() WaitKey {
	if c.Waits == nil || !c.Queued() || c.Merged != nil || c.Marks[Assignment].Version > c.Waits.Version {
		return ""
	}
	return c.Waits.Key()
}

// waits is the way back from a key.
func (k WaitKey) waits() Waits {
	if team, ok := strings.CutPrefix(string(k), teamKey); ok {
		return Waits{Team: team}
	}
	return Waits{For: Email(k)}
}

// taker gives who of those for whom something waits is given it now, and in whose
// place; "" = nobody is there.
func (p *Policy) taker(w Waits, m Mailbox, presences map[Email]Presence, turns map[Email]time.Time) (to, instead Email) {
	if w.For == "" {
		return p.pick(w.Team, m, presences, turns), ""
	}
	if ok, _ := p.eligible(w.For, m, presences[w.For].Availability, handed); ok {
		return w.For, ""
	}
	if to = p.standIn(w.For, m, presences); to == "" {
		return "", ""
	}
	return to, w.For
}

// openTo lists the mailboxes in which somebody is there for what waits under a
// key.
func (p *Policy) openTo(k WaitKey, presences map[Email]Presence) []Mailbox {
	var out []Mailbox
	for _, mb := range p.Mailboxes {
		if to, _ := p.taker(k.waits(), mb.Address, presences, nil); to != "" {
			out = append(out, mb.Address)
		}
	}
	return out
}

// waitKeys lists everybody for whom something could wait.
func (p *Policy) waitKeys() []WaitKey {
	var out []WaitKey
	for _, t := range p.Teams {
		out = append(out, Waits{Team: t.Name}.Key())
	}
	for _, m := range p.Members {
		out = append(out, Waits{For: m.Email}.Key())
	}
	return out
}

// waitKeysOf lists under which keys something could wait that a person may be
// given: their own, their teams', and those of the people for whom they stand in.
func (p *Policy) waitKeysOf(who Email, presences map[Email]Presence) []WaitKey {
	return slices.DeleteFunc(p.waitKeys(), func(k WaitKey) bool {
		w := k.waits()
		if t, ok := p.Team(w.Team); ok && w.For == "" {
			return !slices.Contains(t.Members, who)
		}
		return w.For != who && !slices.ContainsFunc(p.Mailboxes, func(mb MailboxPolicy) bool {
			return p.standIn(w.For, mb.Address, presences) == who
		})
	})
}

// promiseHandOut promises to look for somebody once the conversation begins to
// wait: whoever came back while it was being recorded gets it.
func (d *Desk) promiseHandOut(e *edit) {
	if k := e.WaitsFor(); k != "" && k != e.waited {
		d.intent(e, Intent{Kind: IntentHandOut, Waiting: k}, "v"+strconv.FormatInt(e.Version+1, 10))
	}
}
