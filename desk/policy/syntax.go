package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds on the YAML itself. The parser's time grows with the square of the
// keys in one table, of the items in one list and of the nesting; these keep it
// within a second. The largest sound policy stays far below each.
const (
	maxKeys    = 8000   // in the file
	maxItems   = 20_000 // behind dashes in the file
	maxTable   = 50     // keys of one table, or in one line, outside of braces
	maxNesting = 8      // lists and tables inside one another in one line
)

// syntax gives the tree of a text, or tells why there is none.
func (r *reader) syntax(text []byte) (ast.Node, bool) {
	if len(text) > MaxText {
		r.fault(place{1, 1}, "the file has %d bytes, at most %d are allowed", len(text), MaxText)
		return nil, false
	}
	s := strings.TrimPrefix(string(text), "\ufeff")
	s = strings.ReplaceAll(s, "\r\n", "\n") // the parser counts both as line ends
	r.lines = strings.Split(s, "\n")
	if !r.readable() {
		return nil, false
	}
	file, err := parse(s, r.tokens)
	if len(r.faults) > 0 {
		return nil, false
	}
	if err != nil {
		r.syntaxFault(err)
		return nil, false
	}
	return r.document(file)
}

// parse runs the YAML library; a panic of it is an error. Seen gets the tokens
// and tells whether to go on.
func parse(s string, seen func(token.Tokens) bool) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the YAML reader gave up: %v", p)
		}
	}()
	tokens := lexer.Tokenize(s)
	if !seen(tokens) {
		return nil, nil
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// readable refuses what is no text, before the parser sees it.
func (r *reader) readable() bool {
	for i, line := range r.lines {
		column := 0
		for j, c := range line {
			column++
			at := place{i + 1, column}
			switch {
			case c == utf8.RuneError && !strings.HasPrefix(line[j:], "\ufffd"):
				r.fault(at, "this is not UTF-8 text: save the file as UTF-8")
				return false
			case unicode.IsControl(c) && c != '\t':
				r.fault(at, "the control character %U has no place in a policy: remove it", c)
				return false
			}
		}
		r.widths = append(r.widths, column)
	}
	return true
}

// tokens refuses the parts of YAML that a policy does not need and that cost
// more than they weigh. It tells whether the text may be parsed.
func (r *reader) tokens(all token.Tokens) bool {
	var c counts
	documents := 0
	for _, t := range all {
		at := place{t.Position.Line, t.Position.Column}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			r.fault(at, "anchors and aliases (&, *, <<) are not used in a policy: write the value out, or put it between quotes")
		case token.TagType:
			r.fault(at, "type tags (!) are not used in a policy: remove it, or put the value between quotes")
		case token.MappingKeyType:
			r.fault(at, "a key cannot begin with ?: write key: value")
		case token.DirectiveType:
			r.fault(at, "directives (%%) are not used in a policy: remove the line")
		case token.DocumentHeaderType:
			if documents++; documents > 1 || c.keys > 0 {
				r.fault(at, "a policy is one document: remove the line ---")
			}
		}
		if why := c.add(t); why != "" {
			r.fault(at, "%s", why)
			return false
		}
	}
	return len(r.faults) == 0
}

// counts is how much a text has had of what the parser finds hard.
type counts struct {
	keys, items, depth int
	line               int         // the line that the next two are about
	dashes, pairs      int         // items and keys outside of braces
	table              map[int]int // keys of the open tables by their column
}

// add counts a token. It gives why the text is refused, or "".
func (c *counts) add(t *token.Token) string {
	if t.Position.Line != c.line {
		c.line, c.dashes, c.pairs = t.Position.Line, 0, 0
	}
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		c.depth++
	case token.SequenceEndType, token.MappingEndType:
		c.depth--
	case token.SequenceEntryType:
		c.items++
		c.dashes++
		c.close(t.Position.Column)
	case token.MappingValueType:
		c.keys++
		if c.depth <= 0 && t.Prev != nil {
			c.pairs++
			c.close(t.Prev.Position.Column)
			c.table[t.Prev.Position.Column]++
			if c.table[t.Prev.Position.Column] > maxTable || c.pairs > maxTable {
				return fmt.Sprintf("a table has more than %d keys", maxTable)
			}
		}
	}
	switch {
	case c.depth > maxNesting || c.dashes > maxNesting:
		return "too many lists inside one another"
	case c.keys > maxKeys:
		return fmt.Sprintf("the file has more than %d keys", maxKeys)
	case c.items > maxItems:
		return fmt.Sprintf("the file has more than %d list items", maxItems)
	}
	return ""
}

// close forgets the tables that are indented further than a column.
func (c *counts) close(column int) {
	if c.table == nil {
		c.table = make(map[int]int)
	}
	for other := range c.table {
		if other > column {
			delete(c.table, other)
		}
	}
}

func (r *reader) syntaxFault(err error) {
	at := place{1, 1}
	say := err.Error()
	var known yaml.Error
	if errors.As(err, &known) {
		say = known.GetMessage()
		if t := known.GetToken(); t != nil && t.Position != nil {
			at = r.inside(place{t.Position.Line, t.Position.Column})
		}
	}
	r.fault(at, "this is not YAML: %s", say)
}

// inside brings a position that the YAML library gave into the text.
func (r *reader) inside(at place) place {
	at.line = min(max(at.line, 1), max(len(r.lines), 1))
	at.column = min(max(at.column, 1), r.widths[at.line-1]+1)
	return at
}

func (r *reader) document(file *ast.File) (ast.Node, bool) {
	var body ast.Node
	for _, d := range file.Docs {
		if d.Body == nil || d.Body.Type() == ast.CommentType || d.Body.Type() == ast.NullType {
			continue
		}
		if body != nil {
			r.fault(r.start(d.Body, place{1, 1}), "a policy is one document: remove the line --- above")
			return nil, false
		}
		body = d.Body
	}
	if body == nil {
		r.fault(place{1, 1}, "the policy is empty: it needs desk, timezone, mailboxes and members")
		return nil, false
	}
	return body, true
}
