package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// intakeWithin is how long one intake works. Google does not say how long an
// add-on may take for its answer; for Apps Script and Chat it is 30 s.
const intakeWithin = 20 * time.Second

const (
	// intakeAlone is for how long an intake has its mailbox to itself at most. It
	// is longer than any intake, so it is never renewed.
	intakeAlone = time.Minute
	// intakeFinish is how long the last commit of an intake may take after its
	// time is up or its caller has gone.
	intakeFinish = 8 * time.Second
	intakeLook   = 100 * time.Millisecond // how often a waiting intake tries
)

// HandIn brings a thread of a person's own mailbox into a shared one and gives
// it to somebody, once: a message that the mailbox has is left as it is, known
// by its Message-ID. Two intakes of one mailbox wait for each other. When the
// thread is a conversation there already, that is given back and nothing
// changes.
//
// What the person's grant opens is read within the call, because it ends with
// the open message and is never kept. When time runs out or Gmail refuses
// between two messages, those that arrived are a conversation that says how many
// are missing, and the next intake goes on.
//
// ErrNotFound: the person works in no such mailbox. For n messages that is at most
// 2n+2 reads, n+4 commits, and some 30 + 50n units of the shared mailbox.
func (d *Desk) HandIn(ctx context.Context, by Email, in Intake, o Original) (Receipt, error) {
	onto, err := d.checkIntake(ctx, by, &in)
	if err != nil {
		return Receipt{}, err
	}
	work, stop := context.WithTimeout(ctx, d.intakeFor)
	defer stop()
	release, err := d.alone(ctx, work, in.Mailbox)
	if err != nil {
		return Receipt{}, err
	}
	defer release()
	t := &intaking{Desk: d, by: by, in: in, original: o, conv: onto}
	if t.parts, err = o.Parts(work); err != nil {
		return Receipt{}, err
	}
	switch n := len(t.parts); {
	case n == 0:
		return Receipt{}, invalid("There is no mail in this thread that could be handed in.")
	case n > MaxIntakeParts:
		return Receipt{}, invalid("This thread has %d messages; at most %d can be handed in. Forward the ones that matter to %s.", n, MaxIntakeParts, in.Mailbox)
	}
	if t.conv.ID == "" {
		if t.conv, err = d.there(work, by, in.Mailbox, t.parts); err != nil {
			return Receipt{}, err
		}
		h := t.conv.HandedIn
		if m := t.conv.Merged; m != nil {
			// What is missing is added to its thread, and counts for the one that was
			// kept, whoever holds that.
			t.thread = t.conv.Thread
			if t.conv, err = d.store.Conversation(work, m.Into); err != nil {
				return Receipt{}, err
			}
			t.in.Onto, t.in.To, t.in.Why = m.Into, "", ""
		}
		if t.conv.ID != "" && (h == nil || h.Left == 0) {
			return Receipt{Conversation: t.conv, Already: true}, nil
		}
	}
	if t.thread == "" {
		t.thread = t.conv.Thread
	}
	t.bring(work)
	finish, stop := context.WithTimeout(context.WithoutCancel(ctx), intakeFinish)
	defer stop()
	return t.finish(finish)
}

// checkIntake refuses what the person may not do or cannot mean, before
// anything is read. It gives the conversation of Onto.
func (d *Desk) checkIntake(ctx context.Context, by Email, in *Intake) (onto Conversation, err error) {
	if in.Onto != "" {
		v, err := d.view(ctx, by, in.Onto)
		if err != nil {
			return Conversation{}, err
		}
		if v.Role == Guest {
			return Conversation{}, forbidden("Only people who work in this mailbox can add mail to its conversations.")
		}
		onto, in.Mailbox, in.To, in.Why = v.Conversation, v.Mailbox, "", ""
	}
	p := d.Policy()
	in.Why = strings.TrimSpace(in.Why)
	switch {
	case !p.Works(by, in.Mailbox):
		return Conversation{}, ErrNotFound
	case d.importer == nil:
		return Conversation{}, invalid("Mail cannot be handed in here.")
	case utf8.RuneCountInString(in.Why) > MaxWhy:
		return Conversation{}, invalid("The reason is longer than %d characters. Put the details into a note afterwards.", MaxWhy)
	}
	if ok, _ := p.eligible(in.To, in.Mailbox, Available, chosen); in.To != "" && !ok {
		return Conversation{}, invalid("%s does not work in %s. Choose a colleague who does, or leave the field empty.", p.NameOf(in.To), in.Mailbox)
	}
	return onto, nil
}

// alone waits until no other intake works on the mailbox. One that died is
// waited for until its time is up.
func (d *Desk) alone(ctx, work context.Context, m Mailbox) (release func(), err error) {
	name, holder := "intake:"+string(m), rand.Text()
	for {
		now := d.Now()
		_, err := d.store.Acquire(work, name, holder, now, now.Add(intakeAlone))
		if err == nil {
			return func() {
				ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), intakeFinish)
				defer stop()
				_ = d.store.Release(ctx, name, holder) // else it runs out by itself
			}, nil
		}
		if !errors.Is(err, ErrHeld) && work.Err() == nil {
			return nil, err
		}
		tick := time.NewTimer(intakeLook)
		select {
		case <-tick.C:
		case <-work.Done():
			tick.Stop()
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, &Problem{Kind: ErrConflict, Say: "Somebody else is handing mail to " + string(m) + " right now. Nothing was changed. Try again in a minute."}
		}
	}
}

// there gives the conversation of a mailbox that has one of the parts, or none.
// Of several, the one that the person has most to do with.
func (d *Desk) there(ctx context.Context, by Email, m Mailbox, parts []Part) (Conversation, error) {
	var handles []Handle
	for _, p := range parts {
		if p.RFC != "" {
			handles = append(handles, HandleRFC(p.RFC))
		}
		handles = append(handles, HandleGmail(by, p.ID))
	}
	ids, err := d.store.Resolve(ctx, handles...)
	if err != nil {
		return Conversation{}, err
	}
	var best Conversation
	for _, id := range ids {
		c, err := d.store.Conversation(ctx, id)
		if isNotFound(err) || err == nil && c.Mailbox != m {
			continue
		}
		if err != nil {
			return Conversation{}, err
		}
		if best.ID == "" || nearer(by, &c, &best) {
			best = c
		}
	}
	return best, nil
}

// has tells whether the conversation that an intake goes on with has a message.
func (t *intaking) has(ctx context.Context, id RFCID) (bool, error) {
	if t.conv.ID == "" || id == "" {
		return false, nil
	}
	ids, err := t.store.Resolve(ctx, HandleRFC(id))
	return slices.Contains(ids, t.conv.ID), err
}
