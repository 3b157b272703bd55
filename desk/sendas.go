package desk

import (
	"context"
	"errors"
	"slices"
)

// SendAs knows from which addresses Gmail lets a mailbox send.
type SendAs interface {
	// Accepted lists the addresses, beside the mailbox's own, that Gmail accepts
	// in From, with the name that each goes by there, if any.
	Accepted(ctx context.Context, m Mailbox) ([]Address, error)
}

// sender is what is known of a mailbox's addresses when a mail is composed.
type sender struct {
	asked    bool
	accepted []Address
}

// askSender says that a mail would go out from an alias, and that it must be
// known first whether Gmail accepts that.
type askSender struct{ mailbox Mailbox }

func (askSender) Error() string { return "the mailbox's aliases are needed" }

// withSender runs a change that composes a mail, and once more when the change
// needs to know what Gmail accepts in From. When Gmail does not say, the mail
// goes out from the mailbox itself, which is always right.
func (d *Desk) withSender(ctx context.Context, change func(sender) (Conversation, error)) (Conversation, error) {
	s := sender{asked: d.sendAs == nil}
	c, err := change(s)
	if ask := (askSender{}); errors.As(err, &ask) {
		c, err = change(d.ask(ctx, ask.mailbox))
	}
	return c, err
}

func (d *Desk) ask(ctx context.Context, m Mailbox) sender {
	list, err := d.sendAs.Accepted(ctx, m)
	if err != nil {
		list = nil
	}
	return sender{asked: true, accepted: list}
}

// from gives the address that answers a conversation: the alias by which its
// mail came, if Gmail accepts that, else the mailbox.
func (d *Desk) from(p *Policy, c *Conversation, s sender) (Address, error) {
	wish := p.sendAs(c)
	if wish.Email == Email(c.Mailbox) || d.sendAs == nil {
		return wish, nil
	}
	if !s.asked {
		return Address{}, askSender{c.Mailbox}
	}
	i := slices.IndexFunc(s.accepted, func(a Address) bool { return a.Email == wish.Email })
	if i < 0 {
		mb, _ := p.Mailbox(c.Mailbox)
		return Address{Name: mb.Name, Email: Email(c.Mailbox)}, nil
	}
	if name := oneLine(s.accepted[i].Name); name != "" {
		wish.Name = cut(name, maxName)
	}
	return wish, nil
}

// Sender gives the address that a reply to a conversation goes out from. It
// asks Gmail only when the mail came by an alias.
func (d *Desk) Sender(ctx context.Context, c *Conversation) Address {
	p := d.Policy()
	from, err := d.from(p, c, sender{asked: d.sendAs == nil})
	if ask := (askSender{}); errors.As(err, &ask) {
		from, _ = d.from(p, c, d.ask(ctx, ask.mailbox))
	}
	return from
}
