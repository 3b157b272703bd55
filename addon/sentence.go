package addon

import (
	"fmt"
	"strings"

	"baton/addon/card"
	"baton/desk"
)

// doer names who did what an event tells. Of a label in Gmail, nobody knows.
func doer(p *desk.Policy, by desk.Email, via string) string {
	if by == "" && via == desk.ByLabel {
		return "Somebody"
	}
	return actor(p, by)
}

// actor names who did something; a rule or the mail itself acts as Baton.
func actor(p *desk.Policy, by desk.Email) string {
	if by == "" {
		return "Baton"
	}
	return named(p, by)
}

// sentence says what an event was, in one line of plain text.
func sentence(p *desk.Policy, r reader, ev desk.Event) string {
	switch ev.Kind {
	case desk.EventRefused:
		return "The label " + ev.To + " in Gmail was refused: " + ev.Why
	case desk.EventStandoff:
		return "A filter or person keeps changing " + ev.To + "; Baton leaves the labels alone until " + r.at(ev.Due)
	}
	s := told(p, r, ev)
	if ev.Via == desk.ByLabel {
		s += ", by a label in Gmail"
	}
	return s
}

func told(p *desk.Policy, r reader, ev desk.Event) string {
	by := doer(p, ev.By, ev.Via)
	known := ev.By != "" || ev.Via != ""
	who := named(p, ev.Who)
	writer := who
	if who == "" { // mail can lack a From
		who, writer = "a sender without an address", "A sender without an address"
	}
	because := ""
	if ev.Why != "" {
		because = ": " + card.Isolate(ev.Why)
	}
	switch ev.Kind {
	case desk.EventOpened:
		return "Opened by mail from " + who
	case desk.EventReceived:
		if v := desk.Verdict(ev.To); v != desk.Person {
			return verdictName(v) + " from " + who
		}
		return writer + " wrote"
	case desk.EventReplied:
		if ev.By == "" {
			return "The team answered"
		}
		return by + " answered"
	case desk.EventAnswered:
		return by + " wrote a reply"
	case desk.EventAsked:
		whom := "a colleague"
		switch {
		case ev.From != "":
			whom = card.Isolate(ev.From)
		case ev.Who != "":
			whom = who
		}
		s := by + " asked " + whom + " for a yes to an answer"
		if !ev.Due.IsZero() {
			s += " that is to go " + r.at(ev.Due)
		}
		return s
	case desk.EventApproved:
		if ev.From == "changed" {
			return fmt.Sprintf("%s changed the answer of %s and said yes to it", by, who)
		}
		return fmt.Sprintf("%s said yes to the answer of %s", by, who)
	case desk.EventGivenBack:
		return fmt.Sprintf("%s gave the answer back to %s", by, who)
	case desk.EventScheduled:
		return by + " wrote a reply that goes " + r.at(ev.Due)
	case desk.EventSentNow:
		if ev.By != ev.Who {
			return fmt.Sprintf("%s sent the reply of %s before its time", by, who)
		}
		return by + " sent the reply before its time"
	case desk.EventStopped:
		return fmt.Sprintf("The reply of %s that was to go %s was stopped%s", who, r.at(ev.Due), because)
	case desk.EventDrafted:
		return by + " began a reply in Gmail"
	case desk.EventUndone:
		if ev.By != ev.Who {
			return fmt.Sprintf("%s took back the reply of %s before it went", by, who)
		}
		return by + " took back the reply before it went"
	case desk.EventUnsent:
		return "The reply of " + who + " was not sent" + because
	case desk.EventRouted:
		return routed(p, ev)
	case desk.EventReopened:
		switch {
		case known:
			return by + " reopened it"
		case ev.From == string(desk.Spam):
			return "Reopened: taken out of the spam folder"
		}
		return "Reopened: " + who + " wrote again"
	case desk.EventTaken:
		if ev.From != "" {
			return fmt.Sprintf("%s took it over from %s", by, named(p, desk.Email(ev.From)))
		}
		return by + " took it"
	case desk.EventGiven:
		s := fmt.Sprintf("%s gave it to %s%s", by, who, because)
		if !ev.Due.IsZero() {
			s += ", due " + r.at(ev.Due)
		}
		return s
	case desk.EventDeclined:
		return by + " declined it" + because
	case desk.EventReleased:
		if ev.By != ev.Who {
			return fmt.Sprintf("%s put it back into the queue, from %s", by, who)
		}
		return by + " put it back into the queue"
	case desk.EventStatus:
		if desk.Status(ev.To) == desk.Closed && known {
			return by + " closed it"
		}
		return fmt.Sprintf("%s from %s to %s", changed(by, ev), lowerFirst(desk.Status(ev.From).Name()), lowerFirst(desk.Status(ev.To).Name()))
	case desk.EventPriority:
		return fmt.Sprintf("%s set the priority to %s", by, priorityName(desk.Priority(ev.To)))
	case desk.EventTagged:
		return fmt.Sprintf("%s added the tag %s", by, card.Isolate(ev.To))
	case desk.EventUntagged:
		return fmt.Sprintf("%s removed the tag %s", by, card.Isolate(ev.From))
	case desk.EventNoted:
		return by + " wrote a note"
	case desk.EventNoteEdited:
		return by + " edited a note"
	case desk.EventNoteErased:
		if ev.Who != ev.By {
			return by + " deleted a note by " + who
		}
		return by + " deleted a note"
	case desk.EventTodo:
		s := fmt.Sprintf("%s added a to-do for %s", by, who)
		if !ev.Due.IsZero() {
			s += ", due " + r.at(ev.Due)
		}
		return s + because
	case desk.EventTodoDone:
		if ev.Who != ev.By {
			return fmt.Sprintf("%s did a to-do of %s%s", by, who, because)
		}
		return by + " did a to-do" + because
	case desk.EventTodoDue:
		return "A to-do of " + who + " is due" + because
	case desk.EventFollowed:
		return by + " wants to hear of " + heardBy(ev)
	case desk.EventShared:
		return fmt.Sprintf("%s shared it with %s until %s%s", by, who, r.day(ev.Due), because)
	case desk.EventShareStopped:
		return fmt.Sprintf("%s stopped sharing it with %s", by, who)
	case desk.EventShareRead:
		switch n, first, last := ev.ReadMessages(); {
		case n == 1:
			return who + " read the message of " + r.at(first)
		case n > 1:
			return fmt.Sprintf("%s read %d messages, %s to %s", who, n, r.at(first), r.at(last))
		}
		return who + " read it"
	case desk.EventMentionDone:
		return by + " dealt with a mention"
	case desk.EventTakenBack:
		return by + " " + takenBack(p, ev)
	case desk.EventSnoozed:
		return by + " snoozed it " + r.napping(ev.Due) + because
	case desk.EventWoke:
		if strings.HasSuffix(ev.Why, " woke it") {
			return by + " woke it"
		}
		return "It woke" + because
	case desk.EventHandedOut:
		return "Handed out to " + who + because
	case desk.EventReoffered:
		return passed(p, ev)
	case desk.EventReclaimed:
		return by + " took it back"
	case desk.EventHandedIn:
		s := by + " handed it in"
		if ev.From != ev.To {
			s += ", " + ev.From + " of " + ev.To + " messages"
		} else if ev.To != "" && ev.To != "1" {
			s += ", all " + ev.To + " messages"
		}
		return s + because
	case desk.EventAbsent:
		return fmt.Sprintf("The customer wrote while %s was away", who)
	case desk.EventMerged:
		return by + " merged " + other(ev, "another conversation") + " into this one"
	case desk.EventSeparated:
		return by + " separated " + other(ev, "a conversation") + ", which had been merged into this one"
	case desk.EventMergedInto:
		return by + " merged this into " + other(ev, "another conversation")
	case desk.EventSplit:
		return by + " separated this from " + other(ev, "the conversation") + ", into which it had been merged"
	case desk.EventSame:
		return by + " noted another address of the customer"
	case desk.EventNotSame:
		return by + " noted that an address is not the customer's"
	case desk.EventDoubled:
		name := func(e desk.Email) string {
			if e == "" {
				return "somebody in Gmail"
			}
			return named(p, e)
		}
		return upperFirst(name(desk.Email(ev.From)) + " and " + name(ev.Who) + " answered the same mail")
	case desk.EventBounced:
		return answerOf(p, ev.From) + " was not delivered" + toWhom(p, ev.Who) + because
	case desk.EventDelayed:
		return answerOf(p, ev.From) + " is not delivered yet" + toWhom(p, ev.Who) + "; the mail system goes on trying"
	case desk.EventBounceSeen:
		return by + " saw to the answer that was not delivered"
	case desk.EventMessageGone:
		return "A message was deleted for good in Gmail"
	}
	return by + " changed it"
}

func answerOf(p *desk.Policy, by string) string {
	if by == "" {
		return "An answer"
	}
	return "The answer of " + named(p, desk.Email(by))
}

func toWhom(p *desk.Policy, e desk.Email) string {
	if e == "" {
		return ""
	}
	return " to " + named(p, e)
}

func changed(by string, ev desk.Event) string {
	if ev.By == "" && ev.Via == "" {
		return "Moved"
	}
	return by + " moved it"
}

func priorityName(p desk.Priority) string {
	if p == desk.High {
		return "high"
	}
	return "normal"
}

var verdictNames = map[desk.Verdict]string{
	desk.Person: "Mail", desk.AutoReply: "Automatic reply", desk.AutoGenerated: "Automatic mail", desk.Bounce: "Delivery report",
	desk.MailingList: "List mail", desk.Own: "Our own mail", desk.Notified: "Notice", desk.Gone: "Deleted mail",
}

func verdictName(v desk.Verdict) string { return verdictNames[v] }
