package policy

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// table is a YAML mapping whose keys are all known.
type table struct {
	at   place
	what string           // how faults call it: "a mailbox"
	keys map[string]entry // the known ones
	size int              // number of keys, known or not
}

// entry is a key and what stands behind it.
type entry struct {
	name string
	at   place // of the key
	node ast.Node
}

// table reads a mapping and tells unknown and repeated keys.
func (r *reader) table(n ast.Node, at place, what string, known ...string) (table, bool) {
	t := table{at: r.start(n, at), what: what, keys: make(map[string]entry)}
	var pairs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	default:
		r.fault(t.at, "%s must have the keys %s, this is %s", what, strings.Join(known, ", "), kind(n))
		return t, false
	}
	t.size = len(pairs)
	for _, pair := range pairs {
		at := r.start(pair.Key, t.at)
		name, ok := plain(pair.Key)
		if !ok {
			name = strings.TrimSpace(pair.Key.String())
		}
		first, again := t.keys[name]
		switch {
		case again:
			r.fault(at, "%s is given twice, first in line %d: keep one", name, first.at.line)
		case !slices.Contains(known, name):
			if h := hint(name, known); h != "" {
				r.fault(at, "%s has no key %s%s", what, quoteKey(name), h)
			} else {
				r.fault(at, "%s has no key %s: there are %s", what, quoteKey(name), strings.Join(known, ", "))
			}
		default:
			t.keys[name] = entry{name: name, at: at, node: pair.Value}
		}
	}
	return t, true
}

// quoteKey shows an unknown key, cut if it is very long.
func quoteKey(name string) string {
	if runes := []rune(name); len(runes) > MaxName {
		return string(runes[:MaxName]) + "..."
	}
	return name
}

// need tells which keys are missing.
func (r *reader) need(t table, keys ...string) {
	var missing []string
	for _, k := range keys {
		if _, ok := t.keys[k]; !ok {
			missing = append(missing, k)
		}
	}
	if len(missing) > 0 {
		r.fault(t.at, "%s needs %s", t.what, and(missing))
	}
}

// and joins words as people do.
func and(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// list gives the items of a list.
func (r *reader) list(e entry) ([]ast.Node, bool) {
	s, ok := e.node.(*ast.SequenceNode)
	if !ok {
		r.fault(r.start(e.node, e.at), "%s must be a list, this is %s", e.name, kind(e.node))
		return nil, false
	}
	return s.Values, true
}

// start gives the place where a node begins, or otherwise when the node is not
// written in the file, like the nothing behind "key:".
func (r *reader) start(n ast.Node, otherwise place) place {
	switch v := n.(type) {
	case nil:
		return otherwise
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			return r.start(v.Values[0].Key, otherwise)
		}
	case *ast.MappingValueNode:
		return r.start(v.Key, otherwise)
	case *ast.LiteralNode:
		return r.inside(place{v.Start.Position.Line, v.Start.Position.Column})
	case *ast.NullNode:
		return otherwise
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return otherwise
	}
	return r.inside(place{t.Position.Line, t.Position.Column})
}

// kind says in words what a node is.
func kind(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a table of keys"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "a text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	}
	return "something else"
}
