package main

import (
	"fmt"
	"strings"
	"time"
)

// rfc is the Message-ID of a mail of the plan.
func (t *thread) rfc(k int) string { return fmt.Sprintf("t%d.m%d@shop.example", t.n, k) }

// customer is who writes.
func (t *thread) customer() string { return fmt.Sprintf("c%d@shop.example", t.n) }

// mailAt gives the k-th mail of a thread, the late ones after the others.
func (t *thread) mailAt(k int) mail {
	if k < len(t.mails) {
		return t.mails[k]
	}
	return t.late[k-len(t.mails)]
}

// raw writes a mail, and labels says how Gmail files it; nil = in the inbox.
func (t *thread) raw(k int, now time.Time) (raw []byte, labels []string) {
	m := t.mailAt(k)
	from, to := fmt.Sprintf("Customer %d <%s>", t.n, t.customer()), t.box.address
	var extra string
	switch m.by {
	case team:
		from, to, labels = to, from, []string{"SENT"}
	case automatic:
		extra = "Auto-Submitted: auto-generated\r\n"
	case newsgroup:
		extra = "List-Id: <news.shop.example>\r\nPrecedence: list\r\n"
	case spammer:
		labels = []string{"SPAM", "UNREAD"}
	}
	subject := fmt.Sprintf(t.topic.subject, 100_000+t.n)
	if k > 0 {
		subject = "Re: " + subject
		var refs []string
		for i := range k {
			refs = append(refs, "<"+t.rfc(i)+">")
		}
		extra += "In-Reply-To: <" + t.rfc(k-1) + ">\r\nReferences: " + strings.Join(refs, " ") + "\r\n"
	}
	text := "Good day, please look into this."
	if m.upset {
		text = "This is " + upset + "."
	}
	return fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s>\r\n%sContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		from, to, subject, now.Format(time.RFC1123Z), t.rfc(k), extra, text), labels
}
