package gmail

import (
	"encoding/base64"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"baton/desk"
)

// Bounds on the headers of a mail that Baton writes.
const (
	maxSentReferences = 20
	maxSentThread     = 8 << 10 // bytes of References, brackets and spaces counted
	maxSentID         = 900     // bytes: with its name it still fits a line of 998 (RFC 5322 2.1.1)
	maxWord           = 60      // bytes: a longer one is written encoded, so that the line can be folded
	encodedChunk      = 45      // bytes in one encoded word, which has at most 75 characters (RFC 2047 2)
)

// headerText makes text fit for a header: decoded, on one line, without what
// hides or turns it around.
func headerText(s string) string {
	return oneLine(strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, plain(s)))
}

// hidden holds for characters that are not seen but change what is: marks that
// turn the direction of writing, and other format characters. The two joiners
// stay, Persian and emoji need them.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cf, r) && r != '\u200C' && r != '\u200D'
}

// encodedText writes clean text for an unstructured header. What is not plain
// ASCII, looks like an encoded word, or has words too long to fold becomes
// encoded words (RFC 2047).
func encodedText(s string) string {
	simple := !strings.Contains(s, "=?")
	for _, w := range strings.Split(s, " ") {
		simple = simple && len(w) <= maxWord
	}
	for i := 0; simple && i < len(s); i++ {
		simple = s[i] >= ' ' && s[i] <= '~'
	}
	if simple {
		return s
	}
	var out []string
	for len(s) > 0 {
		n := min(encodedChunk, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		out = append(out, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(out, " ")
}

// sendable gives an address as net/mail reads it back; false for one that is
// none, or that only mail systems with international addresses could take.
func sendable(a desk.Address) (*mail.Address, bool) {
	email := string(a.Email)
	if len(email) == 0 || len(email) > maxAddress {
		return nil, false
	}
	for i := range len(email) {
		if email[i] <= ' ' || email[i] > '~' {
			return nil, false
		}
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Name != "" || desk.ParseEmail(parsed.Address) != a.Email {
		return nil, false
	}
	// In a quoted name an encoded word would be shown as it stands, or decoded;
	// in an encoded one net/mail leaves a backslash as it is, which ends it.
	name := cutRunes(strings.NewReplacer("=?", "= ?", `\`, "/").Replace(headerText(a.Name)), maxName)
	return &mail.Address{Name: name, Address: parsed.Address}, true
}

// sendableID tells whether a Message-ID may stand in a header as it is.
func sendableID(id desk.RFCID) bool {
	if len(id) == 0 || len(id) > maxSentID || strings.Contains(string(id), "=?") {
		return false
	}
	for i := range len(id) {
		if c := id[i]; c <= ' ' || c > '~' || c == '<' || c == '>' {
			return false
		}
	}
	return true
}

// sentReferences gives the ids that a mail answers to, oldest first: the first,
// which began the thread, and the newest that fit.
func sentReferences(m *desk.Mail) []string {
	var ids []string
	seen := make(map[desk.RFCID]bool)
	for _, id := range append(append([]desk.RFCID(nil), m.References...), m.InReplyTo) {
		if sendableID(id) && (!seen[id] || id == m.InReplyTo) {
			if seen[id] { // what is answered stands last
				ids = without(ids, string(id))
			}
			seen[id] = true
			ids = append(ids, string(id))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	size, from := len(ids[0])+3, len(ids)
	for from > 1 && len(ids)-from+2 <= maxSentReferences && size+len(ids[from-1])+3 <= maxSentThread {
		from--
		size += len(ids[from]) + 3
	}
	return append(ids[:1:1], ids[from:]...)
}

func without(ids []string, id string) []string {
	out := ids[:0]
	for _, x := range ids {
		if x != id {
			out = append(out, x)
		}
	}
	return out
}
