package gmail

import (
	"context"
	"slices"
	"time"

	"baton/desk"
)

// taken hands a mail that was just sent to the desk, so that it need not be
// fetched (20 units): all that the record needs of it is known here, but for
// its Message-ID. Gmail may have replaced ours, so it is told as such; a further
// reply then answers the customer's mail, as Gmail's own button does, and
// people's copies are recognised by what they refer to. began is when sending
// began: a customer's mail that came in meanwhile was not seen and is not
// answered by this one.
//
// What cannot be handed over comes by the mailbox's history, as everything
// that is sent in Gmail does; the ledger keeps it from counting twice.
func (p *posting) taken(ctx context.Context, id desk.MessageID, thread desk.ThreadID, began time.Time) {
	if p.o.Receive == nil || p.in.Mail == nil || p.thread == "" || thread != p.thread || id == "" {
		p.o.Unread(p.in.Mailbox)
		return
	}
	m := p.in.Mail
	from := m.From
	if from.Email == "" {
		from.Email = desk.Email(p.in.Mailbox)
	}
	msg := desk.Message{
		Mailbox: p.in.Mailbox, ID: id, Thread: thread, References: slices.Clone(m.References), From: from, Subject: m.Subject,
		Gave: SentID(p.in),
		At:   began.UTC().Truncate(time.Millisecond), Size: int64(len(m.Text)), Verdict: desk.Own, Reason: ownByBaton, Intent: p.in.ID,
	}
	facts := desk.Facts{
		Mailbox: p.in.Mailbox, From: from, To: emails(m.To), Cc: emails(m.Cc), DeliveredTo: desk.Email(p.in.Mailbox),
		Subject: m.Subject, Verdict: desk.Own, At: msg.At, Headers: map[string]string{"x-baton-intent": string(p.in.ID)},
	}
	if _, err := p.o.Receive(ctx, msg, facts); err != nil {
		p.o.Unread(p.in.Mailbox)
	}
}
