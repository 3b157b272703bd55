package policy

import (
	"slices"

	"baton/desk"
)

// deputies checks who stands in for whom against the roster and the mailboxes,
// which must be filled in, and fills them in.
func (r *reader) deputies(boxes []box, people []person) {
	var roster []desk.Email
	roles := make(map[desk.Email]desk.Role)
	for _, p := range people {
		roster = append(roster, p.Email)
		roles[p.Email] = p.Role
	}
	works := func(e desk.Email, b box) bool { return roles[e] == desk.Admin || slices.Contains(b.Members, e) }
	for i := range people {
		p := &people[i]
		if p.deputy.text == "" {
			continue
		}
		e, ok := r.address(p.deputy)
		together := func(b box) bool { return works(p.Email, b) && works(e, b) }
		switch {
		case !ok:
		case e == p.Email:
			r.fault(p.deputy.at, "%s cannot stand in for themself: name a colleague", e)
		case !slices.Contains(roster, e):
			r.fault(p.deputy.at, "%s is not on the roster%s", e, orAdd(nearEmail(e, roster)))
		case !slices.ContainsFunc(boxes, together):
			r.fault(p.deputy.at, "%s works in none of the mailboxes of %s: name a colleague who does", e, p.Email)
		default:
			p.Deputy = e
		}
	}
}
