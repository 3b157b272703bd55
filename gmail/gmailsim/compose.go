package gmailsim

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// outgoing is a mail that is about to leave.
type outgoing struct {
	raw     []byte   // what the sender keeps
	wire    []byte   // what recipients get: without Bcc
	to      []string // all recipients
	toSelf  bool
	boxes   []*mailbox // recipients that live here, without the sender, by address
	subject string
}

// compose completes a mail as Gmail does when it sends: From must be the mailbox or an alias of it,
// Date and Message-ID are there.
func (s *Server) compose(b *mailbox, raw []byte) (*outgoing, error) {
	h, body := splitHeader(raw)
	out := &outgoing{subject: h.text("Subject")}
	for _, name := range []string{"To", "Cc", "Bcc"} {
		for _, f := range h {
			if strings.EqualFold(f.name, name) {
				out.to = append(out.to, addressesIn(f.value)...)
			}
		}
	}
	if len(out.to) == 0 {
		return nil, badRequest("Recipient address required")
	}
	var add []string
	var drop []string
	s.mu.RLock()
	from := addressesIn(h.get("From"))
	if len(from) != 1 || !b.sendsFrom(from[0]) {
		drop = append(drop, "From")
		add = append(add, "From: "+strings.TrimSpace(b.name+" <"+b.addr+">"))
	}
	s.mu.RUnlock()
	if h.get("Date") == "" {
		add = append(add, "Date: "+s.now().Format(time.RFC1123Z))
	}
	if id := h.get("Message-ID"); id == "" || s.opt.RewriteMessageID {
		if id != "" {
			drop = append(drop, "Message-ID")
			add = append(add, "X-Google-Original-Message-ID: "+id)
		}
		add = append(add, "Message-ID: <CA"+randomText(20)+"@mail.gmail.com>")
	}
	out.raw = rewrite(raw, body, drop, add)
	_, body = splitHeader(out.raw)
	out.wire = rewrite(out.raw, body, []string{"Bcc"}, nil)
	for _, a := range out.to {
		switch r := s.recipient(a); {
		case r == b:
			out.toSelf = true
		case r != nil && !slices.Contains(out.boxes, r):
			out.boxes = append(out.boxes, r)
		}
	}
	slices.SortFunc(out.boxes, func(a, b *mailbox) int { return strings.Compare(a.addr, b.addr) })
	return out, nil
}

// rewrite gives the mail without some headers and with lines put before it. body is where its header
// ends.
func rewrite(raw []byte, body int, drop, add []string) []byte {
	if len(drop)+len(add) == 0 {
		return raw
	}
	var out bytes.Buffer
	out.Grow(len(raw) + 256)
	for _, l := range add {
		out.WriteString(l + "\r\n")
	}
	dropping := false
	for pos := 0; pos < body; {
		line, next := cutLine(raw, pos)
		if len(line) > 0 && line[0] != ' ' && line[0] != '\t' {
			name, _, _ := bytes.Cut(line, []byte{':'})
			dropping = containsFold(drop, string(bytes.TrimSpace(name)))
		}
		if !dropping || len(line) == 0 {
			out.Write(raw[pos:next])
		}
		pos = next
	}
	if body == 0 {
		out.WriteString("\r\n") // it had no header at all
	}
	out.Write(raw[body:])
	return out.Bytes()
}

// lockAll locks the sender and the recipients in the order of their addresses, so that two senders
// never wait for each other, and gives what unlocks them.
func lockAll(sender *mailbox, others []*mailbox) func() {
	all := append(slices.Clone(others), sender)
	slices.SortFunc(all, func(a, b *mailbox) int { return strings.Compare(a.addr, b.addr) })
	for _, b := range all {
		b.mu.Lock()
	}
	return func() {
		for _, b := range all {
			b.mu.Unlock()
		}
	}
}
