package desk

// Status is where a conversation stands.
type Status string

// The statuses. Logic depends on these, never on a label's text.
const (
	Open            Status = "open"             // the team owes the next step
	WaitingCustomer Status = "waiting_customer" // the customer owes the next step
	WaitingInternal Status = "waiting_internal" // somebody in the house owes the next step
	Snoozed         Status = "snoozed"          // put aside until a time or a reply
	Closed          Status = "closed"           // done
	Ignored         Status = "ignored"          // needs no answer
	Spam            Status = "spam"             // unwanted
)

// Statuses lists all statuses in the order in which people read them.
func Statuses() []Status {
	return []Status{Open, WaitingCustomer, WaitingInternal, Snoozed, Closed, Ignored, Spam}
}

var statusNames = map[Status]string{
	Open: "Open", WaitingCustomer: "Waiting for customer", WaitingInternal: "Waiting internally",
	Snoozed: "Snoozed", Closed: "Closed", Ignored: "Ignored", Spam: "Spam",
}

// Name is the status in words, as cards and labels show it.
func (s Status) Name() string { return statusNames[s] }

// Valid tells whether s is one of Statuses.
func (s Status) Valid() bool { _, ok := statusNames[s]; return ok }

// Active tells whether the conversation still has an episode running: it is
// neither closed nor out of the team's work.
func (s Status) Active() bool {
	return s == Open || s == WaitingCustomer || s == WaitingInternal || s == Snoozed
}

// Trigger is what moves a status.
type Trigger string

// The triggers of the transition table.
const (
	InboundPerson    Trigger = "inbound_person"    // a person outside wrote
	InboundAutomatic Trigger = "inbound_automatic" // a machine wrote
	OutboundPerson   Trigger = "outbound_person"   // the team answered from the mailbox
	MarkedSpam       Trigger = "marked_spam"       // Gmail or a person called it spam
	UnmarkedSpam     Trigger = "unmarked_spam"
)

// Transition is the transition table: the status that follows, and whether an
// episode begins. It is a pure function; a trigger that changes nothing gives
// the status back.
//
// A person's mail opens whatever was waiting, snoozed, closed or ignored, so
// that no customer is lost behind a status; on spam it does not, because the
// sender chooses the text. Automatic mail never moves a status.
func Transition(s Status, t Trigger) (next Status, begins bool) {
	switch t {
	case InboundPerson:
		switch s {
		case WaitingCustomer, WaitingInternal, Snoozed:
			return Open, false
		case Closed, Ignored:
			return Open, true
		}
	case OutboundPerson:
		if s == Open || s == Snoozed || s == WaitingInternal {
			return WaitingCustomer, false
		}
	case MarkedSpam:
		return Spam, false
	case UnmarkedSpam:
		if s == Spam {
			return Open, true
		}
	}
	return s, false
}
