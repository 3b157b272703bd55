package desk

import "time"

// ShareRole is what a guest may do with a shared conversation.
type ShareRole string

// The share roles.
const (
	ShareView    ShareRole = "view"    // see the card, its history and the mail in the scope
	ShareComment ShareRole = "comment" // and write notes
	ShareReply   ShareRole = "reply"   // and answer as the mailbox
)

// Share is one conversation opened to one person until a time.
type Share struct {
	ID    ShareID   `json:"id"`
	To    Email     `json:"to"`
	Role  ShareRole `json:"role"`
	By    Email     `json:"by"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	Why   string    `json:"why,omitempty"`
	// Scope, Attachments and Unmasked say what of the mail itself the person
	// reads: which messages, whether with the names and sizes of their files, and
	// whether with the numbers of cards and accounts in full.
	Scope       ShareScope `json:"scope,omitzero"`
	Attachments bool       `json:"attachments,omitempty"`
	Unmasked    bool       `json:"unmasked,omitempty"`

	StoppedAt time.Time `json:"stopped_at,omitzero"`
	StoppedBy Email     `json:"stopped_by,omitempty"`
	ReadAt    time.Time `json:"read_at,omitzero"` // last read by the guest
	Reads     int       `json:"reads,omitempty"`
}

// Live tells whether the share opens anything at a time.
func (s Share) Live(at time.Time) bool { return s.StoppedAt.IsZero() && at.Before(s.Until) }

// ShareTo gives the live share of a person, or nil.
func (c *Conversation) ShareTo(e Email, at time.Time) *Share {
	for i := range c.Shares {
		if c.Shares[i].To == e && c.Shares[i].Live(at) {
			return &c.Shares[i]
		}
	}
	return nil
}
