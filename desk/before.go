package desk

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// Before is what a change replaced, as far as an undo needs it beside the
// event's own fields. It holds what the team made, never text from mail, and is
// a few kB at most.
type Before struct {
	Holding  *Holding  `json:"holding,omitempty"`
	Standing *Standing `json:"standing,omitempty"`
	// Shares are those that the change altered or let go; Added came with it.
	Shares []Share   `json:"shares,omitempty"`
	Added  []ShareID `json:"added,omitempty"`
	// Joined is who had merged the thread that an undo took out again.
	Joined *JoinedBy `json:"joined,omitempty"`
	Bounce *Bounced  `json:"bounce,omitempty"`
	// Written is when the text of a note that was replaced had been written.
	Written time.Time `json:"written,omitzero"`
	// Named and Outside are whom that text named.
	Named   []Email `json:"named,omitempty"`
	Outside []Email `json:"outside,omitempty"`
	// Answered are the mentions that the change marked as done, open as they were;
	// Opened came with it.
	Answered []Mention `json:"answered,omitempty"`
	Opened   []Mention `json:"opened,omitempty"`
	// Open are those whose mention was open in a note that was taken away.
	Open []Email `json:"open,omitempty"`
	// Todos are those that the change altered or let go; NewTodos came with it.
	Todos    []Todo   `json:"todos,omitempty"`
	NewTodos []TodoID `json:"new_todos,omitempty"`
	// Followed are those who follow since the change; Left did before it, or did otherwise.
	Followed []Follower `json:"followed,omitempty"`
	Left     []Follower `json:"left,omitempty"`
}

// Holding is who held a conversation and how it came to them.
type Holding struct {
	Assignee   Email       `json:"assignee"` // always written: nobody is an answer too
	Team       string      `json:"team,omitempty"`
	Delegation *Delegation `json:"delegation,omitempty"`
	Waits      *Waits      `json:"waits,omitempty"`
	// Reoffered and Absent say who had lost it, or was away, and what they had promised.
	Reoffered *Reoffered `json:"reoffered,omitempty"`
	Absent    *Absent    `json:"absent,omitempty"`
}

// holding gives who holds the conversation now.
func (c *Conversation) holding() Holding {
	return Holding{Assignee: c.Assignee, Team: c.Team, Delegation: c.Delegation, Waits: c.Waits, Reoffered: c.Reoffered, Absent: c.Absent}
}

// Standing is where a conversation stood.
type Standing struct {
	Status     Status    `json:"status"`
	Unanswered time.Time `json:"unanswered,omitzero"`
	Count      int       `json:"count"`             // of episodes
	Episode    *Episode  `json:"episode,omitempty"` // the last one
	Nap        *Napping  `json:"nap,omitempty"`
	// Oldest is the first episode that the record carried, when it carried as
	// many as it can and a new one pushes it out.
	Oldest *Episode `json:"oldest,omitempty"`
}

// TakenBack says what an EventTakenBack undid.
type TakenBack struct {
	Seq     int64     `json:"seq"`
	Version int64     `json:"v"`
	Kind    EventKind `json:"kind"`           // of the change at the root: never EventTakenBack
	Redo    bool      `json:"redo,omitempty"` // an undo was undone: the change holds again
	By      Email     `json:"by"`             // who had made what was undone
}

// state is a record at the beginning of an edit, as far as Before needs it.
type state struct {
	holding  Holding
	standing Standing
	shares   []Share
	bounce   *Bounced
	// None of these lists is changed in place.
	notes     []Note
	todos     []Todo
	followers []Follower
}

func stateOf(c *Conversation) state {
	s := state{
		holding:  c.holding(),
		standing: Standing{Status: c.Status, Unanswered: c.Unanswered, Count: c.EpisodeCount, Nap: c.Nap},
		shares:   slices.Clone(c.Shares),
		notes:    c.Notes, todos: c.Todos, followers: c.Followers,
		bounce: c.Bounce,
	}
	if ep := c.Episode(); ep != nil {
		last := *ep
		s.standing.Episode = &last
	}
	if len(c.Episodes) == KeptEpisodes {
		oldest := c.Episodes[0]
		s.standing.Oldest = &oldest
	}
	return s
}

// remember puts into the edit's events what an undo of each needs, and the
// group that the change is part of.
func (e *edit) remember(g GroupID) {
	for i := range e.change.Events {
		ev := &e.change.Events[i]
		ev.Group = g
		if b := e.before(ev); b != nil {
			ev.Before = b
		}
		e.followersBefore(ev)
		if k := slices.IndexFunc(e.Recent, func(r Event) bool { return r.Seq == ev.Seq }); k >= 0 {
			e.Recent = slices.Clone(e.Recent)
			e.Recent[k] = *ev
		}
	}
}

// before gives what an event of this edit replaced, or nil.
func (e *edit) before(ev *Event) *Before {
	switch how := undoing[ev.root()]; {
	case ev.In != "" && how.aspect == Todos && e.beside != nil:
		return e.beside.todosBefore()
	case ev.In != "":
		return nil
	case ev.By == "" && ev.Kind == EventReopened && e.was.holding.Assignee != e.Assignee:
		// Too late to go on with it: the rules decided anew who holds it.
		return &Before{Holding: &e.was.holding}
	case ev.By == "" && ev.Via != ByLabel && !how.auto || how.why != "":
		return nil
	case how.aspect == Assignment:
		return &Before{Holding: &e.was.holding}
	case how.aspect == Progress:
		return &Before{Standing: &e.was.standing}
	case how.aspect == Sharing:
		return e.sharesBefore()
	case how.aspect == Todos:
		return e.todosBefore()
	case how.aspect == Delivery:
		return &Before{Bounce: e.was.bounce}
	}
	return nil
}

// sharesBefore compares the shares with what they were. That somebody read one
// is no difference.
func (e *edit) sharesBefore() *Before {
	b := &Before{}
	at := func(list []Share, id ShareID) int {
		return slices.IndexFunc(list, func(s Share) bool { return s.ID == id })
	}
	for _, s := range e.was.shares {
		i := at(e.Shares, s.ID)
		if i >= 0 {
			now := e.Shares[i]
			now.ReadAt, now.Reads = s.ReadAt, s.Reads
			if reflect.DeepEqual(now, s) {
				continue
			}
		}
		b.Shares = append(b.Shares, s)
	}
	for _, s := range e.Shares {
		if at(e.was.shares, s.ID) < 0 {
			b.Added = append(b.Added, s.ID)
		}
	}
	b.Opened, b.Answered = e.newlyOpen(e.was.notes, e.Notes), e.newlyOpen(e.Notes, e.was.notes)
	return b
}

// newlyOpen gives the mentions that are open in notes and were not before, of
// notes that are in both.
func (e *edit) newlyOpen(before, now []Note) (open []Mention) {
	for _, n := range now {
		i := slices.IndexFunc(before, func(o Note) bool { return o.ID == n.ID })
		for _, who := range n.Open {
			if i >= 0 && !slices.Contains(before[i].Open, who) {
				open = append(open, Mention{Person: who, Conversation: e.ID, Note: n.ID, Mailbox: e.Mailbox, By: n.By, At: written(n)})
			}
		}
	}
	return open
}

// root is the kind of the change that an event made, undid or made again.
func (ev *Event) root() EventKind {
	if ev.Kind == EventTakenBack && ev.Of != nil {
		return ev.Of.Kind
	}
	return ev.Kind
}

type groupKey struct{}

// inGroup marks all changes that are made with a context as parts of one. The
// context carries it so that every method of the desk can be one of many.
func inGroup(ctx context.Context, g GroupID) context.Context {
	return context.WithValue(ctx, groupKey{}, g)
}

func groupOf(ctx context.Context) GroupID {
	g, _ := ctx.Value(groupKey{}).(GroupID)
	return g
}
