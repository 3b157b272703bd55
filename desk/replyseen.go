package desk

import "slices"

// unseenTalk refuses a reply when somebody else wrote since the version that
// its writer had in front of them: a customer, or a colleague who answered or
// left a note. What came is in the *Conflict, oldest first.
func (e *edit) unseenTalk(seen Seen) error {
	m := e.Marks[Talk]
	if seen == 0 || m.Version <= seen {
		return nil
	}
	came := slices.DeleteFunc(slices.Clone(e.Recent), func(ev Event) bool {
		return ev.Version <= seen || ev.By == e.by || !e.talks(ev)
	})
	if len(came) > 0 {
		last := came[len(came)-1]
		return &Conflict{Aspect: Talk, By: last.By, At: last.At, Now: *e.Conversation, Came: came}
	}
	// The newest events do not reach back so far, so that something unseen may
	// have left them.
	if reaches := len(e.Recent) < KeptEvents || e.Recent[0].Version <= seen+1; !reaches {
		return &Conflict{Aspect: Talk, By: m.By, At: m.At, Now: *e.Conversation}
	}
	return nil
}

// talks tells whether an event is something that a person said in the
// conversation and that whoever answers should have read.
func (e *edit) talks(ev Event) bool {
	switch ev.Kind {
	case EventNoted, EventNoteEdited:
		return true
	case EventReplied:
		o := e.outgoing(IntentID(ev.To))
		return o == nil || o.Draft // else it was said when it was written
	case EventAnswered, EventAsked, EventScheduled, EventApproved:
		o := e.outgoing(IntentID(ev.To))
		return o == nil || o.State != Undone
	case EventWoke:
		return ev.By == "" && ev.Why != timeCame
	case EventReceived:
		return ev.To == string(Person)
	case EventReopened, EventStatus: // moved by the mail itself
		ofOurs := func(o Event) bool {
			return (o.Kind == EventBounced || o.Kind == EventUnsent) && o.Version == ev.Version
		}
		return ev.By == "" && ev.Via == "" && ev.To == string(Open) && !slices.ContainsFunc(e.Recent, ofOurs)
	}
	return false
}
