package desk

import (
	"slices"
	"time"
)

// followersBefore puts into an event's Before who follows since this edit, and who does
// not any more or followed otherwise.
func (e *edit) followersBefore(ev *Event) {
	if slices.Equal(e.was.followers, e.Followers) || undoing[ev.root()].aspect == "" || ev.Kind == EventMentionDone {
		return
	}
	b := Before{}
	if ev.Before != nil {
		b = *ev.Before
	}
	for _, f := range e.was.followers {
		if !slices.Contains(e.Followers, f) {
			b.Left = append(b.Left, f)
		}
	}
	for _, f := range e.Followers {
		if !slices.Contains(e.was.followers, f) {
			b.Followed = append(b.Followed, f)
		}
	}
	ev.Before = &b
}

// putFollowers takes those out again who follow because of what is undone, unless
// they chose to since or took part since, and puts back who followed before.
func (e *edit) putFollowers(b *Before) {
	if b == nil {
		return
	}
	for _, f := range b.Followed {
		now, follows := e.Follower(f.Who)
		before := slices.ContainsFunc(b.Left, func(o Follower) bool { return o.Who == f.Who })
		same := now.Level == f.Level && now.Chosen == f.Chosen && now.At.Equal(f.At)
		if follows && same && (before || f.Chosen || !e.tookPart(f.Who, f.At)) {
			e.Followers = slices.DeleteFunc(slices.Clone(e.Followers), func(o Follower) bool { return o.Who == f.Who })
		}
	}
	for _, f := range b.Left {
		if _, follows := e.Follower(f.Who); !follows && len(e.Followers) < MaxFollowers {
			e.setFollower(f)
		}
	}
	if len(e.Followers) == 0 {
		e.Followers = nil
	}
}

// tookPart tells whether the record itself says that somebody took part after a
// time: what they did before it did not make them follow, or was chosen away.
func (e *edit) tookPart(who Email, after time.Time) bool {
	return e.Assignee == who && e.Delegation != nil && e.Delegation.At.After(after) ||
		slices.ContainsFunc(e.Notes, func(n Note) bool {
			return (n.By == who || slices.Contains(n.Mentions, who)) && written(n).After(after)
		}) ||
		slices.ContainsFunc(e.Todos, func(t Todo) bool { return t.For == who && t.At.After(after) })
}

// undoes tells whether the edit takes a change back: nobody takes part by that.
func (e *edit) undoes() bool {
	return slices.ContainsFunc(e.change.Events, func(ev Event) bool { return ev.Kind == EventTakenBack })
}
