package desk

import (
	"context"
	"slices"
	"time"
)

// Extent says how much of a thread a share opens.
type Extent string

// The extents. The zero value is Whole.
const (
	Whole       Extent = ""       // every message, those to come included
	FromMessage Extent = "from"   // one message and all after it
	Chosen      Extent = "chosen" // the named messages only
)

// MaxChosen is how many messages a share can name.
const MaxChosen = 30

// ShareScope is which messages of a thread a share opens.
type ShareScope struct {
	Extent   Extent      `json:"extent,omitempty"`
	Messages []MessageID `json:"messages,omitempty"` // the first for FromMessage, each for Chosen
	// Since is when the message of FromMessage came, so that the share keeps its
	// meaning when that message is deleted.
	Since time.Time `json:"since,omitzero"`
}

// Opens tells whether a message is in the scope.
func (s ShareScope) Opens(h Head) bool {
	switch s.Extent {
	case Whole:
		return true
	case FromMessage:
		// Gmail counts whole seconds for much mail, and its ids grow.
		first := s.Messages[0]
		return h.At.After(s.Since) || h.At.Equal(s.Since) && (len(h.ID) > len(first) || len(h.ID) == len(first) && h.ID >= first)
	case Chosen:
		return slices.Contains(s.Messages, h.ID)
	}
	return false
}

func (s ShareScope) same(o ShareScope) bool {
	return s.Extent == o.Extent && slices.Equal(s.Messages, o.Messages)
}

// scope checks which messages somebody wants to share: each must be one of the
// conversation's. One read, and one for each message that is named.
func (d *Desk) scope(ctx context.Context, by Email, id ConversationID, s ShareScope) (ShareScope, error) {
	out := ShareScope{Extent: s.Extent}
	switch {
	case s.Extent == Whole:
		return out, nil
	case s.Extent != FromMessage && s.Extent != Chosen:
		return out, invalid("Choose whether to share the whole thread, a part of it from a message on, or some messages.")
	case len(s.Messages) == 0:
		return out, invalid("Choose at least one message to share.")
	case s.Extent == FromMessage && len(s.Messages) > 1:
		return out, invalid("Choose one message from which on to share.")
	case len(s.Messages) > MaxChosen:
		return out, invalid("A share names at most %d messages. Share the thread from a message on instead.", MaxChosen)
	}
	c, err := d.view(ctx, by, id)
	if err != nil {
		return out, err
	}
	if !c.May(RightShare) {
		return out, forbidden("%s", ours(RightShare.Refusal()))
	}
	for _, m := range s.Messages {
		line, err := d.store.Line(ctx, c.Mailbox, m)
		if isNotFound(err) || err == nil && line.Conversation != id {
			return out, invalid("A message that you chose is not in this conversation any more. Choose again.")
		}
		if err != nil {
			return out, err
		}
		out.Since = line.At
	}
	if s.Extent == Chosen {
		out.Since = time.Time{}
	}
	out.Messages = slices.Compact(slices.Sorted(slices.Values(s.Messages)))
	return out, nil
}

// Has tells whether a message is in a conversation that the person may see. Two
// reads.
func (d *Desk) Has(ctx context.Context, by Email, id ConversationID, m MessageID) (bool, error) {
	v, err := d.view(ctx, by, id)
	if err != nil {
		return false, err
	}
	line, err := d.store.Line(ctx, v.Mailbox, m)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil && line.Conversation == id, err
}
