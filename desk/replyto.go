package desk

import (
	"slices"
	"strings"
)

// keptRecipients bounds the addresses that a record keeps of one mail, and
// keptReplyTo those where its sender wants answers; maxEmail is the longest address that is kept or answered, in bytes (RFC 5321
// 4.5.3.1.3, without the angle brackets).
const (
	keptRecipients = 30
	keptReplyTo    = 5
	maxEmail       = 254
)

// Envelope is who exchanged a mail. The record carries that of the newest
// person's mail, so that a reply can be addressed without asking Gmail: the
// addresses pass through the desk anyway when the mail arrives, and reading
// them again would cost 20 quota units and a second each time that somebody
// opens the form.
type Envelope struct {
	From    Address   `json:"from"`
	ReplyTo []Address `json:"reply_to,omitempty"` // where the sender wants answers
	To      []Email   `json:"to,omitempty"`
	Cc      []Email   `json:"cc,omitempty"`
	// Added are people whom the team has brought in since, in mail that the sender
	// got as well.
	Added []Email `json:"added,omitempty"`
	Alias Email   `json:"alias,omitempty"` // by which the mailbox was reached, when not by its own address
	More  int     `json:"more,omitempty"`  // receivers beyond what is kept
}

// envelopeOf reads the envelope of a mail that arrived.
func envelopeOf(m Message, f Facts) Envelope {
	env := Envelope{From: named(m.From)}
	if strings.Contains(f.Alias, "@") {
		env.Alias = Email(f.Alias)
	}
	for _, a := range f.ReplyTo {
		if at, ok := usable(a); ok && len(env.ReplyTo) < keptReplyTo {
			env.ReplyTo = append(env.ReplyTo, at)
		} else {
			env.More++
		}
	}
	left := keptRecipients - len(env.ReplyTo)
	take := func(from []Email) (out []Email) {
		for _, e := range from {
			if len(e) > maxEmail || left == 0 {
				env.More++
				continue
			}
			out = append(out, e)
			left--
		}
		return out
	}
	env.To = take(f.To)
	env.Cc = take(f.Cc)
	return env
}

// joinedBy is the envelope after a mail of the team's: whom that brought in, in
// the customer's sight, belongs to the exchange from then on.
func (env Envelope) joinedBy(f Facts, p *Policy, customer Email) Envelope {
	to := slices.Concat(f.To, f.Cc)
	known := slices.Concat(env.To, env.Cc, env.Added, []Email{env.From.Email})
	seen := slices.Contains(to, customer) || slices.Contains(to, env.From.Email)
	for _, a := range env.ReplyTo {
		known, seen = append(known, a.Email), seen || slices.Contains(to, a.Email)
	}
	if !seen {
		return env
	}
	env.Added = slices.Clone(env.Added)
	for _, e := range to {
		switch {
		case e == "" || p.ours(e) || slices.Contains(known, e):
			continue
		case len(known) > keptRecipients || len(e) > maxEmail:
			env.More++
		default:
			env.Added = append(env.Added, e)
		}
		known = append(known, e)
	}
	return env
}

// Recipients is who gets a reply when its writer changes nothing.
type Recipients struct {
	From   Address // the mailbox, or the alias that was written to
	To     []Address
	Cc     []Address
	Sender Address // who wrote the mail that is answered; zero = nobody yet
	// Redirected says that the sender asked for answers at To instead of at their
	// own address.
	Redirected bool
	// More is how many people had the mail whom a reply from here cannot reach:
	// the record does not keep them, or their address takes international mail
	// only.
	More int
}

// Recipients gives who gets a reply by default: whoever wrote last, at the
// address where they want answers, everybody else who got that mail, and whom the
// team has brought in since; never an address of the desk itself, and nobody
// twice.
func (p *Policy) Recipients(c *Conversation) Recipients {
	c = c.Facing()
	env := c.Heard
	r := Recipients{From: p.sendAs(c), Sender: env.From, More: env.More}
	seen := make(map[Email]bool)
	fresh := func(a Address) bool {
		if a.Email == "" || seen[a.Email] || p.ours(a.Email) {
			return false
		}
		seen[a.Email] = true
		if _, ok := usable(a); !ok {
			r.More++
			return false
		}
		return true
	}
	for _, a := range env.ReplyTo {
		if fresh(a) {
			r.To = append(r.To, a)
			r.Redirected = r.Redirected || a.Email != env.From.Email
		}
	}
	if len(r.To) == 0 && fresh(env.From) {
		r.To = append(r.To, env.From)
	}
	if len(r.To) == 0 && fresh(c.Customer) {
		r.To = append(r.To, c.Customer)
	}
	for _, e := range slices.Concat(env.To, env.Cc, env.Added) {
		if a := (Address{Email: e}); fresh(a) {
			r.Cc = append(r.Cc, a)
		}
	}
	return r
}

// sendAs gives the address that answers a conversation: the alias that the mail
// was sent to, when the mailbox itself was not named, else the mailbox.
func (p *Policy) sendAs(c *Conversation) Address {
	c = c.Facing()
	mb, _ := p.Mailbox(c.Mailbox)
	from := Address{Name: mb.Name, Email: Email(c.Mailbox)}
	if slices.Contains(c.Heard.To, from.Email) || slices.Contains(c.Heard.Cc, from.Email) {
		return from
	}
	for _, e := range slices.Concat(c.Heard.To, c.Heard.Cc, []Email{c.Heard.Alias}) {
		if slices.Contains(mb.Aliases, e) {
			from.Email = e
			break
		}
	}
	return from
}

// ours tells whether mail to an address would come back to the desk: a shared
// mailbox, an alias, or one of them with something behind a plus.
func (p *Policy) ours(e Email) bool {
	local, domain, _ := strings.Cut(string(e), "@")
	base, _, _ := strings.Cut(local, "+")
	return p.OwnAddress(e) || p.OwnAddress(Email(base+"@"+domain))
}

// newcomers lists the receivers of a mail who were not part of the conversation
// by what the record knows: not on the newest mail, and not the customer.
func newcomers(p *Policy, c *Conversation, m Mail) []Email {
	c = c.Facing()
	known := slices.Concat(c.Heard.To, c.Heard.Cc, c.Heard.Added, []Email{c.Heard.From.Email, c.Customer.Email})
	for _, a := range c.Heard.ReplyTo {
		known = append(known, a.Email)
	}
	var out []Email
	for _, a := range slices.Concat(m.To, m.Cc) {
		if _, member := p.Member(a.Email); !member && !slices.Contains(known, a.Email) {
			out = append(out, a.Email)
		}
	}
	return out
}
