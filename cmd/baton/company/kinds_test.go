package company

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
)

// thread gives the items of a thread in arrival order.
func thread(all []parsed, name string) []parsed {
	var messages []parsed
	for _, p := range all {
		if p.Thread == name {
			messages = append(messages, p)
		}
	}
	return messages
}

func has(text string, words ...string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func script(text string, tables ...*unicode.RangeTable) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, tables...) })
}

// Every kind of mail that the desk has to cope with is in the set.
func TestKinds(t *testing.T) {
	all := load(t, noon)
	tests := []struct {
		thread, kind string
		ok           func(m []parsed) bool
	}{
		{"refund-kettle", "refund, answered, still open", func(m []parsed) bool {
			return len(m) == 4 && m[1].Sent && has(m[1].text, "wrote:\n> Hello") && len(m[2].attachments) == 1 && !m[3].Sent
		}},
		{"angry-tent-poles", "angry customer", func(m []parsed) bool { return has(m[0].text, "unacceptable", "lawyer") }},
		{"long-stove-service", "twelve messages and more, several of them ours", func(m []parsed) bool {
			sent := 0
			for _, p := range m {
				if p.Sent {
					sent++
				}
			}
			return len(m) >= 12 && sent >= 4 && len(m[len(m)-1].references) == len(m)-1
		}},
		{"no-subject-mug", "no subject", func(m []parsed) bool { return m[0].subject == "" }},
		{"emoji-subject-thanks", "emoji subject", func(m []parsed) bool { return m[0].subject == "🏕️🔥 Best stove ever!!! 🙌" }},
		{"markup-sender", "markup in subject, sender and text", func(m []parsed) bool {
			return has(m[0].subject, "<script>alert(", "<b>", "&") && has(m[0].from, "<img src=x onerror=alert(1)>") && has(m[0].text, "<script>")
		}},
		{"very-long-subject", "subject beyond 500 letters", func(m []parsed) bool { return len(m[0].subject) > 500 }},
		{"html-only-pan", "HTML only", func(m []parsed) bool { return len(m[0].types) == 1 && m[0].types[0] == "text/html" }},
		{"encoded-latin1", "quoted-printable and Latin-1 header words", func(m []parsed) bool {
			return has(string(m[0].Raw), "=?iso-8859-1?Q?", "st=F6=DFt") && has(m[0].text, "stößt") && has(m[0].from, "Jürgen Größmann") && has(m[0].subject, "über die Füße")
		}},
		{"plus-alias-spring", "plus-alias", func(m []parsed) bool {
			return m[0].Mailbox == "support@acme.test" && m[0].to == "support+spring@acme.test" && m[0].header.Get("Delivered-To") == m[0].to
		}},
		{"help-alias-lantern", "alias address", func(m []parsed) bool { return m[0].Mailbox == "support@acme.test" && m[0].to == "help@acme.test" }},
		{"both-mailboxes", "one mail to both shared mailboxes", func(m []parsed) bool {
			return len(m) == 2 && m[0].id == m[1].id && m[0].Mailbox != m[1].Mailbox && len(m[0].header["Delivered-To"]) == 1
		}},
		{"out-of-office", "out of office", func(m []parsed) bool {
			return m[0].Sent && m[1].header.Get("Auto-Submitted") == "auto-replied" && len(m[1].references) == 1
		}},
		{"bounce", "bounce", func(m []parsed) bool {
			return m[1].header.Get("Return-Path") == "<>" && has(m[1].header.Get("Content-Type"), "multipart/report") && has(string(m[1].Raw), "Status: 5.2.2")
		}},
		{"newsletter", "newsletter", func(m []parsed) bool {
			return m[0].header.Get("Precedence") == "bulk" && m[0].header.Get("List-Id") != "" && m[0].header.Get("List-Unsubscribe") != ""
		}},
		{"order-notification", "no-reply notification", func(m []parsed) bool {
			return has(m[0].from, "no-reply@") && m[0].header.Get("Auto-Submitted") == "auto-generated" && !m[0].Sent
		}},
		{"forwarded-by-mia", "forwarded by a colleague", func(m []parsed) bool {
			return len(m) == 2 && m[0].Sent && m[0].Mailbox == "mia@acme.test" && has(m[1].text, "Forwarded message")
		}},
		{"press-request", "press", func(m []parsed) bool { return has(m[0].text, "journalist") }},
		{"wholesale-quote", "wholesale quote with a list", func(m []parsed) bool {
			return m[0].Mailbox == "sales@acme.test" && m[0].attachments[0].kind == "text/csv"
		}},
		{"invoice-question", "invoice", func(m []parsed) bool { return has(m[0].subject, "Invoice") }},
		{"gdpr-erasure", "request to be forgotten", func(m []parsed) bool { return has(m[0].text, "erase all personal data") }},
		{"delivery-lost", "delivery", func(m []parsed) bool { return has(m[0].text, "tracking") }},
		{"product-question-induction", "product question", func(m []parsed) bool { return has(m[0].text, "induction") }},
		{"thanks-old-matter", "thanks, ten working days later", func(m []parsed) bool {
			last := m[len(m)-1]
			return has(last.text, "Thank you") && last.At.Sub(m[1].At).Hours() > 12*24
		}},
		{"cc-ana-water-filter", "copy in a person's own mailbox", func(m []parsed) bool {
			return len(m) == 2 && m[0].id == m[1].id && m[1].Mailbox == "ana@acme.test" && m[0].Mailbox == "support@acme.test"
		}},
		{"german-rueckerstattung", "German", func(m []parsed) bool { return has(m[0].subject, "Rückerstattung") }},
		{"french-couvercle", "French", func(m []parsed) bool { return has(m[0].text, "Bonjour") }},
		{"spanish-talla", "Spanish", func(m []parsed) bool { return has(m[0].subject, "¿") }},
		{"portuguese-barraca", "Portuguese", func(m []parsed) bool { return has(m[0].text, "instruções") }},
		{"swedish-kastrull", "Swedish", func(m []parsed) bool { return has(m[0].from, "Åkerlund") }},
		{"turkish-caydanlik", "Turkish", func(m []parsed) bool { return has(m[0].from, "Gülşah Yıldırım") }},
		{"arabic-order", "Arabic", func(m []parsed) bool {
			return script(m[0].subject, unicode.Arabic) && script(m[0].from, unicode.Arabic)
		}},
		{"hebrew-knife", "Hebrew", func(m []parsed) bool { return script(m[0].subject, unicode.Hebrew) }},
		{"japanese-mug", "Japanese in base64", func(m []parsed) bool {
			return script(m[0].text, unicode.Hiragana) && m[0].header.Get("Content-Transfer-Encoding") == "base64"
		}},
	}
	for _, test := range tests {
		m := thread(all, test.thread)
		if len(m) == 0 || !test.ok(m) {
			t.Errorf("%s is not %s: %d messages", test.thread, test.kind, len(m))
		}
	}
}

func TestDuplicates(t *testing.T) {
	all := load(t, noon)
	support, sales, again := thread(all, "duplicate-support")[0], thread(all, "duplicate-sales")[0], thread(all, "duplicate-resent")[0]
	if support.Mailbox == sales.Mailbox || support.Mailbox != again.Mailbox {
		t.Errorf("got mailboxes %s, %s, %s", support.Mailbox, sales.Mailbox, again.Mailbox)
	}
	for _, other := range []parsed{sales, again} {
		if other.id == support.id || len(other.references) > 0 {
			t.Errorf("%s: Message-ID %s and references %v make it one thread with the first", other.Thread, other.id, other.references)
		}
		if strings.TrimSpace(other.text) != strings.TrimSpace(support.text) || other.subject != support.subject || other.from != support.from {
			t.Errorf("%s differs from duplicate-support", other.Thread)
		}
	}
	if !bytes.Equal(support.attachments[0].content, sales.attachments[0].content) {
		t.Error("the two complaints carry different pictures")
	}
}
