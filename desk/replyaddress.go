package desk

import (
	"net/mail"
	"strings"
	"unicode"
)

// MaxRecipients bounds the people whom one reply goes to.
const MaxRecipients = 50

// ParseRecipients reads what somebody typed into an address field: addresses
// with or without names, between commas, semicolons or line ends. The error
// names each that is none.
func ParseRecipients(typed string) ([]Address, error) {
	var out []Address
	var wrong []string
	for _, part := range parts(typed) {
		a, err := mail.ParseAddress(part)
		if err == nil {
			if at, ok := usable(Address{Name: a.Name, Email: ParseEmail(a.Address)}); ok {
				out = append(out, at)
				continue
			}
		}
		wrong = append(wrong, "“"+cut(part, 60)+"”")
	}
	switch n := len(wrong); {
	case n == 1:
		return nil, invalid("%s is not a mail address. Write it like ana@acme.test.", wrong[0])
	case n > 5:
		return nil, invalid("%s and %d more are not mail addresses. Write them like ana@acme.test.", ours(strings.Join(wrong[:5], ", ")), n-5)
	case n > 1:
		return nil, invalid("%s and %s are not mail addresses. Write them like ana@acme.test.", ours(strings.Join(wrong[:n-1], ", ")), wrong[n-1])
	}
	return out, nil
}

// parts cuts a list of addresses apart, outside quotes and angle brackets.
func parts(typed string) []string {
	var out []string
	var b strings.Builder
	quoted, escaped := false, false
	end := func() {
		if s := strings.TrimSpace(b.String()); s != "" {
			out = append(out, s)
		}
		b.Reset()
		quoted = false
	}
	for _, r := range typed {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case r == '\n' || r == '\r' || !quoted && (r == ',' || r == ';'):
			end()
			continue
		}
		b.WriteRune(r)
	}
	end()
	return out
}

// WriteRecipients writes addresses as ParseRecipients reads them.
func WriteRecipients(list []Address) string {
	var out []string
	for _, a := range list {
		switch {
		case a.Name == "":
			out = append(out, string(a.Email))
		case strings.ContainsFunc(a.Name, special):
			name := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.Name)
			out = append(out, `"`+name+`" <`+string(a.Email)+">")
		default:
			out = append(out, a.Name+" <"+string(a.Email)+">")
		}
	}
	return strings.Join(out, ", ")
}

// special are characters that a name cannot have outside quotes.
func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != ' ' && r != '-' && r != '\''
}

// usable checks an address that mail is to go to: one that net/mail gives back
// as it is, so that nothing in it can end a header's line or become a second
// address. The name loses what could.
func usable(a Address) (Address, bool) {
	e := string(a.Email)
	if e == "" || len(e) > maxEmail || strings.ContainsFunc(e, bent) {
		return Address{}, false
	}
	got, err := mail.ParseAddress("<" + e + ">")
	if err != nil || got.Address != e || strings.HasPrefix(e, `"`) {
		return Address{}, false
	}
	if d := a.Email.Domain(); strings.HasPrefix(d, "[") || !strings.Contains(d, ".") || strings.HasPrefix(d, ".") || strings.HasSuffix(d, ".") {
		return Address{}, false
	}
	a.Name = cut(oneLine(a.Name), maxName)
	return a, true
}

// bent are characters that no address has, and those that only mail systems
// with international addresses (RFC 6531) take.
func bent(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>()[]\,;:`, r) }

// oneLine is a text without anything that ends or hides a line.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.Join(strings.Fields(s), " ")
}
