package gmailsim

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// field is one header line, unfolded, with its value as sent.
type field struct {
	name  string
	value string
}

type fields []field

// get gives the first value of a header, as sent; names match in any case.
func (f fields) get(name string) string {
	for i := range f {
		if len(f[i].name) == len(name) && strings.EqualFold(f[i].name, name) {
			return f[i].value
		}
	}
	return ""
}

// text gives the first value of a header, decoded.
func (f fields) text(name string) string { return decodeHeader(f.get(name)) }

// splitHeader reads the header of a mail or part and gives where its body begins. Lines that are no
// header (an mbox "From " line, noise) are passed over; something that starts with text and has no
// header line before the first empty one is all body.
func splitHeader(raw []byte) (fields, int) {
	var out fields
	pos := 0
	for pos < len(raw) {
		line, next := cutLine(raw, pos)
		if len(line) == 0 {
			if len(out) == 0 && pos > 0 {
				return nil, 0
			}
			return out, next
		}
		next = foldEnd(raw, next)
		name, value, ok := bytes.Cut(raw[pos:next], []byte{':'})
		name = bytes.TrimRight(name, " \t")
		if ok && len(name) > 0 && !bytes.ContainsAny(name, " \t\r\n") {
			if cap(out) == 0 {
				out = make(fields, 0, 24)
			}
			out = append(out, field{string(name), unfold(value)})
		}
		pos = next
	}
	if len(out) == 0 {
		return nil, 0
	}
	return out, len(raw)
}

// foldEnd gives where the continuation lines after pos end.
func foldEnd(raw []byte, pos int) int {
	for pos < len(raw) && (raw[pos] == ' ' || raw[pos] == '\t') {
		line, next := cutLine(raw, pos)
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
		pos = next
	}
	return pos
}

// unfold puts a value on one line.
func unfold(v []byte) string {
	v = bytes.TrimSpace(v)
	if bytes.IndexByte(v, '\n') < 0 {
		return string(v)
	}
	var b strings.Builder
	b.Grow(len(v))
	for pos := 0; pos < len(v); {
		line, next := cutLine(v, pos)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(bytes.TrimSpace(line))
		pos = next
	}
	return b.String()
}

// maxText bounds what is kept in memory of a header, in bytes.
const maxText = 16 << 10

// brief gives a header's text, cut at maxText.
func (f fields) brief(name string) string {
	t := f.text(name)
	if len(t) > maxText {
		t = strings.ToValidUTF8(t[:maxText], "")
	}
	return t
}

// cutLine gives the line at pos without its end, and where the next begins.
func cutLine(raw []byte, pos int) (line []byte, next int) {
	i := bytes.IndexByte(raw[pos:], '\n')
	if i < 0 {
		return bytes.TrimSuffix(raw[pos:], []byte{'\r'}), len(raw)
	}
	line = raw[pos : pos+i]
	return bytes.TrimSuffix(line, []byte{'\r'}), pos + i + 1
}

// decodeHeader turns encoded words and stray 8-bit bytes into text.
func decodeHeader(v string) string {
	if strings.Contains(v, "=?") {
		d := mime.WordDecoder{CharsetReader: charset.Reader}
		if t, err := d.DecodeHeader(v); err == nil {
			v = t
		}
	}
	return validText(v)
}

// validText keeps UTF-8 and takes anything else for Windows-1252.
func validText(v string) string {
	if utf8.ValidString(v) {
		return v
	}
	t, err := charmap.Windows1252.NewDecoder().String(v)
	if err != nil {
		return strings.ToValidUTF8(v, "\uFFFD")
	}
	return t
}

// toUTF8 turns text of a charset into UTF-8.
func toUTF8(data []byte, name string) []byte {
	switch strings.ToLower(name) {
	case "", "utf-8", "us-ascii", "ascii", "utf8":
		if utf8.Valid(data) {
			return data
		}
		return []byte(validText(string(data)))
	}
	r, err := charset.Reader(name, bytes.NewReader(data))
	if err != nil {
		return []byte(validText(string(data)))
	}
	t, err := io.ReadAll(r)
	if err != nil {
		return []byte(validText(string(data)))
	}
	return bytes.ToValidUTF8(t, []byte("\uFFFD"))
}

// messageIDs lists the ids in a References or In-Reply-To value, without brackets.
func messageIDs(v string) []string {
	var out []string
	for {
		i := strings.IndexByte(v, '<')
		if i < 0 {
			return out
		}
		j := strings.IndexByte(v[i:], '>')
		if j < 0 {
			return out
		}
		if id := strings.TrimSpace(v[i+1 : i+j]); id != "" {
			out = append(out, id)
		}
		v = v[i+j+1:]
	}
}

// messageID gives the id of a Message-ID value, without brackets; also of values without any.
func messageID(v string) string {
	if ids := messageIDs(v); len(ids) > 0 {
		return ids[0]
	}
	return strings.Trim(strings.TrimSpace(v), "<>")
}

// addressesIn lists the addresses of a To, Cc, Bcc or From value, lower case, tolerating what
// net/mail refuses.
func addressesIn(v string) []string {
	var out []string
	take := func(s string) {
		if i := strings.LastIndexByte(s, '<'); i >= 0 {
			s, _, _ = strings.Cut(s[i+1:], ">")
		}
		s = strings.ToLower(strings.Trim(strings.TrimSpace(s), `"'`))
		if strings.Contains(s, "@") && !strings.ContainsAny(s, " \t") {
			out = append(out, s)
		}
	}
	var cur strings.Builder
	quoted, depth := false, 0
	for _, r := range v {
		switch {
		case r == '"':
			quoted = !quoted
			cur.WriteRune(r)
		case quoted:
			cur.WriteRune(r)
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth > 0:
		case r == ',' || r == ';':
			take(cur.String())
			cur.Reset()
		case r == ':': // the name of a group
			cur.Reset()
		default:
			cur.WriteRune(r)
		}
	}
	take(cur.String())
	return out
}
