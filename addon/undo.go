package addon

import (
	"slices"
	"strconv"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// undo takes back one change: parameters c and e, the event's number.
func (a *Addon) undo(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	seq, _ := strconv.ParseInt(rq.ev.Parameter("e"), 10, 64)
	c, err := a.o.Desk.Undo(rq.Context(), rq.who, id, seq)
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, c)
	if err != nil {
		return nil, err
	}
	rq.changed = true
	say := "Undone."
	if n := len(v.Recent); n > 0 && v.Recent[n-1].Kind == desk.EventTakenBack && v.Recent[n-1].Of.Redo {
		say = "Done again."
	}
	return a.back(rq, a.messageCard(rq, v, card.HTML{}), say, true), nil
}

// takenBack says what an undo undid, as the end of a sentence.
func takenBack(p *desk.Policy, ev desk.Event) string {
	verb := "undid "
	if ev.Of == nil {
		return verb + "a change"
	}
	if ev.Of.Redo {
		verb = "redid "
	}
	what := map[desk.EventKind]string{
		desk.EventTaken: "taking it", desk.EventGiven: "giving it away", desk.EventDeclined: "declining it", desk.EventReleased: "putting it back",
		desk.EventPriority: "a change of the priority", desk.EventTagged: "adding the tag " + card.Isolate(ev.From+ev.To), desk.EventUntagged: "removing the tag " + card.Isolate(ev.From+ev.To),
		desk.EventNoted: "writing a note", desk.EventNoteEdited: "the edit of a note", desk.EventShared: "sharing it with " + named(p, ev.Who), desk.EventShareStopped: "the stop of sharing it with " + named(p, ev.Who),
		desk.EventMerged: "the merge of " + other(ev, "another conversation"), desk.EventSeparated: "the separation of " + other(ev, "a conversation"),
		desk.EventSame: "noting another address of the customer", desk.EventNotSame: "noting that an address is not the customer's",
		desk.EventTodo: "adding a to-do for " + named(p, ev.Who), desk.EventTodoDone: "doing a to-do of " + named(p, ev.Who), desk.EventFollowed: "a change of what they hear of",
		desk.EventMentionDone: "being done with a mention", desk.EventBounceSeen: "seeing to an answer that was not delivered", desk.EventReopened: "reopening it", desk.EventStatus: "a change of where it stands",
	}[ev.Of.Kind]
	if what == "" {
		what = "a change"
	}
	now := ""
	switch ev.Of.Kind {
	case desk.EventStatus, desk.EventReopened:
		now = ": " + lowerFirst(desk.Status(ev.To).Name()) + " now"
	case desk.EventPriority:
		now = ": " + priorityName(desk.Priority(ev.To)) + " now"
	case desk.EventTaken, desk.EventGiven, desk.EventDeclined, desk.EventReleased:
		now = ": nobody holds it now"
		if ev.Who != "" {
			now = ": " + named(p, ev.Who) + " holds it now"
		}
	}
	return verb + what + now
}

// historyLine is one line of a history, with a button when the person can undo
// it. more are parameters of the button.
func (d drawing) historyLine(ev desk.Event, can map[int64]bool, more ...string) card.Widget {
	line := eventLine(d.p, d.rq.r, ev)
	if can[ev.Seq] {
		line.End = d.undoButton(ev, more...)
	}
	return line
}

func (d drawing) undoButton(ev desk.Event, more ...string) card.Button {
	b := card.Button{Text: "Undo", Click: d.do("undo", append(more, "e", strconv.FormatInt(ev.Seq, 10))...)}
	if ev.Kind == desk.EventTakenBack && !ev.Of.Redo {
		b.Text = "Redo"
	}
	b.Alt = b.Text + ", " + d.rq.r.at(ev.At) + ": " + sentence(d.p, d.rq.r, ev)
	return b
}

// justDone is a line about what the person has just done on this card, with a
// button that takes it back. A reply has its own.
func (d drawing) justDone() []card.Widget {
	if !d.rq.changed {
		return nil
	}
	var last *desk.Event
	can := d.a.o.Desk.Undoable(d.rq.who, d.v)
	for i := range d.v.Recent {
		ev := &d.v.Recent[i]
		if ev.Version == d.v.Version && ev.By == d.rq.who && can[ev.Seq] {
			last = ev
		}
	}
	if last == nil {
		return nil
	}
	return []card.Widget{card.DecoratedText{Text: card.Text(sentence(d.p, d.rq.r, *last)), Wrap: true, End: d.undoButton(*last)}}
}

// undoConflict shows the conversation as it is, with who acted since what was
// to be undone.
func (a *Addon) undoConflict(rq *request, c *desk.Conflict) wire.Answer {
	v, err := a.o.Desk.SeenAs(rq.who, c.Now)
	if err != nil {
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.strangerCard())}}, Changed: true}
	}
	banner := card.Join(card.Bold("Not undone. "), card.Text(a.since(rq, c)+" Nothing was changed."))
	return a.back(rq, a.messageCard(rq, v, banner), "Not undone: "+a.whoActed(c)+" acted since.", true)
}

// since says who acted since what was to be undone, when, and how.
func (a *Addon) since(rq *request, c *desk.Conflict) string {
	said := a.whoActed(c) + " acted since, "
	if c.By == "" && c.Via == "" {
		said = "Something came since, "
	}
	said += rq.r.ago(c.At) + ": " + sentence(a.o.Desk.Policy(), rq.r, *c.Acted) + "."
	if c.Aspect == desk.Joining {
		said += " Separate takes them apart and keeps what came since."
	}
	return said
}

func (a *Addon) whoActed(c *desk.Conflict) string {
	p := a.o.Desk.Policy()
	if c.By == "" && slices.Contains([]desk.EventKind{desk.EventReceived, desk.EventReopened, desk.EventReplied}, c.Acted.Kind) {
		return "A mail"
	}
	return actor(p, c.By)
}
