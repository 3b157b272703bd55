package desk

import (
	"slices"
	"strconv"
	"time"
)

// Notices is what a mailbox's policy says about the short mails to people who
// were given, mentioned or shared something and have not looked since. The zero
// value sends none.
type Notices struct {
	About []About // what people are told of
	// Quiet is how long what happens to a conversation gathers into one mail to a
	// person; 0 = each thing is told at once.
	Quiet time.Duration
	// Subject and Customer have the mail say the conversation's subject and who
	// wrote to the team. Nothing else of a customer's mail is ever in a notice.
	Subject  bool
	Customer bool
}

// DefaultQuiet is how long notices gather when the policy file says nothing;
// MaxQuiet is the longest that it may say.
const (
	DefaultQuiet = 5 * time.Minute
	MaxQuiet     = 24 * time.Hour
)

// About is a reason to tell a person.
type About string

// The reasons.
const (
	AboutGiven     About = "given"     // a person, or Baton for an absent holder, gave it to them
	AboutRouted    About = "routed"    // a rule gave it to them
	AboutMentioned About = "mentioned" // a note names them
	AboutShared    About = "shared"    // it was shared with them
	AboutLost      About = "lost"      // it was taken from them
	AboutTodo      About = "todo"      // they are to do something, or its time has come
	AboutFollowed  About = "followed"  // something happened of which they chose to hear
	AboutAsked     About = "asked"     // a colleague's answer waits for their yes
	AboutStopped   About = "stopped"   // a reply of theirs that was to go later does not
	// AboutAlarm calls a manager; the policy's alarm decides, whatever it says of
	// other notices.
	AboutAlarm About = "alarm"
)

// DefaultAbout gives the reasons that hold when the policy file says nothing:
// all that people do to one another. What rules hand out is told by labels.
func DefaultAbout() []About {
	return []About{AboutGiven, AboutMentioned, AboutTodo, AboutShared, AboutLost, AboutFollowed, AboutAsked, AboutStopped}
}

// AllAbout lists all reasons.
func AllAbout() []About { return append(DefaultAbout(), AboutRouted) }

// Telling is one thing that a notice tells.
type Telling struct {
	About About     `json:"about"`
	By    Email     `json:"by,omitempty"` // who did it; "" = Baton, or somebody by a label
	Via   string    `json:"via,omitempty"`
	At    time.Time `json:"at"`
	Note  NoteID    `json:"note,omitempty"`
	Todo  TodoID    `json:"todo,omitempty"`
	Share ShareID   `json:"share,omitempty"`
	Reply IntentID  `json:"reply,omitempty"`
	// Merged is the conversation of theirs that was merged into this one: the
	// rest of AboutLost.
	Merged ConversationID `json:"merged,omitempty"`
	Alarm  *Ringing       `json:"alarm,omitempty"`
	// More are other conversations of which the same is true since the same
	// change of many; at most MaxMore.
	More []ConversationID `json:"more,omitempty"`
	// Count is how many conversations it tells of, when there are several: those
	// beyond More are not looked at again.
	Count int `json:"count,omitempty"`
}

// Notice is a mail that a person gets about a conversation, unless they look
// first.
type Notice struct {
	To     Email     `json:"to"`
	Intent IntentID  `json:"intent"`
	Goes   time.Time `json:"goes"`
	Tells  []Telling `json:"tells"` // oldest first, at most MaxTells
	// Going: its mail is on its way. What happens from then on is told by another.
	Going bool `json:"going,omitempty"`
}

// MaxNotices bounds the notices of a record, MaxTells what one tells, MaxMore
// the conversations that one telling stands for beside its own.
const (
	MaxNotices = 20
	MaxTells   = 5
	MaxMore    = 24
)

const (
	// maxGoing is how long a notice is remembered whose mail never settled.
	maxGoing = 24 * time.Hour
)

// told is a telling and whom it is for.
type told struct {
	to Email
	Telling
}

// tell has a person told of something in this edit: by mail, once the quiet
// period is over, unless they look first, made it happen themselves, may not
// see the conversation, or the policy leaves such things out. A new reason needs
// its constant, a place in AllAbout, a case in holds and words.
func (e *edit) tell(to Email, t Telling) {
	t.By, t.Via, t.At = e.by, e.via, e.now
	e.tells = append(e.tells, told{to, t})
}

// notice finds a notice by its intent, or gives nil.
func (c *Conversation) notice(id IntentID) *Notice {
	for i := range c.Notices {
		if c.Notices[i].Intent == id {
			return &c.Notices[i]
		}
	}
	return nil
}

// tells tells whether the policy has people told of such things.
func (mb *MailboxPolicy) tells(a About) bool {
	return a == AboutAlarm || slices.Contains(mb.Notices.About, a)
}

// calls tells whether a notice is about a mailbox's queue, which looking at one
// conversation does not answer.
func (n *Notice) calls() bool {
	return slices.ContainsFunc(n.Tells, func(t Telling) bool { return t.About == AboutAlarm })
}

// dropNotices forgets notices, and tells whether there were any.
func (e *edit) dropNotices(which func(Notice) bool) bool {
	before := len(e.Notices)
	e.Notices = slices.DeleteFunc(slices.Clone(e.Notices), which)
	if len(e.Notices) == 0 {
		e.Notices = nil
	}
	return len(e.Notices) < before
}

// promiseNotices finds out whom the edited record is to tell of what, and has
// them told. Whoever acts has seen what there was. When many conversations are
// changed at once, gather is given what is to be told, to be told once.
func (d *Desk) promiseNotices(e *edit, gather bool) {
	if e.by != "" {
		e.saw(e.by)
	}
	e.tellHolders()
	e.tellGuests()
	e.tellNamed()
	if e.Merged == nil { // else the one that it was merged into tells them
		e.tellFollowers()
	}
	mb, _ := e.policy.Mailbox(e.Mailbox)
	e.tells = slices.DeleteFunc(e.tells, func(t told) bool {
		return t.to == "" || t.to == e.by || !mb.tells(t.About) ||
			e.policy.OwnAddress(t.to) || e.policy.roleIn(t.to, e.Conversation, e.now) == ""
	})
	if gather {
		return
	}
	for _, t := range e.tells {
		d.promiseNotice(e, t, mb.Notices.Quiet)
	}
}

// tellHolders tells who got the conversation and who lost it.
func (e *edit) tellHolders() {
	was := e.was.holding.Assignee
	if was == e.Assignee {
		again := func(ev Event) bool { return ev.Kind == EventGiven && ev.Who == was }
		if was != "" && slices.ContainsFunc(e.change.Events, again) {
			e.tell(was, Telling{About: AboutGiven}) // for another reason, or until another time
		}
		return
	}
	if was != "" {
		e.tell(was, Telling{About: AboutLost})
	}
	about := AboutGiven
	if slices.ContainsFunc(e.change.Events, func(ev Event) bool { return ev.Kind == EventRouted || ev.Kind == EventHandedOut }) {
		about = AboutRouted
	}
	e.tell(e.Assignee, Telling{About: about})
}

// tellGuests tells those to whom the conversation was opened.
func (e *edit) tellGuests() {
	for _, s := range e.Shares {
		had := slices.ContainsFunc(e.was.shares, func(o Share) bool { return o.ID == s.ID && o.Live(e.now) })
		if !had && s.Live(e.now) {
			e.tell(s.To, Telling{About: AboutShared, Share: s.ID})
		}
	}
}

// tellNamed tells those whom a note or a to-do names from now on, and those of a
// to-do whose time has come.
func (e *edit) tellNamed() {
	for _, m := range e.change.Mentions {
		id, todo := m.Todo()
		asks, yes := m.Asks()
		stopped, stop := m.Stopped()
		switch {
		case m.Done, m.Note == reofferNote(e.ID), m.Doubled():
		case todo:
			e.tell(m.Person, Telling{About: AboutTodo, Todo: id})
		case yes:
			e.tell(m.Person, Telling{About: AboutAsked, Reply: asks})
		case stop:
			e.tell(m.Person, Telling{About: AboutStopped, Reply: stopped})
		default:
			e.tell(m.Person, Telling{About: AboutMentioned, Note: m.Note})
		}
	}
	for i := range e.change.Events {
		if ev := &e.change.Events[i]; ev.Kind == EventTodoDue && ev.In == "" {
			e.tell(ev.Who, Telling{About: AboutTodo, Todo: TodoID(ev.To)})
		}
	}
}

// tellFollowers tells those who chose to hear of what happened. Who follows only
// because they took part finds it on the card.
func (e *edit) tellFollowers() {
	for i := range e.change.Events {
		for _, who := range e.policy.Told(e.Conversation, &e.change.Events[i], e.now) {
			if f, _ := e.Follower(who); f.Chosen {
				e.tell(who, Telling{About: AboutFollowed})
			}
		}
	}
}

// promiseNotice puts a telling into the notice that gathers for its person, or
// begins one. The intent is a timer until it rings.
func (d *Desk) promiseNotice(e *edit, t told, quiet time.Duration) {
	e.Notices = slices.Clone(e.Notices)
	if i := slices.IndexFunc(e.Notices, func(n Notice) bool { return n.To == t.to && !n.Going }); i >= 0 {
		n := &e.Notices[i]
		if n.Tells = joined(n.Tells, t.Telling); len(n.Tells) == 0 {
			e.dropNotices(func(o Notice) bool { return o.Intent == n.Intent })
		}
		return
	}
	e.dropNotices(func(n Notice) bool { return n.Going && e.now.Sub(n.Goes) > maxGoing })
	if len(e.Notices) >= MaxNotices {
		return // nobody works with so many: they see it on the card
	}
	in := Intent{Kind: IntentNotify, NotBefore: e.now.Add(quiet)}
	d.intent(e, in, "notice\n"+string(t.to)+"\nv"+strconv.FormatInt(e.Version+1, 10))
	id := e.change.Intents[len(e.change.Intents)-1].ID
	e.Notices = append(e.Notices, Notice{To: t.to, Intent: id, Goes: in.NotBefore, Tells: []Telling{t.Telling}})
}

// joined adds a telling to those that wait to be told. What is given and taken
// away again before anybody was told of it is not told at all; nor is what is
// taken and given back by the same person.
func joined(all []Telling, t Telling) []Telling {
	all = slices.Clone(all)
	is := func(a About) bool { return t.About == a }
	held := is(AboutGiven) || is(AboutRouted)
	for i, o := range all {
		was := o.About == AboutGiven || o.About == AboutRouted
		switch {
		case is(AboutAlarm) && o.About == AboutAlarm && o.Alarm.Kind == t.Alarm.Kind:
			all[i] = t
			return all
		case o.beyond(t):
			if t.Count <= 1 && !(held && o.About == AboutLost && o.By != t.By) {
				return all // it tells of the others still, and of this one what is so when it goes
			}
		case t.beyond(o):
			if held == was {
				return append(slices.Delete(all, i, i+1), t)
			}
		case is(AboutLost) && was, held && o.About == AboutLost && o.By == t.By && o.Merged == "":
			return slices.Delete(all, i, i+1)
		case held && was, o.About == t.About && o.Note == t.Note && o.Todo == t.Todo && o.Reply == t.Reply && (t.Note != "" || t.Todo != "" || t.Reply != "" || is(AboutShared) || is(AboutLost) || is(AboutFollowed)):
			all = slices.Delete(all, i, i+1)
			return append(all, t)
		}
	}
	if all = append(all, t); len(all) > MaxTells {
		all = all[1:]
	}
	return all
}
