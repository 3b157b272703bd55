package desk

import "time"

// Right is something that may be done with a conversation.
type Right string

// The rights.
const (
	RightSee      Right = "see"
	RightNote     Right = "note"
	RightAssign   Right = "assign" // take, give, decline, release
	RightProgress Right = "status"
	RightSort     Right = "sort" // priority and tags
	RightShare    Right = "share"
	RightReply    Right = "reply"    // answer as the mailbox
	RightCustomer Right = "customer" // what else is known of the customer
)

// grants is the whole table of what roles may do; what is not here is refused.
// A guest's rights follow from the share.
var grants = map[Role]map[Right]bool{
	Agent:   {RightSee: true, RightNote: true, RightAssign: true, RightProgress: true, RightSort: true, RightShare: true, RightReply: true, RightCustomer: true},
	Manager: {RightSee: true, RightNote: true, RightAssign: true, RightProgress: true, RightSort: true, RightShare: true, RightReply: true, RightCustomer: true},
	Admin:   {RightSee: true, RightNote: true, RightAssign: true, RightProgress: true, RightSort: true, RightShare: true, RightReply: true, RightCustomer: true},
	Guest:   {RightSee: true},
}

var refusals = map[Right]string{
	RightNote:     "This conversation was shared with you to read, not to comment on. Ask the person who shared it.",
	RightAssign:   "Only people who work in this mailbox can take or give its conversations.",
	RightProgress: "Only people who work in this mailbox can change where a conversation stands.",
	RightSort:     "Only people who work in this mailbox can change priority and tags.",
	RightReply:    "This conversation was shared with you, but not to answer it. Ask the person who shared it.",
	RightCustomer: "Only people who work in this mailbox see what else is known of the customer.",
	RightShare:    "Only people who work in this mailbox can share its conversations.",
}

// Refusal says to a person that they lack the right, and what to do.
func (r Right) Refusal() string {
	if s, ok := refusals[r]; ok {
		return s
	}
	return "You may not do this."
}

// roleIn gives the role in which a person meets a conversation, or "" for
// somebody who may not know that it exists.
func (p *Policy) roleIn(e Email, c *Conversation, now time.Time) Role {
	if m, ok := p.Member(e); ok && p.Works(e, c.Mailbox) {
		return m.Role
	}
	if c.ShareTo(e, now) != nil && p.SharesWith(e, c.Mailbox) {
		return Guest
	}
	return ""
}

// may tells whether a role has a right; share is the person's live share, if
// that is how they came.
func (r Role) may(need Right, share *Share) bool {
	if grants[r][need] {
		return true
	}
	if r != Guest || share == nil {
		return false
	}
	switch need {
	case RightNote:
		return share.Role == ShareComment || share.Role == ShareReply
	case RightReply:
		return share.Role == ShareReply
	}
	return false
}
