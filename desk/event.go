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
	EventDrafted      EventKind = "drafted"  // an answer was put into a Gmail draft; To is its intent
	EventUndone       EventKind = "undone"   // it was taken back before it went
	EventUnsent       EventKind = "unsent"   // it could not be sent
	EventRouted       EventKind = "routed"
	EventHandedOut    EventKind = "handed_out" // it waited, and Who is there for it now; To is the team
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
	EventNoteErased   EventKind = "note_erased" // Who had written it
	EventTodo         EventKind = "todo"        // To is its id, for Who, Why its text, Due
	EventTodoDone     EventKind = "todo_done"
	EventTodoDue      EventKind = "todo_due" // its time came and it was not done
	EventFollowed     EventKind = "followed" // Who hears of To from now on, of From before
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
	EventMerged       EventKind = "merged"     // the conversation To, with the subject Why, was merged into this one
	EventSeparated    EventKind = "separated"  // the conversation From, with the subject Why, was taken out of this one again
	EventMergedInto   EventKind = "merged_into"
	EventSplit        EventKind = "split"       // it stands for itself again, and not for From
	EventSame         EventKind = "same"        // the addresses of To belong to one person
	EventNotSame      EventKind = "not_same"    // they do not
	EventDoubled      EventKind = "doubled"     // From and then Who answered the same mail; "" = somebody in Gmail
	EventBounced      EventKind = "bounced"     // the mail that From wrote did not reach Who; Why says the reason, To its kind
	EventDelayed      EventKind = "delayed"     // the mail that From wrote has not reached Who yet
	EventBounceSeen   EventKind = "bounce_seen" // somebody saw to a mail of Who's that came back
	EventAsked        EventKind = "asked"       // By asks Who, or the team From, for a yes to the reply To; Due when it is to go
	EventApproved     EventKind = "approved"    // By said yes to the reply To of Who, From "changed" with another text; Due when it goes
	EventGivenBack    EventKind = "given_back"  // By gave the reply To back to Who, with a note
	EventScheduled    EventKind = "scheduled"   // By wrote the reply To, which goes at Due
	EventSentNow      EventKind = "sent_now"    // By has the reply To of Who go at once
	EventStopped      EventKind = "stopped"     // the reply To of Who, to go at Due, is not sent, and Why
)

// Sorted is how a rule sorted a conversation, as far as it was not so before.
type Sorted struct {
	Priority Priority `json:"priority,omitempty"`
	Tags     []string `json:"tags,omitempty"`
}

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
	// Sorted is what a rule set beside the holder, in an EventRouted; nil = nothing.
	Sorted *Sorted `json:"sorted,omitempty"`
	// In is the merged thread in which it happened, in the kept one's history; ""
	// = the conversation's own. Twin is the same line in that thread's own history.
	In   ConversationID `json:"in,omitempty"`
	Twin *Twin          `json:"twin,omitempty"`
	// Group is the change of many conversations that this one is part of.
	Group GroupID `json:"group,omitempty"`
}

// Twin is a line of another record's history.
type Twin struct {
	Seq     int64 `json:"seq"`
	Version int64 `json:"v"`
}
