package desk

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// MaxFollowers bounds who follows a conversation. Who follows by choice is kept;
// of the others, who joined longest ago makes room.
const MaxFollowers = 50

// FollowLevel says of what a follower wants to hear.
type FollowLevel string

// The levels. A mention and a to-do reach a person at every level.
const (
	FollowAll     FollowLevel = "all"     // of every change
	FollowTalk    FollowLevel = "talk"    // of mail and notes
	FollowClosing FollowLevel = "closing" // of when it is closed, and opened again
	FollowNothing FollowLevel = "nothing" // of nothing but what names them
)

// FollowLevels lists the levels, from most to least.
func FollowLevels() []FollowLevel {
	return []FollowLevel{FollowAll, FollowTalk, FollowClosing, FollowNothing}
}

// Follower is somebody who wants to hear of a conversation.
type Follower struct {
	Who    Email       `json:"who"`
	Level  FollowLevel `json:"level"`
	At     time.Time   `json:"at"`
	Chosen bool        `json:"chosen,omitempty"` // else they follow because they took part
}

// Follower gives how a person follows; false = not at all.
func (c *Conversation) Follower(who Email) (Follower, bool) {
	i := slices.IndexFunc(c.Followers, func(f Follower) bool { return f.Who == who })
	if i < 0 {
		return Follower{}, false
	}
	return c.Followers[i], true
}

// Follow sets of what a person wants to hear. What was chosen stays, whatever they
// take part in later. One read, one commit.
func (d *Desk) Follow(ctx context.Context, by Email, id ConversationID, level FollowLevel) (Conversation, error) {
	if !slices.Contains(FollowLevels(), level) {
		return Conversation{}, invalid("Choose of what you want to hear.")
	}
	return d.changeBy(ctx, by, id, RightSee, func(e *edit) error {
		was, _ := e.Follower(by)
		if was.Chosen && was.Level == level {
			return nil
		}
		e.setFollower(Follower{Who: by, Level: level, At: e.now, Chosen: true})
		if len(e.Followers) > MaxFollowers {
			return invalid("%d people follow this conversation by choice. One of them has to stop first.", MaxFollowers)
		}
		e.event(Event{Kind: EventFollowed, Who: by, From: string(was.Level), To: string(level)})
		return nil
	})
}

// setFollower puts a follower into the list, which is ordered by address. When it
// grows too long, the one who joined first without choosing it goes.
func (e *edit) setFollower(f Follower) {
	all := slices.DeleteFunc(slices.Clone(e.Followers), func(o Follower) bool { return o.Who == f.Who })
	if len(all) >= MaxFollowers {
		oldest := -1
		for i, o := range all {
			if !o.Chosen && (oldest < 0 || o.At.Before(all[oldest].At)) {
				oldest = i
			}
		}
		if oldest >= 0 {
			all = slices.Delete(all, oldest, oldest+1)
		}
	}
	all = append(all, f)
	slices.SortFunc(all, func(a, b Follower) int { return cmp.Compare(a.Who, b.Who) })
	e.Followers = all
}

// partake makes followers of those who take part by what an edit changed: who holds
// it, answers, writes a note or is named in one hears of mail and notes; who gave
// it away hears of when it is closed.
func (e *edit) partake() {
	for i := range e.change.Events {
		switch ev := &e.change.Events[i]; ev.Kind {
		case EventTaken, EventNoted, EventNoteEdited, EventReplied:
			e.enlist(ev.By, FollowTalk)
		case EventGiven, EventRouted, EventReoffered:
			e.enlist(ev.Who, FollowTalk)
			e.enlist(ev.By, FollowClosing)
		}
	}
	for _, m := range e.change.Mentions {
		if !m.Done && m.Note != reofferNote(e.ID) {
			e.enlist(m.Person, FollowTalk)
		}
	}
}

// enlist makes somebody a follower at least at a level, unless they chose one.
func (e *edit) enlist(who Email, level FollowLevel) {
	f, follows := e.Follower(who)
	switch {
	case who == "" || e.policy.roleIn(who, e.Conversation, e.now) == "":
	case follows && (f.Chosen || slices.Index(FollowLevels(), f.Level) <= slices.Index(FollowLevels(), level)):
	case !follows && len(e.Followers) >= MaxFollowers && !slices.ContainsFunc(e.Followers, func(o Follower) bool { return !o.Chosen }):
	default:
		e.setFollower(Follower{Who: who, Level: level, At: e.now})
	}
}

// Told gives those followers of a conversation who want to hear of an event: not
// who did it, and nobody who cannot see it. Its holder hears of mail and notes
// unless they chose otherwise.
func (p *Policy) Told(c *Conversation, ev *Event, now time.Time) []Email {
	need, ok := hearing(ev)
	if !ok {
		return nil
	}
	var out []Email
	all := c.Followers
	if f, follows := c.Follower(c.Assignee); !follows || !f.Chosen {
		all = slices.DeleteFunc(slices.Clone(all), func(o Follower) bool { return o.Who == c.Assignee })
		all = append(all, Follower{Who: c.Assignee, Level: FollowTalk})
	}
	for _, f := range all {
		if f.Who != "" && f.Who != ev.By && slices.Index(FollowLevels(), f.Level) <= slices.Index(FollowLevels(), need) && p.roleIn(f.Who, c, now) != "" {
			out = append(out, f.Who)
		}
	}
	slices.Sort(out)
	return out
}

// hearing gives the least level at which somebody hears of an event.
func hearing(ev *Event) (FollowLevel, bool) {
	switch ev.Kind {
	case EventStatus:
		if !Status(ev.To).Active() || !Status(ev.From).Active() {
			return FollowClosing, true
		}
	case EventReopened:
		return FollowClosing, true
	case EventOpened, EventReceived, EventReplied, EventNoted, EventNoteEdited:
		return FollowTalk, true
	case EventShareRead, EventMentionDone, EventFollowed, EventRefused, EventStandoff:
		return "", false
	}
	return FollowAll, true
}
