package company

import (
	"bytes"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestMailIsRefusedWhenAFileIsBroken(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no separator", "Subject: x\n\nbody\n", `does not begin with a "From " line`},
		{"no date", "From a@a.example someday\nSubject: x\n\nbody\n", `does not begin with a "From " line`},
		{"impossible date", "From a@a.example Thu Feb 31 08:00:00 2026\nSubject: x\n\nbody\n", "arrival"},
		{"no body", "From a@a.example Thu Feb 26 08:00:00 2026\nSubject: x\n", "no empty line"},
		{"no field name", "From a@a.example Thu Feb 26 08:00:00 2026\nhello there\n\nbody\n", "no field name"},
		{"folded first line", "From a@a.example Thu Feb 26 08:00:00 2026\n Subject: x\n\nbody\n", "folded line"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{"mail/01-broken.mbox": {Data: []byte(test.text)}}
			_, err := readLetters(files)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "broken") {
				t.Errorf("got error %v, want one that names the thread and says %q", err, test.want)
			}
		})
	}
	if _, err := readLetters(fstest.MapFS{}); err == nil {
		t.Error("got no error for an empty folder")
	}
}

func TestLetterIsRefusedWithoutAPlace(t *testing.T) {
	const head = "From a@a.example Thu Feb 26 08:00:00 2026\nDate: Thu, 26 Feb 2026 08:00:00 +0000\n"
	tests := []struct{ name, text, want string }{
		{"no mailbox", "From: a@a.example\n\nbody\n", "belongs to no mailbox"},
		{"foreign mailbox", "From: a@a.example\nDelivered-To: zoe@acme.test\n\nbody\n", "no mailbox of Acme"},
		{"broken sender", "From: nobody at home\nDelivered-To: ana@acme.test\n\nbody\n", "header From"},
		{"broken list", "From: a@a.example\nDelivered-To: ana@acme.test\nTo: é <<\n\nbody\n", "header To"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			letters, err := readMbox("x", head+test.text)
			if err != nil {
				t.Fatal(err)
			}
			_, err = letters[0].copies(noon)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
}

func TestMboxUnquotesFromLines(t *testing.T) {
	letters, err := readMbox("x", "From a@a.example Thu Feb 26 08:00:00 2026\nSubject: x\n\n>From here on\n>>From there\n> From q\n\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := letters[0].body, "From here on\n>From there\n> From q\n"; got != want {
		t.Errorf("got body %q, want %q", got, want)
	}
}

func TestRawIsWireForm(t *testing.T) {
	total := 0
	for _, p := range load(t, noon) {
		total += len(p.Raw)
		if bytes.Count(p.Raw, []byte("\n")) != bytes.Count(p.Raw, []byte("\r\n")) {
			t.Errorf("%s: a line does not end in CRLF", p.Thread)
		}
		if !utf8.Valid(p.Raw) {
			t.Errorf("%s: not UTF-8", p.Thread)
		}
		head, _, _ := bytes.Cut(p.Raw, []byte("\r\n\r\n"))
		if bytes.ContainsFunc(head, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("%s: header with letters outside ASCII:\n%s", p.Thread, head)
		}
		for line := range bytes.SplitSeq(head, []byte("\r\n")) {
			if len(line) > 100 {
				t.Errorf("%s: a header line of %d bytes: %s", p.Thread, len(line), line)
			}
		}
	}
	if total > 400_000 {
		t.Errorf("got %d bytes of mail, want at most 400,000", total)
	}
	t.Logf("%d bytes", total)
}

// A sender's own copy was delivered nowhere; every other was, once.
func TestDeliveryHeaders(t *testing.T) {
	for _, p := range load(t, noon) {
		want := 1
		if p.Sent {
			want = 0
		}
		for _, name := range []string{"Delivered-To", "Return-Path"} {
			if got := len(p.header[name]); got != want {
				t.Errorf("%s in %s, sent %v: got %d times %s, want %d", p.Thread, p.Mailbox, p.Sent, got, name, want)
			}
		}
	}
}

func TestMessageIDsAndReferences(t *testing.T) {
	all := load(t, noon)
	byID := map[string]parsed{}
	for _, p := range all {
		if p.id == "" {
			t.Errorf("%s: no Message-ID", p.Thread)
		}
		if other, seen := byID[p.id]; seen {
			if other.Thread != p.Thread || !other.At.Equal(p.At) || other.Mailbox == p.Mailbox {
				t.Errorf("%s: Message-ID %s is also in %s", p.Thread, p.id, other.Thread)
			}
			continue
		}
		byID[p.id] = p
	}
	for _, p := range all {
		for _, id := range p.references {
			parent, known := byID[id]
			if !known || parent.Thread != p.Thread || !parent.At.Before(p.At) {
				t.Errorf("%s: %s answers %s, which is no earlier message of the thread", p.Thread, p.id, id)
			}
		}
		if answer := p.header.Get("In-Reply-To"); answer != "" && answer != p.references[len(p.references)-1] {
			t.Errorf("%s: In-Reply-To %s is not the last of References", p.Thread, answer)
		}
	}
}

func TestAddressesReachNobody(t *testing.T) {
	address := regexp.MustCompile(`[\w.+-]+@([\w-]+(\.[\w-]+)+)|https?://([\w.-]+)`)
	for _, p := range load(t, noon) {
		for _, found := range address.FindAllStringSubmatch(string(p.Raw)+p.text, -1) {
			host := found[1] + found[3]
			if !strings.HasSuffix(host, ".test") && !strings.HasSuffix(host, ".example") {
				t.Errorf("%s: %s", p.Thread, found[0])
			}
		}
	}
}

func TestAttachmentsAreReal(t *testing.T) {
	got := map[string]int{}
	for _, p := range load(t, noon) {
		for _, a := range p.attachments {
			got[a.kind]++
			switch a.kind {
			case "image/png":
				if _, err := png.Decode(bytes.NewReader(a.content)); err != nil {
					t.Errorf("%s: %s: %v", p.Thread, a.name, err)
				}
			case "application/pdf":
				checkPDF(t, a)
			case "text/csv":
				if bytes.Count(a.content, []byte("\n")) < 2 {
					t.Errorf("%s: %s has no rows", p.Thread, a.name)
				}
			}
		}
	}
	for _, kind := range []string{"image/png", "application/pdf", "text/csv"} {
		if got[kind] == 0 {
			t.Errorf("no attachment of type %s in %v", kind, got)
		}
	}
}

// checkPDF follows the file's last pointer to its table of objects.
func checkPDF(t *testing.T, a attachment) {
	t.Helper()
	pointer := regexp.MustCompile(`startxref\n(\d+)\n%%EOF`).FindSubmatch(a.content)
	if pointer == nil || !bytes.HasPrefix(a.content, []byte("%PDF-")) {
		t.Errorf("%s is no PDF", a.name)
		return
	}
	offset := 0
	for _, digit := range pointer[1] {
		offset = offset*10 + int(digit-'0')
	}
	if offset > len(a.content) || !bytes.HasPrefix(a.content[offset:], []byte("xref\n")) {
		t.Errorf("%s: startxref %d points nowhere", a.name, offset)
	}
}

func TestEverybodyHasMail(t *testing.T) {
	received, sent := map[string]int{}, map[string]int{}
	threads := map[string]bool{}
	for _, p := range load(t, noon) {
		if p.Sent {
			sent[p.Mailbox]++
		} else {
			received[p.Mailbox]++
		}
		if p.Mailbox == "support@acme.test" || p.Mailbox == "sales@acme.test" {
			threads[p.Thread] = true
		}
	}
	for _, person := range People() {
		if n := received[person.Email]; n < 3 || n > 6 {
			t.Errorf("%s received %d mails, want 3 to 6", person.Email, n)
		}
		if sent[person.Email] == 0 {
			t.Errorf("%s sent nothing", person.Email)
		}
	}
	for _, box := range SharedMailboxes() {
		if sent[box.Address] == 0 || received[box.Address] < 8 {
			t.Errorf("%s: received %d, sent %d", box.Address, received[box.Address], sent[box.Address])
		}
	}
	if len(threads) < 58 || len(threads) > 68 {
		t.Errorf("got %d threads in the shared mailboxes, want some sixty", len(threads))
	}
	t.Logf("%d threads with customers; received %v, sent %v", len(threads), received, sent)
}

func TestItemsAreInArrivalOrder(t *testing.T) {
	items, err := Mail(noon)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(items, func(a, b Item) int { return a.At.Compare(b.At) }) {
		t.Error("items are not in the order of At")
	}
	if got, want := noon.Sub(items[len(items)-1].At), 4*time.Minute; got != want {
		t.Errorf("the newest mail is %v old, want %v", got, want)
	}
	if got := noon.Sub(items[0].At); got < 13*24*time.Hour || got > 15*24*time.Hour {
		t.Errorf("the oldest mail is %v old, want about two weeks", got)
	}
}
