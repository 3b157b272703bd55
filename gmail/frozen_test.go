package gmail_test

import (
	"context"
	"time"

	"baton/desk"
)

// frozenDesk is the desk and the store as a process that can freeze reaches
// them.
type frozenDesk struct {
	*fakeDesk
	ice *ice
}

func (d frozenDesk) Receive(ctx context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error) {
	defer d.ice.step()()
	return d.fakeDesk.Receive(ctx, m, f)
}

func (d frozenDesk) Vanished(ctx context.Context, m desk.Mailbox, id desk.MessageID) error {
	defer d.ice.step()()
	return d.fakeDesk.Vanished(ctx, m, id)
}

func (d frozenDesk) MarkSpam(ctx context.Context, m desk.Mailbox, t desk.ThreadID, spam bool) error {
	defer d.ice.step()()
	return d.fakeDesk.MarkSpam(ctx, m, t, spam)
}

func (d frozenDesk) Hand(ctx context.Context, m desk.Mailbox, t desk.ThreadID, s desk.Sight) error {
	defer d.ice.step()()
	return d.fakeDesk.Hand(ctx, m, t, s)
}

func (d frozenDesk) Drafted(ctx context.Context, m desk.Mailbox, t desk.ThreadID, s desk.Drafting) error {
	defer d.ice.step()()
	return d.fakeDesk.Drafted(ctx, m, t, s)
}

func (d frozenDesk) Record(ctx context.Context, line desk.LedgerLine) error {
	defer d.ice.step()()
	return d.fakeDesk.Record(ctx, line)
}

func (d frozenDesk) Known(ctx context.Context, m desk.Mailbox, ids []desk.MessageID) (map[desk.MessageID]desk.ConversationID, error) {
	defer d.ice.step()()
	return d.fakeDesk.Known(ctx, m, ids)
}

func (d frozenDesk) MailboxState(ctx context.Context, m desk.Mailbox) (desk.MailboxState, error) {
	defer d.ice.step()()
	return d.fakeDesk.MailboxState(ctx, m)
}

func (d frozenDesk) MailboxStates(ctx context.Context) ([]desk.MailboxState, error) {
	defer d.ice.step()()
	return d.fakeDesk.MailboxStates(ctx)
}

func (d frozenDesk) SetMailboxState(ctx context.Context, m desk.Mailbox, fn func(*desk.MailboxState)) (desk.MailboxState, error) {
	defer d.ice.step()()
	return d.fakeDesk.SetMailboxState(context.WithoutCancel(ctx), m, fn) // it may be on its way already
}

func (d frozenDesk) Acquire(ctx context.Context, name, holder string, now, until time.Time) (desk.Lease, error) {
	defer d.ice.step()()
	return d.fakeDesk.Acquire(ctx, name, holder, now, until)
}

func (d frozenDesk) Release(ctx context.Context, name, holder string) error {
	defer d.ice.step()()
	return d.fakeDesk.Release(ctx, name, holder)
}
