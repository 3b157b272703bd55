package desk

import (
	"context"
	"errors"
	"time"
)

// Head is a message of a thread without its text.
type Head struct {
	ID   MessageID
	From Address
	At   time.Time // when Gmail accepted it
	Own  bool      // the mailbox sent it
}

// Letter is a message as people read it. It lives for one look and is stored
// nowhere.
type Letter struct {
	Head
	To, Cc []Address
	Text   string // plain text; of an HTML mail, what a reader would see
	Cut    bool   // Text is only the beginning
	Files  []Attachment
}

// Threads reads the mail of a shared mailbox as it is in Gmail now. Messages
// that are drafts or in the bin are no part of a thread. ErrNotFound: Gmail has
// no such thread or message any more. Any other error means that Gmail could
// not be read now.
type Threads interface {
	// Heads lists a thread's messages, oldest first. newest is the newest message
	// that the record knows, and messages their number: what was fetched before
	// that message came is stale, and a long thread is read piece by piece.
	Heads(ctx context.Context, m Mailbox, t ThreadID, newest MessageID, messages int) ([]Head, error)
	// Letters gives some of the messages that Heads listed just before, in the
	// order of ids; one that is gone meanwhile is left out.
	Letters(ctx context.Context, m Mailbox, t ThreadID, ids []MessageID) ([]Letter, error)
}

// ErrMail: the mail itself cannot be read now; the record can.
var ErrMail = errors.New("mail cannot be read")

// mailProblem puts a failure of Threads into words. What it wraps is for the
// log.
func mailProblem(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case isNotFound(err):
		return &Problem{Kind: ErrMail, Say: "The mail of this conversation is not in Gmail any more. Its notes and its history are kept here."}
	}
	return errors.Join(&Problem{Kind: ErrMail, Say: "Gmail does not give the mail just now. Nothing was changed, and the notes and the history are on the card. Try again in a minute; if it stays like this, tell the person who looks after Baton."}, err)
}
