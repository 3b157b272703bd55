package desk

import "strings"

// undo says how the changes of one kind are undone, or why they are not.
type undo struct {
	aspect Aspect
	right  Right  // that the change itself needed
	why    string // why it cannot be undone, in words for who asks; "" = it can be
	own    bool   // only who made it may undo it, not managers
	note   bool   // the note that it is about is needed
	auto   bool   // Baton does it by itself; who got it, and managers, may undo it
	people bool   // how the addresses stand that it is about is needed
	// key tells apart what people change without standing in each other's way:
	// one tag, one guest, one note. nil = there is one such thing only.
	key func(*Event) string
}

const (
	cameIn    = "Mail that came in cannot be undone. Close the conversation, or mark it as ignored or spam."
	leftHouse = "A mail that was sent has left the house and cannot be undone. A reply can be taken back until it goes, with the button beside it."
	inGmail   = "A draft is no mail: nothing was sent. Delete it in Gmail if nobody should finish it."
	handedIn  = "Mail that was handed in stays in the shared mailbox. Close the conversation or mark it as ignored; who holds it can be changed."
	wasRead   = "That somebody looked cannot be undone. Stop the share, and they cannot open it any more."
	erased    = "A deleted note is erased for good, with all of its earlier texts, so nothing is left that could be put back."
	byRule    = "Baton did this because of a mail or a rule. Change it by hand: that can be undone."
)

// undoing is the whole table: every kind of event has its decision here.
var undoing = map[EventKind]undo{
	EventOpened:       {why: cameIn},
	EventReceived:     {why: cameIn},
	EventReplied:      {why: leftHouse},
	EventAnswered:     {why: leftHouse},
	EventDrafted:      {why: inGmail},
	EventUndone:       {why: "A reply that was taken back is written again with the button for answering."},
	EventUnsent:       {why: "This reply was not sent, so there is nothing to take back. Try it again or let it be."},
	EventAsked:        {why: "An answer that waits for a yes is taken back with the button beside it."},
	EventApproved:     {why: leftHouse},
	EventGivenBack:    {why: "An answer that was given back is its writer's again, who can ask anew with the button beside it."},
	EventScheduled:    {why: "A reply that goes later is taken back with the button beside it."},
	EventSentNow:      {why: leftHouse},
	EventStopped:      {why: "This reply was stopped and not sent, so there is nothing to take back. Its writer can send it all the same."},
	EventRouted:       {why: byRule},
	EventHandedOut:    {aspect: Assignment, right: RightAssign, auto: true},
	EventTaken:        {aspect: Assignment, right: RightAssign},
	EventGiven:        {aspect: Assignment, right: RightAssign},
	EventDeclined:     {aspect: Assignment, right: RightAssign},
	EventReleased:     {aspect: Assignment, right: RightAssign},
	EventStatus:       {aspect: Progress, right: RightProgress},
	EventReopened:     {aspect: Progress, right: RightProgress},
	EventPriority:     {aspect: Urgency, right: RightSort},
	EventTagged:       {aspect: Tagging, right: RightSort, key: tagOf},
	EventUntagged:     {aspect: Tagging, right: RightSort, key: tagOf},
	EventNoted:        {aspect: Talk, right: RightNote, own: true, note: true, key: noteOf},
	EventNoteEdited:   {aspect: Talk, right: RightNote, own: true, note: true, key: noteOf},
	EventNoteErased:   {aspect: Talk, why: erased, key: noteOf},
	EventTodo:         {aspect: Todos, right: RightAssign, key: noteOf},
	EventTodoDone:     {aspect: Todos, right: RightAssign, key: noteOf},
	EventTodoDue:      {why: "A time that has come cannot be undone. Mark the to-do as done."},
	EventFollowed:     {aspect: Following, right: RightSee, own: true, key: guestOf},
	EventShared:       {aspect: Sharing, right: RightShare, key: guestOf},
	EventShareStopped: {aspect: Sharing, right: RightShare, key: guestOf},
	EventShareRead:    {why: wasRead},
	EventMentionDone:  {aspect: Talk, right: RightSee, own: true, note: true, key: mentionOf},
	EventMessageGone:  {why: "A message that was deleted for good in Gmail is gone. What is known of it stays."},
	EventSnoozed:      {aspect: Progress, right: RightProgress},
	EventWoke:         {aspect: Progress, right: RightProgress},
	EventReoffered:    {why: "Whose work was offered to others takes it back in Baton, under “What happened to your conversations”."},
	EventReclaimed:    {why: "Give it to somebody, or put it back, if it should not stay with them."},
	EventAbsent:       {why: cameIn},
	EventDoubled:      {why: leftHouse},
	EventBounced:      {why: "A delivery report cannot be undone. Answer again, or mark it as seen."},
	EventDelayed:      {why: "A delivery report cannot be undone. The mail system goes on trying."},
	EventBounceSeen:   {aspect: Delivery, right: RightProgress},
	EventRefused:      {why: "What was asked by a label was refused, so it changed nothing that could be undone."},
	EventStandoff:     {why: "This changed nothing but what Baton does with the labels. It ends by itself."},
	EventMerged:       {aspect: Joining, right: RightProgress, key: tagOf},
	EventSeparated:    {aspect: Joining, right: RightProgress, key: tagOf},
	EventMergedInto:   {why: "Open the conversation that it was merged into, and take it out there."},
	EventSplit:        {why: "Open the conversation that it was merged into, and merge the two again there."},
	EventSame:         {aspect: Knowing, right: RightCustomer, people: true, key: addressesOf},
	EventNotSame:      {aspect: Knowing, right: RightCustomer, people: true, key: addressesOf},
	EventHandedIn:     {why: handedIn},
	// An undo is undone as what it undid; see Event.root.
	EventTakenBack: {why: "This undo does not say what it undid."},
}

func tagOf(ev *Event) string { return strings.ToLower(ev.From + ev.To) }

func guestOf(ev *Event) string { return string(ev.Who) }

func noteOf(ev *Event) string { return ev.To }

func mentionOf(ev *Event) string { return ev.To + " " + string(ev.Who) }

// thing is what a change changed, as finely as people stand in each other's
// way.
type thing struct {
	aspect Aspect
	key    string
}

// thing gives what an undo of the event changes.
func (ev *Event) thing() thing {
	u := undoing[ev.root()]
	t := thing{aspect: u.aspect}
	if u.key != nil {
		t.key = string(u.aspect) + ":" + u.key(ev)
	}
	return t
}

// changes tells whether an event changed a thing.
func (ev *Event) changes(t thing) bool {
	switch {
	case ev.Kind == EventReceived && t.aspect == Progress:
		return Verdict(ev.To) == Person // nobody puts over a mail what they decided before it
	case ev.Kind == EventReopened && t.aspect == Assignment:
		return ev.Before != nil && ev.Before.Holding != nil
	case ev.Kind == EventReoffered, ev.Kind == EventReclaimed: // neither is undone, and both change who holds it
		return t.aspect == Assignment
	case ev.Kind == EventRouted:
		return t.aspect == Assignment || t.aspect == Urgency || t.aspect == Tagging
	case t.aspect == Progress && undoing[ev.root()].aspect == Joining:
		return ev.Before != nil && ev.Before.Standing != nil
	case t.aspect == Assignment && undoing[ev.root()].aspect == Joining:
		return ev.Before != nil && ev.Before.Holding != nil
	case undoing[ev.root()].aspect == "":
		return false
	}
	return ev.thing() == t
}
