package gmailsim_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestFullIsGmailsTree(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	d := w.deliver(support, withAttachment)
	m := must(u.Messages.Get("me", d.ID).Do())(t)
	var lines []string
	var walk func(p *gmailapi.MessagePart)
	walk = func(p *gmailapi.MessagePart) {
		text := string(must(base64.URLEncoding.DecodeString(p.Body.Data))(t))
		at := ""
		if p.Body.AttachmentId != "" {
			at = "attached"
		}
		lines = append(lines, strings.TrimRight(strings.Join([]string{p.PartId, p.MimeType, p.Filename, at, text}, "|"), "|"))
		for _, c := range p.Parts {
			walk(c)
		}
	}
	walk(m.Payload)
	want := []string{"|multipart/mixed", "0|multipart/alternative", "0.0|text/plain|||Café receipt", "0.1|text/html|||<p>Receipt</p>", "1|application/pdf|receipt.pdf|attached"}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("tree (-want +got):\n%s", d)
	}
	meta := must(u.Messages.Get("me", "msg-f:"+decimal(d.ID)).Format("metadata").MetadataHeaders("subject", "message-id").Do())(t)
	got := ""
	for _, h := range meta.Payload.Headers {
		got += h.Name + "=" + h.Value + " "
	}
	if got != "Subject=Café Message-ID=<att@x> " || meta.Payload.Parts != nil || meta.Payload.Body != nil {
		t.Errorf("got metadata %s", got)
	}
}

// TestHostileMail wants whatever arrives to be kept and served.
func TestHostileMail(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	var nested strings.Builder
	for i := range 3000 {
		nested.WriteString("Content-Type: multipart/mixed; boundary=b" + itoa(i) + "\r\n\r\n--b" + itoa(i) + "\r\n")
	}
	for name, raw := range map[string]string{
		"empty":            "",
		"only body":        "hello there",
		"no blank line":    "Subject: x",
		"8 bit":            "Subject: Gr\xfc\xdfe\r\nFrom: J\xf6rg <j@x>\r\n\r\n\xe4\xf6\xfc",
		"NUL":              "Subject: a\x00b\r\n\r\n\x00",
		"mbox line":        ">From x\r\nFrom a@b Mon\r\nSubject: ok\r\n\r\nx",
		"nested":           nested.String(),
		"many parts":       "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\n", 50_000),
		"many headers":     strings.Repeat("X: y\r\n", 20_000) + "\r\nx",
		"long fold":        "To: a@x" + strings.Repeat(",\r\n b@y", 300_000) + "\r\n\r\nx",
		"blank fold":       "Subject: a\r\n \r\nTo: b\r\n\r\nx",
		"bad type":         "Content-Type: multipart/; ;=\r\n\r\nx",
		"bad charset":      "Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe",
		"bad base64":       "Content-Transfer-Encoding: base64\r\n\r\n!!!a===b",
		"bad quoted":       "Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ= =\r\n=4",
		"embedded":         "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx",
		"embedded base64":  "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA==",
		"big":              "Subject: big\r\n\r\n" + strings.Repeat("0123456789abcde\r\n", 1<<20/17),
		"encoded word":     "Subject: =?utf-8?B?////?= =?nope?Q?x?=\r\n\r\nx",
		"header injection": "Subject: a\r\n b\r\n\tc\r\n\r\nx",
	} {
		d := w.deliver(support, raw)
		m := must(u.Messages.Get("me", d.ID).Do())(t)
		if m.Id != d.ID {
			t.Errorf("%s: got %s", name, m.Id)
		}
		must(u.Messages.Get("me", d.ID).Format("metadata").Do())(t)
		if got := rawOf(t, u, d.ID); !strings.HasSuffix(got, raw) {
			t.Errorf("%s: the mail came back changed", name)
		}
		if _, err := w.Thread(support, d.ThreadID); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	big := w.deliver(support, "Subject: big\r\n\r\n"+strings.Repeat("0123456789abcde\r\n", 25<<20/17))
	if m := must(u.Messages.Get("me", big.ID).Format("metadata").Do())(t); m.SizeEstimate < 25<<20-100 {
		t.Errorf("got %d bytes of 25 MB", m.SizeEstimate)
	}
	if _, _, snippet := gmailsim.ParseMIME([]byte("no header\r\n\r\nhere")); snippet != "no header here" {
		t.Errorf("got snippet %q, want all of a mail without a header", snippet)
	}
	if parts, depth, _ := gmailsim.ParseMIME([]byte(nested.String())); parts > 1001 || depth > 50 {
		t.Errorf("got %d parts, %d deep", parts, depth)
	}
}

func FuzzMIME(f *testing.F) {
	for _, raw := range []string{"", withAttachment, "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n--\n", "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n",
		"A:\n b\n\n", "Content-Type: multipart/mixed; boundary=a\n\n--a--\n--a\n", "Content-Type: text/html\n\n<script><p>&amp"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		parts, depth, _ := gmailsim.ParseMIME(raw)
		if parts > 1001 || depth > 50 {
			t.Errorf("got %d parts, %d deep", parts, depth)
		}
	})
}
