package policy

import (
	"slices"
	"strings"

	"baton/desk"
	"baton/desk/rule"
)

// actions reads what a rule does.
func (r *reader) actions(m table, p *desk.Policy, mailbox desk.Mailbox) desk.Actions {
	var a desk.Actions
	e, ok := m.keys["then"]
	if !ok {
		return a
	}
	known := []string{"assign", "priority", "tags", "status", "stop"}
	t, ok := r.table(e.node, e.at, "then", known...)
	if !ok {
		return a
	}
	if t.size == 0 {
		r.fault(e.at, "then does nothing: give at least one of %s", or(known))
	}
	if w, ok := r.text(t, "assign"); ok {
		r.assign(&a, w, p, mailbox)
	}
	if w, ok := r.text(t, "priority"); ok {
		switch w.text {
		case "high":
			a.Priority = desk.High
		case "normal":
			a.Priority = rule.ExplicitNormal
		default:
			r.fault(w.at, "%q is not a priority: write normal or high", clip(w.text))
		}
	}
	if w, ok := r.text(t, "status"); ok {
		a.Status = r.status(w)
	}
	a.Tags = r.tags(t)
	a.Stop = r.truth(t, "stop")
	return a
}

func (r *reader) tags(t table) []string {
	var out []string
	for _, w := range r.texts(t, "tags", desk.MaxTags) {
		if !r.mark(w, "a tag") {
			continue
		}
		if slices.ContainsFunc(out, func(s string) bool { return strings.EqualFold(s, w.text) }) {
			r.fault(w.at, "the tag %s is named twice: keep one", w.text)
			continue
		}
		out = append(out, w.text)
	}
	return out
}

// status reads a status that mail may get on arrival. Snoozed is none: a rule
// has no time at which the conversation would wake.
func (r *reader) status(w word) desk.Status {
	var known []string
	for _, s := range desk.Statuses() {
		if s != desk.Snoozed {
			known = append(known, string(s))
		}
	}
	if slices.Contains(known, w.text) {
		return desk.Status(w.text)
	}
	r.fault(w.at, "%q is not a status that a rule can give: write %s", clip(w.text), or(known))
	return ""
}

// assign reads team:Name or an address. Whoever gets the mail must work in the
// mailbox of the rule, or in every mailbox when the rule names none.
func (r *reader) assign(a *desk.Actions, w word, p *desk.Policy, mailbox desk.Mailbox) {
	if name, ok := strings.CutPrefix(w.text, "team:"); ok {
		r.assignTeam(a, word{text: strings.TrimSpace(name), at: w.at}, p, mailbox)
		return
	}
	if _, ok := p.Team(w.text); ok {
		r.fault(w.at, "%s is a team: write team:%s", w.text, w.text)
		return
	}
	e, ok := r.address(w)
	if !ok {
		return
	}
	if _, ok := p.Member(e); !ok {
		var roster []desk.Email
		for _, m := range p.Members {
			roster = append(roster, m.Email)
		}
		r.fault(w.at, "%s is not on the roster%s", e, orAdd(nearEmail(e, roster)))
		return
	}
	for _, b := range reach(p, mailbox) {
		if !p.Works(e, b) {
			r.fault(w.at, "%s does not work in %s: %s", e, b, remedy(mailbox))
			return
		}
	}
	a.Person = e
}

func (r *reader) assignTeam(a *desk.Actions, w word, p *desk.Policy, mailbox desk.Mailbox) {
	t, ok := p.Team(w.text)
	if !ok {
		var known, names []string
		for _, t := range p.Teams {
			known, names = append(known, strings.ToLower(t.Name)), append(names, t.Name)
		}
		near := rule.Nearest(strings.ToLower(w.text), known)
		if i := slices.Index(known, near); i >= 0 {
			r.fault(w.at, "there is no team %s, did you mean team:%s?", clip(w.text), names[i])
		} else {
			r.fault(w.at, "there is no team %s: add it to teams, or name another", clip(w.text))
		}
		return
	}
	for _, b := range reach(p, mailbox) {
		if !slices.ContainsFunc(t.Members, func(e desk.Email) bool { return p.Works(e, b) }) {
			r.fault(w.at, "nobody of the team %s works in %s: %s", t.Name, b, remedy(mailbox))
			return
		}
	}
	a.Team = t.Name
}

// reach lists the mailboxes whose mail a rule sees.
func reach(p *desk.Policy, mailbox desk.Mailbox) []desk.Mailbox {
	if mailbox != "" {
		return []desk.Mailbox{mailbox}
	}
	var out []desk.Mailbox
	for _, b := range p.Mailboxes {
		out = append(out, b.Address)
	}
	return out
}

func remedy(mailbox desk.Mailbox) string {
	if mailbox == "" {
		return "the rule sees the mail of every mailbox, so give it a mailbox, or add them to that mailbox's members"
	}
	return "add them to that mailbox's members, or assign to somebody else"
}
