package gmail

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	gmailapi "google.golang.org/api/gmail/v1"
)

// usual are the headers that every message is asked for: what the record
// needs, and every sign of a machine that Classify knows.
var usual = []string{
	"From", "Sender", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"Return-Path", "Delivered-To", "X-Original-To", "X-Forwarded-To", "Authentication-Results", "Content-Type",
	"Content-Language", "Accept-Language", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Autoreply", "X-Auto-Reply", "X-Autorespond",
	"X-Failed-Recipients", "X-Loop", "List-Id", "List-Post", "List-Unsubscribe", "List-Help", "List-Owner",
	"List-Archive", "List-Subscribe", "Mailing-List", "X-Baton-Intent", "X-Baton-Loop", "X-Baton-Notice",
}

// Bounds on what one mail can make us handle. Header values beyond them are
// cut before they are decoded: net/mail takes 0.36 s for a phrase of 1 MB.
const (
	maxHeaderValue = 16 << 10 // bytes
	maxHeaders     = 500      // header lines kept
	maxName        = 200      // characters of a person's name
	maxAddress     = 320      // bytes of an address: 64 + @ + 255 (RFC 5321 4.5.3.1)
	maxRecipients  = 100      // of To, and of Cc
	maxReferences  = 50
	maxMessageID   = 998 // bytes: a line's limit (RFC 5322 2.1.1)
)

// Headers are a mail's header values, as sent, by lower-case name.
type Headers map[string][]string

// Get gives the first value of a header, by lower-case name, or "".
func (h Headers) Get(name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Has tells whether a header is there, even empty.
func (h Headers) Has(name string) bool { return len(h[name]) > 0 }

// headersOf reads the top part's headers.
func headersOf(part *gmailapi.MessagePart) Headers {
	if part == nil {
		return Headers{}
	}
	h := make(Headers, len(part.Headers))
	for i, line := range part.Headers {
		if i == maxHeaders {
			break
		}
		name := strings.ToLower(line.Name)
		h[name] = append(h[name], cut(line.Value, maxHeaderValue))
	}
	return h
}

// cut shortens a string to so many bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// cutRunes shortens a string to so many characters.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

var words = mime.WordDecoder{CharsetReader: charsetReader}

// charsetReader knows the charsets of the IANA registry; one that nobody knows
// is read as Windows-1252, so that the ASCII part stays readable.
func charsetReader(name string, in io.Reader) (io.Reader, error) {
	enc, err := ianaindex.MIME.Encoding(name)
	if err != nil || enc == nil {
		enc = charmap.Windows1252
	}
	return enc.NewDecoder().Reader(in), nil
}

// plain decodes a header's value (RFC 2047) and takes out what could end a
// line or hide text: control characters become one space. Encoded words can
// carry line ends, so this comes after decoding.
func plain(value string) string {
	if strings.Contains(value, "=?") {
		if t, err := words.DecodeHeader(value); err == nil {
			value = t
		}
	}
	return oneLine(value)
}

func oneLine(s string) string {
	if !strings.ContainsFunc(s, spacey) && utf8.ValidString(s) {
		return strings.TrimSpace(s)
	}
	var b bytes.Buffer
	space := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if spacey(r) || r == ' ' {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// spacey holds for what ends or hides a line: controls, and Unicode's line and
// paragraph separators.
func spacey(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
