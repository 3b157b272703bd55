package addon

import (
	"fmt"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"baton/addon/card"
	"baton/desk"
)

// Names of cards, for going back to them.
const (
	messageCardName = "conversation"
	homeCardName    = "home"
)

// messageCard draws a conversation as a person sees it. banner is a sentence
// about what just happened, when there is one.
func (a *Addon) messageCard(rq *request, v desk.View, banner card.HTML) card.Card {
	p := a.o.Desk.Policy()
	d := drawing{a: a, rq: rq, p: p, v: v}
	d.open = v.OpenMentions(rq.who)
	d.looking(desk.Viewing)
	c := card.Card{
		Name:   messageCardName,
		Header: card.Header{Title: subject(v.Subject), Subtitle: d.standing()},
	}
	if !banner.Empty() {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: banner}}})
	}
	c.Sections = append(c.Sections,
		card.Section{Widgets: d.resting()},
		card.Section{Widgets: d.bounced()},
		card.Section{Widgets: d.justDone()},
		card.Section{Widgets: append(d.alikeLines(), d.mergedLines()...)},
		card.Section{Widgets: d.company()},
		card.Section{Widgets: slices.Concat(d.outgoing(), d.intakeLines(), d.reading())})
	if d.anyLate() {
		c.Sections = append(c.Sections, d.todos(), d.holding(), d.notes())
	} else {
		c.Sections = append(c.Sections, d.holding(), d.todos(), d.notes())
	}
	if len(v.Tags) > 0 || v.May(desk.RightSort) {
		c.Sections = append(c.Sections, d.sorting())
	}
	if v.May(desk.RightCustomer) {
		c.Sections = append(c.Sections, d.customerSection())
	}
	if v.May(desk.RightShare) {
		c.Sections = append(c.Sections, d.shares())
	}
	c.Sections = append(c.Sections, d.followLine(), d.history())
	c.Menu = d.menu()
	c.Footer = d.footer()
	return a.withHome(rq, c)
}

// drawing is one conversation being drawn for one person.
type drawing struct {
	a  *Addon
	rq *request
	p  *desk.Policy
	v  desk.View

	open map[desk.NoteID]bool // notes with an open mention of the person
}

// do makes the click that posts to one of our actions about this
// conversation, with the version that the person has in front of them.
func (d drawing) do(verb string, more ...string) card.Action {
	act := d.a.action(verb, "c", string(d.v.ID), "v", strconv.FormatInt(d.v.Version, 10))
	for i := 0; i+1 < len(more); i += 2 {
		act.Parameters[more[i]] = more[i+1]
	}
	return act
}

// standing is the second line of the header: where the conversation stands.
func (d drawing) standing() string {
	s := string(d.v.Mailbox) + " · " + d.v.Status.Name()
	if d.v.Priority == desk.High {
		s += " · High"
	}
	if due := d.v.Due(); !due.IsZero() {
		what := ""
		if d.v.Delegation == nil || !due.Equal(d.v.Delegation.Due) {
			what = "first reply "
		}
		s += " · " + what + d.rq.r.due(due)
	}
	return s
}

// holding says who holds the conversation, since when, from whom and why, and
// offers what can be done about it.
func (d drawing) holding() card.Section {
	var ws []card.Widget
	if d.v.Role == desk.Guest {
		ws = append(ws, d.guestLine())
	}
	ws = append(ws, d.holderLine())
	ws = append(ws, d.labelLines()...)
	ws = append(ws, d.restLines()...)
	if !d.v.Unanswered.IsZero() && d.v.Status == desk.Open {
		ws = append(ws, card.DecoratedText{
			Icon: card.Clock, Wrap: true,
			Text: card.Text(nameOf(d.v.Customer) + " has waited since " + d.rq.r.at(d.v.Unanswered) + " (" + d.rq.r.lasting(d.v.Unanswered) + ")"),
		})
	}
	if d.v.May(desk.RightAssign) {
		ws = append(ws, d.snoozeButton(d.holdingButtons()))
	}
	return card.Section{Widgets: ws}
}

func (d drawing) guestLine() card.Widget {
	s := d.v.Share
	may := "to read"
	switch s.Role {
	case desk.ShareComment:
		may = "to read and comment"
	case desk.ShareReply:
		may = "to read, comment and answer"
	}
	return card.DecoratedText{Icon: card.People, Wrap: true, Bottom: s.Why,
		Text: card.Text(fmt.Sprintf("%s shared this with you %s, until %s", named(d.p, s.By), may, d.rq.r.day(s.Until)))}
}

func (d drawing) holderLine() card.Widget {
	if d.v.Assignee == "" {
		line := card.DecoratedText{Icon: card.People, Wrap: true, Text: card.Bold("Nobody holds this"), Bottom: queuedBy(d.v.Route, d.v.Team)}
		if r := d.v.Reoffered; r != nil {
			line.Bottom = heldBefore(d.p, r)
		}
		if d.v.Team != "" {
			line.Text = card.Join(card.Bold("Nobody holds this"), card.Text(", it waits for the team "+card.Isolate(d.v.Team)))
		}
		return line
	}
	holder := named(d.p, d.v.Assignee)
	if d.v.Assignee == d.rq.who {
		holder = "You"
	}
	verb := " holds this"
	if holder == "You" {
		verb = " hold this"
	}
	text := card.Join(card.Bold(holder), card.Text(verb))
	g := d.v.Delegation
	if g == nil {
		return card.DecoratedText{Icon: card.Person, Wrap: true, Text: text}
	}
	text = card.Join(text, card.Text(" since "+d.rq.r.at(g.At)+d.inPlace(g.For)))
	bottom := card.Isolate(g.Why)
	switch {
	case g.By == "" && g.Why != "":
		bottom = upperFirst(byRule(g.Why))
	case g.By == "":
		text = card.Join(text, card.Text(", given by a rule"))
	case g.By != g.To:
		text = card.Join(text, card.Text(", given by "+named(d.p, g.By)))
	}
	if !g.Due.IsZero() {
		if bottom != "" {
			bottom += " · "
		}
		bottom += d.rq.r.due(g.Due)
	}
	return card.DecoratedText{Icon: card.Person, Wrap: true, Text: text, Bottom: bottom}
}

// upperFirst makes a sentence of a reason.
func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func (d drawing) holdingButtons() card.Buttons {
	give := card.Button{Text: "Give to …", Click: d.do("give-form")}
	switch d.v.Assignee {
	case d.rq.who:
		bs := card.Buttons{give}
		if g := d.v.Delegation; g != nil && g.By != d.rq.who {
			bs = append(bs, card.Button{Text: "Decline …", Click: d.do("decline-form")})
		}
		return append(bs, card.Button{Text: "Put back", Alt: "Put back into the queue", Click: d.do("release")})
	case "":
		return card.Buttons{{Text: "Take", Fill: accent, Click: d.do("take")}, give}
	}
	bs := card.Buttons{{Text: "Take over", Click: d.do("take")}, give}
	if d.v.Role != desk.Agent {
		bs = append(bs, card.Button{Text: "Put back", Alt: "Put back into the queue", Click: d.do("release")})
	}
	return bs
}

// accent fills the one button that most people will want.
var accent = card.RGB(11, 87, 208)

func (d drawing) sorting() card.Section {
	tags := "No tags"
	if len(d.v.Tags) > 0 {
		tags = "Tags: " + joinTags(d.v.Tags)
	}
	line := card.DecoratedText{Icon: card.Bookmark, Text: card.Text(tags), Wrap: true}
	if d.v.May(desk.RightSort) {
		line.End = card.Button{Text: "Change", Alt: "Change tags and priority", Click: d.do("sort-form")}
	}
	return card.Section{Widgets: []card.Widget{line}}
}

func (d drawing) shares() card.Section {
	s := card.Section{Collapsible: true}
	live := 0
	for _, sh := range d.v.Shares {
		if !sh.Live(d.rq.r.now) {
			continue
		}
		live++
		read := "not read yet"
		if sh.Reads > 0 {
			read = "last read " + d.rq.r.at(sh.ReadAt)
		}
		s.Widgets = append(s.Widgets, card.DecoratedText{
			Icon: card.People, Wrap: true, Text: card.Text(named(d.p, sh.To)),
			Bottom: shareRoleName(sh.Role) + shareScopeName(sh) + ", until " + d.rq.r.day(sh.Until) + ", " + read,
			End:    card.Button{Text: "Stop", Alt: "Stop sharing with " + named(d.p, sh.To), Click: d.do("share-stop", "s", string(sh.ID))},
		})
	}
	s.Header = card.Text(fmt.Sprintf("Shared with (%d)", live))
	s.Widgets = append(s.Widgets, card.Buttons{{Text: "Share …", Click: d.do("share-form")}})
	return s
}

// shownEvents is how many lines of history the card itself shows.
const shownEvents = 5

func (d drawing) history() card.Section {
	s := card.Section{Header: card.Text("History"), Collapsible: true}
	can := d.a.o.Desk.Undoable(d.rq.who, d.v)
	newest := slices.Clone(d.v.Recent)
	slices.Reverse(newest)
	told := 0
	for _, run := range folded(newest, d.v.EventSeq > int64(len(newest))) {
		if len(s.Widgets) == shownEvents {
			break
		}
		s.Widgets = append(s.Widgets, d.runLine(run, can))
		told += run.times
	}
	if d.v.EventSeq > int64(told) {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: "Show all", Alt: "Show the whole history", Click: d.do("history")}})
	}
	return s
}

func (d drawing) menu() []card.MenuItem {
	if !d.v.May(desk.RightProgress) {
		return nil
	}
	var m []card.MenuItem
	for _, st := range []desk.Status{desk.Open, desk.WaitingCustomer, desk.WaitingInternal, desk.Closed, desk.Ignored, desk.Spam} {
		if st != d.v.Status {
			m = append(m, card.MenuItem{Label: "Mark as " + lowerFirst(st.Name()), Click: d.do("status", "to", string(st))})
		}
	}
	return m
}
