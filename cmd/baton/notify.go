package main

import (
	"context"

	"baton/desk"
	"baton/gmail"
)

// notifies performs notify intents: it asks the desk whether there is still
// something to tell, and sends it as replies are sent, once.
type notifies struct {
	desk   *desk.Desk
	sender *gmail.Sender
	read   func(desk.Mailbox) // has a mailbox read now
}

// Perform implements outbox.Performer. What was sent is read back at once, so
// that the ledger has it.
func (n notifies) Perform(ctx context.Context, _ desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	in, out, err := n.desk.Notice(ctx, in, gmail.SentID(in))
	if err != nil || out.State != "" {
		return out, err
	}
	if out, err = n.sender.Send(ctx, "", in); err != nil || out.State == desk.IntentPending {
		return out, err
	}
	if out.State == desk.IntentDone {
		n.read(in.Mailbox)
	}
	if out.State != desk.IntentParked { // then parked does it
		err = n.desk.Noticed(ctx, in)
	}
	return out, err
}
