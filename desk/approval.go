package desk

import (
	"slices"
	"strings"
	"time"
)

// Approval is what a mailbox's policy says about answers that a colleague is to
// look at before they go: their yes. The zero value wants none.
type Approval struct {
	For   []Email // whose answers need a yes
	Roles []Role  // in which role; Guest stands for people with whom it is shared
	By    []Email // who can say yes
}

// MaxAsked bounds the people who are asked for a yes to one answer.
const MaxAsked = 20

// Ask says whose yes a person wants: a colleague's or that of anybody of a team.
// The zero Ask asks whom the policy names.
type Ask struct {
	To   Email
	Team string
}

// Asked is whose yes an answer needs, and whose it has.
type Asked struct {
	People []Email `json:"people"`         // any of them, at most MaxAsked
	Team   string  `json:"team,omitempty"` // as which they were asked; "" = each by name
	// YesBy said yes at YesAt; "" = nobody has. Changed: with another text.
	YesBy   Email     `json:"yes_by,omitempty"`
	YesAt   time.Time `json:"yes_at,omitzero"`
	Changed bool      `json:"changed,omitempty"`
	// Back is the intent of a yes that was taken back.
	Back IntentID `json:"back,omitempty"`
}

// NeedsYes tells whether a person's answers in a conversation wait for a
// colleague's yes, however they are written on a card.
func (p *Policy) NeedsYes(by Email, c *Conversation, now time.Time) bool {
	mb, _ := p.Mailbox(c.Mailbox)
	return slices.Contains(mb.Approval.For, by) || slices.Contains(mb.Approval.Roles, p.roleIn(by, c, now))
}

// Approvers lists who can be asked for a yes to a person's answer, in the order of
// the roster: never that person. Where the policy wants a yes it says whose;
// elsewhere it is everybody who works in the mailbox and needs none.
func (p *Policy) Approvers(by Email, c *Conversation, now time.Time) []Email {
	mb, _ := p.Mailbox(c.Mailbox)
	needs := p.NeedsYes(by, c, now)
	var out []Email
	for _, m := range p.Workers(c.Mailbox) {
		able := slices.Contains(mb.Approval.By, m.Email)
		if !needs {
			able = !p.NeedsYes(m.Email, c, now)
		}
		if able && m.Email != by {
			out = append(out, m.Email)
		}
	}
	return out
}

// ask finds whom an answer of the actor's waits for; nil = for nobody.
func (e *edit) ask(a *Ask) (*Asked, error) {
	needs := e.policy.NeedsYes(e.by, e.Conversation, e.now)
	if a == nil && !needs {
		return nil, nil
	}
	if a == nil {
		a = &Ask{}
	}
	able := e.policy.Approvers(e.by, e.Conversation, e.now)
	var people []Email
	team := ""
	switch t, ok := e.policy.Team(a.Team); {
	case a.To != "" && a.To == e.by:
		return nil, invalid("Nobody says yes to their own answer. Choose a colleague.")
	case a.To != "" && !slices.Contains(able, a.To):
		return nil, invalid("%s cannot say yes to your answer here. Choose %s.", e.policy.NameOf(a.To), e.anyOf(able))
	case a.To != "":
		people = []Email{a.To}
	case a.Team != "" && !ok:
		return nil, invalid("There is no team %s. Choose a colleague, or one of the teams that are offered.", cut(oneLine(a.Team), 60))
	case a.Team != "":
		team = t.Name
		people = slices.DeleteFunc(slices.Clone(able), func(p Email) bool { return !slices.Contains(t.Members, p) })
		if len(people) == 0 {
			return nil, invalid("Nobody of %s can say yes to your answer here. Choose %s.", t.Name, e.anyOf(able))
		}
	case needs:
		people = able
	default:
		return nil, invalid("Choose whom to ask for a yes.")
	}
	if len(people) == 0 {
		return nil, invalid("Your answers here need a yes, and nobody is there who could say it. Tell your admin: the policy's approval names who.")
	}
	return &Asked{People: people[:min(len(people), MaxAsked)], Team: team}, nil
}

// anyOf names some of those who could be asked.
func (e *edit) anyOf(able []Email) string {
	var names []string
	for _, p := range able[:min(len(able), 5)] {
		names = append(names, e.policy.NameOf(p))
	}
	if len(names) == 0 {
		return "somebody else"
	}
	return strings.Join(names, " or ")
}

// MayDecide tells whether a person may say yes to an answer that waits for it, or
// give it back: who was asked, anybody whom the policy names, and elsewhere
// managers; never its writer, and nobody who needs a yes themself and is not named.
func (p *Policy) MayDecide(by Email, c *Conversation, o Outgoing, now time.Time) bool {
	if o.State != AwaitsYes || o.Asked == nil || !slices.Contains(p.Approvers(o.By, c, now), by) {
		return false
	}
	role := p.roleIn(by, c, now)
	return slices.Contains(o.Asked.People, by) || p.NeedsYes(o.By, c, now) || role == Manager || role == Admin
}

// AsksFor gives the answers that wait for a yes that a person may say, oldest first.
func (d *Desk) AsksFor(by Email, c *Conversation) []Outgoing {
	p, now := d.Policy(), d.Now()
	return slices.DeleteFunc(slices.Clone(c.Outgoing), func(o Outgoing) bool { return !p.MayDecide(by, c, o, now) })
}

// yesNote is how an answer that waits for a yes stands on a person's home, in the
// store's terms: a mention in a note that is none. stoppedNote is how its writer
// is told of one that was stopped.
func yesNote(reply IntentID) NoteID     { return NoteID(yesMark + string(reply)) }
func stoppedNote(reply IntentID) NoteID { return NoteID(stoppedMark + string(reply)) }

const (
	yesMark     = "yes-"
	stoppedMark = "stopped-"
)

// Asks tells whether a mention stands for an answer that waits for a yes.
func (m Mention) Asks() (reply IntentID, ok bool) {
	id, ok := strings.CutPrefix(string(m.Note), yesMark)
	return IntentID(id), ok
}

// Stopped tells whether a mention says that a reply of the person's, which was to
// go later, was stopped.
func (m Mention) Stopped() (reply IntentID, ok bool) {
	id, ok := strings.CutPrefix(string(m.Note), stoppedMark)
	return IntentID(id), ok
}

// list puts an answer onto the home of those whose yes it waits for.
func (e *edit) list(o *Outgoing) {
	for _, who := range o.Asked.People {
		e.mention(Mention{
			Person: who, Conversation: e.ID, Note: yesNote(o.Key()), Mailbox: e.Mailbox, By: o.By, At: e.now,
		})
	}
}

// unlist takes a reply off the homes where it stands for its state.
func (e *edit) unlist(o *Outgoing) {
	done := func(who Email, note NoteID) {
		e.mention(Mention{
			Person: who, Conversation: e.ID, Note: note, Mailbox: e.Mailbox, By: o.By, At: e.now, Done: true,
		})
	}
	switch o.State {
	case AwaitsYes:
		for _, who := range o.Asked.People {
			done(who, yesNote(o.Key()))
		}
	case Stopped:
		done(o.By, stoppedNote(o.Key()))
	}
}
