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
	// IntentNotify tells a person something.
	IntentNotify IntentKind = "notify"
)

// IntentState is how far an intent has come.
type IntentState string

// The states. Pending and claimed intents are open; the others are settled.
const (
	IntentPending   IntentState = "pending"
	IntentClaimed   IntentState = "claimed"
	IntentDrafted   IntentState = "drafted" // sending only: the draft's id is stored
	IntentDone      IntentState = "done"
	IntentParked    IntentState = "parked" // given up, with a reason, for a person to look at
	IntentCancelled IntentState = "cancelled"
)

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
	// LabelsRev is the record's LabelsRev when the promise was made.
	LabelsRev int64 `json:"labels_rev,omitempty"`
	// Draft is the Gmail draft that a send intent put its mail into.
	Draft string `json:"draft,omitempty"`
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
	// LabelsRev is the revision that was applied. A done labels intent whose
	// record has moved on becomes pending again, so that a late writer always
	// puts right what it may have overwritten.
	LabelsRev int64
}
