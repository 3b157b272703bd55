package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxPlan bounds how many conversations one plan re-offers.
const MaxPlan = 200

// Plan says what would become of a person's open work if they offered it to
// others.
type Plan struct {
	// Version stands for all of it, with who gets what: whose turn it is may
	// change before the person agrees, what they agree to does not.
	Version string
	Items   []PlanItem
	Kept    int  // active ones that stay with them: waiting for the customer, or snoozed
	More    bool // there are more than MaxPlan
}

// PlanItem is one conversation and where it would go.
type PlanItem struct {
	Row Row
	To  Email // who stands in for them, else whose turn it is in its team; "" = the queue
	// Deputy says that To stands in for them.
	Deputy bool
}

// ReofferPlan tells what Reoffer would do for a person, and changes nothing.
func (d *Desk) ReofferPlan(ctx context.Context, by Email) (Plan, error) {
	if _, ok := d.Policy().Member(by); !ok {
		return Plan{}, ErrNotFound
	}
	presences, err := d.Presences(ctx)
	if err != nil {
		return Plan{}, err
	}
	p, plan := d.Policy(), Plan{}
	presences = without(presences, by)
	turns := map[string]map[Email]time.Time{}
	page := Page{Limit: 100}
	parts, who := []string{"plan", string(by), p.Version}, ""
	for {
		rows, next, err := d.store.List(ctx, Query{List: ListMine, Mailboxes: p.WorksIn(by), Person: by}, page)
		if err != nil {
			return Plan{}, err
		}
		for _, r := range rows {
			switch {
			case r.Status != Open && r.Status != WaitingInternal:
				plan.Kept++
				continue
			case len(plan.Items) == MaxPlan:
				plan.More = true
				continue
			}
			it := PlanItem{Row: r}
			if it.To = p.standIn(by, r.Mailbox, presences); it.To != "" {
				it.Deputy = true
			} else if r.Team != "" {
				if turns[r.Team] == nil {
					t, err := d.store.Turns(ctx, r.Team)
					if err != nil {
						return Plan{}, err
					}
					turns[r.Team] = maps.Clone(t)
				}
				if it.To = p.pick(r.Team, r.Mailbox, presences, turns[r.Team]); it.To != "" {
					// Turns are told apart in the order of the plan, however quick it is.
					turns[r.Team][it.To] = d.Now().Add(time.Duration(len(plan.Items)+1) * time.Microsecond)
				}
			}
			plan.Items = append(plan.Items, it)
			parts = append(parts, string(r.ID))
			who += p.place(it.To)
		}
		if page.After = next; next == "" || plan.More {
			break
		}
	}
	plan.Version = digest(parts...) + "." + who
	return plan, nil
}

// place names a member by their place on the roster, in two characters; "00" is
// nobody.
func (p *Policy) place(e Email) string {
	i := slices.IndexFunc(p.Members, func(m Member) bool { return m.Email == e })
	s := strconv.FormatInt(int64(i+1), 36)
	return strings.Repeat("0", max(0, 2-len(s))) + s
}

// agree fills in who gets what from the version that was shown; false when that
// cannot be done any more.
func (p *Policy) agree(plan Plan, version string, presences map[Email]Presence) bool {
	head, who, _ := strings.Cut(version, ".")
	now, _, _ := strings.Cut(plan.Version, ".")
	if head != now || len(who) != 2*len(plan.Items) {
		return false
	}
	for i := range plan.Items {
		it := &plan.Items[i]
		n, err := strconv.ParseInt(who[2*i:2*i+2], 36, 32)
		if err != nil || n < 0 || int(n) > len(p.Members) {
			return false
		}
		it.To = ""
		if n == 0 {
			continue
		}
		it.To = p.Members[n-1].Email
		if ok, _ := p.eligible(it.To, it.Row.Mailbox, presences[it.To].Availability, handed); !ok {
			return false
		}
	}
	return true
}

// Reoffer makes the person away and hands their open work to others, as the
// plan of that version says. It gives what was done. When the plan is no longer
// what would happen, nothing is done: ErrConflict, with the plan as it is now.
// After an error in between, what was handed over stays so and a new plan has
// the rest. One commit for each conversation.
func (d *Desk) Reoffer(ctx context.Context, by Email, version string) (Plan, error) {
	return d.ReofferUntil(ctx, by, version, time.Time{})
}

// ReofferUntil is Reoffer for an absence that ends by itself.
func (d *Desk) ReofferUntil(ctx context.Context, by Email, version string, until time.Time) (Plan, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	plan, err := d.ReofferPlan(ctx, by)
	if err != nil {
		return Plan{}, err
	}
	presences, err := d.Presences(ctx)
	if err != nil {
		return Plan{}, err
	}
	shown := plan
	shown.Items = slices.Clone(plan.Items)
	if !d.Policy().agree(shown, version, without(presences, by)) {
		return plan, fmt.Errorf("the plan is not the one that was shown: %w", ErrConflict)
	}
	if err := d.SetPresenceUntil(ctx, by, AwayReassign, until); err != nil {
		return Plan{}, err
	}
	_, why := d.Policy().eligible(by, anyOf(d.Policy().WorksIn(by)), AwayReassign, handed)
	within, tells := gather(ctx)
	defer func() { d.tellAll(ctx, by, tells) }()
	for i, it := range shown.Items {
		instead := Email("")
		if it.Deputy && it.To == plan.Items[i].To {
			instead = by
		}
		if _, err := d.passTo(within, by, it.Row.ID, by, it.To, instead, it.Row.Team, why); err != nil {
			return Plan{}, err
		}
	}
	return shown, nil
}

func anyOf(ms []Mailbox) Mailbox {
	if len(ms) == 0 {
		return ""
	}
	return ms[0]
}

// Lost is a conversation that was taken from a person while they were away.
type Lost struct {
	Row       Row
	At        time.Time
	Reoffered Reoffered
	// Untouched says that nobody has worked on it since: it can be taken back.
	Untouched bool
}

// lost makes the answer to "what happened to my conversations" of the mentions
// that tell of it. One read each.
func (d *Desk) lost(ctx context.Context, by Email, told []MentionRow) ([]Lost, error) {
	var out []Lost
	for _, m := range told {
		c, err := d.store.Conversation(ctx, m.Mention.Conversation)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l := Lost{Row: m.Row, At: m.Mention.At}
		if r := c.Reoffered; r != nil && r.From == by {
			l.Reoffered, l.Untouched = *r, c.takeable(by)
		}
		out = append(out, l)
	}
	return out, nil
}

// takeable tells whether a person may have back what was re-offered.
func (c *Conversation) takeable(by Email) bool {
	return c.Reoffered != nil && c.Reoffered.From == by && c.Status.Active() && !c.worked(c.Reoffered.Version, by)
}

// TakeBack gives a re-offered conversation back to the person who held it, as
// they held it, if nobody has worked on it since. One read, one commit.
func (d *Desk) TakeBack(ctx context.Context, by Email, id ConversationID) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightAssign, func(e *edit) error {
		if e.Assignee == by {
			return nil
		}
		if !e.takeable(by) {
			return invalid("Somebody has worked on it since. Open it and ask them, or take it over.")
		}
		from, was := e.Assignee, e.Reoffered.Delegation
		e.hold(by, "", time.Time{})
		if was != nil {
			e.Delegation = was
		}
		e.event(Event{Kind: EventReclaimed, Who: by, From: string(from)})
		e.mention(e.dealtWith(by))
		return nil
	})
}

// Forget takes a conversation off the person's list of what happened while they
// were away. One read, one commit.
func (d *Desk) Forget(ctx context.Context, by Email, id ConversationID) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightSee, func(e *edit) error {
		if e.forgotten() {
			return nil
		}
		e.mention(e.dealtWith(by))
		e.event(Event{Kind: EventMentionDone, Who: by, To: string(reofferNote(id))})
		return nil
	})
}

// forgotten tells whether the newest events say that the actor took it off since
// it was last taken from them.
func (e *edit) forgotten() bool {
	for _, ev := range slices.Backward(e.Recent) {
		switch {
		case ev.Kind == EventReoffered && ev.From == string(e.by):
			return false
		case ev.Kind == EventMentionDone && ev.Who == e.by && ev.To == string(reofferNote(e.ID)):
			return true
		}
	}
	return false
}

func (e *edit) dealtWith(by Email) Mention {
	return Mention{Person: by, Conversation: e.ID, Note: reofferNote(e.ID), Mailbox: e.Mailbox, By: by, At: e.now, Done: true}
}
