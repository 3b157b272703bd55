package addon

import (
	"strings"

	"baton/addon/card"
	"baton/desk"
)

// byRule says in a sentence what a record keeps as the reason of a routing
// decision: "rule billing matched; nobody of Billing is available" is "by the rule
// billing; nobody of Billing is available".
func byRule(reason string) string {
	said, more, rest := strings.Cut(reason, "; ")
	if rule, ok := strings.CutSuffix(said, " matched"); ok && said != noRule {
		said = "by the " + rule
	}
	if rest {
		said += "; " + more
	}
	return card.Isolate(said)
}

// noRule is the reason when no rule was about the mail.
const noRule = "no rule matched"

// queuedBy says why a conversation that nobody holds is where it is.
func queuedBy(r desk.Route, team string) string {
	said := byRule(r.Reason)
	switch {
	case strings.HasPrefix(r.Reason, noRule):
		return "No rule gives it to anybody" + strings.TrimPrefix(said, noRule)
	case len(r.Rules) > 0 && team == "" && !strings.Contains(r.Reason, "; "):
		return "Sorted " + said + ", which gives it to nobody"
	}
	return upperFirst(said)
}

// routed says what a rule did with a conversation.
func routed(p *desk.Policy, ev desk.Event) string {
	did := "Sorted"
	switch {
	case ev.Who != "":
		did = "Given to " + named(p, ev.Who)
	case ev.To != "":
		did = "Put into the queue of the team " + card.Isolate(ev.To)
	}
	reason, more, rest := strings.Cut(byRule(ev.Why), "; ")
	if reason != "" {
		did += " " + reason
	}
	if s := ev.Sorted; s != nil {
		var set []string
		if s.Priority != desk.Normal {
			set = append(set, "priority "+priorityName(s.Priority))
		}
		switch n := len(s.Tags); {
		case n == 1:
			set = append(set, "the tag "+joinTags(s.Tags))
		case n > 1:
			set = append(set, "the tags "+joinTags(s.Tags))
		}
		did += ", with " + strings.Join(set, " and ")
	}
	if rest {
		did += "; " + more
	}
	return did
}

// heldBefore says of whom a conversation in the queue was taken because they are
// not there.
func heldBefore(p *desk.Policy, r *desk.Reoffered) string {
	if why, ok := strings.CutPrefix(r.Why, p.NameOf(r.From)+" "); ok {
		return named(p, r.From) + " held it and " + why
	}
	return named(p, r.From) + " held it: " + card.Isolate(r.Why)
}

// passed says that a conversation went from somebody who is not there to somebody
// else, or into the queue.
func passed(p *desk.Policy, ev desk.Event) string {
	from := desk.Email(ev.From)
	to, whose := "the queue", named(p, from)
	if ev.Who != "" {
		to = named(p, ev.Who)
	}
	why, ok := strings.CutPrefix(ev.Why, p.NameOf(from)+" ")
	switch {
	case ok:
		return "Passed on from " + whose + ", who " + why + ", to " + to
	case ev.Why != "":
		return "Passed on from " + whose + " to " + to + ": " + card.Isolate(ev.Why)
	}
	return "Passed on from " + whose + " to " + to
}
