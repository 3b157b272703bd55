package desk

import (
	"slices"
	"time"
)

// How much of a long history a record carries, so that one read opens a card
// (the rest is in the store's subcollections), and bounds that keep a record
// far below the 1 MiB of a Firestore document whatever is done to it.
const (
	KeptNotes    = 10
	KeptEvents   = 10
	KeptEpisodes = 20
	MaxTags      = 20
	MaxShares    = 50
	MaxSubject   = 500 // characters
)

// Address is a person as a mail header names them.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email Email  `json:"email"`
}

// Priority says how soon a conversation is due, beside its times.
type Priority string

// The priorities. The empty value is Normal.
const (
	Normal Priority = ""
	High   Priority = "high"
)

// Aspect is a part of a record that people can change against each other.
type Aspect string

// The aspects.
const (
	Assignment Aspect = "assignment"
	Progress   Aspect = "status"
	Urgency    Aspect = "priority"
	Tagging    Aspect = "tags"
	Sharing    Aspect = "shares"
	Talk       Aspect = "talk"     // what people say: mail, replies, notes
	Delivery   Aspect = "delivery" // whether somebody saw to a mail that came back
	Joining    Aspect = "merge"
	Knowing    Aspect = "customer" // which addresses are the customer's
	Todos      Aspect = "todos"
	Following  Aspect = "following"
)

// Mark remembers who changed an aspect last, and in which version.
type Mark struct {
	Version int64     `json:"v"`
	By      Email     `json:"by"`
	At      time.Time `json:"at"`
	Via     string    `json:"via,omitempty"` // ByLabel, or "" for a button, a mail or a rule
}

// Conversation is the record of one Gmail thread in one shared mailbox. It
// carries what its card needs and no mail bodies.
type Conversation struct {
	ID      ConversationID `json:"id"`
	Mailbox Mailbox        `json:"mailbox"`
	Thread  ThreadID       `json:"thread"`
	// Version counts committed changes; 0 is a record not yet stored.
	Version int64 `json:"version"`

	Subject  string   `json:"subject,omitempty"` // as the first message had it; may be empty
	Customer Address  `json:"customer"`          // who writes to the team
	Status   Status   `json:"status"`
	Priority Priority `json:"priority,omitempty"`
	Tags     []string `json:"tags,omitempty"` // sorted

	Assignee   Email       `json:"assignee,omitempty"` // "" = nobody: it is in the queue
	Team       string      `json:"team,omitempty"`     // the team whose queue it is in, or whose member holds it
	Delegation *Delegation `json:"delegation,omitempty"`
	Route      Route       `json:"route"`

	Waits     *Waits     `json:"waits,omitempty"`     // for whom it waits, while nobody holds it
	Nap       *Napping   `json:"nap,omitempty"`       // set while Snoozed
	Woke      *Woke      `json:"woke,omitempty"`      // how the last nap ended
	Reoffered *Reoffered `json:"reoffered,omitempty"` // from an absent holder; nil once somebody chose to hold it
	Absent    *Absent    `json:"absent,omitempty"`    // the holder was away when a customer wrote

	Episodes     []Episode `json:"episodes,omitempty"` // newest last, at most KeptEpisodes
	EpisodeCount int       `json:"episode_count"`

	Messages   int       `json:"messages"` // ledger lines of this thread
	OpenedAt   time.Time `json:"opened_at"`
	LastAt     time.Time `json:"last_at"`                // newest message, either way
	InboundAt  time.Time `json:"inbound_at,omitzero"`    // newest mail of a person outside
	OutboundAt time.Time `json:"outbound_at,omitzero"`   // newest answer of the team
	KnewAt     time.Time `json:"knew_at,omitzero"`       // when that was written, if on a card: its writer knew nothing later
	Unanswered time.Time `json:"unanswered,omitzero"`    // since when a person waits; zero = nobody waits
	LastRFC    RFCID     `json:"last_rfc,omitempty"`     // Message-ID of the newest message
	LastID     MessageID `json:"last_message,omitempty"` // newest message
	LastRefs   []RFCID   `json:"last_refs,omitempty"`    // what the message of LastRFC refers to, oldest first
	Heard      Envelope  `json:"heard,omitzero"`         // of the newest mail of a person outside

	AnsweredBy Email  `json:"answered_by,omitempty"` // who of the team wrote last, as far as it is known
	Language   string `json:"language,omitempty"`    // that the customer's programs declare: "de"

	Merged *Merged  `json:"merged,omitempty"` // into another conversation; nil = it stands for itself
	Joined []Joined `json:"joined,omitempty"` // threads merged into this one, at most MaxJoined
	Alike  []Alike  `json:"alike,omitempty"`  // others that may be about the same matter, at most MaxAlike

	Answers []SentMail `json:"answers,omitempty"` // of the team's people, newest last, at most KeptAnswers
	Doubled *Doubled   `json:"doubled,omitempty"` // two people answered the same mail
	Bounce  *Bounced   `json:"bounce,omitempty"`  // an answer was not delivered, and nobody saw to it yet
	Drafts  DraftFacts `json:"drafts,omitzero"`   // that people write in Gmail
	Looks   []Look     `json:"-"`                 // who has it before them; kept beside the record, see Conversations.Look

	HandedIn *HandedIn `json:"handed_in,omitempty"` // by a person, from their own mailbox; nil = it came by itself

	Outgoing []Outgoing `json:"outgoing,omitempty"` // replies written on cards, newest last, at most KeptOutgoing

	Notes     []Note `json:"notes,omitempty"` // newest last, at most KeptNotes
	NoteCount int    `json:"note_count,omitempty"`
	Todos     []Todo `json:"todos,omitempty"` // oldest first, at most MaxTodos

	Followers []Follower `json:"followers,omitempty"` // by address, at most MaxFollowers

	Shares   []Share  `json:"shares,omitempty"`  // live and stopped, at most MaxShares
	Notices  []Notice `json:"notices,omitempty"` // mails that people are to get; at most MaxNotices
	Recent   []Event  `json:"recent,omitempty"`  // newest last, at most KeptEvents
	EventSeq int64    `json:"event_seq"`         // sequence number of the newest event

	// LabelsRev counts changes of what the thread should wear; see WantedLabels.
	LabelsRev int64 `json:"labels_rev"`
	// Worn lists every label of ours that the thread may wear by now, wanted or
	// not, so that a change takes off what is left over without reading the
	// thread first (a read costs 40 units, the change 10).
	Worn  []string        `json:"worn,omitempty"`
	Marks map[Aspect]Mark `json:"marks,omitempty"`

	// Labels is what is needed to tell our own changes of labels from people's.
	Labels   LabelMemory `json:"labels,omitzero"`
	Refusal  *Refusal    `json:"refusal,omitempty"`  // of what was last asked by a label
	Standoff *Standoff   `json:"standoff,omitempty"` // the last one, over or not
}

// Delegation is the record of who gave a conversation to whom.
type Delegation struct {
	By  Email     `json:"by"`            // who gave it; the holder themself when taken
	To  Email     `json:"to"`            // who holds it
	At  time.Time `json:"at"`            // since when
	Why string    `json:"why,omitempty"` // in the giver's words, or a rule's name
	Due time.Time `json:"due,omitzero"`  // until when it should be done; zero = open
	For Email     `json:"for,omitempty"` // who was away then: To stands in for them
}

// Route says why a conversation is where it is: the routing decision that was
// made when it was opened or reopened.
type Route struct {
	Rules  []string  `json:"rules,omitempty"` // names of the rules that matched, in order
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Policy string    `json:"policy,omitempty"` // version of the policy that decided
}

// Due gives the earliest time by which somebody promised something, or the
// zero time: a delegation's due time or the first reply still owed.
func (c *Conversation) Due() time.Time {
	var due time.Time
	if !c.Status.Active() {
		return due
	}
	switch {
	case c.Delegation != nil:
		due = c.Delegation.Due
	case c.Reoffered != nil && c.Reoffered.Delegation != nil:
		due = c.Reoffered.Delegation.Due // what was promised stays promised in the queue
	}
	if e := c.Episode(); e != nil && e.RepliedAt.IsZero() && !e.ReplyDue.IsZero() {
		if due.IsZero() || e.ReplyDue.Before(due) {
			due = e.ReplyDue
		}
	}
	return due
}

// Since gives since when the conversation waits, which orders the queue: since when
// a person waits for an answer, else since its episode began.
func (c *Conversation) Since() time.Time {
	if !c.Unanswered.IsZero() {
		return c.Unanswered
	}
	if e := c.Episode(); e != nil && c.Status.Active() {
		return e.OpenedAt
	}
	return c.OpenedAt
}

// Queued tells whether the conversation waits for somebody to take it.
func (c *Conversation) Queued() bool {
	return c.Assignee == "" && (c.Status == Open || c.Status == WaitingInternal)
}

// HasTag tells whether the record carries a tag, without regard to case.
func (c *Conversation) HasTag(tag string) bool { return slices.ContainsFunc(c.Tags, equalFold(tag)) }

// touch marks an aspect as changed by somebody in the version that is being
// made.
func (c *Conversation) touch(a Aspect, by Email, at time.Time) {
	if c.Marks == nil {
		c.Marks = make(map[Aspect]Mark)
	}
	c.Marks[a] = Mark{Version: c.Version + 1, By: by, At: at}
}

// fresh refuses a change that was decided on an older state of the aspect.
// seen is the version the person's card was drawn from; 0 means that the
// caller read the record itself. What the same person changed meanwhile, in
// another window, is no conflict.
func (c *Conversation) fresh(a Aspect, seen int64, by Email) error {
	m, ok := c.Marks[a]
	if !ok || seen == 0 || m.Version <= seen || m.By == by {
		return nil
	}
	return &Conflict{Aspect: a, By: m.By, Via: m.Via, At: m.At, Now: *c}
}
