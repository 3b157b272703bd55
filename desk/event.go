package desk

import "time"

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventOpened       EventKind = "opened"
	EventReceived     EventKind = "received"
	EventReplied      EventKind = "replied"  // the team's mail is in the thread; To is its intent, if it has one
	EventAnswered     EventKind = "answered" // a reply was written on a card; To is its intent, Due when it goes
	EventUndone       EventKind = "undone"   // it was taken back before it went
	EventUnsent       EventKind = "unsent"   // it could not be sent
	EventRouted       EventKind = "routed"
	EventReopened     EventKind = "reopened"
	EventTaken        EventKind = "taken"
	EventGiven        EventKind = "given"
	EventDeclined     EventKind = "declined"
	EventReleased     EventKind = "released"
	EventStatus       EventKind = "status"
	EventPriority     EventKind = "priority"
	EventTagged       EventKind = "tagged"
	EventUntagged     EventKind = "untagged"
	EventNoted        EventKind = "noted"
	EventNoteEdited   EventKind = "note_edited"
	EventShared       EventKind = "shared"
	EventShareStopped EventKind = "share_stopped"
	EventShareRead    EventKind = "share_read"
	EventMentionDone  EventKind = "mention_done"
	EventMessageGone  EventKind = "message_gone"
	EventRefused      EventKind = "refused"    // what was asked by the label To was not done, and Why
	EventStandoff     EventKind = "standoff"   // the label To is fought over; labels are left alone until Due
	EventTakenBack    EventKind = "taken_back" // a person undid a change, or an undo; Of says which
	EventSnoozed      EventKind = "snoozed"    // Due is until when (zero = until a reply), DueBefore until when it was
	EventWoke         EventKind = "woke"       // Why says why; Who had snoozed it, until Due
	EventReoffered    EventKind = "reoffered"  // taken from an absent holder, From, for Who or the queue
	EventReclaimed    EventKind = "reclaimed"  // by that holder
	EventHandedIn     EventKind = "handed_in"  // By brought the thread in from their own mailbox: From of To messages so far
	EventAbsent       EventKind = "absent"     // a customer wrote while Who, the holder, was away
)

// Event is one line of a conversation's history. It is never changed. It
// carries no text from mail beyond what the record itself carries.
type Event struct {
	Seq  int64     `json:"seq"` // 1, 2, 3 ... within the conversation
	At   time.Time `json:"at"`
	Kind EventKind `json:"kind"`
	By   Email     `json:"by,omitempty"`   // "" = the mail itself or Baton; with Via, somebody
	Via  string    `json:"via,omitempty"`  // ByLabel when it was done by a label in Gmail
	Who  Email     `json:"who,omitempty"`  // whom it concerns: new holder, guest, old holder
	From string    `json:"from,omitempty"` // value before
	To   string    `json:"to,omitempty"`   // value after
	Why  string    `json:"why,omitempty"`
	Due  time.Time `json:"due,omitzero"`
	// DueBefore is what Due was before, in changes of a time.
	DueBefore time.Time `json:"due_before,omitzero"`
	// Version is the record's version that this event is part of.
	Version int64 `json:"v"`
	// Before is what an undo needs beside From; nil = nothing.
	Before *Before `json:"before,omitempty"`
	// Of names what an EventTakenBack undid.
	Of *TakenBack `json:"of,omitempty"`
	// Group is the change of many conversations that this one is part of.
	Group GroupID `json:"group,omitempty"`
}
