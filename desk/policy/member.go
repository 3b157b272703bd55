package policy

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// person is a member and where its parts stand.
type person struct {
	desk.Member
	at      place // of the address
	labelAt place // of the label, or of the name it comes from
	deputy  word
}

func roles() []string { return []string{string(desk.Agent), string(desk.Manager), string(desk.Admin)} }

// members reads the roster.
func (r *reader) members(t table) []person {
	var out []person
	first := make(map[desk.Email]place)
	before := len(r.faults)
	r.each(t, "members", MaxMembers, func(n ast.Node, at place) {
		m, ok := r.table(n, at, "a member", "email", "name", "label", "role", "deputy")
		if !ok {
			return
		}
		r.need(m, "email", "name", "role")
		p := person{Member: desk.Member{Role: r.role(m)}, at: m.at}
		p.Name, p.labelAt = r.name(m, "name")
		if w, ok := r.text(m, "label"); ok && r.mark(w, "label") {
			p.Label, p.labelAt = w.text, w.at
		}
		if w, ok := r.text(m, "email"); ok {
			p.at = w.at
			p.Email, _ = r.address(w)
		}
		p.deputy, _ = r.text(m, "deputy")
		if again, ok := first[p.Email]; ok && p.Email != "" {
			r.fault(p.at, "%s is on the roster twice, first in line %d: keep one", p.Email, again.line)
		} else {
			first[p.Email] = p.at
		}
		out = append(out, p)
	})
	if e, ok := t.keys["members"]; ok && len(out) == 0 && len(r.faults) == before {
		r.fault(e.at, "members is empty: a desk needs at least one member")
	}
	return out
}

func (r *reader) role(m table) desk.Role {
	w, ok := r.text(m, "role")
	if !ok {
		return ""
	}
	switch role := desk.Role(w.text); role {
	case desk.Agent, desk.Manager, desk.Admin:
		return role
	}
	r.fault(w.at, "%q is not a role: write %s", clip(w.text), or(roles()))
	return ""
}

func or(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// labels gives every member without a label its first name, or the full name
// when the first name does not tell members apart, and then checks that no two
// labels look alike.
func (r *reader) labels(people []person) {
	firsts, given := make(map[string]int), make(map[string]bool)
	for _, p := range people {
		firsts[strings.ToLower(firstName(p.Name))]++
		if p.Label != "" {
			given[strings.ToLower(p.Label)] = true
		}
	}
	taken := make(map[string]person)
	for i := range people {
		p := &people[i]
		if p.Name == "" && p.Label == "" {
			continue // told already
		}
		if p.Label == "" {
			p.Label = firstName(p.Name)
			key := strings.ToLower(p.Label)
			if firsts[key] > 1 || given[key] {
				p.Label = p.Name
			}
			if !r.mark(word{text: p.Label, at: p.labelAt}, "the label that comes from the name") {
				continue
			}
		}
		key := strings.ToLower(p.Label)
		if other, ok := taken[key]; ok {
			r.fault(p.labelAt, "the label %s is also that of %s: give one of them another label", p.Label, other.Email)
			continue
		}
		taken[key] = *p
	}
}

func firstName(name string) string {
	if f := strings.Fields(name); len(f) > 0 {
		return f[0]
	}
	return ""
}
