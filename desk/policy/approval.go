package policy

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// MaxApproval bounds the entries of each list below approval.
const MaxApproval = 100

// approval is whose answers need a yes, and whose, as written.
type approval struct {
	given bool
	who   []word // under for
	by    []word
	byAt  place
}

// approval reads the words of whose answers wait for a colleague's yes; they are
// checked when roster and teams are known.
func (r *reader) approval(t table) (a approval) {
	e, ok := t.keys["approval"]
	if !ok {
		return a
	}
	m, ok := r.table(e.node, e.at, "approval", "for", "by")
	if !ok {
		return a
	}
	r.need(m, "for", "by")
	for _, key := range []string{"for", "by"} {
		if e, ok := m.keys[key]; ok {
			if s, ok := e.node.(*ast.SequenceNode); ok && len(s.Values) == 0 {
				r.fault(e.at, "%s is empty: for answers that need no yes, remove approval", key)
			}
		}
	}
	a.given, a.who, a.by, a.byAt = true, r.texts(m, "for", MaxApproval), r.texts(m, "by", MaxApproval), m.at
	if e, ok := m.keys["by"]; ok {
		a.byAt = r.start(e.node, e.at)
	}
	return a
}

// approvals checks the words of one mailbox, and that everybody whose answers
// wait has somebody else to ask.
func (r *reader) approvals(b box, p *desk.Policy) (out desk.Approval) {
	if !b.yes.given || b.Address == "" {
		return out
	}
	before := len(r.faults)
	known := append(roles(), string(desk.Guest))
	var named []desk.Email
	for _, w := range b.yes.who {
		if slices.Contains(known, w.text) {
			if slices.Contains(out.Roles, desk.Role(w.text)) {
				r.fault(w.at, "%s is named twice: keep one", w.text)
			}
			out.Roles = append(out.Roles, desk.Role(w.text))
			continue
		}
		if !strings.Contains(w.text, "@") && !strings.HasPrefix(w.text, "team:") {
			r.fault(w.at, "%q is nobody: write a role (%s), an address, or team: and a team's name", clip(w.text), or(known))
			continue
		}
		people := r.whoever(w, p, b.Address)
		named = append(named, people...)
		for _, e := range people {
			if !slices.Contains(out.For, e) {
				out.For = append(out.For, e)
			}
		}
	}
	for _, w := range b.yes.by {
		for _, e := range r.whoever(w, p, b.Address) {
			if !slices.Contains(out.By, e) {
				out.By = append(out.By, e)
			}
		}
	}
	if len(r.faults) > before || len(out.By) != 1 {
		return out
	}
	only, _ := p.Member(out.By[0])
	if slices.Contains(named, only.Email) || slices.Contains(out.Roles, only.Role) {
		r.fault(b.yes.byAt, "only %s could say yes, and nobody does to their own answer: name somebody else too", only.Email)
	}
	return out
}

// whoever reads an address or team:Name: people who work in a mailbox.
func (r *reader) whoever(w word, p *desk.Policy, m desk.Mailbox) []desk.Email {
	var a desk.Actions
	before := len(r.faults)
	r.assign(&a, w, p, m)
	if len(r.faults) > before {
		return nil
	}
	if t, ok := p.Team(a.Team); ok && a.Team != "" {
		return slices.DeleteFunc(slices.Clone(t.Members), func(e desk.Email) bool { return !p.Works(e, m) })
	}
	if a.Person == "" {
		return nil
	}
	return []desk.Email{a.Person}
}
