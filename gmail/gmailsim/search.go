package gmailsim

import (
	"strings"
	"unicode"
)

// The search box's language. Terms stand side by side for "and"; OR (or {a b}) is "or"; - negates;
// (a b) groups, also behind an operator: subject:(late delivery). Quoted words are a phrase. What is
// no known operator is a word, as in Gmail; no text is an error.

// query is a node: a term, or children joined.
type query struct {
	op    string // "" is a word, "and" and "or" join, "not" negates its one child
	value string // lower case
	kids  []*query
}

// maxNesting bounds groups within groups; what is deeper is read as words.
const maxNesting = 20

var operators = map[string]bool{
	"rfc822msgid": true, "label": true, "in": true, "is": true, "from": true, "to": true, "cc": true, "bcc": true, "subject": true,
	"newer_than": true, "older_than": true, "after": true, "before": true, "newer": true, "older": true, "has": true,
	"filename": true, "larger": true, "smaller": true, "size": true, "category": true, "deliveredto": true, "list": true,
}

// parseQuery reads a search; an empty one is an "and" of nothing, which all messages match.
func parseQuery(q string) *query {
	p := &queryParser{rest: []rune(q)}
	out := &query{op: "and"}
	for p.more() {
		n := p.sequence("", 0, 0)
		out.kids = append(out.kids, n.kids...)
		if p.more() {
			p.rest = p.rest[1:] // a closing bracket that was never opened
		}
	}
	return out
}

type queryParser struct{ rest []rune }

func (p *queryParser) more() bool {
	for len(p.rest) > 0 && unicode.IsSpace(p.rest[0]) {
		p.rest = p.rest[1:]
	}
	return len(p.rest) > 0
}

// sequence reads terms up to a closing bracket. field is the operator that stands before the group;
// close is the bracket that ends it, 0 at the top. In {} all terms are alternatives.
func (p *queryParser) sequence(field string, close rune, depth int) *query {
	out := &query{op: "and"}
	either := false
	for p.more() {
		if c := p.rest[0]; c == ')' || c == '}' {
			break
		}
		n, word := p.term(field, depth)
		switch {
		case word == "OR":
			either = len(out.kids) > 0
			continue
		case word == "AND":
			continue
		case n == nil:
			continue
		}
		if last := len(out.kids) - 1; either && last >= 0 {
			if k := out.kids[last]; k.op == "or" {
				k.kids = append(k.kids, n)
			} else {
				out.kids[last] = &query{op: "or", kids: []*query{k, n}}
			}
		} else {
			out.kids = append(out.kids, n)
		}
		either = false
	}
	if close == '}' && len(out.kids) > 0 {
		return &query{op: "and", kids: []*query{{op: "or", kids: out.kids}}}
	}
	return out
}

// term reads one term; a bare word is also given as written, for OR and AND.
func (p *queryParser) term(field string, depth int) (n *query, word string) {
	not := false
	for len(p.rest) > 1 && (p.rest[0] == '-' || p.rest[0] == '+') && !unicode.IsSpace(p.rest[1]) {
		not = not != (p.rest[0] == '-')
		p.rest = p.rest[1:]
	}
	defer func() {
		if not && n != nil {
			n = &query{op: "not", kids: []*query{n}}
		}
	}()
	switch p.rest[0] {
	case '(', '{':
		return p.group(field, depth), ""
	case '"':
		return leaf(field, p.quoted()), ""
	}
	text := p.word()
	name, value, ok := strings.Cut(text, ":")
	if name = strings.ToLower(name); !ok || !operators[name] {
		if !not && (text == "OR" || text == "AND") {
			return nil, text
		}
		return leaf(field, text), ""
	}
	if value != "" || len(p.rest) == 0 {
		return leaf(name, value), ""
	}
	switch p.rest[0] {
	case '(', '{':
		return p.group(name, depth), ""
	case '"':
		return leaf(name, p.quoted()), ""
	}
	return leaf(name, ""), ""
}

// group reads a bracket and what it holds.
func (p *queryParser) group(field string, depth int) *query {
	close := ')'
	if p.rest[0] == '{' {
		close = '}'
	}
	p.rest = p.rest[1:]
	if depth >= maxNesting {
		return nil
	}
	n := p.sequence(field, close, depth+1)
	if len(p.rest) > 0 {
		p.rest = p.rest[1:]
	}
	if len(n.kids) == 0 {
		return nil
	}
	return n
}

func (p *queryParser) quoted() string {
	p.rest = p.rest[1:]
	for i, r := range p.rest {
		if r == '"' {
			s := string(p.rest[:i])
			p.rest = p.rest[i+1:]
			return s
		}
	}
	s := string(p.rest)
	p.rest = nil
	return s
}

// word reads to the next space, bracket or quote; at least one character.
func (p *queryParser) word() string {
	i := 0
	for i < len(p.rest) && !unicode.IsSpace(p.rest[i]) && !strings.ContainsRune(`(){}"`, p.rest[i]) {
		i++
	}
	s := string(p.rest[:i])
	p.rest = p.rest[i:]
	return s
}

func leaf(op, value string) *query {
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" {
		return nil
	}
	return &query{op: op, value: value}
}
