package gmail

import (
	"slices"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// maxLetter bounds the text of one message that people read, in bytes.
const maxLetter = 64 << 10

// maxFiles bounds the files of one message that are named.
const maxFiles = 100

// beyondReading is the type of a part whose text Gmail was not let send.
const beyondReading = "application/x-too-large"

// letterOf reads a message for people. Everything may be missing but the id.
func letterOf(m *gmailapi.Message) desk.Letter {
	h := headersOf(m.Payload)
	l := desk.Letter{
		Head: desk.Head{
			ID: desk.MessageID(m.Id), From: sender(h), At: time.UnixMilli(m.InternalDate).UTC(),
			Own: slices.Contains(m.LabelIds, "SENT"),
		},
		To: people(h, "to"), Cc: people(h, "cc"),
	}
	if m.Payload == nil {
		return l
	}
	r := letterReader{left: maxParts}
	text := r.text(m.Payload, 0)
	l.Text = strings.Trim(cut(text, maxLetter), "\n")
	l.Cut = r.more || len(text) > maxLetter || m.Payload.MimeType == beyondReading
	l.Files = r.files
	return l
}

// letterReader goes through the parts of one message.
type letterReader struct {
	left  int // parts that may still be looked at
	more  bool
	files []desk.Attachment
}

// text gives what a person reads of a part and of those inside it.
func (r *letterReader) text(p *gmailapi.MessagePart, depth int) string {
	if p == nil {
		return ""
	}
	if depth > maxDepth || r.left == 0 {
		r.more = true
		return ""
	}
	r.left--
	kind := strings.ToLower(p.MimeType)
	switch {
	case p.Filename != "" || kind == "message/rfc822":
		r.file(p)
		return ""
	case kind == "multipart/alternative":
		return r.best(p.Parts, depth+1)
	case strings.HasPrefix(kind, "multipart/"), len(p.Parts) > 0:
		var texts []string
		size := 0
		for _, child := range p.Parts {
			t := r.text(child, depth+1)
			if strings.TrimSpace(t) == "" || size > maxLetter {
				continue
			}
			texts = append(texts, strings.Trim(t, "\n"))
			size += len(t)
		}
		return strings.Join(texts, "\n\n")
	case p.Body == nil || p.Body.Data == "":
		return ""
	case kind == "text/html":
		r.more = r.more || int64(len(p.Body.Data)) > maxHTML/3*4
		return readable(partText(p, maxHTML), 2*maxLetter)
	case kind == "text/plain", kind == "":
		r.more = r.more || int64(len(p.Body.Data)) > maxLetter/3*4+4
		return strings.ReplaceAll(partText(p, maxLetter), "\r\n", "\n")
	}
	return ""
}

// best gives one of several forms of the same text: the plain one, unless it
// says nothing.
func (r *letterReader) best(forms []*gmailapi.MessagePart, depth int) string {
	plainFirst := slices.SortedStableFunc(slices.Values(forms), func(a, b *gmailapi.MessagePart) int {
		return rank(a) - rank(b)
	})
	text := ""
	for _, p := range plainFirst {
		// All are looked at, for files among them.
		more := r.more
		t := r.text(p, depth)
		if strings.TrimSpace(text) == "" {
			text = t
		} else {
			r.more = more
		}
	}
	return text
}

func rank(p *gmailapi.MessagePart) int {
	if p != nil && strings.EqualFold(p.MimeType, "text/plain") {
		return 0
	}
	return 1
}

func (r *letterReader) file(p *gmailapi.MessagePart) {
	if len(r.files) == maxFiles {
		return
	}
	a := desk.Attachment{Name: cutRunes(plain(p.Filename), maxName), Type: mediaType(p.MimeType)}
	if a.Name == "" {
		a.Name = "forwarded message"
	}
	if p.Body != nil {
		a.Size = p.Body.Size
	}
	r.files = append(r.files, a)
}
