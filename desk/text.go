package desk

import (
	"regexp"
	"slices"
	"strings"
)

// SavedText is a text that people put into replies: plain text with
// placeholders such as {{customer.first_name}}.
type SavedText struct {
	Name      string // unique on the desk, without regard to case
	Text      string
	Mailboxes []Mailbox // where it is offered; none = everywhere
}

// Placeholder is what stands for a value in a saved text.
type Placeholder string

// The placeholders.
const (
	CustomerName   Placeholder = "customer.name"
	CustomerFirst  Placeholder = "customer.first_name"
	CustomerEmail  Placeholder = "customer.email"
	AgentName      Placeholder = "agent.name"
	AgentFirst     Placeholder = "agent.first_name"
	MailboxName    Placeholder = "mailbox.name"
	MailboxAddress Placeholder = "mailbox.address"
	SubjectText    Placeholder = "subject"
	HandleText     Placeholder = "handle" // Conversation.Reference
)

// Placeholders lists all placeholders, in the order in which people read them.
func Placeholders() []Placeholder {
	return []Placeholder{CustomerName, CustomerFirst, CustomerEmail, AgentName, AgentFirst, MailboxName, MailboxAddress, SubjectText, HandleText}
}

var placeholderNames = map[Placeholder]string{
	CustomerName: "The customer's name", CustomerFirst: "The customer's first name", CustomerEmail: "The customer's address",
	AgentName: "Your name", AgentFirst: "Your first name", MailboxName: "The mailbox's name", MailboxAddress: "The mailbox's address",
	SubjectText: "The subject", HandleText: "The reference",
}

// Name is the placeholder in words, as a form asks for it.
func (p Placeholder) Name() string { return placeholderNames[p] }

// slot is a placeholder in a text, with what stands there when there is no
// value: {{customer.first_name | "there"}}.
var slot = regexp.MustCompile(`\{\{[ \t]*([a-z_.]+)[ \t]*(\|[ \t]*"([^"{}\n]*)"[ \t]*)?\}\}`)

// Slots lists the placeholders of a text as they are written, known or not, and
// what is left of the text without them.
func Slots(text string) (named []Placeholder, rest string) {
	for _, m := range slot.FindAllStringSubmatch(text, -1) {
		named = append(named, Placeholder(m[1]))
	}
	return named, slot.ReplaceAllString(text, "")
}

// Fill puts values into a saved text's placeholders. Those without a value and
// without a fallback stay as they are and come back, each once.
func (t SavedText) Fill(values map[Placeholder]string) (text string, missing []Placeholder) {
	text = slot.ReplaceAllStringFunc(t.Text, func(s string) string {
		m := slot.FindStringSubmatch(s)
		p := Placeholder(m[1])
		switch v := values[p]; {
		case v != "":
			return v
		case m[2] != "":
			return m[3]
		}
		if !slices.Contains(missing, p) {
			missing = append(missing, p)
		}
		return s
	})
	return text, missing
}

// Preview is a saved text for people to look at: what is known in its place, and
// what is not said in words.
func (t SavedText) Preview(values map[Placeholder]string) string {
	return slot.ReplaceAllStringFunc(t.Text, func(s string) string {
		m := slot.FindStringSubmatch(s)
		p := Placeholder(m[1])
		switch {
		case values[p] != "":
			return values[p]
		case m[2] != "":
			return m[3]
		}
		return "[" + p.lower() + "]"
	})
}

// lower is Name within a sentence.
func (p Placeholder) lower() string {
	name := p.Name()
	if name == "" {
		return string(p)
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// braces are what may be a placeholder, of a saved text or mistyped.
var braces = regexp.MustCompile(`\{\{[^{}\n]{1,80}\}\}`)

// LeftOpen says which placeholders stand in a text, known or not, each once and at
// most three: the customer would read them as they are.
func LeftOpen(text string) []string {
	var out []string
	for _, s := range braces.FindAllString(text, -1) {
		if m := slot.FindStringSubmatch(s); m != nil && Placeholder(m[1]).Name() != "" {
			s = Placeholder(m[1]).lower() + " (" + s + ")"
		}
		if !slices.Contains(out, s) && len(out) < 3 {
			out = append(out, s)
		}
	}
	return out
}

// TextsFor lists the saved texts that a person is offered: those of one mailbox,
// or with "" those of all mailboxes in which they work, in the policy's order.
func (p *Policy) TextsFor(e Email, m Mailbox) []SavedText {
	in := []Mailbox{m}
	if m == "" {
		in = p.WorksIn(e)
	}
	var out []SavedText
	for _, t := range p.Texts {
		if len(in) > 0 && (len(t.Mailboxes) == 0 || slices.ContainsFunc(t.Mailboxes, func(m Mailbox) bool { return slices.Contains(in, m) })) {
			out = append(out, t)
		}
	}
	return out
}

// ValuesFor gives what a conversation has for the placeholders when somebody
// writes in it.
func (p *Policy) ValuesFor(c *Conversation, by Email) map[Placeholder]string {
	to := c.Heard.From
	if to.Email == "" {
		to = c.Customer
	}
	v := p.ValuesOf(c.Mailbox, to, by)
	v[SubjectText] = inText(c.Subject)
	v[HandleText] = c.Reference()
	return v
}

// ValuesOf gives what is known for the placeholders without a conversation: of
// a mailbox ("" = none), a customer (zero = none) and the writer.
func (p *Policy) ValuesOf(m Mailbox, customer Address, by Email) map[Placeholder]string {
	v := map[Placeholder]string{
		CustomerName: inText(customer.Name), CustomerFirst: firstName(customer.Name), CustomerEmail: string(customer.Email),
		MailboxAddress: string(m),
	}
	if member, ok := p.Member(by); ok {
		v[AgentName], v[AgentFirst] = inText(member.Name), firstName(member.Name)
	}
	if mb, ok := p.Mailbox(m); ok {
		v[MailboxName] = inText(mb.Name)
	}
	return v
}

// Reference is a short name of the conversation for people to write down. It
// follows from the conversation alone; what was sent with it is found by
// searching Gmail for it.
func (c *Conversation) Reference() string {
	id := string(c.ID)
	if len(id) < 8 {
		return strings.ToUpper(id)
	}
	return strings.ToUpper(id[:4] + "-" + id[4:8])
}

// firstName is the first word of a name, the one behind the comma in "Silva,
// Ana"; "" for what is no name, like an address.
func firstName(name string) string {
	name = inText(name)
	if _, behind, ok := strings.Cut(name, ","); ok && strings.TrimSpace(behind) != "" {
		name = behind
	}
	words := strings.Fields(name)
	if len(words) == 0 || strings.ContainsAny(words[0], "@.,<>()[]/\\\"0123456789") {
		return ""
	}
	return words[0]
}

// inText is a value from mail as it goes into a text: one line, and nothing that
// would look like a placeholder.
func inText(s string) string {
	return strings.NewReplacer("{", "(", "}", ")").Replace(cut(oneLine(s), maxName))
}
