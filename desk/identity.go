package desk

import (
	"context"
	"slices"
	"time"
)

// Identity says that an address belongs to a person who writes from others too,
// as far as one mailbox's people know.
type Identity struct {
	Mailbox Mailbox `json:"mailbox"`
	Email   Email   `json:"email"`
	// Same are all addresses of the person, Email among them, sorted, at most
	// MaxIdentity; none = Email stands for itself again.
	Same []Email   `json:"same,omitempty"`
	By   Email     `json:"by,omitempty"` // who said so last
	At   time.Time `json:"at,omitzero"`
}

// MaxIdentity bounds the addresses of one person.
const MaxIdentity = 10

// Bounds of what is read of one customer.
const (
	MaxPast          = 50 // conversations
	MaxCustomerBoxes = 30 // mailboxes that are looked into; the others are left out
)

// Equal tells whether two identities say the same, said at the same time by the
// same person.
func (id Identity) Equal(o Identity) bool {
	return id.Mailbox == o.Mailbox && id.Email == o.Email && slices.Equal(id.Same, o.Same) && id.By == o.By && id.At.Equal(o.At)
}

// Addresses gives all addresses of the person, at least the one.
func (id Identity) Addresses() []Email {
	if len(id.Same) == 0 {
		return []Email{id.Email}
	}
	return id.Same
}

// Customers answers what is known of a customer.
type Customers interface {
	// Customer gives the identity of an address in a mailbox, with Same empty when
	// it stands for itself, and the conversations in some mailboxes whose customer
	// has any of its addresses: newest message first, at most limit, which is 1 to
	// MaxPast. One read; where a store has no joins, one look-up and one query.
	Customer(ctx context.Context, m Mailbox, of Email, in []Mailbox, limit int) (Identity, []Conversation, error)
}
