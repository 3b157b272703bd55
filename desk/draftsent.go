package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// errDraft says that a mail of the team may have been a draft that a card made,
// and that it must be found out which.
var errDraft = errors.New("draft needed")

// mayBeDraft tells whether a mail of the team may be one of the record's
// drafts: Gmail drops our header when a person changes a draft.
func (e *edit) mayBeDraft(m Message) bool {
	return m.Verdict == Own && m.Intent == "" && slices.ContainsFunc(e.Outgoing, func(o Outgoing) bool { return o.State == InGmail && e.lies(o, m) })
}

// lies tells whether a reply's draft lies in the thread of a mail.
func (c *Conversation) lies(o Outgoing, m Message) bool {
	return o.Thread == m.Thread || o.Thread == "" && c.Thread == m.Thread
}

// draftSkew is how far Gmail's clock may be behind ours.
const draftSkew = time.Minute

// whoseDraft finds the draft that a mail of the team was, "" when none or nobody
// can tell. A draft that was sent is not in its thread any more; Gmail may give
// another id to one that a person changed, so a draft that is none of ours
// stands for one of those that are missing. Of what several people had begun,
// only the Sender header that Gmail writes for delegates tells whose it was.
// One read for the record, one for the one that it was merged into, and one for
// each draft; 5 units.
func (d *Desk) whoseDraft(ctx context.Context, m Message, f Facts) IntentID {
	c, err := d.store.Conversation(ctx, ConversationOf(m.Mailbox, m.Thread))
	if err != nil || d.drafts == nil {
		return ""
	}
	there, err := d.drafts.InThread(ctx, m.Mailbox, m.Thread)
	if err != nil {
		return "" // the mail counts as the team's
	}
	by := d.Policy().delegate(m.Mailbox, f)
	strange := len(there)
	var gone []Outgoing
	writing := c.writingIn(m)
	if c.Merged != nil {
		kept, err := d.store.Conversation(ctx, c.Merged.Into)
		if err != nil {
			return ""
		}
		writing = append(writing, kept.writingIn(m)...)
	}
	for _, o := range writing {
		in, err := d.store.Intent(ctx, o.Intent)
		switch {
		case err != nil || in.Draft == "":
		case slices.Contains(there, in.Draft):
			strange--
		case m.At.After(o.At.Add(-draftSkew)):
			gone = append(gone, o)
		}
	}
	if len(gone) <= strange {
		return ""
	}
	if by != "" {
		gone = slices.DeleteFunc(gone, func(o Outgoing) bool { return o.By != by })
	}
	if len(gone) == 0 || slices.ContainsFunc(gone, func(o Outgoing) bool { return o.By != gone[0].By }) {
		return ""
	}
	return gone[0].Intent
}

// writingIn gives the replies that people are writing in drafts in the thread of
// a mail.
func (c *Conversation) writingIn(m Message) []Outgoing {
	return slices.DeleteFunc(c.Writing(zeroTime), func(o Outgoing) bool { return !c.lies(o, m) })
}

// sentFrom moves the status when a draft was sent in Gmail, as its writer: to
// what they chose on the card, or as usual when somebody moved it since.
func (e *edit) sentFrom(o *Outgoing, usual Status) {
	to := usual
	if e.Marks[Progress].Version <= o.Version {
		switch o.Then {
		case ThenKeep:
			to = e.Status
		case ThenClose:
			to = Closed
		}
	}
	if to == e.Status {
		return
	}
	was := e.by
	e.by = o.By
	e.move(to, "the team wrote")
	e.touch(Progress, e.by, e.now)
	e.by = was
}
