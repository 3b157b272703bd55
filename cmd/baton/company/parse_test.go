package company

import (
	"bytes"
	"errors"
	"io"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	_ "github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/mail"
)

// noon is a Thursday in office hours.
var noon = time.Date(2026, 9, 17, 12, 30, 0, 0, time.UTC)

// parsed is an item as a mail client sees it.
type parsed struct {
	Item
	id, subject, from, to string
	references            []string
	header                netmail.Header
	date                  time.Time
	text                  string // all text parts
	types                 []string
	attachments           []attachment
}

type attachment struct {
	name, kind string
	content    []byte
}

// load reads all items with both parsers; what one of them refuses fails.
func load(t *testing.T, now time.Time) []parsed {
	t.Helper()
	items, err := Mail(now)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]parsed, len(items))
	for i, item := range items {
		all[i] = parse(t, item)
	}
	return all
}

func parse(t *testing.T, item Item) parsed {
	t.Helper()
	std, err := netmail.ReadMessage(bytes.NewReader(item.Raw))
	if err != nil {
		t.Fatalf("%s in %s: net/mail: %v", item.Thread, item.Mailbox, err)
	}
	p := parsed{Item: item, header: std.Header, id: std.Header.Get("Message-Id")}
	p.references = strings.Fields(std.Header.Get("References"))
	if p.date, err = std.Header.Date(); err != nil {
		t.Fatalf("%s: Date: %v", item.Thread, err)
	}
	reader, err := mail.CreateReader(bytes.NewReader(item.Raw))
	if err != nil {
		t.Fatalf("%s in %s: go-message: %v", item.Thread, item.Mailbox, err)
	}
	if p.subject, err = reader.Header.Subject(); err != nil {
		t.Fatalf("%s: Subject: %v", item.Thread, err)
	}
	from, err := reader.Header.AddressList("From")
	if err != nil || len(from) != 1 {
		t.Fatalf("%s: From: %v, %v", item.Thread, from, err)
	}
	p.from = from[0].Name + " <" + from[0].Address + ">"
	to, err := reader.Header.AddressList("To")
	if err != nil || len(to) == 0 {
		t.Fatalf("%s: To: %v, %v", item.Thread, to, err)
	}
	p.to = to[0].Address
	p.parts(t, reader)
	return p
}

func (p *parsed) parts(t *testing.T, reader *mail.Reader) {
	t.Helper()
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: part: %v", p.Thread, err)
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatalf("%s: read part: %v", p.Thread, err)
		}
		kind := part.Header.Get("Content-Type")
		kind, _, _ = strings.Cut(kind, ";")
		p.types = append(p.types, kind)
		if header, ok := part.Header.(*mail.AttachmentHeader); ok {
			name, err := header.Filename()
			if err != nil {
				t.Fatalf("%s: filename: %v", p.Thread, err)
			}
			p.attachments = append(p.attachments, attachment{name, kind, content})
			continue
		}
		p.text += strings.ReplaceAll(string(content), "\r\n", "\n")
	}
}
