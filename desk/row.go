package desk

import "time"

// Row is a conversation as a list shows it.
type Row struct {
	ID       ConversationID
	Mailbox  Mailbox
	Thread   ThreadID
	LastID   MessageID
	Subject  string
	Customer Address
	Status   Status
	Priority Priority
	Assignee Email
	Team     string
	Due      time.Time
	LastAt   time.Time
	Since    time.Time // since when it waits, by which lists are sorted; see Conversation.Since
	// Until is when a snoozed one wakes, at the latest; TillReply: only when the
	// customer writes.
	Until     time.Time `json:",omitzero"`
	TillReply bool      `json:",omitempty"`
	CameBack  bool      `json:",omitempty"` // a reply of ours was not delivered
}

// Rest fills in what a row says beside its sort keys.
func (r *Row) Rest(c *Conversation) {
	if n := c.Nap; n != nil && c.Status == Snoozed {
		r.Until, r.TillReply = n.Until, n.Until.IsZero()
	}
	r.CameBack = c.Bounce != nil
}
