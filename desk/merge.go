package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// MaxJoined bounds the threads that are merged into one conversation.
const MaxJoined = 10

// Merged says that a conversation was merged into another: its thread goes on
// by itself in Gmail, its mail counts for the other, which is the kept one.
type Merged struct {
	Into     ConversationID `json:"into"`
	By       Email          `json:"by"`
	At       time.Time      `json:"at"`
	Standing Standing       `json:"standing"`        // where it stood
	Waits    time.Time      `json:"waits,omitzero"`  // since when a person who wrote in it since waits
	Shows    face           `json:"shows"`           // what its thread wears: the kept one's state
	ShownAt  int64          `json:"shown,omitempty"` // version of the kept record that Shows was taken from
}

// Joined is a thread that was merged into the conversation, as the kept record
// knows it. Its own record goes on counting its mail.
type Joined struct {
	ID         ConversationID `json:"id"`
	Thread     ThreadID       `json:"thread"`
	Subject    string         `json:"subject,omitempty"`
	By         Email          `json:"by"`
	At         time.Time      `json:"at"`
	Messages   int            `json:"messages"`
	LastAt     time.Time      `json:"last_at"`
	LastID     MessageID      `json:"last_message,omitempty"`
	LastRFC    RFCID          `json:"last_rfc,omitempty"`
	LastRefs   []RFCID        `json:"last_refs,omitempty"`
	InboundAt  time.Time      `json:"inbound_at,omitzero"`
	OutboundAt time.Time      `json:"outbound_at,omitzero"`
	Heard      Envelope       `json:"heard,omitzero"`
	// Stood is where the kept conversation stood before the merge, Left where
	// the merge left it.
	Stood Standing `json:"stood"`
	Left  Standing `json:"left"`
}

// note takes over what the thread's own record says of its mail.
func (j *Joined) note(c *Conversation) {
	j.Thread, j.Subject, j.Messages = c.Thread, c.Subject, c.Messages
	j.LastAt, j.LastID, j.LastRFC, j.LastRefs = c.LastAt, c.LastID, c.LastRFC, c.LastRefs
	j.InboundAt, j.OutboundAt, j.Heard = c.InboundAt, c.OutboundAt, c.Heard
}

// joined finds a merged thread in the record, or nil.
func (c *Conversation) joined(id ConversationID) *Joined {
	if i := slices.IndexFunc(c.Joined, func(j Joined) bool { return j.ID == id }); i >= 0 {
		return &c.Joined[i]
	}
	return nil
}

// errMerged says that a record was merged into another one.
type errMerged struct{ into ConversationID }

func (errMerged) Error() string { return "the conversation was merged into another" }

// Merge joins another conversation to one: it is closed, and from then on mail
// in either thread is dealt with in the kept one, whose record is given. When
// only the other has threads merged into it, that one is kept, so that nothing
// is merged twice over; one that is merged already stands for what it was
// merged into. Both must be of one mailbox, because who may see a conversation
// follows from its mailbox. Done already = no change. Three or four reads, one
// commit. Undo takes it back exactly, Separate whatever happened since.
func (d *Desk) Merge(ctx context.Context, by Email, keep, other ConversationID) (Conversation, error) {
	for range maxMoves {
		kept, err := d.view(ctx, by, keep)
		if err != nil {
			return Conversation{}, err
		}
		own, err := d.view(ctx, by, other)
		if err != nil {
			return Conversation{}, err
		}
		if own.ID == kept.ID {
			return kept.Conversation, nil // view follows what was merged
		}
		if len(own.Joined) > 0 && len(kept.Joined) == 0 {
			own, kept = kept, own
		}
		_, c, err := d.updateBoth(ctx, own.ID, kept.ID, by, func(own, kept *edit) error {
			for _, e := range []*edit{own, kept} {
				if err := e.allow(RightProgress); err != nil {
					return err
				}
			}
			kept.beside = own
			return kept.join(time.Time{}, "")
		})
		if !errors.Is(err, errMoved) {
			return c, err
		}
	}
	return Conversation{}, ErrUnavailable
}

// maxMoves bounds how often two records are looked at anew because one was
// merged elsewhere meanwhile.
const maxMoves = 5

// Separate takes a merged thread out of its conversation again: it stands where
// it stood before, moved by the mail that came in it since. The kept one stands
// where it stood before the merge if nothing moved it since. Done already = no
// change. Two or three reads, one commit.
func (d *Desk) Separate(ctx context.Context, by Email, keep, other ConversationID) (Conversation, error) {
	v, err := d.view(ctx, by, keep)
	if err != nil {
		return Conversation{}, err
	}
	if v.joined(other) == nil {
		if !v.May(RightProgress) {
			return Conversation{}, forbidden("%s", ours(RightProgress.Refusal()))
		}
		return v.Conversation, nil
	}
	_, c, err := d.updateBoth(ctx, other, v.ID, by, func(own, kept *edit) error {
		if err := kept.allow(RightProgress); err != nil {
			return err
		}
		if kept.joined(own.ID) == nil {
			return nil
		}
		kept.beside = own
		moved := kept.split(own)
		kept.event(Event{Kind: EventSeparated, From: string(own.ID), Before: moved})
		kept.touch(Joining, by, kept.now)
		return nil
	})
	return c, err
}

// elsewhere refuses a change of a record that was merged into another one.
func (e *edit) elsewhere() error {
	return &Conflict{Aspect: Joining, By: e.Merged.By, At: e.Merged.At, Now: *e.Conversation}
}

// allow refuses what the actor may not do with the record.
func (e *edit) allow(need Right) error {
	if e.Version == 0 {
		return ErrNotFound
	}
	role := e.policy.roleIn(e.by, e.Conversation, e.now)
	switch {
	case role == "":
		return ErrNotFound
	case !role.may(need, e.ShareTo(e.by, e.now)):
		return forbidden("%s", ours(need.Refusal()))
	}
	return nil
}

// join merges the record beside this one into it, and writes the events. A merge
// that is made again has its first maker and time.
func (e *edit) join(at time.Time, by Email) error {
	moved, err := e.merge(at, by)
	if err == nil {
		e.event(Event{Kind: EventMerged, To: string(e.beside.ID), Before: moved})
		e.touch(Joining, e.by, e.now)
	}
	return err
}

// merge is join without the kept record's event. It gives what an undo of other
// changes must know: where the kept one stood, if that is elsewhere now.
func (e *edit) merge(at time.Time, by Email) (*Before, error) {
	own := e.beside
	switch {
	case own.Mailbox != e.Mailbox:
		return nil, invalid("The two are in different mailboxes, where different people work, so they cannot be merged. Answer one of them, and close the other with a note.")
	case own.Status == Spam || e.Status == Spam:
		return nil, invalid("Spam is not merged. Mark it as open first if it is none.")
	case own.Merged != nil || e.Merged != nil:
		return nil, errMoved
	case len(own.Joined) > 0:
		return nil, invalid("Both have other threads merged into them. Separate those of one first.")
	case own.toGo() > 0:
		return nil, invalid("A reply in the other conversation is on its way, or waits to go. Merge when it has gone.")
	case own.shared():
		return nil, invalid("The other conversation is shared with somebody, who would go on reading it. Stop that first, or open it and merge this one into it.")
	case len(own.OpenTodos(e.now)) > 0:
		return nil, invalid("The other conversation has to-dos that are not done. Finish them first, or open it and merge this one into it.")
	case len(e.Joined) >= MaxJoined:
		return nil, invalid("At most %d threads can be merged into one conversation.", MaxJoined)
	}
	if at.IsZero() {
		at, by = e.now, e.by
	}
	j := Joined{ID: own.ID, By: by, At: at, Stood: e.standing0()}
	j.note(own.Conversation)
	e.inherit(own, at)
	j.Left = e.standing0()
	e.Joined = append(slices.Clone(e.Joined), j)
	own.Merged = &Merged{Into: e.ID, By: by, At: at, Standing: own.standing0()}
	if own.Status.Active() {
		own.end(at, by)
	}
	own.Status, own.Unanswered, own.Nap = Closed, time.Time{}, nil
	own.event(Event{Kind: EventMergedInto, To: string(e.ID)})
	own.touch(Progress, e.by, e.now)
	return e.stoodElsewhere(j.Stood), nil
}

// shared tells whether somebody reads the conversation by a share.
func (e *edit) shared() bool {
	return slices.ContainsFunc(e.Shares, func(s Share) bool { return s.Live(e.now) })
}

// stoodElsewhere gives where the record stood if it stands elsewhere now.
func (e *edit) stoodElsewhere(stood Standing) *Before {
	if stood.same(e.standing0()) {
		return nil
	}
	e.touch(Progress, e.by, e.now)
	return &Before{Standing: &stood}
}

// inherit takes over what the team owes in the other thread: the kept one opens
// when the other is open, who waits there waits here, and the earliest promise
// of a first reply holds.
func (e *edit) inherit(own *edit, at time.Time) {
	if own.Status == Open && e.Status != Open {
		if !e.Status.Active() {
			e.begin(at, "another thread was merged into it", 0)
		}
		e.Status, e.Nap = Open, nil
	}
	if w := own.Unanswered; e.Status == Open && !w.IsZero() && (e.Unanswered.IsZero() || w.Before(e.Unanswered)) {
		e.Unanswered = w
	}
	theirs, ours := own.Episode(), e.Episode()
	if !own.Status.Active() || theirs == nil || ours == nil || !e.Status.Active() {
		return
	}
	if due := theirs.ReplyDue; theirs.RepliedAt.IsZero() && ours.RepliedAt.IsZero() && !due.IsZero() && (ours.ReplyDue.IsZero() || due.Before(ours.ReplyDue)) {
		ours.ReplyDue = due
	}
}
