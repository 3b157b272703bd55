// Package entry is what stores hold in a form that is none of theirs, so that
// one store can give what another takes. Package store copies with it.
//
//   - entry.go: the kinds of entries, and a type for each
//   - mark.go: how far a copy has come, as the store that is filled remembers it
//   - sum.go: a checksum that does not depend on the order of entries
//   - tidy.go: the one form that a value has in every store
package entry

import (
	"time"

	"baton/desk"
)

// Kind is a kind of entries.
type Kind string

// The kinds, with the type of an Entry of each. Shares are part of their
// conversations; what is counted or indexed follows from the entries. Who looks
// at a conversation (desk.Look) does not go along: it holds for minutes, and
// nobody is served meanwhile.
const (
	Policies      Kind = "policies"      // desk.PolicyText
	Grants        Kind = "grants"        // Grant
	Mailboxes     Kind = "mailboxes"     // desk.MailboxState
	Leases        Kind = "leases"        // Lease
	Presences     Kind = "presences"     // desk.Presence
	Turns         Kind = "turns"         // desk.Turn
	Conversations Kind = "conversations" // desk.Conversation
	Events        Kind = "events"        // Event
	Notes         Kind = "notes"         // Note
	Mentions      Kind = "mentions"      // desk.Mention
	Lines         Kind = "ledger lines"  // Line
	Handles       Kind = "handles"       // Handle
	Intents       Kind = "intents"       // desk.Intent, claims given back
	Groups        Kind = "groups"        // desk.Group
	Identities    Kind = "identities"    // desk.Identity
	Current       Kind = "settings"      // Setting
)

// Kinds gives all kinds in the order in which they are copied: what hangs on a
// conversation comes after it, handles after the lines that bring them, and
// which policy is in force last.
func Kinds() []Kind {
	return []Kind{Policies, Grants, Mailboxes, Leases, Presences, Turns, Conversations, Events, Notes,
		Mentions, Lines, Handles, Intents, Groups, Identities, Current}
}

// Entry is one of a kind's type.
type Entry any

// Event is an event with its conversation.
type Event struct {
	Conversation desk.ConversationID
	Event        desk.Event
}

// Note is a note, with its earlier versions, and its conversation.
type Note struct {
	Conversation desk.ConversationID
	Note         desk.Note
}

// Line is a ledger line.
type Line struct {
	Line desk.LedgerLine
	// Handles are some of those that the line's conversation is known by. They
	// are entries of their own too; a store that keeps handles with lines finds
	// them here.
	Handles []desk.Handle `json:"-"`
}

// Implied gives the handles that a mail's line usually brings. They are known
// only if somebody says so.
func Implied(l desk.LedgerLine) []desk.Handle {
	all := []desk.Handle{desk.HandleThread(l.Thread), desk.HandleGmail(desk.Email(l.Mailbox), l.Message)}
	if l.RFC != "" {
		all = append(all, desk.HandleRFC(l.RFC))
	}
	return all
}

// Handle is a handle and a conversation that is known by it, as bytes: mail
// may bring ids that are no UTF-8.
type Handle struct{ Handle, Conversation []byte }

// HandleOf makes a Handle.
func HandleOf(h desk.Handle, c desk.ConversationID) Handle { return Handle{[]byte(h), []byte(c)} }

// Grant is the access to a mailbox; nil when it was dropped, so that only Rev
// is kept.
type Grant struct {
	Mailbox desk.Mailbox
	Rev     int64
	Grant   *desk.Grant
}

// Lease is how far a lease's fence has grown. Whose it is does not go along.
type Lease struct {
	Name  string
	Fence int64
}

// Setting is which policy is in force.
type Setting struct{ Policy string }

// Unclaimed gives an intent as it is copied: nobody holds it.
func Unclaimed(in desk.Intent) desk.Intent {
	if in.State == desk.IntentClaimed {
		in.State, in.Holder, in.ClaimedUntil = desk.IntentPending, "", time.Time{}
	}
	return in
}
