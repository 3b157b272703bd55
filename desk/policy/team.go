package policy

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// team is a team and its members as written.
type team struct {
	desk.Team
	members []word
}

// teams reads the teams.
func (r *reader) teams(t table) []team {
	var out []team
	first := make(map[string]place)
	r.each(t, "teams", MaxTeams, func(n ast.Node, at place) {
		m, ok := r.table(n, at, "a team", "name", "members")
		if !ok {
			return
		}
		r.need(m, "name", "members")
		g := team{members: r.texts(m, "members", MaxMembers)}
		if w, ok := r.text(m, "name"); ok && r.mark(w, "name") {
			g.Name = w.text
			if again, ok := first[strings.ToLower(g.Name)]; ok {
				r.fault(w.at, "there is a team %s already, in line %d: choose another name", g.Name, again.line)
			} else {
				first[strings.ToLower(g.Name)] = w.at
			}
		}
		if e, ok := m.keys["members"]; ok {
			if s, ok := e.node.(*ast.SequenceNode); ok && len(s.Values) == 0 {
				r.fault(e.at, "this team has no members: name at least one")
			}
		}
		out = append(out, g)
	})
	return out
}
