package desk

import (
	"slices"
	"strings"
	"time"
)

// Role is what a member may do; see rights.go.
type Role string

// The roles. Guest is nobody's role on a roster: it stands for a person who
// sees one conversation by a share.
const (
	Agent   Role = "agent"
	Manager Role = "manager"
	Admin   Role = "admin"
	Guest   Role = "guest"
)

// Policy is the desk's configuration: roster, teams, rules and settings. It is
// versioned by its text and never changed in place.
type Policy struct {
	Version   string // short digest of the text
	Desk      string // the desk's name
	Zone      *time.Location
	Mailboxes []MailboxPolicy
	Members   []Member
	Teams     []Team
	// ShareDomains are the domains outside the organisation, in lower case, whose
	// people conversations may be shared with.
	ShareDomains []string
	Rules        []Rule // in the order in which they are tried
	Texts        []SavedText
}

// MailboxPolicy is the configuration of one shared mailbox.
type MailboxPolicy struct {
	Address Mailbox
	Name    string
	Aliases []Email
	Members []Email // who works here, besides admins
	// FirstReply is how soon a person is promised a first answer, in wall time;
	// 0 = no promise.
	FirstReply time.Duration
	// FollowUp is how long after closing a person's mail still reopens the
	// conversation with its last holder; later it goes to the queue. 0 = always.
	FollowUp time.Duration
	// Hours are when people work here; without days, UsualHours.
	Hours Hours
	// Undo is how long a reply waits before it goes, so that it can be taken
	// back; 0 = it goes at once. A policy file that does not say has DefaultUndo.
	Undo    time.Duration
	Notices Notices // the mails that tell the team's people what happened
	// Approval is whose answers need a colleague's yes before they go.
	Approval Approval
	Alarm    Alarm // when its managers are called
	// Signature stands below every reply: plain text, with SignatureName for the
	// writer's name and SignatureAddress for the address that it goes out from;
	// "" = none.
	Signature string
}

// DefaultUndo is how long replies can be taken back when the policy file says
// nothing; MaxUndo is the longest that it may say.
const (
	DefaultUndo = 10 * time.Second
	MaxUndo     = 2 * time.Minute
)

// Member is a person on the roster.
type Member struct {
	Email Email
	Name  string
	Label string // name on Gmail labels, unique on the desk: "Ana"
	Role  Role
	// Deputy stands in for them while they are away, unless they name somebody
	// themself; "" = nobody does.
	Deputy Email
}

// Team is a group of members who share a queue.
type Team struct {
	Name    string
	Members []Email
}

// Scope says which mail a rule looks at.
type Scope string

// The scopes.
const (
	ScopePeople    Scope = "people"    // mail that persons wrote; the default
	ScopeAutomatic Scope = "automatic" // mail that machines wrote
	ScopeAll       Scope = "all"
)

// Rule is one routing rule: a condition in CEL and what follows when it holds.
type Rule struct {
	Name    string
	Mailbox Mailbox // "" = every mailbox
	Scope   Scope
	When    string
	Then    Actions
	Line    int // where it stands in the policy file
}

// Actions are what a rule does. Zero values do nothing.
type Actions struct {
	Person   Email
	Team     string
	Priority Priority
	Tags     []string
	Status   Status
	Stop     bool // no later rule is tried
}

// Mailbox finds a shared mailbox by its address.
func (p *Policy) Mailbox(m Mailbox) (MailboxPolicy, bool) {
	for _, mb := range p.Mailboxes {
		if mb.Address == m {
			return mb, true
		}
	}
	return MailboxPolicy{}, false
}

// Member finds a person on the roster.
func (p *Policy) Member(e Email) (Member, bool) {
	for _, m := range p.Members {
		if m.Email == e {
			return m, true
		}
	}
	return Member{}, false
}

// Team finds a team by its name, without regard to case.
func (p *Policy) Team(name string) (Team, bool) {
	for _, t := range p.Teams {
		if strings.EqualFold(t.Name, name) {
			return t, true
		}
	}
	return Team{}, false
}

// Works tells whether a person works in a mailbox: is on its list, or is an
// admin of the desk.
func (p *Policy) Works(e Email, m Mailbox) bool {
	member, ok := p.Member(e)
	if !ok {
		return false
	}
	mb, ok := p.Mailbox(m)
	return ok && (member.Role == Admin || slices.Contains(mb.Members, e))
}

// Workers lists who works in a mailbox, in the order of the roster.
func (p *Policy) Workers(m Mailbox) []Member {
	var out []Member
	for _, member := range p.Members {
		if p.Works(member.Email, m) {
			out = append(out, member)
		}
	}
	return out
}

// SharesWith tells whether conversations of a mailbox may be shared with
// somebody: a person of the mailbox's own domain, or of one that is allowed.
func (p *Policy) SharesWith(e Email, m Mailbox) bool {
	domain := e.Domain()
	return domain != "" && (domain == Email(m).Domain() || slices.Contains(p.ShareDomains, domain))
}

// WorksIn lists the mailboxes in which a person works, in the order of the
// policy.
func (p *Policy) WorksIn(e Email) []Mailbox {
	var out []Mailbox
	for _, mb := range p.Mailboxes {
		if p.Works(e, mb.Address) {
			out = append(out, mb.Address)
		}
	}
	return out
}

// NameOf gives a person's name, or the address of somebody who is not on the
// roster.
func (p *Policy) NameOf(e Email) string {
	if m, ok := p.Member(e); ok && m.Name != "" {
		return m.Name
	}
	return string(e)
}

// OwnAddress tells whether an address is a shared mailbox of this desk or an
// alias of one; mail from there is the desk's own.
func (p *Policy) OwnAddress(e Email) bool {
	for _, mb := range p.Mailboxes {
		if Email(mb.Address) == e || slices.Contains(mb.Aliases, e) {
			return true
		}
	}
	return false
}

func equalFold(want string) func(string) bool {
	return func(s string) bool { return strings.EqualFold(s, want) }
}
