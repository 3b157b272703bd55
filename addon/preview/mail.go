package preview

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound is what Mail answers for a mailbox, thread or message that is not there.
var ErrNotFound = errors.New("preview: not found")

// ErrInvalid is what Mail answers for a mail or an address it cannot accept.
var ErrInvalid = errors.New("preview: not acceptable")

// ThreadID is a Gmail thread id as the API writes it: lower-case hex, valid in one mailbox.
type ThreadID string

// MessageID is a Gmail message id as the API writes it: lower-case hex, valid in one mailbox.
type MessageID string

// Handle is an RFC 822 Message-ID with its angle brackets: the same in every mailbox.
type Handle string

// Mailbox is one Gmail mailbox of the stand-in, personal or shared.
type Mailbox struct {
	Address string   `json:"address"`
	Name    string   `json:"name,omitempty"`
	Shared  bool     `json:"shared,omitempty"`
	Members []string `json:"members,omitempty"` // people who may open a shared mailbox
}

// Thread is one line of a mailbox. Labels are names, system labels in capitals.
type Thread struct {
	ID       ThreadID  `json:"id"`
	Subject  string    `json:"subject"`
	From     string    `json:"from"` // header text of the first message
	Labels   []string  `json:"labels"`
	Messages int       `json:"messages"` // how many
	Snippet  string    `json:"snippet,omitempty"`
	Date     time.Time `json:"date"` // of the newest message
}

// Message is one mail. Text and HTML are decoded bodies; HTML is only ever shown as its text.
type Message struct {
	ID          MessageID
	ThreadID    ThreadID
	From        string
	To          string
	Cc          string
	Subject     string
	Labels      []string
	Handle      Handle
	References  []Handle
	Date        time.Time
	Text        string
	HTML        string
	Attachments []Attachment
}

// Attachment is a part with a file name. Size is in bytes, decoded.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// Mail is the Gmail the page looks at. Unknown ids and addresses give ErrNotFound, mail that
// cannot be taken gives ErrInvalid; anything else is a failure of the stand-in.
type Mail interface {
	// Mailboxes lists all of them, in the order to show.
	Mailboxes(ctx context.Context) ([]Mailbox, error)
	// Threads lists a mailbox, newest first.
	Threads(ctx context.Context, mailbox string) ([]Thread, error)
	// Thread gives the messages of one thread, oldest first.
	Thread(ctx context.Context, mailbox string, id ThreadID) ([]Message, error)
	// ThreadOf says in which thread of the mailbox a message is.
	ThreadOf(ctx context.Context, mailbox string, id MessageID) (ThreadID, error)
	// Deliver puts an RFC 822 mail into a mailbox as mail from outside does.
	Deliver(ctx context.Context, to string, raw []byte) (MessageID, ThreadID, error)
}

// Tokens gives the access tokens that the stand-in Gmail accepts.
type Tokens interface {
	// User is the access token a person's Gmail puts into an event, for this mailbox.
	User(mailbox string) string
	// Message is the token that opens one message only.
	Message(mailbox string, id MessageID) string
	// Bearer lets any Gmail client work on the mailbox.
	Bearer(mailbox string) string
}

// Signer makes ID tokens that the add-on's verifier accepts.
type Signer interface {
	// IDToken signs a token for the audience, with this verified e-mail address.
	IDToken(audience, email string) (string, error)
}
