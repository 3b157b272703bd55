package gmail

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"baton/desk"
)

// Drafts is where a send intent's draft is kept; desk.Outbox is one.
type Drafts interface {
	// Draft sets the draft of an intent once, and gives the intent as it is then.
	Draft(ctx context.Context, id desk.IntentID, draft string) (desk.Intent, error)
}

// SenderOptions are what a Sender is made of.
type SenderOptions struct {
	Accounts *Accounts
	Drafts   Drafts
	Now      func() time.Time // nil = time.Now
	// Stray is told of a mailbox where a draft of ours may have been left; nil =
	// nobody is. It does not block.
	Stray func(desk.Mailbox)
	// Receive is given what was sent, before it is settled; it is the desk's. nil =
	// the mail is seen when the mailbox is read.
	Receive func(context.Context, desk.Message, desk.Facts) (desk.Conversation, error)
	// Unread is told of a mailbox from which a mail went that Receive was not
	// given; nil = nobody is. It does not block.
	Unread func(desk.Mailbox)
	// Attempts is after how many failures a mail is taken back; 0 = 12.
	Attempts int
	// Pause gives the time to wait after the nth failure (from 1); nil = doubling
	// from a second to five minutes.
	Pause func(n int) time.Duration
}

// Sender sends the mails of send intents, each once.
//
// A mail goes into a draft, the draft's id into the intent, once, and then that
// draft is sent. Gmail sends a draft once, so it does not matter how often this
// is tried and by how many processes at a time: all of them send the same
// draft, and one succeeds. The others find it gone and look for the sent mail,
// which carries the intent's id in a header of our own.
//
// A mail that cannot be sent is parked only when it is certain that it was not
// and will not be: its draft was deleted, was taken over by a person, or is gone
// without a sent mail, looked for twice.
type Sender struct{ o SenderOptions }

// NewSender makes a Sender.
func NewSender(o SenderOptions) (*Sender, error) {
	if o.Accounts == nil || o.Drafts == nil {
		return nil, errors.New("gmail: a sender needs accounts and a place for drafts")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Stray == nil {
		o.Stray = func(desk.Mailbox) {}
	}
	if o.Unread == nil {
		o.Unread = func(desk.Mailbox) {}
	}
	if o.Attempts == 0 {
		o.Attempts = 12
	}
	if o.Pause == nil {
		o.Pause = func(n int) time.Duration { return min(5*time.Minute, time.Second<<min(n-1, 9)) }
	}
	return &Sender{o: o}, nil
}

const (
	// absentApart is how far two looks for a sent mail are apart at least: Gmail's
	// search may lag behind.
	absentApart = time.Minute
	// longWaited is after what time without a draft a mail is looked for before
	// one is made. It is no backup's age, and rarely reached without an outage.
	longWaited = 2 * time.Minute
	// automaticFor is for how long an automatic mail is worth sending.
	automaticFor = 4 * time.Hour
	// limitPause is how long a mail waits at least when Gmail's limit for sending
	// is reached, dailyPause when it is that of the day.
	limitPause = time.Minute
	dailyPause = 15 * time.Minute
)

// takenBack stands in the intent where the draft's id would, when it was given
// up before it had any: nobody can give it a draft any more.
const takenBack = "-"

// Why a mail was parked, in words for people.
const (
	sayAbsent    = "The draft was taken away before it could be sent, and no sent mail was found. Look into the conversation and send it again if it is missing."
	sayChanged   = "Somebody changed the draft before it could be sent, so it was left to them. Send it from Gmail, or delete it and write again."
	sayRefused   = "Gmail does not accept this mail. Check its recipients and send it again."
	sayThread    = "The conversation is not in the mailbox any more, so the mail was not sent."
	sayGivenUp   = "Gmail could not send it in many tries, so it was taken back. Send it again later."
	sayTakenBack = "It was taken back before it was sent. Send it again."
	sayTooLate   = "It could not be sent in time and would come too late by now."
	sayLimit     = "The mailbox has reached Gmail's limit for sending; the mail goes out when Gmail allows it."
	sayLooking   = "It was neither found among the drafts nor among the sent mails; it is looked for once more."
)

// Send sends the intent's mail in a thread ("" = a new one), and says what to
// settle: done with the sent message's id; pending with the time to try again;
// parked with a reason for people; cancelled for an automatic mail that came
// too late. The intent's ID and Holder are left to the caller. 110 units when
// nothing is in the way.
//
// An error is an *AccessError, the context's, or the one of NewClient; nothing
// is settled then but that it is tried again.
func (s *Sender) Send(ctx context.Context, thread desk.ThreadID, in desk.Intent) (desk.Settlement, error) {
	c, err := s.o.Accounts.Client(in.Mailbox)
	if err != nil {
		return desk.Settlement{}, err
	}
	if in.Interactive {
		ctx = Interactive(ctx)
	}
	p := &posting{Sender: s, client: c, thread: thread, in: in}
	out, err := p.post(ctx)
	if err == nil {
		return out, nil
	}
	return p.failed(ctx, err)
}

// posting is one try at one mail.
type posting struct {
	*Sender
	client *Client
	thread desk.ThreadID
	in     desk.Intent
}

func (p *posting) post(ctx context.Context) (desk.Settlement, error) {
	if p.in.Draft == takenBack {
		return parked(sayTakenBack), nil
	}
	if p.in.Mail != nil && p.in.Mail.Automatic && p.o.Now().Sub(p.in.CreatedAt) > automaticFor {
		return p.withdraw(ctx, desk.Settlement{State: desk.IntentCancelled, Reason: sayTooLate})
	}
	if p.in.Draft == "" {
		sent, err := p.forgotten(ctx)
		if err != nil {
			return desk.Settlement{}, err
		}
		if sent != "" {
			p.o.Unread(p.in.Mailbox)
			return desk.Settlement{State: desk.IntentDone, Sent: sent}, nil
		}
		ours, out, err := p.draft(ctx)
		if err != nil || out.State != "" {
			return out, err
		}
		if ours {
			return p.send(ctx)
		}
	}
	switch found, err := p.inspect(ctx); {
	case err != nil:
		return desk.Settlement{}, err
	case found == draftGone:
		return p.look(ctx)
	case found == draftChanged:
		return parked(sayChanged), nil
	}
	return p.send(ctx)
}

// draft makes a draft and sets it in the intent. ours tells that it is the one
// to send; else another try's is. An outcome with a state ends the try.
func (p *posting) draft(ctx context.Context) (ours bool, out desk.Settlement, err error) {
	wire, err := Compose(p.in, p.o.Now())
	if unfit := (*UnfitError)(nil); errors.As(err, &unfit) {
		out, err = p.withdraw(ctx, parked(unfit.Say))
		return false, out, err
	}
	if err != nil {
		return false, out, err
	}
	id, err := p.client.CreateDraft(ctx, string(p.thread), wire)
	switch {
	case NotFound(err):
		out, err = p.withdraw(ctx, parked(sayThread))
		return false, out, err
	case faulted(err) && !passing(err):
		out, err = p.withdraw(ctx, parked(sayRefused))
		return false, out, err
	case err != nil:
		p.o.Stray(p.in.Mailbox) // it may have been made all the same
		return false, out, err
	}
	in, err := p.o.Drafts.Draft(ctx, p.in.ID, id)
	if err != nil {
		// Nobody knows whether it is set. If not, it is swept.
		p.o.Stray(p.in.Mailbox)
		return false, out, err
	}
	p.in.Draft = in.Draft
	if in.Draft == id && in.State.Open() {
		return true, out, nil
	}
	if in.Draft != id {
		if err := p.client.DeleteDraft(ctx, id); err != nil {
			p.o.Stray(p.in.Mailbox)
		}
	}
	switch {
	case !in.State.Open():
		return false, desk.Settlement{State: in.State, Sent: in.Sent, Reason: in.Reason}, nil
	case in.Draft == takenBack:
		return false, parked(sayTakenBack), nil
	}
	return false, out, nil
}

// send sends the draft.
func (p *posting) send(ctx context.Context) (desk.Settlement, error) {
	defer p.client.sending.begin()()
	began := p.o.Now()
	id, thread, err := p.client.SendDraft(ctx, p.in.Draft)
	switch {
	case err == nil:
		p.taken(ctx, desk.MessageID(id), desk.ThreadID(thread), began)
		return desk.Settlement{State: desk.IntentDone, Sent: desk.MessageID(id)}, nil
	case NotFound(err):
		return p.look(ctx)
	case !faulted(err) || passing(err):
		return desk.Settlement{}, err
	}
	// Gmail faults either the mail or the draft's id.
	switch found, err := p.inspect(ctx); {
	case err != nil:
		return desk.Settlement{}, err
	case found == draftGone:
		return p.look(ctx)
	case found == draftChanged:
		return parked(sayChanged), nil
	}
	return p.withdraw(ctx, parked(sayRefused))
}

// withdraw makes certain that the mail is not sent any more, and gives out then;
// or what became of it instead.
func (p *posting) withdraw(ctx context.Context, out desk.Settlement) (desk.Settlement, error) {
	if p.in.Draft == "" {
		in, err := p.o.Drafts.Draft(ctx, p.in.ID, takenBack)
		if err != nil {
			return desk.Settlement{}, err
		}
		if !in.State.Open() {
			return desk.Settlement{State: in.State, Sent: in.Sent, Reason: in.Reason}, nil
		}
		p.in.Draft = in.Draft
	}
	if p.in.Draft == takenBack {
		return out, nil
	}
	switch found, err := p.inspect(ctx); {
	case err != nil:
		return desk.Settlement{}, err
	case found == draftGone:
		return p.look(ctx)
	case found == draftChanged:
		return parked(sayChanged), nil
	}
	err := p.client.DeleteDraft(ctx, p.in.Draft)
	if NotFound(err) {
		return p.look(ctx)
	}
	return out, err
}

// look finds out what became of a draft that is gone.
func (p *posting) look(ctx context.Context) (desk.Settlement, error) {
	id, err := p.client.sentFor(ctx, p.thread, p.in)
	if err != nil {
		return desk.Settlement{}, err // which is not the same as absent
	}
	now := p.o.Now()
	switch {
	case id != "":
		p.o.Unread(p.in.Mailbox)
		return desk.Settlement{State: desk.IntentDone, Sent: id}, nil
	case p.in.AbsentAt.IsZero():
		return desk.Settlement{State: desk.IntentPending, AbsentAt: now, NotBefore: now.Add(absentApart), Reason: sayLooking}, nil
	case now.Sub(p.in.AbsentAt) < absentApart:
		return desk.Settlement{State: desk.IntentPending, NotBefore: p.in.AbsentAt.Add(absentApart), Reason: sayLooking}, nil
	}
	return parked(sayAbsent), nil
}

// failed judges an error: wait for a limit, try again, or take the mail back.
func (p *posting) failed(ctx context.Context, err error) (desk.Settlement, error) {
	if access := (*AccessError)(nil); errors.As(err, &access) {
		return desk.Settlement{}, err
	}
	now := p.o.Now()
	if pause, limited := limit(err, now); limited {
		return desk.Settlement{State: desk.IntentPending, NotBefore: now.Add(pause), Reason: sayLimit}, nil
	}
	n := p.in.Attempts + 1
	if n >= p.o.Attempts && ctx.Err() == nil {
		out, werr := p.withdraw(ctx, parked(sayGivenUp))
		if werr == nil {
			return out, nil
		}
		err = werr
	}
	reason := logged(err)
	return desk.Settlement{State: desk.IntentPending, Failed: true, NotBefore: now.Add(p.o.Pause(n)), Reason: reason}, nil
}

// limit tells whether Gmail refused because of a limit, and how long to wait.
func limit(err error, now time.Time) (time.Duration, bool) {
	if how, _ := cureFor(err); how != slower {
		return 0, false
	}
	pause := limitPause
	e := (*CallError)(nil)
	if errors.As(err, &e) && (strings.HasPrefix(strings.ToLower(e.Reason), "daily") || strings.Contains(strings.ToLower(messageOf(err)), "sending")) {
		pause = dailyPause
	}
	return min(max(pause, askedFor(err, now)), 6*time.Hour), true
}

// passing tells whether Gmail's fault with a request may go away by itself.
func passing(err error) bool {
	how, _ := cureFor(err)
	return how != nothing && StatusCode(err) == http.StatusBadRequest
}

func parked(say string) desk.Settlement {
	return desk.Settlement{State: desk.IntentParked, Reason: say}
}
