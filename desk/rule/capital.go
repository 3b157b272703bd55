package rule

import (
	"fmt"
	"maps"
	"strings"

	celast "cel.dev/cel-go/common/ast"
)

// capitals finds literal texts with capitals that are compared with something
// that is always in lower case: such a comparison can never hold, and the
// author would wait for mails in vain.
func capitals(tree *celast.AST) []Fault {
	c := capitalFinder{tree: tree, folded: make(map[string]bool)}
	for _, v := range variables() {
		c.folded[v.name] = v.name != "headers" // headers keep their case
	}
	c.walk(tree.Expr())
	return c.faults
}

type capitalFinder struct {
	tree   *celast.AST
	folded map[string]bool // names in scope that hold lower-case text
	faults []Fault
}

func (c *capitalFinder) walk(e celast.Expr) {
	switch e.Kind() {
	case celast.CallKind:
		call := e.AsCall()
		operands := call.Args()
		if call.IsMemberFunction() {
			operands = append([]celast.Expr{call.Target()}, operands...)
		}
		c.compare(call.FunctionName(), operands)
		for _, o := range operands {
			c.walk(o)
		}
	case celast.ComprehensionKind:
		loop := e.AsComprehension()
		c.walk(loop.IterRange())
		outer := maps.Clone(c.folded)
		c.folded[loop.IterVar()] = c.lower(loop.IterRange()) || c.names(loop.IterRange())
		c.walk(loop.LoopStep())
		c.folded = outer
	case celast.SelectKind:
		c.walk(e.AsSelect().Operand())
	case celast.ListKind:
		for _, item := range e.AsList().Elements() {
			c.walk(item)
		}
	}
}

// compare looks at one operation and its operands.
func (c *capitalFinder) compare(function string, operands []celast.Expr) {
	if len(operands) != 2 {
		return
	}
	a, b := operands[0], operands[1]
	switch function {
	case "contains", "startsWith", "endsWith":
		if c.lower(a) {
			c.refuse(b)
		}
	case "_==_", "_!=_":
		if c.lower(a) {
			c.refuse(b)
		}
		if c.lower(b) {
			c.refuse(a)
		}
	case "@in":
		if c.lower(b) || c.names(b) { // "x" in to; "x" in headers
			c.refuse(a)
		}
		if c.lower(a) && b.Kind() == celast.ListKind { // domain in ["x", "y"]
			for _, item := range b.AsList().Elements() {
				c.refuse(item)
			}
		}
	case "_[_]":
		if c.names(a) { // headers["x"]
			c.refuse(b)
		}
	case "matches":
		if s, ok := literal(b); ok && c.lower(a) {
			if re, _, err := pattern(s); err == nil {
				if r, found := capitalIn(re); found {
					c.faults = append(c.faults, at(c.tree, b, fmt.Sprintf(
						"the pattern asks for the capital %q, but texts are compared in lower case: write %q or begin with (?i)", r, strings.ToLower(string(r)))))
				}
			}
		}
	}
}

// names tells whether e is the headers, whose names are in lower case.
func (c *capitalFinder) names(e celast.Expr) bool {
	return e.Kind() == celast.IdentKind && e.AsIdent() == "headers"
}

// lower tells whether e is a text, or a list of texts, in lower case.
func (c *capitalFinder) lower(e celast.Expr) bool {
	switch e.Kind() {
	case celast.IdentKind:
		return c.folded[e.AsIdent()]
	case celast.SelectKind:
		return c.lower(e.AsSelect().Operand())
	case celast.CallKind:
		call := e.AsCall()
		switch call.FunctionName() {
		case "_[_]":
			return c.lower(call.Args()[0])
		case "lowerAscii":
			return true
		}
	}
	return false
}

func (c *capitalFinder) refuse(e celast.Expr) {
	s, ok := literal(e)
	if !ok || strings.ToLower(s) == s {
		return
	}
	c.faults = append(c.faults, at(c.tree, e, fmt.Sprintf("%q can never match, because texts are compared in lower case: write %q", s, strings.ToLower(s))))
}
