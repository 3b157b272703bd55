package main

import (
	"context"
	"time"

	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
)

// openOutbox makes what keeps promises: the outbox with a performer for each
// kind of intent, and the sweeper of what sending may leave behind. A claim lives
// as long as a lease.
func (sv *service) openOutbox(holder string, lease time.Duration) (err error) {
	if sv.sweeper, err = gmail.NewSweeper(gmail.SweeperOptions{
		Accounts: sv.accounts, Store: sv.store, Holder: holder, Logger: sv.log, Now: sv.tuning.clock,
		Mailboxes: sv.served,
	}); err != nil {
		return err
	}
	sender, err := gmail.NewSender(gmail.SenderOptions{
		Accounts: sv.accounts, Drafts: sv.store, Now: sv.tuning.clock, Stray: sv.sweeper.Soon, Pause: outbox.Backoff,
		Receive: sv.desk.Receive, Unread: func(m desk.Mailbox) { sv.room.Read(m) },
	})
	if err != nil {
		return err
	}
	if sv.drafter, err = gmail.NewDrafter(sender); err != nil {
		return err
	}
	read := func(m desk.Mailbox) { sv.room.Read(m) }
	performers := sv.connectedOnly(map[desk.IntentKind]outbox.Performer{
		desk.IntentLabels: labels{sv.desk, gmail.NewLabeler(sv.accounts)},
		desk.IntentSend:   newSends(sv.desk, sender, read, sv.readAt),
		desk.IntentDraft:  drafts{sv.drafter},
		desk.IntentNotify: notifies{sv.desk, sender, read},
	})
	performers[desk.IntentWake] = wakes{sv.desk}     // needs no Gmail
	performers[desk.IntentMirror] = mirrors{sv.desk} // neither
	performers[desk.IntentHandOut] = handsOut{sv.desk}
	sv.outbox, err = outbox.New(outbox.Options{
		Store: sv.store, Holder: holder, Clock: sv.tuning.clock, Logger: sv.log, Poll: sv.tuning.poll, Claim: lease,
		Performers: performers, Parked: sv.parked,
	})
	return err
}

// labels performs labels intents: it makes a thread wear what its record wants.
// With the first labels of a conversation it looks whether others are about the
// same, which would make recording a mail dearer.
type labels struct {
	desk    *desk.Desk
	labeler *gmail.Labeler
}

// Perform implements outbox.Performer.
func (l labels) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	if desk.Begins(in) {
		if err := l.desk.Acquaint(ctx, c); err != nil {
			return desk.Settlement{}, err
		}
	}
	want := desk.WantedLabels(l.desk.Policy(), &c)
	return desk.Settlement{}, l.labeler.Apply(ctx, c.Mailbox, c.Thread, in.Message, want, c.Worn, in.Interactive)
}

// drafts performs draft intents that were not performed while their writers
// waited.
type drafts struct{ drafter *gmail.Drafter }

// Perform implements outbox.Performer.
func (d drafts) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return d.drafter.Draft(ctx, threadOf(c, in), &in)
}

// threadOf gives the thread that a mail goes into: of merged threads the one
// that the customer wrote in last.
func threadOf(c desk.Conversation, in desk.Intent) desk.ThreadID {
	if in.Mail != nil && in.Mail.Thread != "" {
		return in.Mail.Thread
	}
	return c.Thread
}

// wakes performs wake intents, the timers of snoozed conversations.
type wakes struct{ desk *desk.Desk }

// Perform implements outbox.Performer.
func (w wakes) Perform(ctx context.Context, _ desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return w.desk.Wake(ctx, in)
}

// mirrors performs mirror intents: merged threads wear the kept one's state.
type mirrors struct{ desk *desk.Desk }

// Perform implements outbox.Performer.
func (m mirrors) Perform(ctx context.Context, c desk.Conversation, _ desk.Intent) (desk.Settlement, error) {
	return desk.Settlement{}, m.desk.Mirror(ctx, c)
}

// parked tells of a promise that is given up: a reply's writers on its card,
// the admins in the log.
func (sv *service) parked(ctx context.Context, in desk.Intent, reason string) error {
	sv.log.Error("a promise is given up; see the parked intents", "intent", in.ID, "kind", in.Kind, "mailbox", in.Mailbox, "conversation", in.Conversation)
	switch in.Kind {
	case desk.IntentSend, desk.IntentDraft:
		return sv.desk.Unsent(ctx, in, reason)
	case desk.IntentNotify:
		return sv.desk.Noticed(ctx, in)
	}
	return nil
}
