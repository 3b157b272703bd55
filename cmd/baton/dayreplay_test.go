package main

import (
	"fmt"
	"slices"
	"strings"

	"baton/desk"
)

// retold is what a history tells of a conversation.
type retold struct {
	holder   desk.Email
	status   desk.Status
	priority desk.Priority
	tags     []string
	notes    int
	ruled    bool // a rule sorted it; the history names the rule, not what it did
	sending  map[string]desk.EventKind
	faults   []string
}

func (r *retold) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// replay tells a history from the beginning and gives where it contradicts
// itself, or the record at its end.
func replay(c desk.Conversation, history []desk.Event) []string {
	r := &retold{sending: map[string]desk.EventKind{}}
	for i, ev := range history {
		if ev.Seq != int64(i+1) {
			r.fault("event %d of the history has the number %d", i+1, ev.Seq)
		}
		r.tell(ev)
	}
	if int64(len(history)) != c.EventSeq {
		r.fault("the history has %d events, its record counts %d", len(history), c.EventSeq)
	}
	if r.holder != c.Assignee || r.status != c.Status || r.notes != c.NoteCount {
		r.fault("the history ends with holder %q, status %q, %d notes; the record has %q, %q, %d", r.holder, r.status, r.notes, c.Assignee, c.Status, c.NoteCount)
	}
	slices.Sort(r.tags)
	if !r.ruled && (r.priority != c.Priority || !slices.Equal(r.tags, c.Tags)) {
		r.fault("the history ends with priority %q, tags %q; the record has %q, %q", r.priority, r.tags, c.Priority, c.Tags)
	}
	for id, kind := range r.sending {
		if kind == desk.EventAnswered {
			r.fault("the reply %.8s was written and neither sent nor taken back", id)
		}
	}
	return r.faults
}

func (r *retold) tell(ev desk.Event) {
	switch ev.Kind {
	case desk.EventOpened:
		r.status = desk.Status(ev.To)
	case desk.EventRouted:
		r.ruled, r.holder = true, ev.Who
	case desk.EventStatus, desk.EventReopened, desk.EventSnoozed, desk.EventWoke:
		r.moved(ev)
		if ev.Before != nil && ev.Before.Holding != nil {
			r.holder = ""
		}
	case desk.EventTaken, desk.EventGiven, desk.EventReoffered:
		r.handed(ev, ev.Who)
	case desk.EventReclaimed:
		r.holder = ev.By
	case desk.EventDeclined, desk.EventReleased:
		r.handed(ev, "")
	case desk.EventPriority:
		r.ranked(ev)
	case desk.EventTagged, desk.EventUntagged:
		r.tagged(ev)
	case desk.EventNoted:
		r.notes++
	case desk.EventAnswered:
		r.sending[ev.To] = ev.Kind
	case desk.EventReplied, desk.EventUndone:
		if was, ok := r.sending[ev.To]; ev.To != "" && (!ok || was != desk.EventAnswered) {
			r.fault("event %d: %s of a reply that is %q", ev.Seq, ev.Kind, was)
		}
		if ev.To != "" {
			r.sending[ev.To] = ev.Kind
		}
	case desk.EventTakenBack:
		r.takenBack(ev)
	}
}

func (r *retold) moved(ev desk.Event) {
	if ev.From != string(r.status) {
		r.fault("event %d: %s from %q, but it was %q", ev.Seq, ev.Kind, ev.From, r.status)
	}
	r.status = desk.Status(ev.To)
}

func (r *retold) handed(ev desk.Event, to desk.Email) {
	if ev.From != string(r.holder) {
		r.fault("event %d: %s from %q, but %q held it", ev.Seq, ev.Kind, ev.From, r.holder)
	}
	r.holder = to
}

func (r *retold) ranked(ev desk.Event) {
	if ev.From != string(r.priority) && !r.ruled {
		r.fault("event %d: priority from %q, but it was %q", ev.Seq, ev.From, r.priority)
	}
	r.priority = desk.Priority(ev.To)
}

func (r *retold) tagged(ev desk.Event) {
	if ev.From != "" {
		r.tags = slices.DeleteFunc(r.tags, func(t string) bool { return strings.EqualFold(t, ev.From) })
	}
	if ev.To != "" {
		r.tags = append(r.tags, ev.To)
	}
}

func (r *retold) takenBack(ev desk.Event) {
	switch ev.Of.Kind {
	case desk.EventTaken, desk.EventGiven, desk.EventDeclined, desk.EventReleased:
		r.handed(ev, ev.Who)
	case desk.EventStatus, desk.EventReopened, desk.EventSnoozed, desk.EventWoke:
		r.moved(ev)
	case desk.EventPriority:
		r.ranked(ev)
	case desk.EventTagged, desk.EventUntagged:
		r.tagged(ev)
	case desk.EventNoted:
		if r.notes--; ev.Of.Redo {
			r.notes += 2
		}
	}
}
