package desk

import "slices"

// narrow leaves out of a guest's view what a share of a part of the mail does
// not open: notes and events from before it may tell of the rest. What a guest
// wrote, or was named in, they see. To-dos are for the team alone.
func (v View) narrow(by Email) View {
	if v.Role == Guest {
		v.Recent = v.openEvents(by, v.Recent)
	}
	if !v.partly() {
		return v
	}
	all := len(v.Notes)
	v.Notes = v.openNotes(by, v.Notes)
	if len(v.Notes) < all { // those that the record has no room for are older still
		v.NoteCount = len(v.Notes)
	}
	if g := v.Delegation; g != nil && g.Why != "" && g.By != "" && g.At.Before(v.Share.At) {
		quiet := *g
		quiet.Why = ""
		v.Delegation = &quiet
	}
	if n := v.Nap; n != nil && n.At.Before(v.Share.At) {
		quiet := *n
		quiet.Why = ""
		v.Nap = &quiet
	}
	if w := v.Woke; w != nil && w.Nap.At.Before(v.Share.At) {
		quiet := *w
		quiet.Nap.Why = ""
		v.Woke = &quiet
	}
	return v
}

// partly tells whether this is a guest who was given a part of the mail.
func (v *View) partly() bool {
	return v.Role == Guest && v.Share != nil && v.Share.Scope.Extent != Whole
}

func (v *View) openNotes(by Email, notes []Note) []Note {
	if !v.partly() {
		return notes
	}
	return slices.DeleteFunc(slices.Clone(notes), func(n Note) bool { return !v.opensNote(by, n) })
}

func (v *View) opensNote(by Email, n Note) bool {
	return !v.partly() || n.By == by || n.names(by) || !n.At.Before(v.Share.At)
}

// alone is a guest's view of what was shared, which is one thread: nothing tells
// of others that were merged with it.
func (v View) alone() View {
	for _, j := range v.Joined {
		b := j.Brought
		v.Tags = slices.DeleteFunc(slices.Clone(v.Tags), func(t string) bool { return slices.ContainsFunc(b.Tags, equalFold(t)) })
		if b.Raised {
			v.Priority = Normal
		}
	}
	v.Joined, v.Alike = nil, nil
	v.Recent = ofThread(v.Recent)
	return v
}

// ofThread leaves out what happened to other threads that were merged.
func ofThread(events []Event) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(ev Event) bool {
		return ev.In != "" || undoing[ev.root()].aspect == Joining
	})
}

func (v *View) openEvents(by Email, events []Event) []Event {
	if v.Role != Guest {
		return events
	}
	return slices.DeleteFunc(ofThread(events), func(ev Event) bool {
		return undoing[ev.root()].aspect == Todos || ev.Kind == EventTodoDue ||
			v.partly() && ev.By != by && ev.Who != by && ev.At.Before(v.Share.At)
	})
}
