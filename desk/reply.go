package desk

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxReply bounds what a person writes into a reply, in characters. It is what
// a card's text field gives back whole.
const MaxReply = 8000

// Then is what becomes of a conversation when a reply is sent.
type Then string

// What may become of it.
const (
	ThenKeep  Then = "keep"  // it stays as it is
	ThenWait  Then = "wait"  // the customer owes the next step
	ThenClose Then = "close" // it is done
)

// Answer is what a person says when answering as the mailbox.
type Answer struct {
	// Once tells one press of the button from another: the same person's same
	// Once sends one mail, however often it comes; "" is always one of its own.
	Once string
	Text string // plain text, at most MaxReply characters, without the signature
	To   []Address
	Cc   []Address
	Then Then // "" = ThenWait
	// Anyway sends it although others wrote since the person last looked.
	Anyway bool
	// Braces sends what looks like an open placeholder as it is; see LeftOpen.
	Braces bool
	// Again is a reply that did not go, or waits for a yes, and that this one
	// replaces; "" = none.
	Again IntentID
	// Ask asks a colleague for a yes before it goes; nil = only where the policy
	// wants it.
	Ask *Ask
	// Later is when it is to go, at most MaxNap ahead; Morning has it go when work in
	// the mailbox next begins. Zero = at once.
	Later   time.Time
	Morning bool
}

// AnswerID names the intent that sends a person's answer.
func AnswerID(id ConversationID, by Email, once string) IntentID {
	return IntentID(digest("intent", string(IntentSend), string(id), answerKey(by, once)))
}

func answerKey(by Email, once string) string { return "answer\n" + string(by) + "\n" + once }

// Reply answers a conversation's people as its mailbox. The mail, the event and
// the status that follows are committed together; the mail goes when the
// mailbox's undo time is over (see Unsend). *Conflict, with what came, when a
// customer or a colleague wrote since seen, unless Anyway. Two reads, one
// commit.
//
// With Ask, and in any case where the policy wants a yes to this person's
// answers, it waits for that instead (see Approve), and with Later or Morning for
// its time (see Goes): until then the conversation stays as it is.
func (d *Desk) Reply(ctx context.Context, by Email, id ConversationID, seen Seen, a Answer) (Conversation, error) {
	var sent Intent
	if a.Once != "" {
		var err error
		if sent, err = d.store.Intent(ctx, AnswerID(id, by, a.Once)); err != nil && !isNotFound(err) {
			return Conversation{}, err
		}
	}
	return d.withSender(ctx, func(s sender) (Conversation, error) {
		return d.replyOnce(ctx, by, id, seen, a, s, sent)
	})
}

func (d *Desk) replyOnce(ctx context.Context, by Email, id ConversationID, seen Seen, a Answer, s sender, sent Intent) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightReply, func(e *edit) error {
		once := a.Once
		if once == "" {
			once = "v" + strconv.FormatInt(e.Version+1, 10)
		}
		o := e.outgoing(AnswerID(id, by, once))
		switch {
		case o != nil && o.State == Undone, o == nil && sent.State == IntentCancelled:
			return invalid("You took this reply back. Nothing was sent. Look at the text and send it again.")
		case o != nil, sent.ID != "":
			return nil // the same press once more
		}
		if !a.Anyway {
			if err := e.unseenTalk(seen); err != nil {
				return err
			}
		}
		return d.answer(e, a, s, once)
	})
}

// answer puts a reply into the edit.
func (d *Desk) answer(e *edit, a Answer, s sender, once string) error {
	then, err := e.mayFollow(a.Then)
	if err != nil {
		return err
	}
	later, err := e.laterOf(a)
	if err != nil {
		return err
	}
	asked, err := e.ask(a.Ask)
	if err != nil {
		return err
	}
	if err := e.replace(a.Again); err != nil {
		return err
	}
	if e.toGo() >= KeptOutgoing {
		return invalid("%d replies wait to be sent already. Wait until they have gone.", KeptOutgoing)
	}
	mail, signed, err := d.compose(e, a, s, false)
	if err != nil {
		return err
	}
	o := Outgoing{
		Intent: AnswerID(e.ID, e.by, once), By: e.by, At: e.now, Version: e.Version + 1, Was: e.Status, Became: e.Status,
		Then: then, Signed: signed, New: newcomers(e.policy, e.facing(), mail), Asked: asked, Later: later,
	}
	in := Intent{ID: o.Intent, Kind: IntentSend, Mail: &mail, Interactive: true}
	switch {
	case asked != nil:
		d.await(e, o, in)
	case !later.IsZero():
		d.goLater(e, o, in)
	default:
		d.goNow(e, &o, &in)
		e.event(Event{Kind: EventAnswered, To: string(o.Intent), Due: o.GoesAt})
		e.follow(then)
		o.Became = e.Status
		e.keep(o)
		d.promiseAs(e, in)
	}
	e.touch(Talk, e.by, e.now)
	return nil
}

// goNow has a reply go when the mailbox's undo time is over.
func (d *Desk) goNow(e *edit, o *Outgoing, in *Intent) {
	mb, _ := e.policy.Mailbox(e.Mailbox)
	if mb.Undo > 0 {
		in.NotBefore = e.now.Add(mb.Undo)
	}
	o.State, o.GoesAt, o.Version = OnItsWay, in.NotBefore, e.Version+1
	o.Was, o.Became, o.Nap, o.Unanswered = e.Status, e.Status, e.Nap, e.Unanswered
}

// mayFollow checks what is to become of the conversation; "" = ThenWait.
func (e *edit) mayFollow(then Then) (Then, error) {
	switch then {
	case "":
		then = ThenWait
	case ThenKeep, ThenWait, ThenClose:
	default:
		return "", invalid("Choose what becomes of the conversation: keep it, wait for the customer, or close it.")
	}
	role := e.policy.roleIn(e.by, e.Conversation, e.now)
	if then == ThenClose && !role.may(RightProgress, nil) {
		return "", forbidden("You can answer this conversation, but only people who work in this mailbox can close it.")
	}
	return then, nil
}

// follow moves the status as the writer of a reply chose.
func (e *edit) follow(then Then) {
	to := e.Status
	switch then {
	case ThenWait:
		to = WaitingCustomer
	case ThenClose:
		to = Closed
	}
	if to == e.Status {
		return
	}
	e.move(to, "the team wrote")
	e.touch(Progress, e.by, e.now)
}

// cleanReply brings a text into the form that is sent: valid UTF-8, single line
// feeds, no controls but tabs, no space around it. What looks like an open
// placeholder is refused unless its writer wants it so.
func cleanReply(text string, asIs bool) (string, error) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(strings.ToValidUTF8(text, "\ufffd"))
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
	text = strings.Trim(strings.TrimRightFunc(text, unicode.IsSpace), "\n")
	switch left := LeftOpen(text); {
	case len(left) > 0 && !asIs:
		return "", invalid("Not filled in: %s. Nothing was sent. Write something in its place; if the braces are meant, send it with them.", ours(strings.Join(left, ", ")))
	case utf8.RuneCountInString(text) > MaxReply:
		return "", invalid("A reply has at most %d characters here. Shorten it, or write it in Gmail: what you send there counts the same.", MaxReply)
	}
	return text, nil
}
