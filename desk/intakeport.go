package desk

import (
	"context"
	"time"
)

// Bounds on what one intake takes.
const (
	// MaxIntakeParts is how many messages a thread may have.
	MaxIntakeParts = 100
	// MaxIntakeSize is how large a message may be, in bytes. Gmail would take 150
	// MB, but the whole mail passes through this process's memory; nobody sends
	// more than 35 MB through Gmail.
	MaxIntakeSize = 36_700_160
)

// Part is one message of a thread as a person has it in their own mailbox.
type Part struct {
	ID   MessageID // in that mailbox
	RFC  RFCID     // "" when the mail has none
	At   time.Time // when Gmail accepted it there
	Size int64     // bytes, as Gmail estimates them
}

// Copy is a whole mail on its way into a shared mailbox. It lives in memory
// only, and for one call.
type Copy struct {
	RFC RFCID // never "": a mail without a Message-ID gets one that follows from its content
	Raw []byte
}

// Original is the thread that a person has open in their own mailbox, read with
// what Google grants the add-on for as long as it is open: the open message and
// its thread, to read. The grant is in nobody's record and no log.
//
// Errors are *Problem in words for the person, joined with what happened for
// the log, or the context's.
type Original interface {
	// Parts lists the messages, oldest first, without drafts and the bin.
	Parts(ctx context.Context) ([]Part, error)
	// Copy reads one message whole: without Bcc, and naming one of earlier, the
	// messages before it, as what it goes on from. ErrTooLarge.
	Copy(ctx context.Context, p Part, earlier []RFCID) (Copy, error)
}

// Landing is where a mail is in a shared mailbox.
type Landing struct {
	ID     MessageID
	Thread ThreadID
}

// Arrival is a message as its shared mailbox has it, ready for Receive.
type Arrival struct {
	Message Message
	Facts   Facts
}

// Importer puts mails into shared mailboxes with Baton's own access to them, as
// if they had arrived there, with the date that they carry. Errors are as
// Original's.
type Importer interface {
	// Find looks for a mail in the whole mailbox; ErrNotFound. Gmail's search may
	// miss what came seconds ago.
	Find(ctx context.Context, m Mailbox, id RFCID) (Landing, error)
	// Import puts a mail in, into a thread or, with "", one of its own. It is not
	// repeated when Gmail may have done it: then it is looked for. ErrTooLarge and
	// ErrInvalid: Gmail does not take this mail.
	Import(ctx context.Context, m Mailbox, t ThreadID, c Copy) (Landing, error)
	// Arrived reads one message with what the rules need.
	Arrived(ctx context.Context, m Mailbox, id MessageID, needs Needs) (Arrival, error)
	// Thread reads a thread's messages without their text, oldest first.
	Thread(ctx context.Context, m Mailbox, t ThreadID) ([]Arrival, error)
}

// Intake is what a person says when handing a thread of their own mailbox to
// the team.
type Intake struct {
	Mailbox Mailbox
	To      Email  // who shall hold it; "" = as the rules say, else the queue
	Why     string // what they should know, at most MaxWhy characters
	// Onto is a conversation to which the messages go that it has not got; Mailbox,
	// To and Why do not count then. "" = a new one.
	Onto ConversationID
}

// Receipt is what came of an intake.
type Receipt struct {
	Conversation Conversation
	Already      bool // the team had it before: nothing was brought in, nobody was given anything
	Brought      int  // messages that this intake put into the mailbox
	Left         int  // messages that are not there yet; another intake goes on with them
	TooLarge     int  // messages that are larger than MaxIntakeSize
	Refused      int  // messages that Gmail does not take
	Apart        int  // threads beside the conversation's, for messages that Gmail keeps apart
	// Stopped says why messages are left, in words; "" = none are.
	Stopped string
}

// HandedIn is the record of how a conversation came into its mailbox by hand.
type HandedIn struct {
	By       Email     `json:"by"`
	At       time.Time `json:"at"`
	Messages int       `json:"messages"`       // of the thread
	Left     int       `json:"left,omitempty"` // of these, not in the mailbox yet
	Out      int       `json:"out,omitempty"`  // of these, left out: too large, or not taken by Gmail
}

// There gives how many of the messages are in the mailbox.
func (h *HandedIn) There() int { return h.Messages - h.Left - h.Out }
