package gmail_test

import (
	"fmt"
	"strings"
	"testing"

	"baton/desk"
)

func TestHTMLAsPeopleReadIt(t *testing.T) {
	r := newReading(t)
	for name, tc := range map[string]struct{ html, want string }{
		"blocks":      {"<p>One</p><p>Two<br>three</p><div>four</div>", "One\n\nTwo\nthree\n\nfour"},
		"spaces":      {"a \n\t b<b> c</b>d", "a b cd"},
		"list":        {"<ul><li>one<li>two</ul>", "- one\n- two"},
		"link":        {`Pay <a href="https://evil.test/x?y=1">at your bank</a> now`, "Pay at your bank (https://evil.test/x?y=1) now"},
		"bare link":   {`<a href="https://shop.example/">https://shop.example</a>`, "https://shop.example"},
		"other says":  {`<a href="https://evil.test">https://bank.example</a>`, "https://bank.example (https://evil.test)"},
		"script link": {`<a href="javascript:alert(1)">x</a>`, "x"},
		"mail":        {`<a href="mailto:a@b.example">a@b.example</a>`, "a@b.example"},
		"hidden":      {`<div style="display: none">preview<div>more</div></div><span hidden>x</span>seen`, "seen"},
		"script":      {"<head><title>t</title><style>p{}</style></head><body><script>alert(1)</script>text<noscript>no</noscript>", "text"},
		"image":       {`<img src="https://track.test/p.gif"><img alt="Our logo" src="cid:1">Hello`, "[Our logo] Hello"},
		"quotation":   {"<p>Yes.</p><div>On 2 Mar, Carla wrote:</div><blockquote><p>No?</p><blockquote>Why</blockquote></blockquote>", "Yes.\n\nOn 2 Mar, Carla wrote:\n>\n> No?\n> >\n> > Why"},
		"entities":    {"&lt;b&gt; &amp;amp; &nbsp;x", "<b> &amp; x"},
		"broken":      {"<div><p>a</span></b><td>b<", "a b<"},
		"table":       {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
	} {
		t.Run(name, func(t *testing.T) {
			thread, ids := r.thread(1, func(int) string { return "Content-Type: text/html; charset=utf-8\r\n\r\n" + tc.html + "\r\n" })
			ls := r.letters(thread, ids[0], 1)
			if got := ls[len(ls)-1].Text; got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestPartsOfALetter(t *testing.T) {
	r := newReading(t)
	plain, marked := "--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n", "--b\r\nContent-Type: text/html\r\n\r\n<p>marked</p>\r\n"
	file := "--b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("QUJD", 100) + "\r\n"
	for name, tc := range map[string]struct {
		body, text string
		files      string
	}{
		"either":      {"Content-Type: multipart/alternative; boundary=b\r\n\r\n" + marked + plain + "--b--\r\n", "plain", "[]"},
		"blank plain": {"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n \r\n" + marked + "--b--\r\n", "marked", "[]"},
		"both":        {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + plain + file + marked + "--b--\r\n", "plain\n\nmarked", "[{a.pdf application/pdf 300}]"},
		"file alone":  {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + file + "--b--\r\n", "", "[{a.pdf application/pdf 300}]"},
		"a text file": {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + plain + "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"n.txt\"\r\n\r\nsecret\r\n--b--\r\n", "plain", "[{n.txt text/plain 6}]"},
		"nothing":     {"\r\n", "", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			thread, ids := r.thread(1, func(int) string { return tc.body })
			ls := r.letters(thread, ids[0], 1)
			l := ls[len(ls)-1]
			files := l.Files
			if files == nil {
				files = []desk.Attachment{}
			}
			if strings.TrimSpace(l.Text) != tc.text || fmt.Sprint(files) != tc.files || l.Cut {
				t.Errorf("%q, %v, cut %v; want %q, %s", l.Text, files, l.Cut, tc.text, tc.files)
			}
		})
	}
}

func TestHostileParts(t *testing.T) {
	r := newReading(t)
	deep := "Content-Type: text/plain\r\n\r\nhello\r\n"
	for i := range 40 {
		deep = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n", i, i, deep, i)
	}
	many := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", 1000) + "--b--\r\n"
	tags := "Content-Type: text/html\r\n\r\n" + strings.Repeat("<blockquote><a href='https://x.test'><div style='display:none'>", 20_000)
	for name, body := range map[string]string{"deep": deep, "many": many, "tags": tags} {
		thread, ids := r.thread(1, func(int) string { return body })
		ls := r.letters(thread, ids[0], 1)
		if l := ls[len(ls)-1]; !l.Cut || len(l.Text) > 64<<10 {
			t.Errorf("%s: %d bytes, cut %v; want it cut", name, len(l.Text), l.Cut)
		}
	}
}
