package rule

import (
	"regexp/syntax"
	"unicode"
)

// maxPattern bounds the instructions of all patterns of one condition together:
// about as many as the letters of all their words. Matching needs time in
// proportion to text times instructions and cannot be interrupted;
// BenchmarkWorstPattern shows what this many cost on the largest body.
const maxPattern = 250

// pattern parses a regular expression as the evaluation does and gives the
// number of its instructions.
func pattern(text string) (re *syntax.Regexp, instructions int, err error) {
	re, err = syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, 0, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, 0, err
	}
	return re, len(prog.Inst), nil
}

// capitalIn finds a capital letter that a pattern asks for literally.
func capitalIn(re *syntax.Regexp) (rune, bool) {
	if re.Flags&syntax.FoldCase != 0 {
		return 0, false
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if unicode.ToLower(r) != r {
				return r, true
			}
		}
	default:
		for _, sub := range re.Sub {
			if r, ok := capitalIn(sub); ok {
				return r, true
			}
		}
	}
	return 0, false
}
