package company

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
)

// Prompt is one thing a customer may write while the demo runs: the text
// behind a button. There are three kinds: a new mail (New), the next mail of a
// certain customer in a certain thread (Thread names it), and an answer that
// fits any thread (neither).
type Prompt struct {
	Label  string // on the button, a short sentence
	From   string // "Name <address>"; "" when whoever wrote the thread writes again
	To     string // the address it is written to; "" takes Parent.To
	Thread string // Item.Thread it continues, or ""
	New    bool   // it begins a thread

	subject string // of a new mail
	text    string // body, plain text
	photo   bool   // carries the picture
	auto    bool   // an absence notice: Auto-Submitted
}

// Parent is the newest message of the thread that a Prompt continues. All
// values are as in its header; Message-IDs with their angle brackets.
type Parent struct {
	MessageID, References, Subject string

	// From is the customer and To the mailbox they write to. Only a prompt that
	// leaves its own field empty takes them.
	From, To string
}

//go:embed lines/photo.png
var photo []byte

// Raw builds the next mail, dated now, with a Message-ID that no other call
// gives. A new mail ignores parent. It is an error to continue a thread without
// a Message-ID, or without anybody to write from or to.
func (p Prompt) Raw(parent Parent, now time.Time) ([]byte, error) {
	from, err := netmail.ParseAddress(or(p.From, parent.From))
	if err != nil {
		return nil, fmt.Errorf("prompt %q: who writes: %w", p.Label, err)
	}
	to, err := netmail.ParseAddress(or(p.To, parent.To))
	if err != nil {
		return nil, fmt.Errorf("prompt %q: to whom: %w", p.Label, err)
	}
	var header mail.Header
	header.SetDate(now)
	header.SetAddressList("From", []*mail.Address{{Name: from.Name, Address: from.Address}})
	header.SetAddressList("To", []*mail.Address{{Name: to.Name, Address: to.Address}})
	_, domain, _ := strings.Cut(from.Address, "@")
	if err := header.GenerateMessageIDWithHostname(domain); err != nil {
		return nil, fmt.Errorf("prompt %q: make a Message-ID: %w", p.Label, err)
	}
	header.SetSubject(p.subject)
	if !p.New {
		if err := p.follow(&header, parent); err != nil {
			return nil, fmt.Errorf("prompt %q: %w", p.Label, err)
		}
	}
	if p.auto {
		header.Set("Auto-Submitted", "auto-replied")
		header.Set("X-Auto-Response-Suppress", "All")
	}
	return p.write(header)
}

// follow makes the mail an answer to parent, in the way that Gmail wants it to
// join the thread: same subject, In-Reply-To and References.
func (p Prompt) follow(header *mail.Header, parent Parent) error {
	id := strings.TrimSpace(parent.MessageID)
	if id == "" {
		return fmt.Errorf("the message to answer has no Message-ID")
	}
	known := strings.Fields(parent.References)
	header.Set("In-Reply-To", id)
	header.Set("References", strings.Join(append(known, id), " "))
	subject := parent.Subject
	if !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "Re: " + subject
	}
	header.SetSubject(subject)
	return nil
}

// write adds the body, and the picture if there is one.
func (p Prompt) write(header mail.Header) ([]byte, error) {
	var raw bytes.Buffer
	if !p.photo {
		header.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
		body, err := mail.CreateSingleInlineWriter(&raw, header)
		if err != nil {
			return nil, fmt.Errorf("prompt %q: write the header: %w", p.Label, err)
		}
		return finish(&raw, body, p.text)
	}
	parts, err := mail.CreateWriter(&raw, header)
	if err != nil {
		return nil, fmt.Errorf("prompt %q: write the header: %w", p.Label, err)
	}
	var inline mail.InlineHeader
	inline.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	body, err := parts.CreateSingleInline(inline)
	if err != nil {
		return nil, fmt.Errorf("prompt %q: write the text: %w", p.Label, err)
	}
	if _, err := finish(&raw, body, p.text); err != nil {
		return nil, err
	}
	var attachment mail.AttachmentHeader
	attachment.SetContentType("image/png", nil)
	attachment.SetFilename("photo.png")
	picture, err := parts.CreateAttachment(attachment)
	if err != nil {
		return nil, fmt.Errorf("prompt %q: write the picture: %w", p.Label, err)
	}
	if _, err := finish(&raw, picture, string(photo)); err != nil {
		return nil, err
	}
	if err := parts.Close(); err != nil {
		return nil, fmt.Errorf("prompt %q: end the mail: %w", p.Label, err)
	}
	return raw.Bytes(), nil
}

// finish writes the last of a part and closes it.
func finish(raw *bytes.Buffer, part io.WriteCloser, content string) ([]byte, error) {
	if _, err := io.WriteString(part, content); err != nil {
		return nil, fmt.Errorf("write a part: %w", err)
	}
	if err := part.Close(); err != nil {
		return nil, fmt.Errorf("close a part: %w", err)
	}
	return raw.Bytes(), nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
