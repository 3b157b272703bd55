package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Yes is what a person says who lets a colleague's answer go.
type Yes struct {
	Text string // another text, without the signature; "" = as it stands
	// Anyway lets it go although others wrote since it was written, as far as the
	// person has seen that.
	Anyway bool
}

// await has an answer wait for a yes.
func (d *Desk) await(e *edit, o Outgoing, in Intent) {
	o.State, o.Wrote = AwaitsYes, e.Version+1
	in.Mailbox, in.Conversation, in.CreatedAt, in.State = e.Mailbox, e.ID, e.now, IntentHeld
	e.change.Intents = append(e.change.Intents, in)
	ev := Event{Kind: EventAsked, From: o.Asked.Team, To: string(o.Intent), Due: o.Later}
	if len(o.Asked.People) == 1 && o.Asked.Team == "" {
		ev.Who = o.Asked.People[0]
	}
	e.event(ev)
	e.list(&o)
	e.keep(o)
}

// held reads the mail of a reply that rests, and runs change with it. The mail's
// intent is another one than key names when the reply was taken back once.
func (d *Desk) held(ctx context.Context, id ConversationID, key IntentID, change func(in Intent) error) error {
	want := key
	for range maxMoves {
		in, err := d.sendIntent(ctx, id, want)
		if err != nil {
			return err
		}
		var other errOther
		if err = change(in); !errors.As(err, &other) {
			return err
		}
		want = other.intent
	}
	return ErrConflict
}

// errOther says that a reply stands for another intent than the one that was read.
type errOther struct{ intent IntentID }

func (errOther) Error() string { return "the reply has another intent" }

// Approve lets an answer go that waits for the person's yes, as if its writer had
// sent it then: exactly once, when the undo time is over or at the time that its
// writer chose, from the address and to the people that are right now. Once more
// changes nothing. *Conflict, with what came, when somebody wrote or answered since
// it was written: a yes does not make its writer know of that, so that mail is
// owed an answer still. Three reads, one commit.
func (d *Desk) Approve(ctx context.Context, by Email, id ConversationID, reply IntentID, seen Seen, y Yes) (c Conversation, err error) {
	err = d.held(ctx, id, reply, func(in Intent) error {
		c, err = d.withSender(ctx, func(s sender) (Conversation, error) {
			return d.changeBy(ctx, by, id, RightReply, func(e *edit) error { return d.approve(e, reply, in, seen, y, s) })
		})
		return err
	})
	return c, err
}

func (d *Desk) approve(e *edit, reply IntentID, in Intent, seen Seen, y Yes, s sender) error {
	o := e.outgoing(reply)
	switch {
	case o == nil:
		return ErrNotFound
	case o.Asked != nil && o.Asked.YesBy == e.by && (o.State == OnItsWay || o.State == GoesLater || o.State == Sent):
		return nil // the same press once more
	}
	if err := e.mayDecide(o); err != nil {
		return err
	}
	if o.Intent != in.ID {
		return errOther{o.Intent}
	}
	since := o.Wrote
	if y.Anyway && seen > since {
		since = seen
	}
	if err := e.cameSince(o, since); err != nil {
		return err
	}
	a := asWritten(in, *o)
	a.Braces = true // its writer was asked about them, and who changes it fills in no saved text
	as := *o.Asked
	if text, err := cleanReply(y.Text, true); err != nil {
		return err
	} else if text != "" && text != a.Text {
		a.Text, as.Changed = text, true
	}
	by := e.by
	e.by = o.By // it is its writer's answer
	mail, signed, err := d.compose(e, a, s, false)
	e.by = by
	if err != nil {
		return err
	}
	e.unlist(o)
	e.change.Cancel = append(e.change.Cancel, o.Intent)
	as.YesBy, as.YesAt = by, e.now
	o.Asked, o.Signed, o.Press = &as, signed, o.Key()
	next := Intent{ID: e.anewID(o), Kind: IntentSend, Mail: &mail, Interactive: true}
	o.Intent = next.ID
	ev := Event{Kind: EventApproved, Who: o.By, To: string(next.ID)}
	if as.Changed {
		ev.From = "changed"
	}
	if o.Later.After(e.now) {
		o.State, next.NotBefore, ev.Due = GoesLater, o.Later, o.Later
		e.event(ev)
	} else {
		d.goNow(e, o, &next)
		ev.Due = o.GoesAt
		e.event(ev)
		e.followLate(o)
	}
	d.promiseAs(e, next)
	e.touch(Talk, by, e.now)
	return nil
}

// anewID names the intent of a reply that goes by another than before.
func (e *edit) anewID(o *Outgoing) IntentID {
	return IntentID(digest("intent", string(IntentSend), string(e.ID), "anew", string(o.Key()), strconv.FormatInt(e.Version+1, 10)))
}

// mayDecide says why the actor cannot decide about an answer.
func (e *edit) mayDecide(o *Outgoing) error {
	switch {
	case o.State == AwaitsYes && o.By == e.by:
		return forbidden("Nobody says yes to their own answer. You can change it or take it back.")
	case o.State == AwaitsYes && !e.policy.MayDecide(e.by, e.Conversation, *o, e.now):
		return forbidden("This answer waits for the yes of %s.", e.policy.asked(o.Asked))
	case o.State == AwaitsYes:
		return nil
	case o.State == Undone || o.State == Replaced:
		return invalid("%s has taken this answer back or changed it. Nothing was sent. Look at the card again.", e.policy.NameOf(o.By))
	case o.State == GivenBack:
		return invalid("This answer was given back to %s already. Nothing was sent.", e.policy.NameOf(o.By))
	case o.Asked != nil && o.Asked.YesBy != "":
		return invalid("%s said yes already.", e.policy.NameOf(o.Asked.YesBy))
	}
	return ErrNotFound
}

// asked names whose yes an answer waits for.
func (p *Policy) asked(a *Asked) string {
	if a == nil {
		return "nobody"
	}
	if a.Team != "" {
		return a.Team
	}
	var names []string
	for _, who := range a.People[:min(len(a.People), 3)] {
		names = append(names, p.NameOf(who))
	}
	if n := len(a.People) - len(names); n > 0 {
		names = append(names, strconv.Itoa(n)+" more")
	}
	return strings.Join(names, " or ")
}

// AskedOf names whose yes an answer waits for, in words.
func (p *Policy) AskedOf(o Outgoing) string { return p.asked(o.Asked) }

// cameSince refuses a yes when somebody said something since the answer was
// written, or since a later version: all but notes of its writer and of who says
// yes.
func (e *edit) cameSince(o *Outgoing, since int64) error {
	if m := e.Marks[Talk]; m.Version <= since {
		return nil
	}
	var came []Event
	for _, ev := range e.Recent {
		note := ev.Kind == EventNoted || ev.Kind == EventNoteEdited
		own := e.outgoing(IntentID(ev.To)) == o
		if ev.Version > since && e.talks(ev) && !own && !(note && (ev.By == o.By || ev.By == e.by)) {
			came = append(came, ev)
		}
	}
	last := e.Marks[Talk]
	switch reaches := len(e.Recent) < KeptEvents || e.Recent[0].Version <= since+1; {
	case len(came) > 0:
		return &Conflict{Aspect: Talk, By: came[len(came)-1].By, At: came[len(came)-1].At, Now: *e.Conversation, Came: came}
	case !reaches:
		return &Conflict{Aspect: Talk, By: last.By, At: last.At, Now: *e.Conversation}
	}
	return nil
}

// followLate moves the status for a reply that goes later than it was written, as
// its writer chose then; not when somebody moved it since, and not over mail that
// its writer did not know.
func (e *edit) followLate(o *Outgoing) {
	if e.Marks[Progress].Version > o.Wrote || e.heardAt().After(o.At) {
		return
	}
	e.follow(o.Then)
	o.Became = e.Status
}

// GiveBack gives an answer that waits for the person's yes back to its writer, with
// a word that becomes a note naming them. Nothing is sent. Once more changes
// nothing. One read, one commit.
func (d *Desk) GiveBack(ctx context.Context, by Email, id ConversationID, reply IntentID, word string) (Conversation, error) {
	if strings.TrimSpace(word) == "" {
		return Conversation{}, invalid("Say what should be different, so that they can change it.")
	}
	return d.changeBy(ctx, by, id, RightReply, func(e *edit) error {
		o := e.outgoing(reply)
		if o == nil {
			return ErrNotFound
		}
		note := NoteID(digest("note", string(id), string(by), "back", string(o.Intent)))
		if o.State == GivenBack && slices.ContainsFunc(e.Notes, func(n Note) bool { return n.ID == note }) {
			return nil
		}
		if err := e.mayDecide(o); err != nil {
			return err
		}
		text, err := cleanNote(e.policy.Mention(o.By) + " " + strings.TrimSpace(word))
		if err != nil {
			return err
		}
		see, outside, err := e.mentions(text)
		if err != nil {
			return err
		}
		e.unlist(o)
		o.State = GivenBack
		e.event(Event{Kind: EventGivenBack, Who: o.By, To: string(o.Key())})
		e.write(Note{ID: note, By: by, At: e.now, Text: text, Mentions: see, Outside: outside}, nil)
		e.NoteCount++
		e.touch(Talk, by, e.now)
		e.event(Event{Kind: EventNoted, To: string(note)})
		return nil
	})
}

// Awaited gives an answer that waits for a yes with its text, to who may say it.
// Two or three reads.
func (d *Desk) Awaited(ctx context.Context, by Email, id ConversationID, reply IntentID) (v View, o Outgoing, a Answer, err error) {
	if v, err = d.OpenID(ctx, by, id); err != nil {
		return v, o, a, err
	}
	found := v.outgoing(reply)
	if found == nil || !v.May(RightReply) {
		return View{}, o, a, ErrNotFound
	}
	e := edit{Conversation: &v.Conversation, policy: d.Policy(), by: by, now: d.Now()}
	if err := e.mayDecide(found); err != nil {
		return View{}, o, a, err
	}
	in, err := d.sendIntent(ctx, id, found.Intent)
	return v, *found, asWritten(in, *found), err
}
