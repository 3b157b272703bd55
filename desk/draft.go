package desk

import (
	"context"
	"time"
)

// Drafts puts mail into Gmail drafts of shared mailboxes, and knows which are
// there.
type Drafts interface {
	// Make puts a draft intent's mail into a draft in a thread, once, and gives
	// the intent with its Draft set. An intent that has one is given back as it
	// is. The error says why there is none yet; the outbox tries again.
	Make(ctx context.Context, t ThreadID, in Intent) (Intent, error)
	// InThread lists the ids of the drafts that lie in a thread now.
	InThread(ctx context.Context, m Mailbox, t ThreadID) ([]string, error)
}

// makeFor bounds how long somebody waits for a draft to be made.
const makeFor = 10 * time.Second

// DraftID names the intent that puts a person's answer into a draft.
func DraftID(id ConversationID, by Email, once string) IntentID {
	return IntentID(digest("intent", string(IntentDraft), string(id), answerKey(by, once)))
}

// Drafted is an answer that lies in a Gmail draft.
type Drafted struct {
	Conversation Conversation
	Draft        string   // Gmail's id of it; "" = Gmail does not answer, it is made as soon as it does
	Thread       ThreadID // where it lies: of merged threads, the one that the customer wrote in last
}

// Draft puts what a person wrote into a draft in the thread, in the mailbox's
// own Gmail, to be finished and sent there: nothing is sent. The same person's
// same Once makes one draft, however often it comes. An empty text is one as
// well. Only for who works in the mailbox: a guest could not open it. Two
// reads, two commits; 10 units. It is not stopped by what others wrote since, as
// a reply is: Gmail shows the thread above the draft.
func (d *Desk) Draft(ctx context.Context, by Email, id ConversationID, a Answer) (Drafted, error) {
	var made Intent
	c, err := d.withSender(ctx, func(s sender) (Conversation, error) {
		return d.changeBy(ctx, by, id, RightReply, func(e *edit) error {
			made = Intent{}
			if e.policy.roleIn(by, e.Conversation, e.now) == Guest {
				return forbidden("A draft lies in the mailbox's own Gmail, which only people who work there can open. Write the reply here.")
			}
			if e.policy.NeedsYes(by, e.Conversation, e.now) {
				return forbidden("Your answers here need a colleague's yes, which a draft in Gmail cannot ask for. Write the answer here and ask for it.")
			}
			if o := e.outgoing(DraftID(e.ID, by, a.Once)); o != nil && a.Once != "" {
				return nil // the same press once more
			}
			return d.draft(e, a, s, &made)
		})
	})
	if err != nil {
		return Drafted{}, err
	}
	return d.makeDraft(ctx, c, made, DraftID(id, by, a.Once))
}

// draft puts a draft into the edit.
func (d *Desk) draft(e *edit, a Answer, s sender, made *Intent) error {
	then, err := e.mayFollow(a.Then)
	if err != nil {
		return err
	}
	mail, signed, err := d.compose(e, a, s, true)
	if err != nil {
		return err
	}
	once := a.Once
	if once == "" {
		return invalid("Open the form for a reply again, and press the button there.")
	}
	o := Outgoing{
		Intent: DraftID(e.ID, e.by, once), By: e.by, At: e.now, State: InGmail, Draft: true, Version: e.Version + 1,
		Was: e.Status, Became: e.Status, Then: then, Signed: signed, New: newcomers(e.policy, e.Conversation, mail),
		Thread: mail.Thread,
	}
	if err := e.replace(a.Again); err != nil {
		return err
	}
	e.event(Event{Kind: EventDrafted, To: string(o.Intent)})
	e.keep(o)
	d.intent(e, Intent{Kind: IntentDraft, Mail: &mail, Interactive: true}, answerKey(e.by, once))
	*made = e.change.Intents[len(e.change.Intents)-1]
	return nil
}

// makeDraft has Gmail make the draft while its writer waits. What fails is left
// to the outbox, which settles the intent in any case.
func (d *Desk) makeDraft(ctx context.Context, c Conversation, in Intent, id IntentID) (Drafted, error) {
	fresh := in.ID != ""
	if !fresh {
		var err error
		if in, err = d.store.Intent(ctx, id); err != nil {
			return Drafted{}, err
		}
	}
	thread := c.DraftThread(in.ID)
	if d.drafts != nil && in.Draft == "" && in.State.Open() {
		wait, stop := context.WithTimeout(ctx, makeFor)
		if got, err := d.drafts.Make(wait, thread, in); err == nil {
			in.Draft = got.Draft
		}
		stop()
	}
	if fresh && d.promised != nil {
		d.promised(Promise{Conversation: c, Intents: []Intent{in}})
	}
	return Drafted{Conversation: c, Draft: in.Draft, Thread: thread}, nil
}

// OpenDraft gives the draft of a reply that is being written in Gmail, to be
// opened again: anybody who works in the mailbox may. Two reads.
func (d *Desk) OpenDraft(ctx context.Context, by Email, id ConversationID, reply IntentID) (View, string, error) {
	v, err := d.OpenID(ctx, by, id)
	if err != nil {
		return View{}, "", err
	}
	if v.Role == Guest || !v.May(RightReply) {
		return View{}, "", forbidden("Only people who work in this mailbox can open its drafts.")
	}
	o := v.outgoing(reply)
	if o == nil || !o.Draft {
		return View{}, "", ErrNotFound
	}
	if o.State != InGmail {
		return View{}, "", invalid("This draft is not there any more: it was sent, or could not be made.")
	}
	in, err := d.store.Intent(ctx, reply)
	if err != nil {
		return View{}, "", err
	}
	if in.Draft == "" {
		return View{}, "", invalid("The draft is still being made. Try again in a moment.")
	}
	return v, in.Draft, nil
}

// DraftThread gives the thread that a reply's draft lies in.
func (c *Conversation) DraftThread(reply IntentID) ThreadID {
	if o := c.outgoing(reply); o != nil && o.Thread != "" {
		return o.Thread
	}
	return c.Thread
}

// Writing gives the replies that people are writing in Gmail, oldest first, as
// far as they were begun since a time: nobody tells when a draft is thrown away.
func (c *Conversation) Writing(since time.Time) []Outgoing {
	var out []Outgoing
	for _, o := range c.Outgoing {
		if o.State == InGmail && o.At.After(since) {
			out = append(out, o)
		}
	}
	return out
}
