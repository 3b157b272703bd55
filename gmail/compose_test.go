package gmail_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/desk"
	"baton/gmail"
)

var writtenAt = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func written(m desk.Mail) desk.Intent {
	return desk.Intent{ID: "0k3jr8qz", Mailbox: support, Mail: &m}
}

func compose(t testing.TB, m desk.Mail) []byte {
	t.Helper()
	b, err := gmail.Compose(written(m), writtenAt)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is written is read back the same by net/mail and by go-message.
func TestComposeReadsBack(t *testing.T) {
	text := "Grüße,\r\n\r\n.\nFrom here on\n" + strings.Repeat("lang ", 500) + "\n" + strings.Repeat("x", 3000) + "\nשלום ✓"
	wire := compose(t, desk.Mail{
		From: desk.Address{Name: `Ana "at" Acme, Ltd`, Email: "help@acme.test"},
		To:   []desk.Address{{Name: "Zoë (Köln) 🌍", Email: "zoe+x@customer.test"}, {Email: "b@customer.test"}},
		Cc:   []desk.Address{{Name: "山田 太郎", Email: "taro@customer.test"}}, Subject: "Re: Größe & =?utf-8?q?fake?= " + strings.Repeat("ü", 200),
		Text: text, InReplyTo: "q@customer.test", References: []desk.RFCID{"a@x", "q@customer.test"}, Automatic: true,
	})
	std, err := mail.ReadMessage(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gomail.CreateReader(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := r.Header.Subject()
	if want := "Re: Größe & fake " + strings.Repeat("ü", 200); err != nil || subject != want {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"From": `[Ana "at" Acme, Ltd help@acme.test]`, "To": "[Zoë (Köln) 🌍 zoe+x@customer.test  b@customer.test]", "Cc": "[山田 太郎 taro@customer.test]",
	} {
		list, err := std.Header.AddressList(name)
		var got []string
		for _, a := range list {
			got = append(got, a.Name+" "+a.Address)
		}
		if err != nil || "["+strings.Join(got, " ")+"]" != want {
			t.Errorf("%s: %v, %v; want %s", name, got, err, want)
		}
	}
	refs, err := r.Header.MsgIDList("References")
	if diff := cmp.Diff([]string{"a@x", "q@customer.test"}, refs); diff != "" || err != nil {
		t.Errorf("references: %s, %v", diff, err)
	}
	for name, want := range map[string]string{
		"In-Reply-To": "<q@customer.test>", "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "bulk",
		"X-Baton-Intent": "0k3jr8qz", "Date": "Mon, 02 Mar 2026 09:00:00 +0000", "Mime-Version": "1.0",
	} {
		if got := std.Header[textproto.CanonicalMIMEHeaderKey(name)]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want one %q", name, got, want)
		}
	}
	if id := std.Header.Get("Message-Id"); !strings.HasSuffix(id, "@acme.test>") {
		t.Errorf("Message-ID %q, want one of the mailbox's domain", id)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(std.Body))
	if want := strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n") + "\r\n"; err != nil || string(body) != want {
		t.Errorf("text %q, %v", body, err)
	}
}

func TestComposeByAPerson(t *testing.T) {
	wire := compose(t, desk.Mail{To: []desk.Address{{Email: "c@customer.test"}}, Text: "hi", Author: "ana@acme.test"})
	m, err := mail.ReadMessage(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Header.Get("From"); got != "<support@acme.test>" {
		t.Errorf("From %q, want the mailbox", got)
	}
	for _, name := range []string{"Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "In-Reply-To", "References"} {
		if v := m.Header.Get(name); v != "" {
			t.Errorf("%s: %q on a person's mail", name, v)
		}
	}
	if bytes.Contains(wire, []byte("ana@")) {
		t.Error("the author's address left the house")
	}
}

// At most 20 ids and 8 kB: the first and the newest stay, what was answered last.
func TestComposeReferencesAreBounded(t *testing.T) {
	for _, size := range []int{10, 700} {
		m := desk.Mail{To: []desk.Address{{Email: "c@customer.test"}}, InReplyTo: "answered@x"}
		for i := range 300 {
			m.References = append(m.References, desk.RFCID(fmt.Sprintf("%d.%s@x", i, strings.Repeat("r", size))))
		}
		m.References = append(m.References, "bad id@x", "<b@x>", "ü@x", "a\r\nBcc: eve@evil.test", desk.RFCID(strings.Repeat("l", 2000)+"@x"))
		r, err := gomail.CreateReader(bytes.NewReader(compose(t, m)))
		if err != nil {
			t.Fatal(err)
		}
		ids, err := r.Header.MsgIDList("References")
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, id := range ids {
			total += len(id) + 3
		}
		if len(ids) > 20 || total > 8<<10 || !strings.HasPrefix(ids[0], "0.") || ids[len(ids)-1] != "answered@x" || !strings.HasPrefix(ids[len(ids)-2], "299.") {
			t.Errorf("%d ids of %d bytes: first %.10s, last %.10s", len(ids), total, ids[0], ids[len(ids)-1])
		}
		if size == 10 && len(ids) != 20 {
			t.Errorf("%d ids, want 20", len(ids))
		}
	}
}

// Whatever stands in it, a mail is refused or has the headers that it was given
// and no others, in lines that mail allows.
func TestComposeHostile(t *testing.T) {
	bits := []string{"\r\nBcc: eve@evil.test", "\n\n<b>", "\r", "\x00", "\x1b[2J", "\u202Egnp.exe", "\u2066", "\u2028", "=?utf-8?q?=0D=0ABcc:_eve@evil.test?=",
		"=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=", "a", " ", "  ", "ü", "🌍", "\"", "\\", "<", ">", "(", ")", ",", ";", ":", "@", "\xff\xfe", "=?", "?=", strings.Repeat("w", 1200), "\u200d", "\ufeff"}
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(bits), rapid.String()), 0, 8).Draw(t, "bits"), "")
	})
	address := rapid.Custom(func(t *rapid.T) desk.Address {
		e := rapid.OneOf(rapid.Just("c@customer.test"), text).Draw(t, "email")
		return desk.Address{Name: text.Draw(t, "name"), Email: desk.ParseEmail(e)}
	})
	ids := rapid.Custom(func(t *rapid.T) desk.RFCID { return desk.RFCID(text.Draw(t, "id")) })
	rapid.Check(t, func(t *rapid.T) {
		m := desk.Mail{
			From: desk.Address{Name: text.Draw(t, "from"), Email: "support@acme.test"}, To: rapid.SliceOfN(address, 1, 3).Draw(t, "to"),
			Cc: rapid.SliceOfN(address, 0, 2).Draw(t, "cc"), Subject: text.Draw(t, "subject"), Text: text.Draw(t, "text"),
			InReplyTo: ids.Draw(t, "irt"), References: rapid.SliceOfN(ids, 0, 5).Draw(t, "refs"), Automatic: rapid.Bool().Draw(t, "auto"),
		}
		wire, err := gmail.Compose(written(m), writtenAt)
		if unfit := (*gmail.UnfitError)(nil); errors.As(err, &unfit) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		inert(t, wire, m)
	})
}

func inert(t *rapid.T, wire []byte, m desk.Mail) {
	known := map[string]bool{"Subject": true, "From": true, "To": true, "Cc": true, "Date": true, "Message-Id": true, "In-Reply-To": true, "References": true,
		"Auto-Submitted": true, "X-Auto-Response-Suppress": true, "Precedence": true, "X-Baton-Intent": true, "X-Baton-Seal": true,
		"Mime-Version": true, "Content-Type": true, "Content-Transfer-Encoding": true}
	for i, line := range bytes.Split(wire, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("line %d: %d bytes %q", i, len(line), line)
		}
	}
	got, err := mail.ReadMessage(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range got.Header {
		if !known[name] || len(values) != 1 {
			t.Fatalf("header %s: %q", name, values)
		}
	}
	r, err := gomail.CreateReader(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := r.Header.Subject()
	if err != nil || !utf8.ValidString(subject) || strings.ContainsFunc(subject, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}) {
		t.Fatalf("subject %q, %v", subject, err)
	}
	for name, want := range map[string][]desk.Address{"To": m.To, "Cc": m.Cc} {
		if len(want) == 0 {
			continue
		}
		list, err := got.Header.AddressList(name)
		if err != nil || len(list) != len(want) {
			t.Fatalf("%s: %v, %v; want %d addresses", name, list, err, len(want))
		}
		for i, a := range list {
			if desk.ParseEmail(a.Address) != want[i].Email || strings.ContainsFunc(a.Name, unicode.IsControl) {
				t.Fatalf("%s: %q, want %q", name, a, want[i])
			}
		}
	}
	for _, name := range []string{"References", "In-Reply-To"} {
		for _, id := range strings.Fields(r.Header.Get(name)) { // many an id in use has no @
			bare := desk.RFCID(strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">"))
			if len(bare) != len(id)-2 || !slices.Contains(append(m.References, m.InReplyTo), bare) {
				t.Fatalf("%s: %q, want only ids that were given", name, id)
			}
		}
	}
	if _, err := io.ReadAll(quotedprintable.NewReader(got.Body)); err != nil {
		t.Fatal(err)
	}
}
