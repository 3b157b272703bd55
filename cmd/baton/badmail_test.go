package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
	"baton/desk"
)

// TestBadMail delivers all of them. Each must become a conversation whose card
// opens, whose labels are put on, and whose text is nothing but text.
func TestBadMail(t *testing.T) {
	s := newQuiet(t)
	type arrived struct{ id, thread string }
	all := map[string]arrived{}
	for name, m := range strange() {
		d, err := s.demo.sim.Deliver(t.Context(), support, []byte(m.raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = arrived{d.ID, d.ThreadID}
	}
	began := time.Now()
	s.settle()
	t.Logf("%d mails settled in %s", len(all), time.Since(began).Round(time.Millisecond))
	for name, m := range strange() {
		t.Run(name, func(t *testing.T) { s.wellKept(t, all[name].id, all[name].thread, m.says) })
	}
	for _, line := range s.log.take() {
		if strings.Contains(line, "panic") || strings.Contains(line, "set aside") {
			t.Errorf("the log says: %.300s", line)
		}
	}
}

// wellKept checks one mail's conversation, card and labels.
func (q *quiet) wellKept(t *testing.T, id, thread string, says []string) {
	st := q.demo.service.store
	line, err := st.Line(t.Context(), support, desk.MessageID(id))
	if err != nil {
		t.Fatalf("no ledger line: %v", err)
	}
	c, err := st.Conversation(t.Context(), desk.ConversationOf(support, desk.ThreadID(thread)))
	if err != nil || line.Conversation != c.ID {
		t.Fatalf("ledger line names %q; the conversation: %v", line.Conversation, err)
	}
	if kept := c.Subject + c.Customer.Name + string(c.Customer.Email); strings.ContainsFunc(kept, unicode.IsControl) {
		t.Errorf("the record keeps control characters: %q", kept)
	}
	want := desk.WantedLabels(q.demo.service.desk.Policy(), &c)
	if got := (&stage{T: t, demo: q.demo, url: q.url}).labels(support, thread); got != strings.Join(want, " ") {
		t.Errorf("the messages wear %q, want %q", got, want)
	}
	ana := &person{s: &stage{T: t, demo: q.demo, url: q.url}, email: "ana@acme.test", mailbox: support, message: id}
	ana.openCard()
	ana.says(says...)
	ana.says("Nobody holds this")
	for _, text := range ana.card.Texts() {
		if bad := unfit(text); bad != 0 {
			t.Errorf("the card shows %U in %q", bad, text)
		}
	}
	for _, b := range ana.card.Buttons() {
		if b.Link != "" && !strings.HasPrefix(b.Link, "https://") {
			t.Errorf("a button leads to %q", b.Link)
		}
	}
}

// unfit gives the first character of a text that ends lines, hides or turns
// text, or 0.
func unfit(s string) rune {
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' || r == '\u2028' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200b' {
			return r
		}
	}
	return 0
}

// TestSameMessageID delivers mails that share their Message-ID with others:
// each is a mail of its own, and each opens.
func TestSameMessageID(t *testing.T) {
	s := newQuiet(t)
	first, thread := s.deliver(mailWith(usual(1), "one"))
	second, thread2 := s.deliver(mailWith(usual(1), "one"))
	third, thread3 := s.deliver(mailWith([]string{"From: Eve <eve@x.example>", "Subject: Something else", "Message-ID: <strange-1@shop.example>"}, "two"))
	s.settle()
	s.wellKept(t, first, thread, []string{"Strange mail"})
	s.wellKept(t, second, thread2, []string{"Strange mail"})
	s.wellKept(t, third, thread3, nil)
	if got := total(s.facts().Ledger); got != 4 {
		t.Errorf("%d ledger lines, want 4", got)
	}
}

// TestLargeMail delivers 25 MB.
func TestLargeMail(t *testing.T) {
	s := newQuiet(t)
	part := "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"<b>big</b>.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	line := strings.Repeat("QUJD", 19) + "\r\n"
	body := "--b\r\n\r\nsee attached\r\n" + part + strings.Repeat(line, 25<<20/len(line)) + "--b--\r\n"
	id, thread := s.deliver(mailWith(usual(1, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"), body))
	began := time.Now()
	s.settle()
	t.Logf("25 MB settled in %s", time.Since(began).Round(time.Millisecond))
	s.wellKept(t, id, thread, []string{"Strange mail"})
}

// TestLongThread has 500 messages in one thread. The card stays within its
// limits and every message follows what people do.
func TestLongThread(t *testing.T) {
	s := newQuiet(t)
	var last, thread string
	for n := range 500 {
		lines := usual(n)
		if n > 0 {
			lines = append(lines, "In-Reply-To: <strange-0@shop.example>", fmt.Sprintf("References: <strange-0@shop.example> <strange-%d@shop.example>", n-1))
		}
		d, err := s.demo.sim.Deliver(t.Context(), support, []byte(mailWith(lines, "again")))
		if err != nil {
			t.Fatal(err)
		}
		last, thread = d.ID, d.ThreadID
	}
	began := time.Now()
	s.settle()
	t.Logf("500 messages settled in %s", time.Since(began).Round(time.Millisecond))
	s.wellKept(t, last, thread, []string{"Strange mail", "Show all"})
	c, err := s.demo.service.store.Conversation(t.Context(), desk.ConversationOf(support, desk.ThreadID(thread)))
	if err != nil || c.Messages != 500 {
		t.Fatalf("the record counts %d messages: %v", c.Messages, err)
	}
	ana := &person{s: s.stage, email: "ana@acme.test", mailbox: support, message: last}
	began = time.Now()
	ana.openCard()
	t.Logf("the card opened in %s", time.Since(began).Round(time.Millisecond))
	ana.press("Take", nil).says("You hold this")
	s.settle()
	if got := s.labels(support, thread); got != "Baton/Assigned/Ana Baton/Status/Open" {
		t.Errorf("the thread wears %q", got)
	}
	ana.press("Show all", nil).says("Ana Silva took it")
}

// openCard opens the person's message; answers are checked as in call.
func (p *person) openCard() {
	p.s.Helper()
	p.card = cardtest.Parse(p.s, p.call("/addon/message", wire.Trigger, nil, nil, nil))
}
