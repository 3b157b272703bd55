package desk

import "time"

// IntentKind says what an intent does to the outside world.
type IntentKind string

// The kinds of intents.
const (
	// IntentLabels makes the thread wear what the record wants. It is naturally
	// repeatable: the performer compares and sends the difference.
	IntentLabels IntentKind = "labels"
	// IntentSend sends one mail, once in effect.
	IntentSend IntentKind = "send"
	// IntentDraft puts one mail into a Gmail draft, once in effect, for a person
	// to finish and send in Gmail.
	IntentDraft IntentKind = "draft"
	// IntentNotify tells a person something by mail. Its mail is written when it is
	// sent; until then it is a timer.
	IntentNotify IntentKind = "notify"
	// IntentWake is a timer, which is performed by the desk itself: it ends a nap,
	// or says that a to-do is due.
	IntentWake IntentKind = "wake"
	// IntentMirror has the threads that are merged into a conversation wear its
	// state; performed by the desk itself.
	IntentMirror IntentKind = "mirror"
	// IntentHandOut hands out what waits for a person or a team; performed by the
	// desk itself.
	IntentHandOut IntentKind = "hand_out"
)

// IntentState is how far an intent has come.
type IntentState string

// The states. Pending and claimed intents are open; all others but the held ones
// are settled.
const (
	IntentPending   IntentState = "pending"
	IntentClaimed   IntentState = "claimed"
	IntentDone      IntentState = "done"
	IntentParked    IntentState = "parked" // given up, with a reason, for a person to look at
	IntentCancelled IntentState = "cancelled"
	// IntentHeld keeps a mail that waits for a person's yes: nobody performs it.
	// What is sent in the end is another intent; this one is then cancelled.
	IntentHeld IntentState = "held"
)

// Open tells whether the intent still waits to be performed.
func (s IntentState) Open() bool { return s == IntentPending || s == IntentClaimed }

// Intent is an effect on the outside world that a change promised.
type Intent struct {
	ID           IntentID       `json:"id"`
	Kind         IntentKind     `json:"kind"`
	State        IntentState    `json:"state"`
	Mailbox      Mailbox        `json:"mailbox"`
	Conversation ConversationID `json:"conversation"`
	// Message limits a labels intent to one newly arrived message, because the
	// rest of the thread already wears what is wanted; "" = the whole thread.
	Message MessageID `json:"message,omitempty"`
	// Waiting is for whom what a hand-out intent hands out waits.
	Waiting WaitKey `json:"waiting,omitempty"`
	// LabelsRev is the record's LabelsRev when the promise was made.
	LabelsRev int64 `json:"labels_rev,omitempty"`
	// Mail is what a send intent sends, or a draft intent puts into a draft. A store forgets it when the intent is
	// done, because what was sent is in Gmail, or when its performer cancels it.
	// It stays when a person takes the intent back (Cancel).
	Mail *Mail `json:"mail,omitempty"`
	// Draft is the Gmail draft that the mail was put into. It is set
	// once, by Outbox.Draft, before the draft is sent.
	Draft string `json:"draft,omitempty"`
	// AbsentAt is when a drafted mail was first found neither as a draft nor
	// sent; zero = not so far.
	AbsentAt time.Time `json:"absent_at,omitzero"`
	// Sent is the message that a done send intent became, as its mailbox names it.
	Sent MessageID `json:"sent,omitempty"`
	// Interactive intents stand behind a person who is waiting; they go before
	// background ones.
	Interactive bool      `json:"interactive,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	NotBefore   time.Time `json:"not_before,omitzero"` // do not try earlier
	Attempts    int       `json:"attempts,omitempty"`  // tries that failed
	Reason      string    `json:"reason,omitempty"`    // why it waits or was parked
	// Holder claims the intent until ClaimedUntil; after that anybody may.
	Holder       string    `json:"holder,omitempty"`
	ClaimedUntil time.Time `json:"claimed_until,omitzero"`
}

// Settlement is the outcome of one try at an intent.
type Settlement struct {
	ID     IntentID
	Holder string // must still hold the claim, else the settlement has no effect
	// State is IntentDone, IntentPending (try again, not before NotBefore),
	// IntentParked or IntentCancelled.
	State     IntentState
	NotBefore time.Time
	Reason    string
	Failed    bool // the try counts as failed: Attempts goes up by one
	// AbsentAt and Sent are kept in the intent when they are set.
	AbsentAt time.Time
	Sent     MessageID
	// LabelsRev is the revision that was applied. A done labels intent whose
	// record has moved on becomes pending again, so that a late writer always
	// puts right what it may have overwritten.
	LabelsRev int64
}

// Settle applies an outcome to an intent, as every store does: it has no effect
// unless its holder still holds the claim. labelsRev is the record's revision
// now; again says that a done labels intent is open again, because the record
// moved on.
func (in *Intent) Settle(o Settlement, labelsRev int64) (settled, again bool) {
	if in.State != IntentClaimed || in.Holder != o.Holder {
		return false, false
	}
	in.State, in.NotBefore, in.Reason = o.State, o.NotBefore, o.Reason
	in.Holder, in.ClaimedUntil = "", time.Time{}
	if o.Failed {
		in.Attempts++
	}
	if !o.AbsentAt.IsZero() {
		in.AbsentAt = o.AbsentAt
	}
	if o.Sent != "" {
		in.Sent = o.Sent
	}
	if o.State == IntentDone && in.Kind == IntentLabels && labelsRev > o.LabelsRev {
		in.State = IntentPending
		return true, true
	}
	if in.State == IntentDone || in.State == IntentCancelled {
		in.Mail = nil
	}
	return true, false
}

// Cancel takes an intent back before it has an effect, as every store does for
// Change.Cancel. It tells whether that was possible: a settled intent, and one
// whose mail is in a draft already, stay as they are. What was written stays in
// it, for the person to write on.
func (in *Intent) Cancel() bool {
	if !in.State.Open() && in.State != IntentHeld || in.Draft != "" {
		return false
	}
	in.State, in.Holder, in.ClaimedUntil = IntentCancelled, "", time.Time{}
	return true
}

// Mail is one mail to be sent from a shared mailbox, as its author wrote it.
type Mail struct {
	From    Address   `json:"from"` // the mailbox or an accepted alias of it
	To      []Address `json:"to"`
	Cc      []Address `json:"cc,omitempty"`
	Subject string    `json:"subject"`
	// Thread is where it goes when not into its conversation's own thread.
	Thread     ThreadID `json:"thread,omitempty"`
	Text       string   `json:"text"` // plain text, at most MaxMailText bytes
	InReplyTo  RFCID    `json:"in_reply_to,omitempty"`
	References []RFCID  `json:"references,omitempty"` // oldest first
	// Author is the person who wrote it; "" = Baton itself. It stays in the house.
	Author Email `json:"author,omitempty"`
	// Automatic marks a mail that no machine should answer.
	Automatic bool `json:"automatic,omitempty"`
	// Notice is the conversation of which the mail tells one of the team's people;
	// "" = it is no notice.
	Notice ConversationID `json:"notice,omitempty"`
}

// MaxMailText bounds the text of a mail, in bytes, so that an intent stays far
// below what a store takes.
const MaxMailText = 100 << 10
