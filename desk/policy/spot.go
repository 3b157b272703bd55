package policy

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// spot gives the place in the file of a character of a text value, which is
// named by its line and column in the value. Value is a beginning of the text
// that n holds. Where the text as written cannot be matched with the value,
// spot gives the place where the value begins.
func (r *reader) spot(n ast.Node, value string, line, column int) place {
	start := r.start(n, place{1, 1})
	s := scan{lines: r.lines, at: start}
	style, first := token.StringType, 0
	if block, ok := n.(*ast.LiteralNode); ok {
		style = block.Start.Type
		s.at = place{start.line + 1, 1}
		s.space()
		first = len(value) - len(strings.TrimLeft(value, " \n"))
	} else if t := n.GetToken(); t != nil {
		style = t.Type
		if style == token.SingleQuoteType || style == token.DoubleQuoteType {
			s.at.column++
		}
	}
	want := index(value, line, column)
	runes := []rune(value)
	for i := first; i < len(runes); {
		if style == token.DoubleQuoteType {
			s.join()
		}
		if i >= want {
			return r.inside(s.at)
		}
		took, ok := s.take(runes[i:], style)
		if !ok {
			return start
		}
		i += took
	}
	return r.inside(s.at)
}

// index turns line and column in a text into the number of characters before.
func index(text string, line, column int) int {
	n := 0
	for _, l := range strings.SplitAfter(text, "\n") {
		if line == 1 {
			break
		}
		n += len([]rune(l))
		line--
	}
	return n + column - 1
}

// scan walks over a value as it is written.
type scan struct {
	lines []string
	at    place
	row   []rune // the line numbered rowAt
	rowAt int
}

// peek gives the character under the scan; a line ends with '\n', the file
// with 0.
func (s *scan) peek(ahead int) rune {
	if s.at.line > len(s.lines) {
		return 0
	}
	if s.rowAt != s.at.line {
		s.row, s.rowAt = []rune(s.lines[s.at.line-1]), s.at.line
	}
	i := s.at.column - 1 + ahead
	switch {
	case i < 0 || i > len(s.row):
		return 0
	case i == len(s.row):
		return '\n'
	}
	return s.row[i]
}

func (s *scan) next() {
	if s.peek(0) == '\n' {
		s.at = place{s.at.line + 1, 1}
		return
	}
	s.at.column++
}

// space skips space and line ends and tells whether there was a line end.
func (s *scan) space() (folded bool) {
	for {
		switch s.peek(0) {
		case '\n':
			folded = true
		case ' ', '\t':
		default:
			return folded
		}
		s.next()
	}
}

// take matches the next characters of a value with how they are written and
// moves behind them. It gives how many characters of the value it matched.
func (s *scan) take(value []rune, style token.Type) (int, bool) {
	if s.endsLine() && (value[0] == ' ' || value[0] == '\n') {
		s.space()
		n := 0
		for n < len(value) && (value[n] == ' ' || value[n] == '\n') {
			n++
		}
		return n, true
	}
	switch {
	case style == token.SingleQuoteType && s.peek(0) == '\'':
		s.next() // the first of two
	case style == token.DoubleQuoteType && s.peek(0) == '\\':
		return s.escape()
	}
	if s.peek(0) != value[0] {
		return 0, false
	}
	s.next()
	return 1, true
}

// endsLine tells whether only space is left in the line.
func (s *scan) endsLine() bool {
	for i := 0; ; i++ {
		switch s.peek(i) {
		case '\n':
			return true
		case ' ', '\t':
		default:
			return false
		}
	}
}

// join passes over a line end behind a backslash: nothing of it, nor of the
// space that follows, is in a double-quoted text.
func (s *scan) join() {
	for s.peek(0) == '\\' && s.peek(1) == '\n' {
		s.next()
		s.space()
	}
}

// escape passes over a backslash sequence of a double-quoted text.
func (s *scan) escape() (int, bool) {
	width := map[rune]int{'x': 2, 'u': 4, 'U': 8}[s.peek(1)]
	for range 2 + width {
		s.next()
	}
	return 1, true
}
