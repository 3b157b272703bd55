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
	Subject  string         `json:"subject,omitempty"` // of the kept one, cut
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
	KnewAt     time.Time      `json:"knew_at,omitzero"` // as in Conversation
	Heard      Envelope       `json:"heard,omitzero"`
	Drafts     []time.Time    `json:"drafts,omitempty"` // that people write in Gmail; see DraftFacts
	// What people wrote and owe there, for the kept one's card: the newest notes,
	// at most carriedNotes, and the to-dos; of those that are done only that.
	Notes     []Note `json:"notes,omitempty"`
	NoteCount int    `json:"note_count,omitempty"`
	Todos     []Todo `json:"todos,omitempty"`
	// Since is the version of the kept record that the merge made, Brought what
	// it changed there beside where it stands.
	Since   int64   `json:"v,omitempty"`
	Brought Brought `json:"brought,omitzero"`
	// Stood is where the kept conversation stood before the merge, Left where
	// the merge left it.
	Stood Standing `json:"stood"`
	Left  Standing `json:"left"`
}

// note takes over what the thread's own record says of its mail.
func (j *Joined) note(c *Conversation) {
	j.Thread, j.Subject, j.Messages = c.Thread, c.Subject, c.Messages
	j.LastAt, j.LastID, j.LastRFC, j.LastRefs = c.LastAt, c.LastID, c.LastRFC, c.LastRefs
	j.InboundAt, j.OutboundAt, j.KnewAt, j.Heard = c.InboundAt, c.OutboundAt, c.KnewAt, c.Heard
	j.Drafts = c.Drafts.Since
	j.carry(c)
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
// follows from its mailbox. The kept one tells of the notes and to-dos of both;
// its tags, priority and followers are those of both from then on. Who held the
// other does not hold it any more and is told. Done already = no change. Three
// or four reads, one commit. Undo takes it back exactly, Separate whatever
// happened since.
func (d *Desk) Merge(ctx context.Context, by Email, keep, other ConversationID) (Conversation, error) {
	return d.MergeFor(ctx, by, keep, other, HeldAsKept)
}

// MergeFor is Merge with who is to hold both.
func (d *Desk) MergeFor(ctx context.Context, by Email, keep, other ConversationID, hold Holds) (Conversation, error) {
	if !slices.Contains([]Holds{HeldAsKept, HeldAsOther, HeldByNobody}, hold) {
		return Conversation{}, invalid("Choose who holds both.")
	}
	for range maxMoves {
		kept, own, err := d.pair(ctx, by, keep, other)
		if err != nil {
			return Conversation{}, err
		}
		if own.ID == kept.ID {
			return kept.Conversation, nil // view follows what was merged
		}
		_, c, err := d.updateBoth(ctx, own.ID, kept.ID, by, func(own, kept *edit) error {
			for _, e := range []*edit{own, kept} {
				if err := e.allow(RightProgress); err != nil {
					return err
				}
			}
			kept.beside = own
			return kept.join(hold)
		})
		if !errors.Is(err, errMoved) {
			return c, err
		}
	}
	return Conversation{}, ErrUnavailable
}

// Merging is what a merge would bring together, for who asks before it.
type Merging struct {
	Kept  View
	Other View // as it stands; its holder, notes and to-dos are its own
}

// Merging looks at two conversations before they are merged: which is kept, and
// what the other has. ErrInvalid says why they cannot be merged. Two or three
// reads.
func (d *Desk) Merging(ctx context.Context, by Email, keep, other ConversationID) (Merging, error) {
	kept, own, err := d.pair(ctx, by, keep, other)
	if err != nil {
		return Merging{}, err
	}
	if own.ID == kept.ID {
		return Merging{}, invalid("They are one conversation already.")
	}
	p, a, b := d.Policy(), kept.Conversation, own.Conversation
	e := d.edit(p, &a, by)
	e.beside = d.edit(p, &b, by)
	for _, x := range []*edit{e.beside, e} {
		if err := x.allow(RightProgress); err != nil {
			return Merging{}, err
		}
	}
	if err := e.join(HeldAsKept); err != nil {
		return Merging{}, err
	}
	return Merging{Kept: kept, Other: own}, nil
}

// pair gives the two records of a merge as the actor sees them: the one that is
// kept, and the other.
func (d *Desk) pair(ctx context.Context, by Email, keep, other ConversationID) (kept, own View, err error) {
	if kept, err = d.view(ctx, by, keep); err != nil {
		return kept, own, err
	}
	if !kept.May(RightProgress) {
		return kept, own, forbidden("%s", ours(RightProgress.Refusal()))
	}
	own, err = d.view(ctx, by, other)
	if err == nil && own.ID != kept.ID && len(own.Joined) > 0 && len(kept.Joined) == 0 {
		own, kept = kept, own
	}
	return kept, own, err
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
		kept.event(Event{Kind: EventSeparated, From: string(own.ID), Why: own.title(), Before: moved})
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
