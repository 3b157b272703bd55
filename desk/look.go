package desk

import (
	"context"
	"slices"
	"time"
)

// LookKind says what a person has before them.
type LookKind string

// The kinds of looks.
const (
	Viewing  LookKind = "viewing"  // the conversation's card
	Replying LookKind = "replying" // the form of a reply
)

// How long a look holds unless it is renewed. Looks inform and never block.
const (
	ViewingFor  = 2 * time.Minute
	ReplyingFor = 15 * time.Minute
	// lookEvery is how far apart two writings of the same look are at least.
	lookEvery = time.Minute
)

// Look is a lease without force: that one person has a conversation before
// them, for the others to know.
type Look struct {
	By    Email     `json:"by"`
	Kind  LookKind  `json:"kind"`
	Since time.Time `json:"since"` // when it began, without a break
	Until time.Time `json:"until"` // when it is over unless it is renewed
}

// Looked is a look on its way into the store; see Options.Looked.
type Looked struct {
	Conversation ConversationID
	Look         Look
	Over         []Email // whose looks at it have run out
}

// LooksAt gives the looks that hold at a time, in the order of the people's
// addresses. Who answered since is no longer replying.
func (c *Conversation) LooksAt(now time.Time) []Look {
	var out []Look
	for _, l := range c.Looks {
		if l.Until.After(now) && !c.answeredIn(l) {
			out = append(out, l)
		}
	}
	return out
}

// answeredIn tells whether a reply that somebody had begun was written.
func (c *Conversation) answeredIn(l Look) bool {
	return l.Kind == Replying &&
		(slices.ContainsFunc(c.Outgoing, func(o Outgoing) bool { return o.By == l.By && !o.At.Before(l.Since) && o.State != Undone }) ||
			slices.ContainsFunc(c.Answers, func(s SentMail) bool { return s.By == l.By && s.At.After(l.Since) }))
}

// Others gives who else has the conversation before them, those who reply
// first. Only who may answer is told.
func (d *Desk) Others(by Email, v View) []Look {
	if !v.May(RightReply) {
		return nil
	}
	out := slices.DeleteFunc(v.LooksAt(d.Now()), func(l Look) bool { return l.By == by })
	slices.SortStableFunc(out, func(a, b Look) int {
		switch {
		case a.Kind == b.Kind:
			return a.Since.Compare(b.Since)
		case a.Kind == Replying:
			return -1
		}
		return 1
	})
	return out
}

// Looking says that a person has a conversation before them, as they see it.
// It does no I/O: the look goes to Options.Looked, at most once in lookEvery
// unless it is another one. To view does not end a reply that was begun.
func (d *Desk) Looking(by Email, v View, kind LookKind) {
	now := d.Now()
	var own *Look
	for _, l := range v.LooksAt(now) {
		if l.By == by {
			own = &l
		}
	}
	if own != nil && own.Kind == Replying && kind == Viewing {
		return
	}
	d.look(by, v, kind, own)
}

// Leave says that a person gave up the reply that they had begun. One read.
func (d *Desk) Leave(ctx context.Context, by Email, id ConversationID) error {
	v, err := d.view(ctx, by, id)
	if err != nil {
		return err
	}
	for _, l := range v.LooksAt(d.Now()) {
		if l.By == by && l.Kind == Replying {
			d.look(by, v, Viewing, nil)
		}
	}
	return nil
}

func (d *Desk) look(by Email, v View, kind LookKind, own *Look) {
	if d.looked == nil || !v.May(RightReply) {
		return
	}
	now := d.Now()
	holds := ViewingFor
	if kind == Replying {
		holds = ReplyingFor
	}
	l := Look{By: by, Kind: kind, Since: now, Until: now.Add(holds)}
	if own != nil && own.Kind == kind {
		if l.Until.Sub(own.Until) < lookEvery {
			return
		}
		l.Since = own.Since
	}
	var over []Email
	for _, o := range v.Looks {
		if o.By != by && !o.Until.After(now) {
			over = append(over, o.By)
		}
	}
	d.looked(Looked{Conversation: v.ID, Look: l, Over: over})
}
