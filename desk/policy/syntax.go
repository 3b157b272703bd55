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
// keys in one table and of the nesting; these keep it under a second.
const (
	maxKeys    = 8000
	maxNesting = 8
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
	depth, keys, documents := 0, 0, 0
	dashes, line := 0, 0
	for i, t := range all {
		at := place{t.Position.Line, t.Position.Column}
		if at.line != line {
			dashes, line = 0, at.line
		}
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
			if documents++; documents > 1 || i > 0 && keys > 0 {
				r.fault(at, "a policy is one document: remove the line ---")
			}
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		case token.MappingValueType:
			keys++
		}
		if depth > maxNesting || dashes > maxNesting {
			r.fault(at, "too many lists inside one another")
			return false
		}
		if keys > maxKeys {
			r.fault(at, "the file has more than %d keys", maxKeys)
			return false
		}
	}
	return len(r.faults) == 0
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
