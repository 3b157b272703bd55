package card

import (
	"slices"
	"strings"
	"unicode"
)

// The two characters that keep a piece of text apart from what is around it
// (Unicode Standard Annex 9): inside, its own first letter says in which
// direction it runs; outside, it counts as one sign without a direction.
const fsi, pdi = '\u2068', '\u2069'

// maxNested is how deep isolates may stand in each other.
const maxNested = 8

// Isolate makes s a text of its own inside a sentence: a name, a subject, a
// reason. Where it runs from right to left, what follows it in the sentence, a
// time above all, stays where it was written. Text without right-to-left
// letters is given back as it is, cleaned. Each line is isolated by itself,
// since no isolate outlasts its line.
func Isolate(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == fsi || r == pdi {
			return -1
		}
		return r
	}, Clean(head(s, 8*maxRun)))
	if !strings.ContainsFunc(s, rightToLeft) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.ContainsFunc(line, rightToLeft) {
			lines[i] = string(fsi) + line + string(pdi)
		}
	}
	return strings.Join(lines, "\n")
}

// Apart is Join for parts that are one text, as a note is in which names are
// bold: where it runs from right to left, it is isolated as a whole, line by line.
func Apart(parts ...HTML) HTML {
	h := Join(parts...)
	if !slices.ContainsFunc(h.runs, func(r run) bool { return strings.ContainsFunc(r.text, rightToLeft) }) {
		return h
	}
	between := strings.NewReplacer(string(fsi), "", string(pdi), "", "\n", string(pdi)+"\n"+string(fsi))
	out := slices.Clone(h.runs)
	for i := range out {
		out[i].text = between.Replace(out[i].text)
	}
	out[0].text = string(fsi) + out[0].text
	out[len(out)-1].text += string(pdi)
	return HTML{out}
}

// settle isolates right-to-left text that nobody has isolated: a line that is
// mostly so, as a whole, and otherwise each stretch of it. s is clean.
func settle(s string) string {
	if plainASCII(s) || !strings.ContainsFunc(s, rightToLeft) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = settleLine([]rune(line))
	}
	return strings.Join(lines, "\n")
}

func settleLine(in []rune) string {
	loose, other, depth := 0, 0, 0
	for _, r := range in {
		switch {
		case r == fsi:
			depth++
		case r == pdi:
			depth--
		case depth > 0:
		case rightToLeft(r):
			loose++
		case unicode.IsLetter(r):
			other++
		}
	}
	switch {
	case loose == 0:
		return string(in)
	case loose >= other && !slices.Contains(in, fsi):
		return string(fsi) + string(in) + string(pdi)
	}
	var out []rune
	for i := 0; i < len(in); {
		n := stretch(in[i:])
		switch {
		case in[i] == fsi:
			n = isolateEnd(in[i:])
			out = append(out, in[i:i+n]...)
		case n > 0:
			out = append(append(append(out, fsi), in[i:i+n]...), pdi)
		default:
			n = 1
			out = append(out, in[i])
		}
		i += n
	}
	return string(out)
}

// stretch is how many characters at the beginning run from right to left, with
// what stands between such letters; 0 when the first does not.
func stretch(in []rune) int {
	n := 0
	for i, r := range in {
		switch {
		case rightToLeft(r) || n > 0 && i == n && unicode.In(r, unicode.Mn):
			n = i + 1
		case unicode.IsLetter(r) || r == fsi || r == pdi || n == 0:
			return n
		}
	}
	return n
}

// isolateEnd is where the isolate ends that in begins with.
func isolateEnd(in []rune) int {
	depth := 0
	for i, r := range in {
		switch r {
		case fsi:
			depth++
		case pdi:
			depth--
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(in)
}

// balanced drops the isolates that do not begin and end on one line, that hold
// nothing, or that stand too deep: text cannot end an isolate that our sentence
// began, nor keep one open.
func balanced(in []rune) []rune {
	if !slices.Contains(in, fsi) && !slices.Contains(in, pdi) {
		return in
	}
	type begun struct {
		at   int
		full bool // something is shown in it
	}
	drop := make([]bool, len(in))
	var open []begun
	for i, r := range in {
		switch {
		case r == fsi:
			open = append(open, begun{at: i})
			drop[i] = true // until its end is found
		case r == pdi && len(open) == 0:
			drop[i] = true
		case r == pdi:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			keep := last.full && len(open) < maxNested
			drop[i], drop[last.at] = !keep, !keep
			if len(open) > 0 && last.full {
				open[len(open)-1].full = true
			}
		case lineEnd(r):
			open = nil
		case len(open) > 0 && !hidden(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.Mn, unicode.Me):
			open[len(open)-1].full = true
		}
	}
	out := make([]rune, 0, len(in))
	for i, r := range in {
		if !drop[i] {
			out = append(out, r)
		}
	}
	return out
}

func lineEnd(r rune) bool { return strings.ContainsRune("\r\n\v\f\u0085\u2028\u2029", r) }

// unclosed counts the isolates that a beginning of a clean text leaves open.
func unclosed(rs []rune) int {
	n := 0
	for _, r := range rs {
		switch r {
		case fsi:
			n++
		case pdi:
			n--
		}
	}
	return max(n, 0)
}
