package company

import (
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"time"
)

// field is one header field. In the files its value is plain UTF-8, so that a
// person can read it; on the wire it is RFC 2047.
type field struct{ name, value string }

// readHeader takes a header apart; a folded value keeps its line breaks.
func readHeader(text string) ([]field, error) {
	var header []field
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			if len(header) == 0 {
				return nil, fmt.Errorf("header begins with a folded line %q", line)
			}
			header[len(header)-1].value += "\n" + line
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if !found || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("header line %q has no field name", line)
		}
		header = append(header, field{name, strings.TrimPrefix(value, " ")})
	}
	return header, nil
}

// wire gives the field as it travels, ending in CRLF. It gives an error when
// an address list with letters outside ASCII cannot be read.
func (f field) wire() (string, error) {
	value := f.value
	if !ascii(value) {
		switch f.name {
		case "From", "To", "Cc", "Reply-To":
			list, err := mail.ParseAddressList(value)
			if err != nil {
				return "", fmt.Errorf("header %s: %w", f.name, err)
			}
			words := make([]string, len(list))
			for i, address := range list {
				words[i] = address.String()
			}
			value = strings.Join(words, ", ")
		default:
			value = encodeWords(value)
		}
	}
	value = strings.ReplaceAll(value, "\n", "\r\n")
	return f.name + ": " + value + "\r\n", nil
}

// encodeWords writes text as RFC 2047 words, folded between them. Words in
// Latin letters are quoted-printable, others base64, whichever is shorter.
func encodeWords(text string) string {
	quoted, base := mime.QEncoding.Encode("utf-8", text), mime.BEncoding.Encode("utf-8", text)
	if len(base) < len(quoted) {
		quoted = base
	}
	return strings.ReplaceAll(quoted, "?= =?", "?=\n =?")
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// value gives the first field of that name, or "".
func (l letter) value(name string) string {
	for _, f := range l.header {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// raw writes the copy of the letter that was delivered to one address ("" for
// the sender's own), its Date moved from l.at to at.
func (l letter) raw(deliveredTo string, at time.Time) ([]byte, error) {
	var text strings.Builder
	for _, f := range l.header {
		switch {
		case f.name == "Delivered-To" && f.value != deliveredTo:
			continue
		case f.name == "Return-Path" && deliveredTo == "":
			continue
		case f.name == "Date":
			date, err := mail.ParseDate(f.value)
			if err != nil {
				return nil, fmt.Errorf("header Date: %w", err)
			}
			moved := at.Add(date.Sub(l.at)).In(date.Location())
			f.value = moved.Format(time.RFC1123Z)
		}
		line, err := f.wire()
		if err != nil {
			return nil, err
		}
		text.WriteString(line)
	}
	text.WriteString("\r\n")
	text.WriteString(strings.ReplaceAll(l.body, "\n", "\r\n"))
	return []byte(text.String()), nil
}
