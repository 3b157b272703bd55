package gmail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"baton/desk"
)

// A mail that is put into a shared mailbox is not parsed: only its header block
// is looked at line by line, and all else is left byte by byte as it was.

// field is one header field with its folded lines and their ends.
type field struct {
	name string // lower case; "" for a line that is none
	raw  []byte
}

// splitFields cuts a mail into its header fields and the rest, which begins with
// the empty line.
func splitFields(raw []byte) (fields []field, rest []byte) {
	for len(raw) > 0 {
		end := bytes.IndexByte(raw, '\n') + 1
		if end == 0 {
			end = len(raw)
		}
		line := raw[:end]
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			return fields, raw
		}
		raw = raw[end:]
		if folded := line[0] == ' ' || line[0] == '\t'; folded && len(fields) > 0 {
			last := &fields[len(fields)-1]
			last.raw = append(slices.Clip(last.raw), line...)
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		f := field{raw: line}
		if ok {
			f.name = strings.ToLower(strings.TrimSpace(string(name)))
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// value is the field's text, unfolded.
func (f field) value() string {
	_, v, _ := bytes.Cut(f.raw, []byte(":"))
	return strings.Join(strings.Fields(string(v)), " ")
}

// notCopied are the fields that stay behind: who else got the mail is not the
// team's to know, and our own marks speak of another mailbox.
var notCopied = []string{"bcc", "resent-bcc", "x-baton-intent", "x-baton-seal"}

// forImport gives a mail as it is put into a shared mailbox, with its
// Message-ID. The copies of one mail that two people have give the same id.
//
// Gmail joins a mail to a thread only if its References or In-Reply-To name a
// mail of that thread (the reference text of Message.threadId). When they name
// none of earlier, the newest of these is added.
func forImport(raw []byte, earlier []desk.RFCID) ([]byte, desk.RFCID) {
	fields, rest := splitFields(raw)
	fields = slices.DeleteFunc(fields, func(f field) bool { return slices.Contains(notCopied, f.name) })
	h := make(Headers)
	for _, f := range fields {
		h[f.name] = append(h[f.name], cut(f.value(), maxHeaderValue))
	}
	id := messageID(h)
	if id == "" {
		fields = slices.DeleteFunc(fields, func(f field) bool { return f.name == "message-id" })
		id = contentID(h, rest)
		fields = append(fields, field{"message-id", []byte("Message-ID: <" + string(id) + ">\r\n")})
	}
	named := references(h)
	known := func(r desk.RFCID) bool { return slices.Contains(named, r) }
	if len(earlier) > 0 && !slices.ContainsFunc(earlier, known) {
		fields = refer(fields, earlier[len(earlier)-1])
	}
	size := len(rest) + 2
	for _, f := range fields {
		size += len(f.raw) + 2
	}
	out := make([]byte, 0, size)
	for _, f := range fields {
		out = append(out, f.raw...)
		if !bytes.HasSuffix(f.raw, []byte("\n")) {
			out = append(out, "\r\n"...) // a mail of headers alone
		}
	}
	if rest == nil {
		rest = []byte("\r\n")
	}
	return append(out, rest...), id
}

// refer adds a mail to those that another refers to.
func refer(fields []field, id desk.RFCID) []field {
	add := " <" + string(id) + ">\r\n"
	for i, f := range fields {
		if f.name == "references" {
			fields[i].raw = append(slices.Clone(bytes.TrimRight(f.raw, "\r\n")), "\r\n"+add...)
			return fields
		}
	}
	return append(fields, field{"references", []byte("References:" + add)})
}

// contentID makes the Message-ID of a mail that has none, from what is the same
// in everybody's copy.
func contentID(h Headers, rest []byte) desk.RFCID {
	sum := sha256.New()
	for _, name := range []string{"date", "from", "to", "subject"} {
		sum.Write([]byte(h.Get(name)))
		sum.Write([]byte{0})
	}
	sum.Write(bytes.TrimSpace(rest))
	return desk.RFCID(hex.EncodeToString(sum.Sum(nil))[:32] + "@handed-in.baton.invalid")
}
