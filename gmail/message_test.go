package gmail_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// receive has one mail come in over the whole way and gives what the desk got.
func receive(t *testing.T, needs desk.Needs, raw string) (desk.Message, desk.Facts) {
	t.Helper()
	h := newHouse(t, nil)
	h.desk.needs = needs
	h.opts.Own = ownAddress
	h.open()
	if _, err := h.sim.Deliver(t.Context(), string(support), []byte(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	h.sweep()
	if len(h.desk.received) != 1 {
		t.Fatalf("received %d messages", len(h.desk.received))
	}
	m := h.desk.received[0]
	return m, h.desk.facts[m.ID]
}

func TestMailWithoutHeaders(t *testing.T) {
	m, f := receive(t, desk.Needs{}, "\nonly a body\n")
	if m.From != (desk.Address{}) || m.Subject != "" || m.RFC != "" || m.References != nil || m.Verdict != desk.Person {
		t.Errorf("got %+v", m)
	}
	if time.Since(m.At) > time.Minute || time.Since(m.At) < -time.Minute {
		t.Errorf("time %v, want when Gmail accepted it", m.At)
	}
	if f.DeliveredTo != desk.Email(support) || f.Alias != "" || f.Body != "" {
		t.Errorf("facts %+v", f)
	}
}

func TestMailThatLies(t *testing.T) {
	m, f := receive(t, desk.Needs{}, `From: =?utf-8?q?Eve=0D=0ABcc:_all=40acme.test?= <Eve@Customer.test>
Subject: =?utf-8?q?Hello=0D=0ABcc:_x=40y.test=00=1B[31m?=
Date: Thu, 01 Jan 2099 00:00:00 +0000
Message-ID: < spaced@customer.test >
To: support@acme.test

x
`)
	want := desk.Address{Name: "Eve Bcc: all@acme.test", Email: "eve@customer.test"}
	if diff := cmp.Diff(want, m.From); diff != "" {
		t.Error(diff)
	}
	if want := "Hello Bcc: x@y.test [31m"; m.Subject != want || f.Subject != want {
		t.Errorf("subject %q, want %q", m.Subject, want)
	}
	if m.At.Year() == 2099 {
		t.Error("the sender's clock was believed")
	}
	if m.RFC != "spaced@customer.test" {
		t.Errorf("Message-ID %q", m.RFC)
	}
}

func TestMailInManyCharsets(t *testing.T) {
	for encoded, want := range map[string]string{
		"=?utf-8?B?UmVjaG51bmcgZsO8ciBNw6RyeiDigqw=?=":      "Rechnung für März €",
		"=?iso-8859-1?q?Fa=E7ade_cass=E9e?=":                "Façade cassée",
		"=?windows-1252?q?100_=80?=":                        "100 €",
		"=?koi8-r?B?8NLJ18XU?=":                             "Привет",
		"=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=":        "こんにちは",
		"=?gb2312?B?xOO6ww==?=":                             "你好",
		"=?x-nobody-knows?q?plain_words?=":                  "plain words",
		"=?utf-8?q?one?= =?utf-8?q?two?=":                   "onetwo",
		"=?utf-8?q?never ended":                             "=?utf-8?q?never ended",
		"":                                                  "",
		strings.Repeat("ä", 600):                            strings.Repeat("ä", desk.MaxSubject),
		"=?utf-8?q?" + strings.Repeat("=C3=A4", 600) + "?=": strings.Repeat("ä", desk.MaxSubject),
	} {
		m, _ := receive(t, desk.Needs{}, "From: a@b.test\nSubject: "+encoded+"\n\nx\n")
		if m.Subject != want {
			t.Errorf("%.40q: got %.60q, want %.60q", encoded, m.Subject, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	m, f := receive(t, desk.Needs{}, `From: "Silva, Ana" <Ana@Customer.test>, second@customer.test
To: Support <support+refunds@acme.test>, undisclosed-recipients:;
Cc: Bad Name (x) bob@customer.test; <carl@customer.test
Message-ID: <1@customer.test>
In-Reply-To: <b@x.test>
References: <a@x.test>
 <b@x.test> <c@x.test>

x
`)
	if m.From != (desk.Address{Name: "Silva, Ana", Email: "ana@customer.test"}) {
		t.Errorf("from %+v", m.From)
	}
	if diff := cmp.Diff([]desk.Email{"support+refunds@acme.test"}, f.To); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]desk.Email{"bob@customer.test", "carl@customer.test"}, f.Cc); diff != "" {
		t.Error(diff)
	}
	if f.Alias != "refunds" {
		t.Errorf("alias %q, want the part after the plus", f.Alias)
	}
	if diff := cmp.Diff([]desk.RFCID{"a@x.test", "b@x.test", "c@x.test"}, m.References); diff != "" {
		t.Error(diff)
	}
	_, f = receive(t, desk.Needs{}, "From: a@b.test\nTo: help@acme.test\n\nx\n")
	if f.Alias != "help@acme.test" {
		t.Errorf("alias %q, want help@acme.test", f.Alias)
	}
	_, f = receive(t, desk.Needs{}, "From: a@b.test\nTo: other@elsewhere.test\n\nx\n")
	if f.Alias != "" {
		t.Errorf("alias %q, want none", f.Alias)
	}
}

// Where answers are wanted is read in any charset and beside rubbish, and so are
// headers that a mail program wrote twice.
func TestAnswersWantedElsewhere(t *testing.T) {
	_, f := receive(t, desk.Needs{}, "From: no-reply@forms.test\nTo: support@acme.test\nTo: second@x.test\nCc: a@x.test\nCc: b@x.test\n"+
		"Reply-To: =?windows-1250?Q?Ji=F8=ED?= <Jiri@x.test>, rubbish, =?koi8-r?B?6dfBzg==?= <ivan@x.test>\n\nx\n")
	want := []desk.Address{{Name: "Jiří", Email: "jiri@x.test"}, {Name: "Иван", Email: "ivan@x.test"}}
	if diff := cmp.Diff(want, f.ReplyTo); diff != "" {
		t.Errorf("answers wanted at (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]desk.Email{"support@acme.test", "second@x.test", "a@x.test", "b@x.test"}, slices.Concat(f.To, f.Cc)); diff != "" {
		t.Errorf("receivers (-want +got):\n%s", diff)
	}
}

func TestReferencesAreBounded(t *testing.T) {
	var refs strings.Builder
	for i := range 500 {
		fmt.Fprintf(&refs, " <%d@x.test>\n", i)
	}
	m, _ := receive(t, desk.Needs{}, "From: a@b.test\nReferences:"+strings.TrimSuffix(refs.String(), "\n")+"\n\nx\n")
	if len(m.References) != 50 || m.References[0] != "0@x.test" || m.References[49] != "499@x.test" {
		t.Errorf("%d references from %s to %s", len(m.References), m.References[0], m.References[len(m.References)-1])
	}
}

const parts = `From: a@b.test
To: support@acme.test
Subject: parts
X-Custom: value
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: %s

%s
--a--
--m
Content-Type: application/pdf; name="=?utf-8?q?R=C3=A9=0D=0A.pdf?="
Content-Disposition: attachment; filename="invoice.pdf"
Content-Transfer-Encoding: base64

AAECAwQ=
--m--
`

func TestBodyOnlyWhenARuleAsks(t *testing.T) {
	mail := fmt.Sprintf(parts, "text/plain; charset=utf-8", "Where is my order?")
	_, f := receive(t, desk.Needs{}, mail)
	if f.Body != "" || f.Attachments != nil {
		t.Errorf("body %q and attachments %v though no rule asks", f.Body, f.Attachments)
	}
	if _, ok := f.Headers["x-custom"]; ok {
		t.Error("all headers were fetched though no rule asks")
	}
	_, f = receive(t, desk.Needs{Headers: true}, mail)
	if f.Headers["x-custom"] != "value" || f.Body != "" {
		t.Errorf("headers %v", f.Headers)
	}
	_, f = receive(t, desk.Needs{Body: true}, mail)
	if f.Body != "Where is my order?" || f.Attachments != nil {
		t.Errorf("body %q, attachments %v", f.Body, f.Attachments)
	}
	_, f = receive(t, desk.Needs{Attachments: true}, mail)
	want := []desk.Attachment{{Name: "invoice.pdf", Type: "application/pdf", Size: 5}}
	if diff := cmp.Diff(want, f.Attachments); diff != "" {
		t.Error(diff)
	}
}

func TestBodyOfMarkup(t *testing.T) {
	_, f := receive(t, desk.Needs{Body: true}, fmt.Sprintf(parts, "text/html; charset=utf-8",
		`<html><head><title>T</title><style>p{}</style></head><body><p>Where is<br>my&nbsp;<b>order</b>?</p><script>alert(1)</script><div>Bye`))
	if want := "Where is\nmy order?\nBye"; f.Body != want {
		t.Errorf("body %q, want %q", f.Body, want)
	}
	_, f = receive(t, desk.Needs{Body: true}, fmt.Sprintf(parts, "text/plain", strings.Repeat("long line of words\n", 20_000)))
	if n := len(f.Body); n > desk.MaxRuleBody || n < desk.MaxRuleBody-200 {
		t.Errorf("body of %d bytes, want at most %d", n, desk.MaxRuleBody)
	}
	_, f = receive(t, desk.Needs{Body: true}, fmt.Sprintf(parts, "text/html", strings.Repeat("<p>", 200_000)+"text"))
	if f.Body != "" {
		t.Errorf("body %q from behind the bound", f.Body)
	}
}

// TestOwnAddressAloneIsNotOwn: anybody can write the desk's address into From.
func TestOwnAddressAloneIsNotOwn(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	from := "From: " + string(support)
	h.deliver("a web form", from)
	if _, err := h.sim.DeliverAs(t.Context(), string(support), letter("an answer", from), gmailsim.Arrival{Labels: []string{"SENT"}}); err != nil {
		t.Fatal(err)
	}
	h.sweep()
	got := map[string]desk.Verdict{}
	for _, m := range h.desk.received {
		got[m.Subject] = m.Verdict
	}
	if got["a web form"] != desk.Person || got["an answer"] != desk.Own {
		t.Errorf("verdicts = %v, want a person's mail and the desk's own", got)
	}
}
