package desk

import (
	"slices"
	"strings"
)

// Holds says who is to hold two conversations that are merged into one.
type Holds string

// The choices.
const (
	HeldAsKept   Holds = ""       // who holds the one that is kept, or nobody
	HeldAsOther  Holds = "other"  // who holds the other, or nobody
	HeldByNobody Holds = "nobody" // it goes to the queue
)

// Brought is what a merge changed in the kept record, so that Separate takes it
// out again: the merged thread's own record has it still.
type Brought struct {
	// Tags are those that only merged threads have, TagsBoth those that the kept
	// one had, too. TagsOff were among them and were taken off since.
	Tags     []string `json:"tags,omitempty"`
	TagsBoth []string `json:"tags_both,omitempty"`
	TagsOff  []string `json:"tags_off,omitempty"`
	// Raised: the priority is high because of merged threads only. HighBoth: the
	// kept one's was high, too. Lowered: somebody set it lower since.
	Raised   bool `json:"raised,omitempty"`
	HighBoth bool `json:"high_both,omitempty"`
	Lowered  bool `json:"lowered,omitempty"`
	// Holding is who held the kept one, if the merge gave it to Gave instead.
	Holding *Holding `json:"holding,omitempty"`
	Gave    Email    `json:"gave,omitempty"`
	// Followers are those of the merged thread. Left followed the kept one before,
	// or did otherwise.
	Followers []Follower `json:"followers,omitempty"`
	Left      []Follower `json:"left,omitempty"`
}

// maxBroughtFollowers bounds the followers that a record remembers of its merged
// threads.
const maxBroughtFollowers = 200

// bring unites what the two records say beside notes and to-dos, and who holds
// them. What it changed here is noted in j.
func (e *edit) bring(j *Joined, own *edit, hold Holds) error {
	if err := e.bringTags(&j.Brought, own); err != nil {
		return err
	}
	if own.Priority == High {
		j.Brought.HighBoth = e.Priority == High && !e.brought(func(b *Brought) bool { return b.Raised })
		j.Brought.Raised = !j.Brought.HighBoth
		e.Priority = High
	}
	j.Brought.Followers, j.Brought.Left = own.Followers, e.bringFollowers(own.Followers)
	all := len(j.Brought.Followers) + len(j.Brought.Left)
	for _, o := range e.Joined {
		all += len(o.Brought.Followers) + len(o.Brought.Left)
	}
	if all > maxBroughtFollowers {
		return invalid("Too many people follow the threads that are merged here. Separate one first.")
	}
	if chosen := slices.DeleteFunc(slices.Clone(e.Followers), func(f Follower) bool { return !f.Chosen }); len(chosen) > MaxFollowers {
		return invalid("Together more than %d people follow them by choice. One of them has to stop first.", MaxFollowers)
	}
	return e.bringHolder(&j.Brought, own, hold)
}

func (e *edit) bringTags(b *Brought, own *edit) error {
	for _, t := range own.Tags {
		switch {
		case !e.HasTag(t):
			e.Tags = slices.Clone(e.Tags)
			e.tag(t)
		case !e.brought(func(o *Brought) bool { return slices.ContainsFunc(o.Tags, equalFold(t)) }):
			b.TagsBoth = append(b.TagsBoth, t)
			continue
		}
		b.Tags = append(b.Tags, t)
	}
	if len(e.Tags) > MaxTags {
		return invalid("Together they have %d tags; a conversation carries at most %d. Take some off first.", len(e.Tags), MaxTags)
	}
	return nil
}

// brought tells whether a merge brought something that is still merged.
func (e *edit) brought(is func(*Brought) bool) bool {
	return slices.ContainsFunc(e.Joined, func(j Joined) bool { return is(&j.Brought) })
}

// bringFollowers adds followers, each at the higher of two levels, and gives
// those who do not follow any more as they did.
func (e *edit) bringFollowers(theirs []Follower) (left []Follower) {
	level := func(f Follower) int { return slices.Index(FollowLevels(), f.Level) }
	before := e.Followers
	for _, f := range theirs {
		ours, follows := e.Follower(f.Who)
		higher := level(f) < level(ours) && (f.Chosen || !ours.Chosen) || level(f) == level(ours) && f.Chosen && !ours.Chosen
		switch {
		case e.policy.roleIn(f.Who, e.Conversation, e.now) == "":
		case follows && higher, !follows && (f.Chosen || len(e.Followers) < MaxFollowers):
			e.setFollower(f)
		}
	}
	for _, f := range before {
		if !slices.Contains(e.Followers, f) {
			left = append(left, f)
		}
	}
	return left
}

func (e *edit) bringHolder(b *Brought, own *edit, hold Holds) error {
	is := e.holding()
	to := is
	switch hold {
	case HeldAsOther:
		to = Holding{Assignee: own.Assignee, Team: own.Team, Delegation: own.Delegation}
	case HeldByNobody:
		to = Holding{Team: e.Team}
	}
	if to.Assignee != is.Assignee {
		if err := e.putHolding(to); err != nil {
			return err
		}
		e.touch(Assignment, e.by, e.now)
		b.Holding, b.Gave = &is, to.Assignee
	}
	if who := own.Assignee; own.Status.Active() && who != e.Assignee && who != is.Assignee {
		e.tell(who, Telling{About: AboutLost, Merged: own.ID})
	}
	return nil
}

// giveBack takes out of the record what a merge brought, unless people changed
// it since or another merged thread has it too; what they took off is off the
// thread's own record as well, which had it.
func (e *edit) giveBack(j Joined, own *edit) {
	b := &j.Brought
	for _, t := range b.Tags {
		if !e.brought(func(o *Brought) bool { return slices.ContainsFunc(o.Tags, equalFold(t)) }) {
			_ = e.putTag(t, "")
		}
	}
	for _, t := range b.TagsOff {
		if !e.HasTag(t) {
			_ = own.putTag(t, "")
		}
	}
	switch {
	case b.Raised && !e.brought(func(o *Brought) bool { return o.Raised }):
		e.Priority = Normal
	case b.Lowered && e.Priority == Normal:
		own.Priority = Normal
	}
	e.putFollowers(&Before{Followed: b.Followers, Left: b.Left})
	e.Joined = slices.Clone(e.Joined)
	for i := range e.Joined {
		o := &e.Joined[i].Brought
		o.Left = append(slices.Clip(o.Left), e.bringFollowers(o.Followers)...)
	}
	if len(e.Joined) == 0 {
		e.Joined = nil
	}
	e.giveBackHolder(j)
}

func (e *edit) giveBackHolder(j Joined) {
	b := j.Brought
	if b.Holding == nil {
		return
	}
	if e.Marks[Assignment].Version <= j.Since {
		if e.putHolding(*b.Holding) != nil { // they do not work there any more
			e.Assignee, e.Delegation = "", nil
		}
		e.touch(Assignment, e.by, e.now)
		return
	}
	for i := range e.Joined { // a later merge does not put back what this one gave
		if o := &e.Joined[i].Brought; e.Joined[i].Since > j.Since && o.Holding != nil && o.Holding.Assignee == b.Gave {
			o.Holding = b.Holding
			return
		}
	}
}

// noteBrought notes at the end of an edit that people took off what a merge had
// brought, or that this was undone.
func (e *edit) noteBrought() {
	if len(e.Joined) == 0 {
		return
	}
	e.Joined = slices.Clone(e.Joined)
	e.noteOwn()
	for i := range e.Joined {
		e.noteOff(&e.Joined[i].Brought)
	}
}

// noteOwn notes that what merges brought is the conversation's own as well: that it
// was taken off before them is undone in this edit.
func (e *edit) noteOwn() {
	own := func(t string) bool {
		return e.putsBack(EventUntagged, t) && !e.brought(func(b *Brought) bool { return slices.ContainsFunc(b.TagsOff, equalFold(t)) })
	}
	high := e.putsBack(EventPriority, string(High)) && !e.brought(func(b *Brought) bool { return b.Lowered })
	for i := range e.Joined {
		b := &e.Joined[i].Brought
		if high && b.Raised {
			b.Raised, b.HighBoth = false, true
		}
		for _, t := range b.Tags {
			if own(t) {
				b.TagsBoth = append(slices.Clip(b.TagsBoth), t)
			}
		}
		b.Tags = slices.DeleteFunc(slices.Clone(b.Tags), own)
	}
}

func (e *edit) noteOff(b *Brought) {
	gone := func(t string) bool { return !e.HasTag(t) }
	off := slices.Clone(b.TagsOff)
	for _, t := range slices.Concat(b.Tags, b.TagsBoth) {
		if gone(t) && !slices.Contains(off, t) {
			off = append(off, t)
		}
	}
	b.Tags = slices.DeleteFunc(slices.Clone(b.Tags), gone)
	off = slices.DeleteFunc(off, func(t string) bool {
		back := e.HasTag(t) && e.putsBack(EventUntagged, t)
		if back && !slices.Contains(b.TagsBoth, t) {
			b.Tags = append(b.Tags, t)
		}
		return back
	})
	b.TagsOff = off
	switch high := e.Priority == High; {
	case (b.Raised || b.HighBoth) && !b.Lowered && !high:
		b.Raised, b.Lowered = false, true
	case b.Lowered && high && e.putsBack(EventPriority, string(High)):
		b.Raised, b.Lowered = !b.HighBoth, false
	}
}

// putsBack tells whether the edit undoes a change that took a tag off, or the
// high priority: it is there as it was before, and not because somebody chose it.
func (e *edit) putsBack(kind EventKind, value string) bool {
	return slices.ContainsFunc(e.change.Events, func(ev Event) bool {
		return ev.Kind == EventTakenBack && ev.Of.Kind == kind && !ev.Of.Redo && strings.EqualFold(ev.To, value)
	})
}

// tellOfPart tells who holds the thread that was taken out that they hold it
// again, unless they never heard that it was merged.
func (e *edit) tellOfPart(own *edit) {
	about := func(t Telling) bool { return t.Merged == own.ID }
	heard := own.Assignee != ""
	for i, n := range e.Notices {
		if n.To == own.Assignee && !n.Going && slices.ContainsFunc(n.Tells, about) {
			e.Notices = slices.Clone(e.Notices)
			e.Notices[i].Tells = slices.DeleteFunc(slices.Clone(n.Tells), about)
			heard = false
		}
	}
	e.dropNotices(func(n Notice) bool { return len(n.Tells) == 0 })
	if heard && own.Status.Active() && own.Assignee != e.was.holding.Assignee {
		own.tell(own.Assignee, Telling{About: AboutGiven})
	}
}

// within marks what an edit writes into the history as of a merged thread.
func (e *edit) within(thread ConversationID) {
	for i := range e.change.Events {
		e.change.Events[i].In = thread
	}
}
