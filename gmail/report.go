package gmail

import (
	"bufio"
	"context"
	"slices"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Bounds on what one delivery report can make us look at.
const (
	maxReportText = 64 << 10 // bytes of each part
	maxAbout      = 10       // Message-IDs
)

// report reads what a delivery report says. 20 units when its parts were not
// fetched with it, and 20 for each of at most maxFetched parts that Gmail keeps
// apart.
func (w *worker) report(ctx context.Context, m *gmailapi.Message, needs desk.Needs) (*desk.Report, error) {
	whole := m
	if !needs.Body && !needs.Attachments {
		var err error
		if whole, err = w.client.Message(ctx, m.Id, nil, true); NotFound(err) {
			return nil, nil // deleted since
		} else if err != nil {
			return nil, err
		}
	}
	var apart []*gmailapi.MessagePart
	walk(whole.Payload, func(p *gmailapi.MessagePart) bool {
		if b := p.Body; b != nil && b.Data == "" && b.AttachmentId != "" && b.Size <= maxReportText && ofReport(p.MimeType) {
			apart = append(apart, p)
		}
		return len(apart) < maxFetched
	})
	for _, p := range apart {
		data, err := w.client.Attachment(ctx, m.Id, p.Body.AttachmentId)
		if err != nil && !NotFound(err) {
			return nil, err
		}
		p.Body.Data = data
	}
	return reportOf(headersOf(m.Payload), whole.Payload), nil
}

// maxFetched bounds the parts of one report that are fetched by themselves: what
// machines read, and the headers of the mail that came back.
const maxFetched = 2

func ofReport(mime string) bool {
	mime = strings.ToLower(mime)
	return isStatus(mime) || strings.HasSuffix(mime, "rfc822-headers")
}

func isStatus(mime string) bool {
	return mime == "message/delivery-status" || mime == "message/global-delivery-status"
}

// reportOf reads what a delivery report says, from its headers and its parts
// (RFC 3464); without the parts that a machine reads, from the words that the
// usual mail systems use. nil: the mail says nothing of a delivery.
func reportOf(h Headers, p *gmailapi.MessagePart) *desk.Report {
	s := reportParts{}
	s.take(p, 0)
	failed := statusBlocks(s.status)
	local, _, _ := strings.Cut(string(sender(h).Email), "@")
	system := len(s.status) > 0 || emptyPath(h) || local == "mailer-daemon" || h.Has("x-failed-recipients")
	if failed == nil && system {
		failed = spoken(h, s.text)
	}
	if failed == nil && len(s.status) == 0 {
		return nil
	}
	for i := range failed {
		if failed[i].why == "" {
			failed[i].why = reason(failed[i].code, failed[i].words, s.text)
		}
	}
	r := &desk.Report{About: s.about(h), Intents: s.names()}
	for _, f := range failed[:min(len(failed), desk.MaxFailed)] {
		r.Failed = append(r.Failed, desk.Failure{To: f.to, Why: f.why, Delayed: f.delayed})
	}
	return r
}

// reportParts are the parts of a report that say something.
type reportParts struct {
	text    string   // for people
	status  []string // for machines, line by line; "" between two receivers
	ids     []desk.RFCID
	intents []desk.IntentID
}

// take collects from a part and those inside it. Gmail gives the parts that are
// mails themselves as trees, or as their text.
func (s *reportParts) take(p *gmailapi.MessagePart, depth int) {
	if p == nil || depth > maxDepth {
		return
	}
	switch kind := strings.ToLower(p.MimeType); {
	case isStatus(kind):
		s.takeStatus(p, depth)
		return
	case strings.HasPrefix(kind, "message/") || strings.HasSuffix(kind, "rfc822-headers"):
		s.takeMail(p)
		return
	case strings.HasPrefix(kind, "text/") && p.Filename == "" && p.Body != nil && p.Body.Data != "":
		text := partText(p, maxReportText)
		if kind == "text/html" {
			text = stripTags(text)
		}
		if s.text == "" || kind == "text/plain" && depth < 2 {
			s.text = text
		}
		return
	}
	for i, child := range p.Parts {
		if i < maxParts {
			s.take(child, depth+1)
		}
	}
}

func (s *reportParts) takeStatus(p *gmailapi.MessagePart, depth int) {
	if p.Body != nil && p.Body.Data != "" {
		s.status = append(append(s.status, linesOf(partText(p, maxReportText))...), "")
	}
	for i, child := range p.Parts {
		if i == maxParts || depth > maxDepth {
			break
		}
		for _, h := range child.Headers[:min(len(child.Headers), maxHeaders)] {
			s.status = append(s.status, h.Name+": "+cut(h.Value, maxHeaderValue))
		}
		s.status = append(s.status, "")
		s.takeStatus(child, depth+1)
	}
}

// takeMail looks for the Message-ID of the mail that came back, and for our header.
func (s *reportParts) takeMail(p *gmailapi.MessagePart) {
	for _, inner := range p.Parts[:min(len(p.Parts), 1)] {
		h := headersOf(inner)
		if id := messageID(h); id != "" {
			s.ids = append(s.ids, id)
		}
		s.intents = append(s.intents, intentOf(h))
	}
	if p.Body != nil && p.Body.Data != "" {
		lines := linesOf(partText(p, maxReportText))
		s.ids = append(s.ids, idsIn(lines)...)
		s.intents = append(s.intents, intentsIn(lines)...)
	}
}

// names gives the intents that the mail which came back names in our header:
// Gmail may have given it another Message-ID than we know.
func (s *reportParts) names() (out []desk.IntentID) {
	for _, id := range append(s.intents, intentsIn(linesOf(s.text))...) {
		if id != "" && !slices.Contains(out, id) && len(out) < maxAbout {
			out = append(out, id)
		}
	}
	return out
}

// about gives the Message-IDs of the mail that a report is about, surest first:
// of the copy that came back, of one quoted in the text, and those that the
// report answers.
func (s *reportParts) about(h Headers) []desk.RFCID {
	ids := append(s.ids, idsIn(linesOf(s.text))...)
	refs := references(h)
	slices.Reverse(refs)
	ids = append(ids, refs...)
	var out []desk.RFCID
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) && len(out) < maxAbout {
			out = append(out, id)
		}
	}
	return out
}

// idsIn gives the Message-IDs of header lines.
func idsIn(lines []string) (out []desk.RFCID) {
	for _, value := range valuesIn(lines, "message-id") {
		if id := messageID(Headers{"message-id": {value}}); id != "" && len(out) < maxAbout {
			out = append(out, id)
		}
	}
	return out
}

// intentsIn gives the intents that header lines name.
func intentsIn(lines []string) (out []desk.IntentID) {
	for _, value := range valuesIn(lines, "x-baton-intent") {
		out = append(out, intentOf(Headers{"x-baton-intent": {value}}))
	}
	return out[:min(len(out), maxAbout)]
}

// valuesIn gives the values of header lines of a name, quoted ones among them.
func valuesIn(lines []string, header string) (out []string) {
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if ok && strings.EqualFold(strings.TrimLeft(name, "> \t"), header) {
			out = append(out, value)
		}
	}
	return out
}

// linesOf gives a text's lines with folded ones joined.
func linesOf(text string) (out []string) {
	in := bufio.NewScanner(strings.NewReader(text))
	in.Buffer(nil, 2*maxReportText)
	for in.Scan() {
		line := strings.TrimRight(in.Text(), "\r")
		folded := len(out) > 0 && out[len(out)-1] != "" && strings.TrimSpace(line) != "" && (line[0] == ' ' || line[0] == '\t')
		switch {
		case folded && len(out[len(out)-1]) < maxHeaderValue:
			out[len(out)-1] += " " + strings.TrimSpace(line)
		case !folded:
			out = append(out, strings.TrimRight(line, " \t"))
		}
	}
	return out
}
