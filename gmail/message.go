package gmail

import (
	"slices"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// reader turns Gmail's messages into the desk's.
type reader struct {
	mailbox desk.Mailbox
	own     func(desk.Email) bool
	shared  func(desk.Mailbox) bool // another mailbox under Baton's care
}

// read gives what the record and the rules need of a message. Everything may
// be missing but the ids; the time is when Gmail accepted the mail.
func (r reader) read(m *gmailapi.Message, needs desk.Needs) (desk.Message, desk.Facts) {
	h := headersOf(m.Payload)
	from := sender(h)
	msg := desk.Message{
		Mailbox: r.mailbox, ID: desk.MessageID(m.Id), Thread: desk.ThreadID(m.ThreadId),
		RFC: messageID(h), References: references(h), From: from,
		Subject: cutRunes(plain(h.Get("subject")), desk.MaxSubject),
		At:      time.UnixMilli(m.InternalDate).UTC(), Size: m.SizeEstimate,
		Spam: slices.Contains(m.LabelIds, "SPAM"),
	}
	// Anybody can write one of the desk's addresses into From, and web forms do.
	// Only what Gmail has among the sent mail is the team's own.
	sent := slices.Contains(m.LabelIds, "SENT")
	ours := sent && intentOf(h) != "" // also from an alias that the policy does not name
	msg.Verdict, msg.Reason = Classify(h, func(e desk.Email) bool { return ours || sent && r.own != nil && r.own(e) })
	if msg.Verdict == desk.Person && sent {
		msg.Verdict, msg.Reason = desk.Own, "Gmail has it among the mailbox's sent mail." // from an alias that the policy does not name
	}
	if ours && msg.Verdict == desk.Own {
		msg.Intent = intentOf(h)
		if h.Has("x-baton-notice") {
			msg.Verdict, msg.Reason = desk.Notified, "Baton told one of the team by it that something happened."
		}
	}
	f := desk.Facts{
		Mailbox: r.mailbox, From: from, Subject: msg.Subject, At: msg.At, Verdict: msg.Verdict,
		To: emails(people(h, "to")), Cc: emails(people(h, "cc")), ReplyTo: people(h, "reply-to"),
		Headers: make(map[string]string, len(h)),
	}
	for name, values := range h {
		f.Headers[name] = oneLine(values[0])
	}
	f.DeliveredTo, f.Alias = r.reached(h, f.To, f.Cc)
	if needs.Body {
		f.Body = bodyText(m.Payload)
	}
	if needs.Attachments {
		f.Attachments = attachments(m.Payload)
	}
	return msg, f
}

// reached gives the address that the mail was delivered to, and by which other
// name the mailbox was reached: the part after a plus, or an alias.
func (r reader) reached(h Headers, to, cc []desk.Email) (delivered desk.Email, alias string) {
	var seen []desk.Email
	for _, name := range []string{"delivered-to", "x-original-to", "x-forwarded-to"} {
		for _, v := range h[name] {
			seen = append(seen, emails(addressesIn(v))...)
		}
	}
	delivered = desk.Email(r.mailbox)
	if len(seen) > 0 {
		delivered = seen[0]
	}
	local, domain, _ := strings.Cut(string(r.mailbox), "@")
	for _, e := range slices.Concat(seen, to, cc) {
		l, d, _ := strings.Cut(string(e), "@")
		if plus, ok := strings.CutPrefix(l, local+"+"); ok && d == domain {
			return delivered, plus
		}
		if desk.Mailbox(e) != r.mailbox && r.own != nil && r.own(e) && (r.shared == nil || !r.shared(desk.Mailbox(e))) {
			return delivered, string(e)
		}
	}
	return delivered, ""
}
