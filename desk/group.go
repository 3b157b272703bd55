package desk

import (
	"context"
	"time"
)

// Group is one change of many conversations, as far as it must be known to undo
// it: each conversation's events say what was done.
type Group struct {
	ID            GroupID          `json:"id"`
	By            Email            `json:"by"`
	At            time.Time        `json:"at"`
	Conversations []ConversationID `json:"conversations"` // that it was asked for, at most MaxBulk
}

// Groups keeps the groups for UndoFor; later a store may forget them.
type Groups interface {
	// SaveGroup writes a group whole, by its id. One commit.
	SaveGroup(ctx context.Context, g Group) error
	// Group reads one; ErrNotFound. One read.
	Group(ctx context.Context, id GroupID) (Group, error)
}
