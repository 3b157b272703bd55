package gmail

import (
	"context"
	"errors"
	"fmt"

	"baton/desk"
)

// Drafter puts mail into drafts for people to finish and send in Gmail. It
// implements desk.Drafts.
//
// Like a mail that is sent, a draft is made once in effect: its id goes into
// the intent, once, and whoever made one that came second deletes it. One that
// was made without anybody learning of it is swept.
type Drafter struct{ sender *Sender }

// NewDrafter makes a Drafter beside a Sender.
func NewDrafter(s *Sender) (*Drafter, error) {
	if s == nil {
		return nil, errors.New("gmail: a drafter needs a sender")
	}
	return &Drafter{s}, nil
}

// Make implements desk.Drafts. 10 units; 20 when another was first.
func (d *Drafter) Make(ctx context.Context, t desk.ThreadID, in desk.Intent) (desk.Intent, error) {
	out, err := d.Draft(ctx, t, &in)
	switch {
	case err != nil:
		return in, err
	case out.State != desk.IntentDone:
		return in, fmt.Errorf("gmail: no draft yet: %s", out.Reason)
	}
	return in, nil
}

// Draft makes the intent's draft, unless it has one, and says what to settle:
// done, pending with the time to try again, or parked with a reason for people.
// in gets the draft's id. Errors are those of Sender.Send.
func (d *Drafter) Draft(ctx context.Context, t desk.ThreadID, in *desk.Intent) (desk.Settlement, error) {
	if in.Draft != "" && in.Draft != takenBack {
		return desk.Settlement{State: desk.IntentDone}, nil
	}
	c, err := d.sender.o.Accounts.Client(in.Mailbox)
	if err != nil {
		return desk.Settlement{}, err
	}
	p := &posting{Sender: d.sender, client: c, thread: t, in: *in}
	out, err := p.prepare(Interactive(ctx))
	in.Draft = p.in.Draft
	if err != nil {
		return p.failed(ctx, err)
	}
	return out, nil
}

// prepare makes the draft and leaves it to a person.
func (p *posting) prepare(ctx context.Context) (desk.Settlement, error) {
	if p.in.Draft == takenBack {
		return parked(sayTakenBack), nil
	}
	_, out, err := p.draft(ctx)
	if err != nil || out.State != "" {
		return out, err
	}
	return desk.Settlement{State: desk.IntentDone}, nil
}

// InThread implements desk.Drafts. 5 units for each 100 drafts of the mailbox,
// at most 50.
func (d *Drafter) InThread(ctx context.Context, m desk.Mailbox, t desk.ThreadID) ([]string, error) {
	c, err := d.sender.o.Accounts.Client(m)
	if err != nil {
		return nil, err
	}
	var out []string
	for page, n := "", 0; n < 10; n++ {
		list, err := c.Drafts(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("gmail: listing the drafts of a thread: %w", err)
		}
		for _, dr := range list.Drafts {
			if dr.Message != nil && dr.Message.ThreadId == string(t) {
				out = append(out, dr.Id)
			}
		}
		if page = list.NextPageToken; page == "" {
			return out, nil
		}
	}
	return nil, errors.New("gmail: the mailbox has more than 1,000 drafts, which are not looked through")
}
