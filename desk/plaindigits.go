package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plainDigits is a text as numbers are looked for in it: digits of all scripts
// and wide letters as ASCII, every kind of space and dash as one, and nothing that
// cannot be seen.
type plainDigits struct {
	text string
	from []int // where in the original each byte begins
	to   []int // and where it ends there
}

func plainDigitsOf(text string) plainDigits {
	var b strings.Builder
	p := plainDigits{from: make([]int, 0, len(text)), to: make([]int, 0, len(text))}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r = plainRune(r); r >= 0 {
			before := b.Len()
			if n == 1 && r == utf8.RuneError {
				b.WriteByte(text[i]) // not UTF-8
			} else {
				b.WriteRune(r)
			}
			for range b.Len() - before {
				p.from, p.to = append(p.from, i), append(p.to, i+n)
			}
		}
		i += n
	}
	p.text = b.String()
	return p
}

// plainRune gives the character by which another is looked for, -1 for none.
func plainRune(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r < 0x80:
		return r
	case unicode.Is(unicode.Nd, r):
		return '0' + digitOf(r)
	case r >= 0xff21 && r <= 0xff5a: // wide letters
		return r - 0xfee0
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Pd, r), r == 0x2212:
		return '-'
	case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return -1
	}
	return r
}

// digitOf gives the value of a decimal digit. Unicode keeps the ten of a script
// together, and the mathematical ones in fives of such tens.
func digitOf(r rune) rune {
	if r >= 0x1d7ce && r <= 0x1d7ff {
		return (r - 0x1d7ce) % 10
	}
	v := rune(0)
	for v < 9 && unicode.Is(unicode.Nd, r-v-1) {
		v++
	}
	return v
}
