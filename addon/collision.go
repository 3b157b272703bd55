package addon

import (
	"fmt"
	"slices"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// shownReplying is how many people who reply a card names, each on a line.
const shownReplying = 3

// company says who else is at the conversation, and who was: it informs and
// keeps nobody from anything.
func (d drawing) company() (ws []card.Widget) {
	r := d.rq.r
	var viewing []string
	for _, l := range d.a.o.Desk.Others(d.rq.who, d.v) {
		switch {
		case l.Kind == desk.Viewing:
			viewing = append(viewing, named(d.p, l.By))
		case d.inDraft(l.By): // which is the same reply
		case len(ws) < shownReplying:
			ws = append(ws, card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Bold(named(d.p, l.By) + " started a reply " + r.ago(l.Since))})
		}
	}
	if who, since, ok := d.a.o.Desk.Drafting(d.rq.who, d.v); ok && !d.replies(ws, who) {
		name := "Somebody"
		if who != "" {
			name = named(d.p, who)
		}
		ws = append(ws, card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Bold(name + " started a draft in Gmail " + r.ago(since))})
	}
	if two, ok := d.v.DoubledLately(r.now); ok {
		ws = append(ws, card.DecoratedText{Icon: card.People, Wrap: true, Bottom: upperFirst(r.then(two.FirstAt)) + " and " + r.at(two.At),
			Text: card.Bold(upperFirst(d.inGmail(two.First) + " and " + d.inGmail(two.Second) + " answered the same mail"))})
	}
	if len(viewing) > 0 {
		are := " is"
		if len(viewing) > 1 {
			are = " are"
		}
		ws = append(ws, card.DecoratedText{Icon: card.Person, Wrap: true, Text: card.Text(listed(viewing) + are + " looking at this")})
	}
	return ws
}

// inDraft tells whether somebody's reply stands on the card as a draft in Gmail.
func (d drawing) inDraft(who desk.Email) bool {
	return d.v.Role != desk.Guest && slices.ContainsFunc(d.v.Writing(d.rq.r.now.Add(-writingShown)), func(o desk.Outgoing) bool { return o.By == who })
}

// replies tells whether the card says already that somebody replies: the reply that
// they started is the one that they go on with in a draft.
func (d drawing) replies(said []card.Widget, who desk.Email) bool {
	return who != "" && len(said) > 0 && slices.ContainsFunc(d.a.o.Desk.Others(d.rq.who, d.v), func(l desk.Look) bool { return l.By == who && l.Kind == desk.Replying })
}

// inGmail names who sent a mail to the reader.
func (d drawing) inGmail(e desk.Email) string {
	if e == "" {
		return "somebody in Gmail"
	}
	return d.you(e)
}

// listed joins names as a sentence does; more than three are counted.
func listed(names []string) string {
	if n := len(names) - 3; n > 0 {
		names = append(names[:3:3], fmt.Sprintf("%d more", n))
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// bounced shows in red a mail of ours that came back, until somebody sees to
// it.
func (d drawing) bounced() []card.Widget {
	b := d.v.Bounce
	if b == nil || !d.v.May(desk.RightReply) {
		return nil
	}
	whose := "An answer"
	switch b.By {
	case "":
	case d.rq.who:
		whose = "Your answer"
	default:
		whose = "The answer of " + named(d.p, b.By)
	}
	text := whose + " was not delivered"
	if whom := b.Whom(); whom != "" {
		text += " to " + whom
	}
	line := card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Tint(red, text+": "+b.Why.Name()),
		Bottom: "It came back " + d.rq.r.at(b.At) + ". Answer again, to another address if need be."}
	if d.v.May(desk.RightProgress) {
		line.End = card.Button{Text: "Seen", Alt: "The answer that was not delivered is seen to", Click: d.do("bounce-seen")}
	}
	return []card.Widget{line}
}

// looking tells the desk that the reader has a conversation before them.
func (d drawing) looking(kind desk.LookKind) { d.a.o.Desk.Looking(d.rq.who, d.v, kind) }

// goBack leaves a card that was shown over another. Parameters: c and left=reply
// when it was the form of a reply, which is given up then.
func (a *Addon) goBack(rq *request) (wire.Answer, error) {
	if rq.ev.Parameter("left") == "reply" {
		id, _ := target(rq)
		if err := a.o.Desk.Leave(rq.Context(), rq.who, id); err != nil && !isNotFound(err) {
			a.o.Logger.Warn("addon: that a reply was given up is not noted", "request", rq.id, "error", err)
		}
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Pop()}}}, nil
}
