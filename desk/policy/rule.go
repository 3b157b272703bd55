package policy

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
	"baton/desk/rule"
)

// rules reads the rules of a policy whose roster, teams and mailboxes are read.
func (r *reader) rules(t table, p *desk.Policy) {
	if _, ok := t.keys["rules"]; !ok {
		return
	}
	language, err := rule.NewLanguage()
	if err != nil {
		r.fault(t.keys["rules"].at, "%v", err)
		return
	}
	first := make(map[string]place)
	r.each(t, "rules", MaxRules, func(n ast.Node, at place) {
		m, ok := r.table(n, at, "a rule", "name", "mailbox", "mail", "when", "then")
		if !ok {
			return
		}
		r.need(m, "name", "when", "then")
		out := desk.Rule{Line: m.at.line, Scope: r.scope(m), Mailbox: r.ruleMailbox(m, p)}
		var nameAt place
		if out.Name, nameAt = r.name(m, "name"); out.Name != "" {
			if again, ok := first[strings.ToLower(out.Name)]; ok {
				r.fault(nameAt, "there is a rule %s already, in line %d: choose another name", out.Name, again.line)
			} else {
				first[strings.ToLower(out.Name)] = nameAt
			}
		}
		out.When = r.condition(m, language)
		out.Then = r.actions(m, p, out.Mailbox)
		p.Rules = append(p.Rules, out)
	})
}

func (r *reader) scope(m table) desk.Scope {
	w, ok := r.text(m, "mail")
	if !ok {
		return desk.ScopePeople
	}
	switch s := desk.Scope(w.text); s {
	case desk.ScopePeople, desk.ScopeAutomatic, desk.ScopeAll:
		return s
	}
	r.fault(w.at, "%q is not a kind of mail: write people, automatic or all", clip(w.text))
	return desk.ScopePeople
}

func (r *reader) ruleMailbox(m table, p *desk.Policy) desk.Mailbox {
	w, ok := r.text(m, "mailbox")
	if !ok {
		return ""
	}
	e, ok := r.address(w)
	if !ok {
		return ""
	}
	var known []desk.Email
	for _, b := range p.Mailboxes {
		if b.Address == desk.Mailbox(e) {
			return b.Address
		}
		if slices.Contains(b.Aliases, e) {
			r.fault(w.at, "%s is an alias of %s: name the mailbox, and look at alias in the condition", e, b.Address)
			return ""
		}
		known = append(known, desk.Email(b.Address))
	}
	if h := nearEmail(e, known); h != "" {
		r.fault(w.at, "%s is not a mailbox of this desk%s", e, h)
	} else {
		r.fault(w.at, "%s is not a mailbox of this desk: add it to mailboxes, or remove it here", e)
	}
	return ""
}

// condition reads and compiles a condition. Its faults point at the character
// in the file.
func (r *reader) condition(m table, language *rule.Language) string {
	e, ok := m.keys["when"]
	if !ok {
		return ""
	}
	if b, ok := e.node.(*ast.BoolNode); ok { // when: true
		return b.GetToken().Value
	}
	if _, ok := r.word(e.node, e.at, "when"); !ok {
		return ""
	}
	when, _ := plain(e.node)
	when = strings.TrimRight(when, " \n")
	for _, f := range language.Check(when) {
		r.fault(r.spot(e.node, when, f.Line, f.Column), "%s", f.Say)
	}
	return when
}
