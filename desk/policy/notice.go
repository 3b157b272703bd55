package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// notices reads of what people are told by mail, and when; without the key, as
// usual.
func (r *reader) notices(t table) desk.Notices {
	n := desk.Notices{About: desk.DefaultAbout(), Quiet: desk.DefaultQuiet}
	e, ok := t.keys["notices"]
	if !ok {
		return n
	}
	if s, ok := plain(e.node); ok {
		if strings.TrimSpace(s) != "none" {
			r.fault(r.start(e.node, e.at), "notices is %q: write none for no notices, or the keys about, quiet, subject and customer", clip(s))
		}
		return desk.Notices{}
	}
	m, ok := r.table(e.node, e.at, "notices", "about", "quiet", "subject", "customer")
	if !ok {
		return n
	}
	if _, ok := m.keys["about"]; ok {
		n.About = r.about(m)
	}
	n.Quiet = r.quiet(m)
	n.Subject, n.Customer = r.truth(m, "subject"), r.truth(m, "customer")
	return n
}

func (r *reader) about(t table) []desk.About {
	e := t.keys["about"]
	if s, ok := e.node.(*ast.SequenceNode); ok && len(s.Values) == 0 {
		r.fault(e.at, "about is empty: for no notices, write notices: none")
		return nil
	}
	var known []string
	for _, a := range desk.AllAbout() {
		known = append(known, string(a))
	}
	var out []desk.About
	for _, w := range r.texts(t, "about", len(known)) {
		switch a := desk.About(w.text); {
		case !slices.Contains(known, w.text):
			r.fault(w.at, "%q is nothing that people are told of: there are %s%s", clip(w.text), and(known), hint(w.text, known))
		case slices.Contains(out, a):
			r.fault(w.at, "%s is named twice: keep one", a)
		default:
			out = append(out, a)
		}
	}
	return out
}

func (r *reader) quiet(t table) time.Duration {
	return r.seconds(t, "quiet", "5m", desk.DefaultQuiet, desk.MaxQuiet, "1d")
}
