package desk

import (
	"context"
	"errors"
	"slices"
)

// Notice performs a notify intent as far as the desk can: at the moment of
// sending it looks again, and gives the intent with the mail that is to be sent
// to one person now. rfc is the Message-ID that the mail will have; by it the
// mail opens the conversation.
//
// A settlement with a state says that nothing is to be sent: they looked
// meanwhile, it was taken back, it is over, or they may not see it any more.
// Nothing is looked at again once the mail is in a draft. One read, and one read
// for each note and each other conversation that it tells of; one commit.
func (d *Desk) Notice(ctx context.Context, in Intent, rfc RFCID) (Intent, Settlement, error) {
	c, err := d.store.Conversation(ctx, in.Conversation)
	if err != nil {
		return in, Settlement{}, err
	}
	n := c.notice(in.ID)
	switch {
	case n == nil && in.Draft == "":
		return in, nothingToTell, nil
	case n == nil:
		return in, Settlement{}, nil // whether it went is for the sender to find out
	case in.Draft != "":
		return d.noticeIntent(in, &c, n), Settlement{}, nil
	case d.Now().Before(n.Goes):
		return in, Settlement{State: IntentPending, NotBefore: n.Goes, Reason: "it rang early: the clocks of two processes differ"}, nil
	}
	seen, err := d.lookAgain(ctx, &c, n)
	if err != nil {
		return in, Settlement{}, err
	}
	c, err = d.update(ctx, in.Conversation, "", func(e *edit) error {
		n := e.notice(in.ID)
		if n == nil {
			return nil
		}
		worth := slices.DeleteFunc(slices.Clone(n.Tells), func(t Telling) bool { return !e.worth(n.To, t, seen) })
		if n.Going && len(worth) == len(n.Tells) {
			return nil // tried before
		}
		e.Notices = slices.Clone(e.Notices)
		e.quiet = true
		if n = e.notice(in.ID); len(worth) == 0 {
			e.dropNotices(func(o Notice) bool { return o.Intent == in.ID })
			return nil
		}
		for i := range worth {
			if !n.Going {
				e.recount(n.To, &worth[i], seen)
			}
		}
		n.Tells, n.Going = worth, true
		e.change.Handles = append(e.change.Handles, HandleRFC(rfc))
		return nil
	})
	if err != nil {
		return in, Settlement{}, err
	}
	if n = c.notice(in.ID); n == nil {
		return in, nothingToTell, nil
	}
	return d.noticeIntent(in, &c, n), Settlement{}, nil
}

var nothingToTell = Settlement{State: IntentCancelled, Reason: "there is nothing to tell any more"}

// noticeIntent is the intent with its mail. What it is worth sending for is
// counted from when it was to go.
func (d *Desk) noticeIntent(in Intent, c *Conversation, n *Notice) Intent {
	mail := noticeMail(d.Policy(), c, n)
	in.Mail, in.CreatedAt = &mail, n.Goes
	return in
}

// Noticed notes that the mail of a notice went, or never will. One read, one
// commit.
func (d *Desk) Noticed(ctx context.Context, in Intent) error {
	_, err := d.update(ctx, in.Conversation, "", func(e *edit) error {
		if e.Version == 0 {
			return ErrNotFound
		}
		e.quiet = e.dropNotices(func(n Notice) bool { return n.Intent == in.ID })
		return nil
	})
	if isNotFound(err) {
		return nil // the mailbox's records were erased
	}
	return err
}

// looked is what was read beside the record to see whether a notice still tells
// the truth.
type looked struct {
	notes  map[NoteID]Note
	others map[ConversationID]bool // of which the same is true still
	alarms []Ringing               // of the mailbox
}

func (d *Desk) lookAgain(ctx context.Context, c *Conversation, n *Notice) (looked, error) {
	seen := looked{notes: map[NoteID]Note{}, others: map[ConversationID]bool{}}
	if n.calls() {
		st, err := d.store.MailboxState(ctx, c.Mailbox)
		if err != nil {
			return seen, err
		}
		seen.alarms = st.Alarms
	}
	for _, t := range n.Tells {
		if t.Note != "" {
			note, err := d.store.Note(ctx, c.ID, t.Note)
			if err != nil && !isNotFound(err) {
				return seen, err
			}
			seen.notes[t.Note] = note
		}
		for _, id := range t.More {
			o, err := d.store.Conversation(ctx, id)
			if err != nil && !isNotFound(err) {
				return seen, err
			}
			e := &edit{Conversation: &o, policy: d.Policy(), now: d.Now()}
			seen.others[id] = err == nil && o.Mailbox == c.Mailbox && e.worth(n.To, Telling{About: t.About}, looked{})
		}
	}
	return seen, nil
}

// worth tells whether something is still true and worth a mail to a person.
func (e *edit) worth(to Email, t Telling, seen looked) bool {
	mb, _ := e.policy.Mailbox(e.Mailbox)
	if !mb.tells(t.About) || e.policy.roleIn(to, e.Conversation, e.now) == "" {
		return false
	}
	return e.holds(to, t, seen) || slices.ContainsFunc(t.More, func(id ConversationID) bool { return seen.others[id] })
}

// recount leaves out of a telling of many conversations those of which it is not
// true any more.
func (e *edit) recount(to Email, t *Telling, seen looked) {
	if t.Count == 0 {
		return
	}
	if !e.holds(to, *t, seen) {
		t.Count--
	}
	before := len(t.More)
	t.More = slices.DeleteFunc(slices.Clone(t.More), func(id ConversationID) bool { return !seen.others[id] })
	t.Count -= before - len(t.More)
}

// holds tells whether something is still so in this conversation.
func (e *edit) holds(to Email, t Telling, seen looked) bool {
	switch t.About {
	case AboutGiven, AboutRouted:
		return e.Assignee == to && e.Status.Active()
	case AboutLost:
		return e.Assignee != to && e.Status.Active() && (t.Merged == "" || e.joined(t.Merged) != nil)
	case AboutShared:
		s := e.ShareTo(to, e.now)
		return s != nil && s.ID == t.Share
	case AboutMentioned:
		n := seen.notes[t.Note]
		if i := slices.IndexFunc(e.Notes, func(o Note) bool { return o.ID == t.Note }); i >= 0 {
			n = e.Notes[i]
		}
		return n.ID != "" && !n.Gone && slices.Contains(n.Mentions, to)
	case AboutTodo:
		return slices.ContainsFunc(e.OpenTodos(e.now), func(td Todo) bool { return td.ID == t.Todo && td.For == to })
	case AboutAsked:
		o := e.outgoing(t.Reply)
		return o != nil && o.State == AwaitsYes && slices.Contains(o.Asked.People, to)
	case AboutStopped:
		o := e.outgoing(t.Reply)
		return o != nil && o.State == Stopped && o.By == to
	case AboutAlarm:
		return slices.ContainsFunc(seen.alarms, func(r Ringing) bool { return r.Kind == t.Alarm.Kind })
	case AboutFollowed:
		f, _ := e.Follower(to)
		return f.Chosen && f.Level != FollowNothing
	}
	return false
}

// seenBy notes that a person has the conversation in front of them: a notice to
// them that has not gone is not sent any more. Nothing is read or written when
// there is none. That it cannot be noted costs a needless mail, not the card.
func (d *Desk) seenBy(ctx context.Context, by Email, v View) View {
	if !v.awaits(by) {
		return v
	}
	c, err := d.update(ctx, v.ID, by, func(e *edit) error {
		e.quiet = e.saw(by)
		return nil
	})
	if err != nil {
		return v
	}
	if now, err := d.SeenAs(by, c); err == nil {
		return now
	}
	return v
}

// ofOne tells whether something is about this conversation, which looking at it
// answers.
func (t Telling) ofOne() bool { return t.About != AboutAlarm }

// awaits tells whether a notice to a person has not gone yet.
func (c *Conversation) awaits(to Email) bool {
	return slices.ContainsFunc(c.Notices, func(n Notice) bool { return n.To == to && slices.ContainsFunc(n.Tells, Telling.ofOne) })
}

// saw forgets what a person was to be told who has the conversation before them,
// and tells whether there was anything.
func (e *edit) saw(who Email) bool {
	if !e.awaits(who) {
		return false
	}
	e.Notices = slices.Clone(e.Notices)
	for i, n := range e.Notices {
		if n.To == who {
			e.Notices[i].Tells = slices.DeleteFunc(slices.Clone(n.Tells), Telling.ofOne)
		}
	}
	e.dropNotices(func(n Notice) bool { return len(n.Tells) == 0 })
	return true
}

// receiveNotice records the mailbox's own copy of a notice. Gmail may have given
// it another Message-ID than we did, so that one is remembered too. One read, two
// commits.
func (d *Desk) receiveNotice(ctx context.Context, m Message) error {
	in, err := d.store.Intent(ctx, m.Intent)
	switch {
	case isNotFound(err): // an older backup's, or forgotten since
	case err != nil:
		return err
	case in.Kind == IntentNotify && in.Mailbox == m.Mailbox && m.RFC != "":
		if err := d.store.Learn(ctx, HandleRFC(m.RFC), in.Conversation); err != nil {
			return err
		}
	}
	err = d.store.Record(ctx, LedgerLine{
		Mailbox: m.Mailbox, Message: m.ID, Thread: m.Thread, RFC: m.RFC, From: m.From.Email,
		Verdict: m.Verdict, Reason: m.Reason, At: m.At, Size: m.Size, RecordedAt: d.Now(),
	})
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}
