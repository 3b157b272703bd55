package desk

import (
	"slices"
	"time"
)

// split takes the record beside this one out of it again. It gives who had
// merged it, and where this one stood, if it stands elsewhere now. The merge's
// entry must be there.
func (e *edit) split(own *edit) *Before {
	j := *e.joined(own.ID)
	e.Joined = slices.DeleteFunc(slices.Clone(e.Joined), func(o Joined) bool { return o.ID == own.ID })
	if len(e.Joined) == 0 {
		e.Joined = nil
	}
	stood := e.standing0()
	if j.Left.same(stood) {
		_ = e.putStanding(j.Stood) // the episodes are those of the merge
		e.Unanswered = j.Stood.Unanswered
	}
	held := e.holding()
	e.giveBack(j, own)
	e.giveBounce(own)
	own.part()
	e.tellOfPart(own)
	b := e.heldElsewhere(e.stoodElsewhere(stood), held)
	if b == nil {
		b = &Before{}
	}
	b.Joined = &JoinedBy{By: j.By, At: j.At}
	return b
}

// takeBounce takes the mark of a mail that came back over from a record that is
// merged into this one, unless it has one of its own.
func (e *edit) takeBounce(own *edit) {
	if own.Bounce != nil && e.Bounce == nil {
		e.Bounce, own.Bounce = own.Bounce, nil
	}
}

// giveBounce gives the mark back to the record in whose thread the mail was sent.
func (e *edit) giveBounce(own *edit) {
	if b := e.Bounce; b != nil && own.Bounce == nil && slices.ContainsFunc(own.Answers, func(s SentMail) bool { return s.RFC == b.Reply }) {
		e.Bounce, own.Bounce = nil, b
	}
}

// part makes a merged record stand for itself again.
func (e *edit) part() {
	m := e.Merged
	if m == nil {
		return
	}
	e.Merged = nil
	e.event(Event{Kind: EventSplit, From: string(m.Into), Why: m.Subject})
	_ = e.putStanding(m.Standing) // merging closed one episode at most
	mb, _ := e.policy.Mailbox(e.Mailbox)
	if !e.OutboundAt.After(m.At) {
		e.Unanswered = m.Standing.Unanswered
	}
	heard, wrote := e.InboundAt.After(m.At), e.OutboundAt.After(m.At)
	switch {
	case heard && e.InboundAt.After(e.answeredAt()):
		next, begins := Transition(e.Status, InboundPerson)
		e.Status, e.Nap = next, nil
		if begins {
			e.begin(e.InboundAt, "the customer wrote", mb.FirstReply)
		}
		if e.Status == Open && e.Unanswered.IsZero() {
			e.Unanswered = m.Waits
		}
	case wrote:
		e.Status, _ = Transition(e.Status, OutboundPerson)
		if e.Status != Snoozed {
			e.Nap = nil
		}
	}
	e.touch(Progress, e.by, e.now)
}

// standing0 gives where the record stands now, within an edit.
func (e *edit) standing0() Standing { return stateOf(e.Conversation).standing }

// same tells whether two standings are the same.
func (s Standing) same(o Standing) bool {
	if s.Status != o.Status || !s.Unanswered.Equal(o.Unanswered) || s.Count != o.Count || (s.Episode == nil) != (o.Episode == nil) || (s.Nap == nil) != (o.Nap == nil) {
		return false
	}
	if s.Nap != nil && !s.Nap.Until.Equal(o.Nap.Until) {
		return false
	}
	a, b := s.Episode, o.Episode
	return a == nil || a.Number == b.Number && a.ClosedAt.Equal(b.ClosedAt) && a.RepliedAt.Equal(b.RepliedAt) && a.ReplyDue.Equal(b.ReplyDue)
}

// errBeside asks for an edit with another record beside it.
type errBeside struct{ other ConversationID }

func (errBeside) Error() string { return "another record changes with it" }

// putJoined undoes a merge, or a separation, as an event tells it. An undo of a
// merge is exact: it is refused when the conversation was moved since.
func (e *edit) putJoined(ev, back *Event) error {
	other := ConversationID(ev.To + ev.From)
	if e.beside == nil {
		return errBeside{other}
	}
	back.From, back.To, back.Why = ev.To, ev.From, e.beside.title()
	if ev.To == "" { // a separation, or the undo of a merge
		return e.rejoin(ev, back)
	}
	j := e.joined(other)
	if j == nil {
		return errOldChange
	}
	was := *j
	if !was.Left.same(e.standing0()) && !was.Left.same(was.Stood) || e.beside.InboundAt.After(was.At) {
		return e.actedIn(was)
	}
	back.Before = e.split(e.beside)
	return nil
}

// rejoin undoes a separation: who held both before it holds both again.
func (e *edit) rejoin(ev, back *Event) error {
	at, by := time.Time{}, Email("")
	var held *Holding
	if ev.Before != nil {
		if j := ev.Before.Joined; j != nil {
			at, by = j.At, j.By
		}
		held = ev.Before.Holding
	}
	was := e.holding()
	moved, err := e.merge(at, by, HeldAsKept)
	if err == errMoved {
		return invalid("The other conversation has been merged elsewhere since. Merge the two anew.")
	}
	if err == nil && held != nil {
		if err = e.putHolding(*held); err == nil {
			b := &e.joined(e.beside.ID).Brought
			b.Holding, b.Gave = &was, held.Assignee
			e.touch(Assignment, e.by, e.now)
			moved = e.heldElsewhere(moved, was)
		}
	}
	back.Before = moved
	return err
}

// actedIn says who moved the conversation since a thread was merged into it.
func (e *edit) actedIn(j Joined) error {
	for _, ev := range slices.Backward(e.Recent) {
		if ev.At.After(j.At) && (ev.changes(thing{aspect: Progress}) || ev.Kind == EventReceived || ev.Kind == EventReplied) {
			return e.acted(&ev, Joining)
		}
	}
	return invalid("Much has happened since. Take the thread out with Separate: what came since stays.")
}

// JoinedBy is who merged a thread and when, for a merge that is made again.
type JoinedBy struct {
	By Email     `json:"by"`
	At time.Time `json:"at"`
}
