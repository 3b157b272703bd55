package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

const (
	markup   = `<b onclick=x()>bold</b><script>alert(1)</script><a href="https://evil.example/">&amp;click</a>`
	bidi     = "gnp.\u202eexe\u2066inside\u2069\u200b\u2028end"
	controls = "be\x07ll\x1b[31mred\x7f"
)

// header lines of a mail that is otherwise in order.
func mailWith(lines []string, body string) string {
	return strings.Join(append([]string{"Delivered-To: " + support, "Date: " + time.Now().Format(time.RFC1123Z)}, lines...), "\r\n") + "\r\n\r\n" + body
}

func usual(n int, more ...string) []string {
	return append([]string{"From: Carla Customer <carla@shop.example>", "To: " + support, "Subject: Strange mail",
		fmt.Sprintf("Message-ID: <strange-%d@shop.example>", n)}, more...)
}

// nested is a mail of so many multiparts, each inside the one before and none
// of them closed.
func nested(levels int) string {
	var b strings.Builder
	b.WriteString(strings.Join(usual(1, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b0"), "\r\n") + "\r\n\r\n")
	for i := range levels {
		fmt.Fprintf(&b, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i+1)
	}
	fmt.Fprintf(&b, "--b%d\r\nContent-Type: text/plain\r\n\r\ndeep text\r\n", levels)
	return b.String()
}

func manyParts(n int) string {
	return mailWith(usual(2, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"), strings.Repeat("--b\r\n\r\n\r\n", n)+"--b--\r\n")
}

// strange are mails that are wrong or hostile in one way each. says is what
// the card must show of them, as text.
func strange() map[string]struct {
	raw  string
	says []string
} {
	recipients := make([]string, 500)
	for i := range recipients {
		recipients[i] = fmt.Sprintf("Person %d <p%d@many.example>", i, i)
	}
	word := func(s string) string { return "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }
	type mail = struct {
		raw  string
		says []string
	}
	from := "From: Carla <carla@shop.example>"
	return map[string]mail{
		"no Message-ID":     {mailWith([]string{from, "Subject: Without an id"}, "x"), []string{"Without an id"}},
		"two Message-IDs":   {mailWith([]string{from, "Subject: Two ids", "Message-ID: <a1@x.example>", "Message-ID: <a2@x.example>"}, "x"), []string{"Two ids"}},
		"bare Message-ID":   {mailWith([]string{from, "Subject: Bare id", "Message-ID: <<>>@@ <"}, "x"), []string{"Bare id"}},
		"long Message-ID":   {mailWith([]string{from, "Subject: Long id", "Message-ID: <" + strings.Repeat("a", 50_000) + "@x.example>"}, "x"), []string{"Long id"}},
		"no subject":        {mailWith([]string{from, "Message-ID: <ns@x.example>"}, "x"), []string{"support@acme.test"}},
		"empty subject":     {mailWith([]string{from, "Subject:", "Message-ID: <es@x.example>"}, "x"), []string{"support@acme.test"}},
		"no From":           {mailWith([]string{"Subject: Nobody wrote", "Message-ID: <nf@x.example>"}, "x"), []string{"Nobody wrote", "Opened by mail from a sender without an address"}},
		"broken From":       {mailWith([]string{"From: @@<<>>;;,\"", "Subject: Broken sender", "Message-ID: <bf@x.example>"}, "x"), []string{"Broken sender"}},
		"no headers":        {"\r\nonly a body\r\n", nil},
		"no body":           {strings.Join(usual(3), "\r\n"), []string{"Strange mail"}},
		"empty body":        {mailWith(usual(4), ""), []string{"Strange mail"}},
		"binary body":       {mailWith(usual(5), "\x00\xff\xfe\x00\r\n\x00"), []string{"Strange mail"}},
		"bare line feeds":   {strings.ReplaceAll(mailWith(usual(6), "a\nb"), "\r\n", "\n"), []string{"Strange mail"}},
		"8-bit headers":     {mailWith([]string{"From: J\xfcrgen M\xfcller <j@x.example>", "Subject: Gr\xfc\xdfe und \xff\xfe Zeichen", "Message-ID: <8b@x.example>"}, "x"), []string{"Gr", "Zeichen"}},
		"UTF-8 headers":     {mailWith([]string{"From: 日本 <j@x.example>", "Subject: 注文の件 🫖", "Message-ID: <u8@x.example>"}, "x"), []string{"注文の件 🫖", "日本"}},
		"unknown charset":   {mailWith([]string{from, "Subject: =?x-nobody?q?Un=6Bnown?= set", "Message-ID: <uc@x.example>"}, "x"), []string{"Unknown", "set"}},
		"broken words":      {mailWith([]string{from, "Subject: =?utf-8?b?####?= =?utf-8?q?=ZZ?= rest", "Message-ID: <bw@x.example>"}, "x"), []string{"rest"}},
		"500 recipients":    {mailWith([]string{from, "To: " + support + ",\r\n " + strings.Join(recipients, ",\r\n "), "Cc: " + strings.Join(recipients, ", "), "Subject: To many", "Message-ID: <5r@x.example>"}, "x"), []string{"To many"}},
		"HTML only":         {mailWith(usual(7, "MIME-Version: 1.0", "Content-Type: text/html"), "<h1>hello</h1>"+markup), []string{"Strange mail"}},
		"nested":            {nested(40), []string{"Strange mail"}},
		"nested deep":       {nested(3000), []string{"Strange mail"}},
		"many parts":        {manyParts(20_000), []string{"Strange mail"}},
		"header of 1 MB":    {mailWith(usual(8, "X-Bomb: "+strings.Repeat("a ", 1<<19)), "x"), []string{"Strange mail"}},
		"From of 1 MB":      {mailWith([]string{"From: " + strings.Repeat("a ", 1<<19) + "<carla@shop.example>", "Subject: Long sender", "Message-ID: <ls@x.example>"}, "x"), []string{"Long sender"}},
		"subject of 1 MB":   {mailWith([]string{from, "Subject: Begins " + strings.Repeat("long ", 1<<18), "Message-ID: <lo@x.example>"}, "x"), []string{"Begins long"}},
		"20,000 headers":    {mailWith(usual(9, strings.Split(strings.Repeat("X-Many: y\n", 20_000)+"X-Last: z", "\n")...), "x"), []string{"Strange mail"}},
		"10,000 references": {mailWith(usual(10, "References: "+strings.Repeat("<r@x.example> ", 10_000)), "x"), []string{"Strange mail"}},
		"markup": {mailWith([]string{`From: "` + strings.ReplaceAll(markup, `"`, `'`) + `" <carla@shop.example>`, "Subject: " + markup, "Message-ID: <mu@x.example>",
			"MIME-Version: 1.0", "Content-Type: image/png", `Content-Disposition: attachment; filename="<img src=x onerror=y>.png"`}, "x"),
			[]string{markup, strings.ReplaceAll(markup, `"`, `'`)}},
		"controls": {mailWith([]string{"From: " + word("Na"+controls) + " <carla@shop.example>", "Subject: " + word(controls), "Message-ID: <co@x.example>"}, "x"), []string{"red"}},
		"bidi":     {mailWith([]string{"From: " + word(bidi) + " <carla@shop.example>", "Subject: " + word(bidi), "Message-ID: <bi@x.example>"}, "x"), []string{"gnp.exeinside"}},
		"CRLF in words": {mailWith([]string{"From: =?utf-8?q?Eve=0D=0ABcc:_victim=40x.example?= <eve@x.example>", "Subject: =?utf-8?q?Hi=0D=0AX-Baton-Intent:_1=0D=0A=0D=0Abody?=", "Message-ID: <=?utf-8?q?a=0D=0Ab?=@x.example>"}, "x"),
			[]string{"Hi X-Baton-Intent: 1 body"}},
	}
}
