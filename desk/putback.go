package desk

import (
	"slices"
	"time"
)

// putBack makes what an event changed as it was. back is the event that says
// so; what it should say differently is changed in it.
func (e *edit) putBack(ev, back *Event, r *reading) error {
	b, n := ev.Before, r.note
	switch undoing[ev.root()].aspect {
	case Assignment:
		if b == nil || b.Holding == nil {
			return errOldChange
		}
		back.From, back.To, back.Who = string(e.Assignee), "", b.Holding.Assignee
		return e.putHolding(*b.Holding)
	case Progress:
		if b == nil || b.Standing == nil {
			return errOldChange
		}
		back.From, back.To = string(e.Status), string(b.Standing.Status)
		return e.putStanding(*b.Standing)
	case Knowing:
		return e.putPeople(ev, back, r)
	case Joining:
		return e.putJoined(ev, back)
	case Urgency:
		back.From, back.To = string(e.Priority), ev.From
		e.Priority = Priority(ev.From)
		return nil
	case Tagging:
		back.From, back.To = ev.To, ev.From
		return e.putTag(ev.To, ev.From)
	case Sharing:
		if b == nil {
			return errOldChange
		}
		return e.putShares(*b)
	case Delivery:
		if b == nil {
			return errOldChange
		}
		return e.putBounce(b.Bounce)
	case Todos:
		if ev.In != "" {
			return e.putThreadTodos(ev, back)
		}
		if b == nil {
			return errOldChange
		}
		return e.putTodos(*b)
	case Following:
		back.From, back.To = ev.To, ev.From
		return nil // putFollowers does it
	}
	switch {
	case n == nil:
		return errOldChange
	case n.Erased():
		return invalid("The note was deleted. Nothing of it is left that could be put back.")
	case ev.root() == EventMentionDone:
		return e.putMention(ev, *n)
	case ev.root() == EventNoted:
		back.Before = &Before{}
		e.putAway(ev, back, *n, r.notes)
		if b != nil && len(b.Answered) > 0 {
			back.Before.Answered = e.putMentions(b.Answered, ev.Kind == EventTakenBack && !ev.Of.Redo)
		}
		return nil
	case ev.root() == EventNoteEdited:
		return e.putNote(ev, back, *n)
	}
	return invalid("This kind of change cannot be undone. Change it by hand.")
}

var errOldChange = invalid("This was done before Baton kept what an undo needs. Change it by hand.")

func (e *edit) putHolding(h Holding) error {
	if h.Assignee != "" && !e.policy.Works(h.Assignee, e.Mailbox) {
		return invalid("%s held it before and does not work in %s any more. Give it to somebody else instead.", e.policy.NameOf(h.Assignee), e.Mailbox)
	}
	e.Assignee, e.Team, e.Delegation, e.Waits = h.Assignee, h.Team, h.Delegation, h.Waits
	e.Reoffered, e.Absent = h.Reoffered, h.Absent
	return nil
}

// putStanding brings status and episodes back. What happened to a running
// episode since, an answer, stays.
func (e *edit) putStanding(s Standing) error {
	if gap := e.EpisodeCount - s.Count; gap > 1 || gap < -1 {
		return invalid("The conversation has been closed and opened since. Change where it stands by hand.")
	}
	eps := slices.Clone(e.Episodes)
	switch {
	case e.EpisodeCount > s.Count && len(eps) > 0:
		eps = eps[:len(eps)-1]
		if s.Oldest != nil && (len(eps) == 0 || eps[0].Number > s.Oldest.Number) {
			eps = slices.Insert(eps, 0, *s.Oldest)
		}
	case e.EpisodeCount < s.Count && s.Episode != nil:
		eps = append(eps, *s.Episode)
		if n := len(eps) - KeptEpisodes; n > 0 {
			eps = eps[n:]
		}
	}
	if n := len(eps); n > 0 && s.Episode != nil && eps[n-1].Number == s.Episode.Number {
		replied := eps[n-1].RepliedAt
		eps[n-1] = *s.Episode
		if eps[n-1].RepliedAt.IsZero() {
			eps[n-1].RepliedAt = replied
		}
	}
	if len(eps) == 0 {
		eps = nil
	}
	e.Status, e.Episodes, e.EpisodeCount, e.Unanswered = s.Status, eps, s.Count, s.Unanswered
	if !e.OutboundAt.Before(e.Unanswered) && !e.joinedWaits() {
		e.Unanswered = time.Time{}
	}
	if e.Nap = nil; s.Status == Snoozed {
		e.sleepOn(s.Nap)
	}
	return nil
}

// putTag takes one tag off and puts another on; "" = none.
func (e *edit) putTag(off, on string) error {
	if off != "" {
		e.Tags = slices.DeleteFunc(slices.Clone(e.Tags), equalFold(off))
	}
	switch {
	case on == "" || e.HasTag(on):
	case len(e.Tags) >= MaxTags:
		return invalid("A conversation carries at most %d tags. Take one off first.", MaxTags)
	default:
		e.tag(on)
	}
	if len(e.Tags) == 0 {
		e.Tags = nil
	}
	return nil
}

// putShares drops the shares that a change added and puts back those that it
// altered, and so with what guests were asked in notes. What was read meanwhile
// stays noted.
func (e *edit) putShares(b Before) error {
	all := slices.DeleteFunc(slices.Clone(e.Shares), func(s Share) bool { return slices.Contains(b.Added, s.ID) })
	for _, s := range b.Shares {
		if s.StoppedAt.IsZero() {
			if !s.Until.After(e.now) {
				continue // it would have ended by now
			}
			if e.policy.Works(s.To, e.Mailbox) {
				return invalid("%s works in %s by now and sees this conversation without a share.", e.policy.NameOf(s.To), e.Mailbox)
			}
		}
		i := slices.IndexFunc(all, func(o Share) bool { return o.ID == s.ID })
		if i < 0 {
			all = append(all, s)
			continue
		}
		if all[i].Reads > s.Reads {
			s.Reads, s.ReadAt = all[i].Reads, all[i].ReadAt
		}
		all[i] = s
	}
	if len(b.Shares) > 0 && len(b.Added) == 0 && !slices.ContainsFunc(b.Shares, func(s Share) bool { return !s.StoppedAt.IsZero() || s.Until.After(e.now) }) {
		return invalid("The share would have ended by now. Share it anew instead.")
	}
	if len(all) > MaxShares {
		return invalid("This conversation is shared with %d people already. Stop a share first.", MaxShares)
	}
	e.putMentions(b.Answered, false)
	e.putMentions(b.Opened, true)
	slices.SortStableFunc(all, func(a, b Share) int { return a.At.Compare(b.At) })
	if len(all) == 0 {
		all = nil
	}
	e.Shares = all
	return nil
}
