package desk

import (
	"slices"
	"strings"
	"unicode"
)

// Called gives the people whom a word after @ stands for in a mailbox: a member,
// all members of a team, or somebody by their whole address with whom the
// mailbox's conversations may be shared. team says that it was a team.
func (p *Policy) Called(word string, m Mailbox) (people []Email, team bool) {
	word = strings.TrimRight(word, ".")
	if member, ok := p.Named(word); ok {
		return []Email{member.Email}, false
	}
	for _, t := range p.Teams {
		if strings.EqualFold(teamWord(t.Name), word) {
			return t.Members, true
		}
	}
	if e := ParseEmail(word); strings.Contains(word, "@") && p.SharesWith(e, m) && !p.OwnAddress(e) {
		return []Email{e}, false
	}
	return nil, false
}

// Whose gives the member's address behind one that is theirs as well: Gmail
// delivers ana+orders@acme.test to ana@acme.test. Any other comes back as it is.
func (p *Policy) Whose(e Email) Email {
	if _, ok := p.Member(e); ok {
		return e
	}
	local, domain, _ := strings.Cut(string(e), "@")
	if name, _, plus := strings.Cut(local, "+"); plus {
		if m, ok := p.Member(Email(name + "@" + domain)); ok {
			return m.Email
		}
	}
	return e
}

// teamWord is a team's name as one word: "Second line" is called @Second-line.
func teamWord(name string) string {
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return !inWord(r) || r == '-' || r == '@' }), "-")
}

// Mention is the word by which a note names a member: their label when it names
// nobody else, else the whole address.
func (p *Policy) Mention(e Email) string {
	if m, ok := p.Member(e); ok && m.Label != "" && !strings.ContainsFunc(m.Label, func(r rune) bool { return !inWord(r) || r == '@' }) {
		if found, ok := p.Named(m.Label); ok && found.Email == e {
			return "@" + m.Label
		}
	}
	return "@" + string(e)
}

// MentionTeam is the word by which a note names a team, or "" when that word is
// a member's already, or nothing that can be written.
func (p *Policy) MentionTeam(t Team) string {
	w := teamWord(t.Name)
	if _, taken := p.Named(w); taken || w == "" {
		return ""
	}
	return "@" + w
}

// WithMentions is a text with words at its end that name people or teams, but for
// those that stand in it already. An empty text stays empty.
func (p *Policy) WithMentions(text string, words []string) string {
	var add []string
	has := func(list []string, word string) bool {
		return slices.ContainsFunc(list, func(s string) bool {
			return strings.EqualFold("@"+strings.TrimPrefix(strings.TrimRight(s, "."), "@"), word)
		})
	}
	for _, w := range words {
		if !has(atWords(text), w) && !has(add, w) {
			add = append(add, w)
		}
	}
	if text = strings.TrimSpace(text); text == "" || len(add) == 0 {
		return text
	}
	return text + "\n" + strings.Join(add, " ")
}

// named gives the people whom a text names, each once; of teams, not the author.
func (p *Policy) named(text string, m Mailbox, author Email) []Email {
	if !strings.Contains(text, "@") {
		return nil
	}
	var out []Email
	for _, word := range atWords(text) {
		people, team := p.Called(word, m)
		for _, e := range people {
			if !slices.Contains(out, e) && !(team && e == author) {
				out = append(out, e)
			}
		}
	}
	return out
}

// Named finds the one member whom a word after @ names: by their label, the part
// of the address before the @, the first name if it is nobody else's, or the
// whole address.
func (p *Policy) Named(word string) (Member, bool) {
	word = strings.ToLower(strings.TrimRight(word, "."))
	match := func(of func(Member) string) (Member, bool) {
		var found []Member
		for _, m := range p.Members {
			if strings.ToLower(of(m)) == word {
				found = append(found, m)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
		return Member{}, false
	}
	for _, of := range []func(Member) string{
		func(m Member) string { return string(m.Email) },
		func(m Member) string { return m.Label },
		func(m Member) string { local, _, _ := strings.Cut(string(m.Email), "@"); return local },
		func(m Member) string { first, _, _ := strings.Cut(m.Name, " "); return first },
	} {
		if m, ok := match(of); ok {
			return m, true
		}
	}
	return Member{}, false
}

// atWords gives the words that follow an @ at the start of a word.
func atWords(text string) []string {
	var out []string
	start := true
	for i, r := range text {
		if r == '@' && start {
			rest := text[i+1:]
			end := strings.IndexFunc(rest, func(r rune) bool {
				return !inWord(r)
			})
			if end < 0 {
				end = len(rest)
			}
			if end > 0 {
				out = append(out, rest[:end])
			}
		}
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' && r != '-' && r != '+'
	}
	return out
}

// inWord tells whether a character can be part of the word after an @.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._+-@", r)
}
