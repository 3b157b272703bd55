package desk

import (
	"slices"
	"strings"
)

// keptReferences bounds the Message-IDs that a reply refers to; maxReference is
// the longest that is kept, in bytes. A reply's References header stays below
// 6 kB.
const (
	keptReferences = 20
	maxReference   = 250
)

// compose makes the mail that a reply sends, from what its writer said, the
// record and the policy, and from nothing else: no note is within its reach.
// signed is how many bytes of its text are the signature. Only a draft may have
// no text yet.
func (d *Desk) compose(e *edit, a Answer, s sender, draft bool) (m Mail, signed int, err error) {
	text, err := cleanReply(a.Text, a.Braces)
	switch {
	case err != nil:
		return Mail{}, 0, err
	case !draft && !strings.ContainsFunc(text, drawn):
		return Mail{}, 0, invalid("Write the reply first.")
	}
	from, err := d.from(e.policy, e.facing(), s)
	if err != nil {
		return Mail{}, 0, err
	}
	seen := make(map[Email]bool)
	to, err := e.receivers(a.To, seen)
	if err != nil {
		return Mail{}, 0, err
	}
	cc, err := e.receivers(a.Cc, seen)
	switch {
	case err != nil:
		return Mail{}, 0, err
	case len(to) == 0:
		return Mail{}, 0, invalid("Say who gets it: there is nobody in To.")
	case len(to)+len(cc) > MaxRecipients:
		return Mail{}, 0, invalid("A reply goes to at most %d people. Take some out.", MaxRecipients)
	}
	c, thread := e.facing(), ThreadID("")
	if c.Thread != e.Thread {
		thread = c.Thread
	}
	sign := e.policy.signature(e.Mailbox, e.by, from)
	return Mail{
		From: from, To: to, Cc: cc, Subject: replySubject(c.Subject), Text: text + sign, Thread: thread,
		InReplyTo: c.LastRFC, References: c.chain(), Author: e.by,
	}, len(sign), nil
}

// receivers checks one address field; nobody is named twice.
func (e *edit) receivers(list []Address, seen map[Email]bool) ([]Address, error) {
	var out []Address
	for _, a := range list {
		at, ok := usable(a)
		mb, _ := e.policy.Mailbox(e.Mailbox)
		switch {
		case !ok:
			return nil, invalid("“%s” is not a mail address. Write it like ana@acme.test.", a.Email)
		case at.Email == Email(e.Mailbox) || slices.Contains(mb.Aliases, at.Email):
			return nil, invalid("%s is this mailbox itself. Take it out: what you send stays in the thread anyway.", at.Email)
		case !seen[at.Email]:
			seen[at.Email] = true
			out = append(out, at)
		}
	}
	return out, nil
}

// replySubject keeps the subject, so that Gmail keeps the thread.
func replySubject(s string) string {
	s = oneLine(s)
	if len(s) >= 3 && strings.EqualFold(s[:3], "re:") {
		return s
	}
	return strings.TrimSpace("Re: " + s)
}

// chain gives the Message-IDs that a reply refers to, oldest first.
func (c *Conversation) chain() []RFCID {
	out := slices.Clone(c.LastRefs)
	if c.LastRFC != "" && !slices.Contains(out, c.LastRFC) {
		out = append(out, c.LastRFC)
	}
	return out
}

// refer remembers what the newest message refers to: the beginning of the
// thread and its newest messages.
func (c *Conversation) refer(m Message) {
	refs := slices.DeleteFunc(slices.Clone(m.References), func(id RFCID) bool { return len(id) > maxReference || id == m.RFC })
	if n := len(refs); n > keptReferences {
		refs = append(refs[:1:1], refs[n-keptReferences+1:]...)
	}
	c.LastRefs = refs
}

// signature gives what stands below a person's replies, with the line that
// mail programs know it by, or "".
func (p *Policy) signature(m Mailbox, by Email, from Address) string {
	mb, _ := p.Mailbox(m)
	if mb.Signature == "" {
		return ""
	}
	name := mb.Name
	if member, ok := p.Member(by); ok && member.Name != "" {
		name = member.Name
	}
	return "\n\n-- \n" + strings.NewReplacer(SignatureName, name, SignatureAddress, string(from.Email)).Replace(mb.Signature)
}

// Signature gives what Baton puts below a person's replies that go out from an
// address, or "".
func (p *Policy) Signature(m Mailbox, by Email, from Address) string {
	return strings.TrimPrefix(p.signature(m, by, from), "\n\n-- \n")
}

// What stands in a mailbox's signature for the writer's name, and for the
// address that the mail goes out from.
const (
	SignatureName    = "{name}"
	SignatureAddress = "{address}"
)
