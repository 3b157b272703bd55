package desk

import (
	"fmt"
	"slices"
	"strings"
)

// noticeMail writes what a person is told. It carries no note, no reason and
// nothing of a customer's mail but what the policy lets it say.
func noticeMail(p *Policy, c *Conversation, n *Notice) Mail {
	mb, _ := p.Mailbox(c.Mailbox)
	title, customer := oneLine(c.Subject), oneLine(nameOr(c.Customer))
	if !p.Works(n.To, c.Mailbox) {
		title, customer = Mask(title), Mask(customer) // a guest
	}
	var lines []string
	for _, about := range append([]About{AboutAlarm}, AllAbout()...) {
		var these []Telling
		for _, t := range n.Tells {
			if t.About == about {
				these = append(these, t)
			}
		}
		if len(these) > 0 {
			lines = append(lines, words[about](p, c, n.To, these))
		}
	}
	subject := strings.TrimSuffix(lines[0], ".")
	var about []string
	if n.calls() {
		mb.Notices.Subject, mb.Notices.Customer = false, false // it is about no one conversation
	}
	if mb.Notices.Subject && title != "" {
		about = append(about, "Subject: "+title)
		subject += ": " + title
	}
	if mb.Notices.Customer {
		about = append(about, "From: "+customer)
	}
	lines = append(lines, dueLine(p, c, n)...)
	if len(about) > 0 {
		lines = append(append(lines, ""), about...)
	}
	why := "You get this because you had not looked yet."
	if n.calls() {
		why = "You get this because you manage this mailbox. The conversation is the one to begin with."
	}
	lines = append(lines, "",
		"Open this mail in Gmail, on the web or on the phone, and open Baton there: its card shows the conversation.", "",
		why+" There is no need to answer: an answer goes to "+string(c.Mailbox)+".")
	return Mail{
		From: Address{Name: mb.Name + " via Baton", Email: Email(c.Mailbox)}, To: []Address{{Name: p.called(n.To), Email: n.To}},
		Subject: cut(subject, MaxSubject), Text: strings.Join(lines, "\n") + "\n", Automatic: true, Notice: c.ID,
	}
}

// called is a member's name, "" for others.
func (p *Policy) called(e Email) string {
	m, _ := p.Member(e)
	return m.Name
}

// words says what happened, for each reason.
var words = map[About]func(p *Policy, c *Conversation, to Email, these []Telling) string{
	AboutGiven: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		t := these[len(these)-1]
		return fmt.Sprintf("%s gave you %s in %s.", actor(p, t), many(t), boxName(p, c))
	},
	AboutAlarm: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		var say []string
		for _, t := range these {
			say = append(say, p.Alarmed(c.Mailbox, *t.Alarm)+".")
		}
		return strings.Join(say, " ")
	},
	AboutRouted: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		return fmt.Sprintf("A rule gave you %s in %s.", many(these[len(these)-1]), boxName(p, c))
	},
	AboutMentioned: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		var who []string
		for _, t := range these {
			if name := actor(p, t); !slices.Contains(who, name) {
				who = append(who, name)
			}
		}
		if len(who) > 1 {
			last := len(who) - 1
			return fmt.Sprintf("%s and %s mentioned you in notes on a conversation in %s.", strings.Join(who[:last], ", "), who[last], boxName(p, c))
		}
		if len(these) == MaxTells { // there may have been more
			return fmt.Sprintf("%s mentioned you in several notes on a conversation in %s.", who[0], boxName(p, c))
		}
		if len(these) > 1 {
			return fmt.Sprintf("%s mentioned you in %d notes on a conversation in %s.", who[0], len(these), boxName(p, c))
		}
		return fmt.Sprintf("%s mentioned you in a note on a conversation in %s.", who[0], boxName(p, c))
	},
	AboutTodo: func(p *Policy, c *Conversation, to Email, these []Telling) string {
		t := these[len(these)-1]
		switch {
		case len(these) > 1:
			return fmt.Sprintf("You have %d things to do in a conversation in %s.", len(these), boxName(p, c))
		case t.By == "" && t.Via == "":
			return fmt.Sprintf("The time of a to-do of yours in %s has come.", boxName(p, c))
		}
		return fmt.Sprintf("%s added a to-do for you to a conversation in %s.", actor(p, t), boxName(p, c))
	},
	AboutAsked: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		if len(these) > 1 {
			return fmt.Sprintf("%d answers in a conversation in %s wait for your yes.", len(these), boxName(p, c))
		}
		return fmt.Sprintf("%s asks for your yes to an answer in %s.", actor(p, these[0]), boxName(p, c))
	},
	AboutStopped: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		return fmt.Sprintf("A reply of yours in %s that was to go later was stopped and not sent.", boxName(p, c))
	},
	AboutFollowed: func(p *Policy, c *Conversation, _ Email, _ []Telling) string {
		return fmt.Sprintf("There is news in a conversation in %s that you follow.", boxName(p, c))
	},
	AboutShared: func(p *Policy, c *Conversation, _ Email, these []Telling) string {
		return fmt.Sprintf("%s shared a conversation in %s with you.", actor(p, these[len(these)-1]), boxName(p, c))
	},
	AboutLost: func(p *Policy, c *Conversation, to Email, these []Telling) string {
		t := these[len(these)-1]
		if r := c.Reoffered; r != nil && r.From == to && t.By == "" && t.Via == "" {
			return fmt.Sprintf("Baton passed %s in %s on, because %s.", mine(t), boxName(p, c), oneLine(r.Why))
		}
		switch {
		case t.Merged != "" && c.Assignee == "":
			return fmt.Sprintf("%s merged a conversation of yours in %s into another, which nobody holds.", actor(p, t), boxName(p, c))
		case t.Merged != "":
			return fmt.Sprintf("%s merged a conversation of yours in %s into another, which %s holds.", actor(p, t), boxName(p, c), oneLine(p.NameOf(c.Assignee)))
		case c.Assignee == "":
			return fmt.Sprintf("%s put %s back into the queue in %s.", actor(p, t), mine(t), boxName(p, c))
		case c.Assignee != t.By && t.Count <= 1:
			return fmt.Sprintf("%s gave %s in %s to %s.", actor(p, t), mine(t), boxName(p, c), oneLine(p.NameOf(c.Assignee)))
		}
		return fmt.Sprintf("%s took %s in %s.", actor(p, t), mine(t), boxName(p, c))
	},
}

// actor names who did it.
func actor(p *Policy, t Telling) string {
	switch {
	case t.By != "":
		return oneLine(p.NameOf(t.By))
	case t.Via == ByLabel:
		return "Somebody (by a label in Gmail)"
	}
	return "Baton"
}

func many(t Telling) string {
	if t.Count > 1 {
		return fmt.Sprintf("%d conversations", t.Count)
	}
	return "a conversation"
}

func mine(t Telling) string {
	if t.Count > 1 {
		return fmt.Sprintf("%d conversations of yours", t.Count)
	}
	return "a conversation of yours"
}

func boxName(p *Policy, c *Conversation) string {
	if mb, ok := p.Mailbox(c.Mailbox); ok && mb.Name != "" {
		return oneLine(mb.Name)
	}
	return string(c.Mailbox)
}

// dueLine says by when something is to be done, or until when it is shared.
func dueLine(p *Policy, c *Conversation, n *Notice) (out []string) {
	const stamp = "Monday, 2 January 2006, 15:04 MST"
	if due := c.Due(); c.Assignee == n.To && !due.IsZero() {
		out = append(out, "It is due "+due.In(p.Zone).Format(stamp)+".")
	}
	for _, t := range n.Tells {
		for _, s := range c.Shares {
			if t.About == AboutShared && s.ID == t.Share {
				out = append(out, "It is shared until "+s.Until.In(p.Zone).Format(stamp)+", "+shareWords[s.Role]+".")
			}
		}
	}
	return out
}

var shareWords = map[ShareRole]string{ShareView: "to read", ShareComment: "to read and comment", ShareReply: "to read and answer"}
