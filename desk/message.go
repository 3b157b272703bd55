package desk

import "time"

// Message is one mail as a shared mailbox saw it: what the record needs of it
// and no body.
type Message struct {
	Mailbox    Mailbox
	ID         MessageID
	Thread     ThreadID
	RFC        RFCID   // "" when the sender gave none
	Gave       RFCID   // what we gave a mail that was just sent, whose RFC is not known: Gmail may have replaced it
	References []RFCID // In-Reply-To and References, oldest first, at most 50
	From       Address
	Subject    string
	At         time.Time // when Gmail accepted it, not what the sender's clock said
	Size       int64     // bytes
	Spam       bool      // Gmail put it into the spam folder
	Verdict    Verdict
	Reason     string // why the verdict
	// Intent is the intent that the mail's own header names; only for Own and
	// Notified, because anybody can write a header.
	Intent IntentID
	// Report is what a Bounce says about mail of ours; nil = nothing.
	Report *Report
}

// LedgerLine is the once-only record that a message was dealt with, and how.
type LedgerLine struct {
	Mailbox      Mailbox        `json:"mailbox"`
	Message      MessageID      `json:"message"`
	Thread       ThreadID       `json:"thread"`
	Conversation ConversationID `json:"conversation,omitempty"` // "" for Gone and Notified
	RFC          RFCID          `json:"rfc,omitempty"`
	From         Email          `json:"from,omitempty"`
	Verdict      Verdict        `json:"verdict"`
	Reason       string         `json:"reason,omitempty"`
	At           time.Time      `json:"at"` // the message's own time
	Size         int64          `json:"size,omitempty"`
	RecordedAt   time.Time      `json:"recorded_at"`
}

// Facts are what routing rules may look at. They live for one decision and are
// not stored. Strings are as the mail had them; the rule engine folds case.
type Facts struct {
	Mailbox     Mailbox
	From        Address
	To          []Email
	Cc          []Email
	ReplyTo     []Address // where the sender wants answers
	DeliveredTo Email
	Alias       string // plus-part or alias address by which the mailbox was reached, "" for its own
	Subject     string
	Body        string            // plain text, at most MaxRuleBody bytes; only when a rule asks for it
	Headers     map[string]string // lower-case name to first value
	Attachments []Attachment
	Verdict     Verdict
	At          time.Time
}

// MaxRuleBody bounds how much of a body rules see, in bytes.
const MaxRuleBody = 16 << 10

// Attachment describes one attached file.
type Attachment struct {
	Name string
	Type string // media type
	Size int64  // bytes
}

// Routing is what the rules decided for one message.
type Routing struct {
	Matched  []string // names of the rules that matched, in order
	Person   Email    // assign to this member, or ""
	Team     string   // assign to a member of this team, or ""
	Priority Priority
	Tags     []string
	Status   Status // "" = as usual
	// Reason is one sentence for people: "rule Refunds matched" or why none did.
	Reason string
}

// Needs says what rules look at beyond the usual headers, so that no more is
// fetched than is used.
type Needs struct {
	Body        bool
	Attachments bool
	Headers     bool // headers beyond the usual ones
}

// Router decides where a message goes. It is made from one policy.
type Router interface {
	// Route tries the rules in order. It never fails: a rule that could not be
	// decided is left out and named in the reason.
	Route(f Facts) Routing
	// Needs says what the rules of a mailbox look at.
	Needs(m Mailbox) Needs
}
