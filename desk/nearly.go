package desk

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNear is how many names are offered in place of a mistyped one.
const maxNear = 3

// Unnamed is a word after an @ that a note's writer may have meant as a name and
// that names nobody.
type Unnamed struct {
	Word string   // with its @
	Near []string // how those are named whose names are near, nearest first; at most three
}

// Unnamed gives such words of a text, each once. Mail addresses are none, nor
// words that look like code or a time.
func (p *Policy) Unnamed(text string, m Mailbox) (out []Unnamed) {
	for _, word := range atWords(withoutCode(text)) {
		word = strings.TrimRight(word, ".-_+")
		called, _ := p.Called(word, m)
		known := func(u Unnamed) bool { return strings.EqualFold(u.Word, "@"+word) }
		if len(called) > 0 || slices.ContainsFunc(out, known) || codeLike(word) {
			continue
		}
		if _, isTeam := p.teamCalled(word); !isTeam {
			out = append(out, Unnamed{Word: "@" + word, Near: p.Near(word)})
		}
	}
	return out
}

func (p *Policy) teamCalled(word string) (Team, bool) {
	i := slices.IndexFunc(p.Teams, func(t Team) bool { return strings.EqualFold(teamWord(t.Name), word) })
	if i < 0 {
		return Team{}, false
	}
	return p.Teams[i], true
}

// Near gives how notes name the members and teams whose names are near a mistyped
// one, nearest first, at most three.
func (p *Policy) Near(word string) []string {
	type found struct {
		word string
		far  int
	}
	word = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(word), "@"))
	var all []found
	add := func(named string, names ...string) {
		far := -1
		for _, n := range names {
			if d, near := nearly(word, strings.ToLower(n)); near && (far < 0 || d < far) {
				far = d
			}
		}
		if far >= 0 && named != "" {
			all = append(all, found{named, far})
		}
	}
	for _, m := range p.Members {
		local, _, _ := strings.Cut(string(m.Email), "@")
		add(p.Mention(m.Email), append(strings.Fields(m.Name), m.Name, m.Label, local)...)
	}
	for _, t := range p.Teams {
		add(p.MentionTeam(t), t.Name, teamWord(t.Name))
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.far, b.far) })
	var out []string
	for _, f := range all[:min(len(all), maxNear)] {
		out = append(out, f.word)
	}
	return out
}

// nearly tells how many slips part a typed word from a name, if they are few for
// its length: one in a short word, two in a longer one. The beginning of a name, of
// three characters at least, is near as well.
func nearly(typed, name string) (slips int, near bool) {
	n := utf8.RuneCountInString(typed)
	if n == 0 || n > 40 || name == "" || utf8.RuneCountInString(name) > 40 {
		return 0, false
	}
	if n >= 3 && strings.HasPrefix(name, typed) {
		return 0, true
	}
	allowed := 1
	switch {
	case n < 3:
		allowed = 0
	case n > 5:
		allowed = 2
	}
	slips = slipsBetween([]rune(typed), []rune(name))
	return slips, slips <= allowed
}

// slipsBetween counts the least characters to be left out, put in, changed, or swapped
// with their neighbour to make one word of another (optimal string alignment).
func slipsBetween(a, b []rune) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, now := rows[0], rows[1], rows[2]
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, now, before}
	}
	return rows[1][len(b)]
}

// codeLike tells whether a word after an @ is rather an address, a time, or a word
// of a program than somebody's name.
func codeLike(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if !unicode.IsLetter(first) || strings.ContainsAny(word, "@_") || slices.Contains(marks, strings.ToLower(word)) {
		return true
	}
	var last rune
	for _, r := range word {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			return true // @JsonProperty
		}
		last = r
	}
	return false
}

// marks are words that programs and their comments write after an @.
var marks = []string{
	"override", "deprecated", "test", "inject", "autowired", "nullable", "param", "return", "returns", "throws", "see", "since", "author", "version", "link", "example",
	"media", "import", "keyframes", "charset", "font-face", "supports", "property", "decorator", "component", "latest", "next", "types", "echo",
}

// withoutCode leaves out what stands between backticks, and words after an @ that
// are called with brackets or are part of a path.
func withoutCode(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 0 {
			b.WriteString(part)
		} else {
			b.WriteByte(' ')
		}
	}
	words := strings.FieldsFunc(b.String(), unicode.IsSpace)
	kept := words[:0]
	for _, w := range words {
		at := strings.IndexByte(w, '@')
		if at >= 0 && strings.ContainsAny(w[at:], "({[<>=/\\:;") && !strings.HasSuffix(strings.TrimRight(w, ":;"), "@") && !plainTail(w[at:]) {
			continue
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, " ")
}

// plainTail tells whether only the marks of a sentence follow a word.
func plainTail(w string) bool {
	end := strings.IndexFunc(w[1:], func(r rune) bool { return !inWord(r) })
	return end < 0 || strings.Trim(w[1+end:], ",.;:!?)]}\"'»”’…") == ""
}
