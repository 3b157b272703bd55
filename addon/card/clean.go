package card

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	zwnj, zwj     = '\u200c', '\u200d'
	lrm, rlm, alm = '\u200e', '\u200f', '\u061c'
	text15, emo16 = '\ufe0e', '\ufe0f' // ask for the text or the picture form of a sign
	blackFlag     = '\U0001f3f4'       // begins the flags of England, Scotland and Wales
	tagEnd        = '\U000e007f'
)

// maxMarks is how many accents may sit on one letter. Living languages need up to four; piles of
// them cover the lines above and below.
const maxMarks = 5

// Clean makes s fit to be shown: valid UTF-8 without control characters, direction overrides and
// forced directions, and invisible characters, which serve to hide or disguise. What scripts and emoji
// need stays: isolates that take their direction from what is in them (Isolate), joiners between emoji and inside Arabic and Indic words, direction marks in text that has
// right-to-left letters, picture selectors after signs. Every kind of line end becomes "\n".
func Clean(s string) string {
	if plainASCII(s) {
		return s
	}
	in := balanced([]rune(strings.ToValidUTF8(s, "\ufffd")))
	rtl := slices.ContainsFunc(in, rightToLeft)
	out := make([]rune, 0, len(in))
	marks := 0
	for i := 0; i < len(in); i++ {
		r := in[i]
		before, after := at(out, len(out)-1), at(in, i+1)
		if unicode.In(r, unicode.Mn, unicode.Me) && !unicode.Is(unicode.Variation_Selector, r) {
			if marks++; marks > maxMarks || hidden(r) {
				continue
			}
			out = append(out, r)
			continue
		}
		switch {
		case r == '\r' && after == '\n':
			continue
		case lineEnd(r):
			r = '\n'
		case r == fsi || r == pdi:
			out = append(out, r)
			continue
		case r == '\t':
			r = ' '
		case r == blackFlag:
			tail := flagTail(in[i+1:])
			out = append(append(out, r), in[i+1:i+1+tail]...)
			i += tail
			continue
		case !visible(r, before, after, rtl):
			continue
		}
		out = append(out, r)
		marks = 0
	}
	return string(out)
}

// Plain is Clean on one line, without space around it, and of at most limit characters.
func Plain(s string, limit int) string {
	return cut(strings.Join(strings.Fields(Clean(head(s, 32*limit+1024))), " "), limit)
}

// Line is Plain for showing: text that runs from right to left is kept apart from what is around it.
// What a person is to send back, a name or an address, must be Plain.
func Line(s string, limit int) string {
	if plainASCII(s) {
		return Plain(s, limit)
	}
	return cut(settle(Plain(s, 32*limit)), limit)
}

// head bounds the work on a text of any length: its first n bytes, whole characters.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// visible decides on one character between its neighbours.
func visible(r, before, after rune, rtl bool) bool {
	switch r {
	case zwj:
		return (emoji(before) || before == emo16) && emoji(after) || joining(before) && joining(after)
	case zwnj:
		return joining(before) && joining(after)
	case lrm, rlm, alm:
		return rtl
	case text15, emo16:
		return emoji(before) || strings.ContainsRune("0123456789#*‼⁉〰〽", before)
	}
	if unicode.Is(unicode.Variation_Selector, r) {
		return r > 0xe0000 && unicode.Is(unicode.Han, before) || unicode.Is(unicode.Mongolian, before)
	}
	return !hidden(r)
}

// hidden are characters that show nothing, or change how others show, and are never needed.
func hidden(r rune) bool {
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) {
		return false // Arabic number signs: formally invisible, in fact drawn
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point) ||
		r == 0x2800 || r >= 0xe0000 && r <= 0xe0fff
}

func emoji(r rune) bool {
	return unicode.IsSymbol(r) && r > 0x7f || r >= 0x1f000 && r <= 0x1faff
}

// joining reports letters of scripts whose letters change shape beside each other.
func joining(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam,
		unicode.Sinhala, unicode.Mongolian, unicode.Nko, unicode.Khmer, unicode.Myanmar) && !hidden(r)
}

func rightToLeft(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) && r != alm
}

// flagTail is the length of the tag letters that name a region after a black flag, 0 when they do not.
func flagTail(in []rune) int {
	for n, r := range in {
		switch {
		case r == tagEnd && n >= 3:
			return n + 1
		case r < 0xe0030 || r > 0xe007a || n > 6:
			return 0
		}
	}
	return 0
}

func at(rs []rune, i int) rune {
	if i < 0 || i >= len(rs) {
		return 0
	}
	return rs[i]
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

// cut shortens s to at most limit characters, the last of which is then an ellipsis. It does not
// leave half of a joined sign behind, nor an isolate open.
func cut(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	rs := []rune(s)[:max(limit-1, 0)]
	for len(rs) > 0 {
		last := rs[len(rs)-1]
		split := last == zwj || last == zwnj || last >= 0xe0000 || last == fsi || unicode.IsSpace(last)
		if !split && len(rs)+1+unclosed(rs) <= limit {
			break
		}
		rs = rs[:len(rs)-1]
	}
	return string(rs) + "…" + strings.Repeat(string(pdi), unclosed(rs))
}
