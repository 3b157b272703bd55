package desk

import (
	"context"
	"time"
)

// Store is everything that Baton keeps. Its parts are declared by what needs
// them. package storetest holds the contract that every store runs.
//
// For all methods: a context that ends gives its error and changes nothing
// that was not already committed; ErrUnavailable wraps a store that cannot
// answer (disk full, locked, unreachable) and nothing was half written; times
// are kept to the microsecond in UTC; returned values belong to the caller.
type Store interface {
	Conversations
	Ledger
	Lists
	Outbox
	Mailboxes
	Grants
	Leases
	Policies
	Members
	Groups
	Customers
}

// Conversations keeps the records and what hangs on them.
type Conversations interface {
	// Conversation reads one record; ErrNotFound. One read.
	Conversation(ctx context.Context, id ConversationID) (Conversation, error)

	// Update is the only way to change a record. fn gets the record as it
	// stands, or one with only ID set and Version 0 when there is none, and
	// changes it in place. fn may run more than once and keeps nothing from an
	// earlier run; it does no I/O. The record, and all of the Change, are
	// committed together or not at all, with Version one higher.
	//
	// When fn returns an error, that error comes back unchanged and nothing is
	// written. When the Change is empty (see Change.Nothing), nothing is written
	// and the record comes back as it was. ErrExists: a ledger line of the
	// Change is already recorded. ErrTooLarge: over the store's limit.
	// One read, one commit.
	Update(ctx context.Context, id ConversationID, fn func(*Conversation) (Change, error)) (Conversation, error)

	// UpdateBoth is Update for two records that change together or not at all, in
	// the same commit. Both Changes are Nothing or neither is, and a and b differ;
	// else ErrInvalid. Two reads, one commit.
	UpdateBoth(ctx context.Context, a, b ConversationID, fn func(a, b *Conversation) (Change, Change, error)) (Conversation, Conversation, error)
	// Look writes down what one person has before them in a conversation, in
	// place of what was known of that person, and forgets the looks of those in
	// over. It is no change of the record, whose Version stays. Conversation and
	// Update give the looks with the record. ErrNotFound. One commit.
	Look(ctx context.Context, id ConversationID, l Look, over ...Email) error

	// Resolve finds the conversations known by any of some handles, each once, at
	// most 20, in no particular order; none is an empty list. One read.
	Resolve(ctx context.Context, handles ...Handle) ([]ConversationID, error)

	// Learn remembers a handle; known already is no error. One commit.
	Learn(ctx context.Context, h Handle, id ConversationID) error

	// Events pages through a conversation's whole history, newest first.
	Events(ctx context.Context, id ConversationID, page Page) ([]Event, Next, error)

	// Note reads one note with its earlier versions; ErrNotFound.
	Note(ctx context.Context, id ConversationID, note NoteID) (Note, error)

	// Notes pages through a conversation's notes, newest first.
	Notes(ctx context.Context, id ConversationID, page Page) ([]Note, Next, error)
}

// Change is what a change of a record brings with it.
type Change struct {
	Events   []Event      // appended
	Intents  []Intent     // created; an intent that exists already is left as it is
	Ledger   []LedgerLine // created; one that exists fails the whole change with ErrExists
	Handles  []Handle     // remembered
	Notes    []Note       // written whole, by id
	Mentions []Mention    // written whole, by person and note
	Turns    []Turn       // written whole, by team and member
	// Identities are written whole, by mailbox and address.
	Identities []Identity
	// Known are identities as they were read before the change. One that is
	// otherwise by now fails the whole change with ErrConflict. Each is among those
	// that are written.
	Known []Identity
	// Cancel are intents that are taken back (Intent.Cancel). One that is settled
	// or has a draft, or that there is not, fails the whole change with
	// ErrConflict.
	Cancel []IntentID
	// Nothing says that the change turned out to be empty.
	Nothing bool
}

// Mention says that a person was named in a note.
type Mention struct {
	Person       Email          `json:"person"`
	Conversation ConversationID `json:"conversation"`
	Note         NoteID         `json:"note"`
	Mailbox      Mailbox        `json:"mailbox"`
	By           Email          `json:"by"`
	At           time.Time      `json:"at"`
	Done         bool           `json:"done,omitempty"`
	Text         string         `json:"text,omitempty"` // of a to-do, as is Due; see Mention.Todo
	Due          time.Time      `json:"due,omitzero"`
}

// Turn remembers when a member was last picked for a team, so that turns
// survive restarts and are the same in every process.
type Turn struct {
	Team   string    `json:"team"`
	Member Email     `json:"member"`
	At     time.Time `json:"at"`
}

// Page asks for one stretch of a list. After is the Next of the stretch
// before, or "" for the first; Limit is 1 to 100.
type Page struct {
	After Next
	Limit int
}

// Next is where the following stretch begins; "" = there is none. It stays
// valid while rows come and go: a row that does not move is neither skipped
// nor shown twice.
type Next string

// Ledger keeps one line for each message of each mailbox.
type Ledger interface {
	// Record writes a line by itself, for a message that belongs to no record;
	// ErrExists when the message has one. One commit.
	Record(ctx context.Context, line LedgerLine) error
	// Line reads one line; ErrNotFound.
	Line(ctx context.Context, m Mailbox, id MessageID) (LedgerLine, error)
	// Known tells which of some messages have a line, at most 500 a call. One read.
	Known(ctx context.Context, m Mailbox, ids []MessageID) (map[MessageID]ConversationID, error)
	// Verdicts counts a mailbox's lines by verdict; "" counts all mailboxes.
	Verdicts(ctx context.Context, m Mailbox) (map[Verdict]int, error)
}

// List names a list of conversations.
type List string

// The lists. Each has its own order; ties are broken by id.
const (
	ListMine   List = "mine"   // held by Person and active: due first (none last), then by Since
	ListQueue  List = "queue"  // nobody's and owed a step (Queued): high first, then by Since
	ListLate   List = "late"   // active and due before Now: longest overdue first
	ListStatus List = "status" // in Status: newest message first
	// ListWaiting are those that wait for Waiting (Conversation.WaitsFor): oldest
	// first.
	ListWaiting List = "waiting"
)

// Query asks for one list.
type Query struct {
	List      List
	Mailboxes []Mailbox // only these; none = no rows, for the caller may see none
	Person    Email     // for ListMine; optional for ListLate: held by them
	Status    Status    // for ListStatus
	Waiting   WaitKey   // for ListWaiting
	Now       time.Time // for ListLate
}

// Lists answers queries over many conversations.
type Lists interface {
	// List gives one page of a list. One read.
	List(ctx context.Context, q Query, page Page) ([]Row, Next, error)
	// Count counts a list's rows, but not beyond limit. One read.
	Count(ctx context.Context, q Query, limit int) (int, error)
	// MentionsOf pages through the open mentions of a person, newest first.
	MentionsOf(ctx context.Context, person Email, page Page) ([]MentionRow, Next, error)
	// SharedWith pages through conversations with a share to a person that lives
	// at now, newest share first.
	SharedWith(ctx context.Context, person Email, now time.Time, page Page) ([]Row, Next, error)
	// Statuses counts a mailbox's conversations by status; "" counts all.
	Statuses(ctx context.Context, m Mailbox) (map[Status]int, error)
}

// MentionRow is a mention with the conversation it stands in.
type MentionRow struct {
	Mention Mention
	Row     Row
}

// Outbox keeps the intents.
type Outbox interface {
	// Claim takes up to limit open intents that are due at now and whose claim,
	// if any, has run out, for holder until a time: interactive ones first, then
	// oldest. One commit; none when there is nothing to claim.
	Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]Intent, error)
	// Settle writes the outcomes of tries. An outcome whose holder no longer
	// holds the claim, and one for a settled intent, has no effect. It gives the
	// intents that are open again because their record moved on. One commit,
	// which the store may put off by up to a second and share with others: a
	// lost settlement only repeats work.
	Settle(ctx context.Context, outcomes []Settlement) (again []Intent, err error)
	// Unclaim gives back every claim of a holder at once: its own before it
	// stops, or those of the process that it replaces. One commit.
	Unclaim(ctx context.Context, holder string) error
	// Draft stores the Gmail draft that a send intent's mail was put into, once:
	// the first to come sets it, and everybody gets the intent as it is then.
	// Whoever finds another draft in it, or a state that is settled, deletes
	// their own. ErrNotFound. One read, one commit that is never put off; none
	// when a draft is set already.
	Draft(ctx context.Context, id IntentID, draft string) (Intent, error)
	// Intent reads one; ErrNotFound.
	Intent(ctx context.Context, id IntentID) (Intent, error)
	// Intents counts intents by state.
	Intents(ctx context.Context) (map[IntentState]int, error)
	// Parked pages through parked intents, newest first.
	Parked(ctx context.Context, page Page) ([]Intent, Next, error)
}

// MailboxState is what Baton remembers of a mailbox's mail stream.
type MailboxState struct {
	Address      Mailbox   `json:"address"`
	Cursor       uint64    `json:"cursor"` // 0 = never read
	WatchExpires time.Time `json:"watch_expires,omitzero"`
	WatchTopic   string    `json:"watch_topic,omitempty"` // that the watch publishes to
	HintAt       time.Time `json:"hint_at,omitzero"`      // last hint accepted
	MailAt       time.Time `json:"mail_at,omitzero"`      // when the newest message that was taken in came
	SyncedAt     time.Time `json:"synced_at,omitzero"`    // last history read to its end
	Problem      string    `json:"problem,omitempty"`     // why it cannot be read and what to do, in words; "" = well
	ProblemAt    time.Time `json:"problem_at,omitzero"`   // since when
	// PausedAt and DisconnectedAt are set while people want the mailbox left
	// alone: paused for a while, disconnected until it is connected again.
	PausedAt       time.Time `json:"paused_at,omitzero"`
	DisconnectedAt time.Time `json:"disconnected_at,omitzero"`
	// Resync is set to ask whoever reads the mailbox to search all mail since
	// then, once.
	Resync   time.Time `json:"resync,omitzero"`
	ResyncAt time.Time `json:"resync_at,omitzero"` // when such a search was last done
	// Fence is the fence of the lease under which the state was last changed by
	// who reads the mailbox; one with a lower fence changes nothing any more.
	Fence int64 `json:"fence,omitempty"`
	// Units are the Gmail quota units used on UnitsDay, in UTC, by all processes.
	Units    int64     `json:"units,omitempty"`
	UnitsDay time.Time `json:"units_day,omitzero"`
	// Audit is the last comparison of Gmail with the ledger.
	Audit Audit `json:"audit,omitzero"`
	// Alarms are those of its queue that ring.
	Alarms []Ringing `json:"alarms,omitempty"`
	// Labels are Gmail's ids of our labels by the names that we gave them, in
	// lower case: a label that people rename is still ours.
	Labels map[string]string `json:"labels,omitempty"`
	// Restart, set by a change, lets the cursor go back in that change: Gmail
	// itself does not know it any more, as after a mailbox was made anew. It is
	// not kept.
	Restart bool `json:"-"`
}

// Audit is one comparison of the messages that Gmail holds with the ledger.
type Audit struct {
	At     time.Time `json:"at"`               // when it was done
	Since  time.Time `json:"since"`            // messages from then on were compared
	Gmail  int       `json:"gmail"`            // messages that Gmail holds
	Ledger int       `json:"ledger"`           // of these, in the ledger before the audit
	Open   int       `json:"open,omitempty"`   // still not in the ledger after it
	Gaps   []Gap     `json:"gaps,omitempty"`   // newest first, at most MaxGaps
	Failed string    `json:"failed,omitempty"` // why it could not be finished, in words
}

// Gap is an hour in which messages came that the ledger did not have.
type Gap struct {
	Hour    time.Time `json:"hour"`
	Missing int       `json:"missing"`
	Mended  int       `json:"mended"` // taken in by the audit, with the time at which they came
}

// MaxGaps bounds the gaps that an audit lists.
const MaxGaps = 48

// Mailboxes keeps the mailboxes' cursors.
type Mailboxes interface {
	// MailboxState reads one; a mailbox never seen gives a state with only
	// Address set.
	MailboxState(ctx context.Context, m Mailbox) (MailboxState, error)
	// SetMailboxState changes one: fn changes it in place and may run more than
	// once. A cursor never goes back, but with Restart: one that fn sets lower
	// stays as it was.
	// The store may put the commit off by up to a second and share it with
	// others: losing it only repeats work.
	SetMailboxState(ctx context.Context, m Mailbox, fn func(*MailboxState)) (MailboxState, error)
	// MailboxStates lists all.
	MailboxStates(ctx context.Context) ([]MailboxState, error)
}

// GrantMode says how a mailbox is reached.
type GrantMode string

// The modes of grants.
const (
	ByDelegation GrantMode = "delegation" // the domain's administrators let Baton act for its users
	ByConsent    GrantMode = "consent"    // the mailbox's owner agreed
)

// Grant is the access to one mailbox.
type Grant struct {
	Mailbox Mailbox   `json:"mailbox"`
	Mode    GrantMode `json:"mode"`
	// Token is the refresh token of a consent, encrypted; Key names the key that
	// did it. It is not written anywhere in the clear.
	Token  []byte    `json:"token,omitempty"`
	Key    string    `json:"key,omitempty"`
	Scopes []string  `json:"scopes,omitempty"`
	At     time.Time `json:"at"`
	// Rev is one higher each time that the mailbox's grant is set, so that every
	// process sees that the one it uses was replaced.
	Rev int64 `json:"rev"`
}

// Grants keeps the access to mailboxes.
type Grants interface {
	// Grant reads one; ErrNotFound. One read.
	Grant(ctx context.Context, m Mailbox) (Grant, error)
	// SetGrant replaces a mailbox's grant and gives it with its Rev, which also
	// grows past that of a grant that was dropped. One commit.
	SetGrant(ctx context.Context, g Grant) (Grant, error)
	// RenewGrant is SetGrant for whoever read the mailbox's grant and changes it:
	// ErrConflict when that one, by g.Rev, was replaced or dropped meanwhile.
	RenewGrant(ctx context.Context, g Grant) (Grant, error)
	// DropGrant forgets a mailbox's grant; there being none is no error.
	DropGrant(ctx context.Context, m Mailbox) error
	// Grants lists all, by mailbox. One read.
	Grants(ctx context.Context) ([]Grant, error)
}

// Lease is the right to do something alone for a while. Fence grows with each
// new holder of the same name.
type Lease struct {
	Name   string
	Holder string
	Fence  int64
	Until  time.Time
}

// Leases hands out leases.
type Leases interface {
	// Acquire takes or renews a lease until a time; ErrHeld while somebody else's
	// lives at now. Renewing keeps the fence. One commit.
	Acquire(ctx context.Context, name, holder string, now, until time.Time) (Lease, error)
	// Release gives a lease back; not holding it any more is no error.
	Release(ctx context.Context, name, holder string) error
}

// PolicyText is one stored version of the policy file.
type PolicyText struct {
	Version string    `json:"version"`
	Text    []byte    `json:"text"`
	At      time.Time `json:"at"`
}

// Policies keeps every version of the policy that was ever in force.
type Policies interface {
	// SavePolicy makes a version the current one; saving the current version
	// again changes nothing.
	SavePolicy(ctx context.Context, p PolicyText) error
	// CurrentPolicy gives the version in force; ErrNotFound before the first.
	CurrentPolicy(ctx context.Context) (PolicyText, error)
	// PolicyVersion reads any version; ErrNotFound.
	PolicyVersion(ctx context.Context, version string) (PolicyText, error)
}

// Availability says whether a member is given work.
type Availability string

// The availabilities. The empty value is Available.
const (
	Available Availability = ""     // is given work
	Busy      Availability = "busy" // keeps what they hold, is given nothing by rules
	Away      Availability = "away" // the same, and colleagues see it; what wakes goes to the queue
	// AwayReassign is away and offers their work to others: new mail on what
	// they hold takes it from them.
	AwayReassign Availability = "away_reassign"
)

// Presence is a member's availability and since when.
type Presence struct {
	Member       Email        `json:"member"`
	Availability Availability `json:"availability,omitempty"`
	At           time.Time    `json:"at"`
	// Until is when an absence ends by itself; zero = when its member says so.
	Until time.Time `json:"until,omitzero"`
	// Deputy gets work that would come to the member while they are away; "" =
	// whom the policy names, if it does.
	Deputy Email `json:"deputy,omitempty"`
}

// Members keeps what members set about themselves, and whose turn it is.
type Members interface {
	SetPresence(ctx context.Context, p Presence) error
	// Presences gives the presence of everybody who ever set one. One read.
	Presences(ctx context.Context) (map[Email]Presence, error)
	// Turns gives when each member was last picked for a team. One read.
	Turns(ctx context.Context, team string) (map[Email]time.Time, error)
}
