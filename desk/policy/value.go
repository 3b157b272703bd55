package policy

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// word is a text from the file and where it begins.
type word struct {
	text string
	at   place
	node ast.Node
}

// plain gives the text of a node that is one.
func plain(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	}
	return "", false
}

// text reads a text; a missing key gives none and is not a fault.
func (r *reader) text(t table, key string) (word, bool) {
	e, ok := t.keys[key]
	if !ok {
		return word{}, false
	}
	return r.word(e.node, e.at, key)
}

// word reads a node as text without space around it.
func (r *reader) word(n ast.Node, at place, what string) (word, bool) {
	at = r.start(n, at)
	s, ok := plain(n)
	if !ok {
		say := "%s must be a text, this is %s"
		switch n.(type) {
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
			say += ": put it between quotes"
		}
		r.fault(at, say, what, kind(n))
		return word{}, false
	}
	return word{text: strings.TrimSpace(s), at: at, node: n}, true
}

// texts reads a list of texts.
func (r *reader) texts(t table, key string, limit int) []word {
	var out []word
	r.each(t, key, limit, func(n ast.Node, at place) {
		if w, ok := r.word(n, at, "an entry of "+key); ok {
			out = append(out, w)
		}
	})
	return out
}

// truth reads true or false; a missing key is false.
func (r *reader) truth(t table, key string) bool {
	e, ok := t.keys[key]
	if !ok {
		return false
	}
	b, ok := e.node.(*ast.BoolNode)
	if !ok {
		r.fault(r.start(e.node, e.at), "%s must be true or false without quotes, this is %s", key, kind(e.node))
		return false
	}
	return b.Value
}
