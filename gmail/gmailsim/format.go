package gmailsim

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// format is how much of a message is asked for.
type format struct {
	kind    string
	headers []string // of metadata; none is all
}

// headStep is how much of a mail is read to find its header's end.
const headStep = 16 << 10

// format reads format and metadataHeaders.
func (c *call) format(allowRaw bool) (format, error) {
	f := format{kind: strings.ToLower(c.query.Get("format")), headers: c.query["metadataHeaders"]}
	switch f.kind {
	case "":
		f.kind = "full"
	case "full", "metadata", "minimal":
	case "raw":
		if !allowRaw {
			return f, badRequest("Invalid value at 'format': raw")
		}
	default:
		return f, badRequest("Invalid value at 'format': " + f.kind)
	}
	if (f.kind == "full" || f.kind == "raw") && c.metadataOnly() {
		return f, forbidden("insufficientPermissions", "Metadata scope doesn't allow format "+strings.ToUpper(f.kind))
	}
	return f, nil
}

// render gives a message in Google's shape. m is a copy, so that no lock is held while mail is read.
func (s *Server) render(m message, f format) (*wireMessage, error) {
	out := &wireMessage{
		ID: formatID(m.ID), ThreadID: formatID(m.Thread), LabelIDs: m.Labels, Snippet: m.Snippet,
		HistoryID: m.Hist, InternalDate: m.Date, SizeEstimate: m.Len,
	}
	switch f.kind {
	case "metadata":
		h, ctype, err := s.header(&m)
		if err != nil {
			return nil, err
		}
		out.Payload = &wirePart{MimeType: ctype, Headers: googleHeaders(h, f.headers)}
	case "raw":
		raw, err := s.store.raw(&m)
		if err != nil {
			return nil, err
		}
		out.Raw = base64.URLEncoding.EncodeToString(raw)
	case "full":
		raw, err := s.store.raw(&m)
		if err != nil {
			return nil, err
		}
		out.Payload = parseMIME(raw).google(m.ID)
	}
	return out, nil
}

// header reads a mail's header and no more.
func (s *Server) header(m *message) (fields, string, error) {
	for n := int64(headStep); ; n *= 8 {
		raw, err := s.store.head(m, n)
		if err != nil {
			return nil, "", err
		}
		if n >= m.Len || bytes.Contains(raw, []byte("\n\r\n")) || bytes.Contains(raw, []byte("\n\n")) {
			h, _ := splitHeader(raw)
			ctype, _ := contentType(h.get("Content-Type"))
			return h, ctype, nil
		}
	}
}

// googleHeaders gives headers decoded; only those named, if any are, in any case.
func googleHeaders(h fields, only []string) []wireHeader {
	list := make([]wireHeader, 0, len(h))
	for _, f := range h {
		if len(only) == 0 || containsFold(only, f.name) {
			list = append(list, wireHeader{Name: validText(f.name), Value: decodeHeader(f.value)})
		}
	}
	return list
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// google gives a part and what is in it in Google's shape.
func (p *part) google(id uint64) *wirePart {
	out := &wirePart{
		PartID: p.id, MimeType: p.ctype, Filename: p.filename(), Headers: googleHeaders(p.header, nil),
		Body: &wireBody{},
	}
	if strings.HasPrefix(p.ctype, "multipart/") && !p.opaque {
		out.Filename = ""
	} else {
		data := p.content()
		out.Body.Size = len(data)
		if p.attached() || p.opaque {
			out.Body.AttachmentID = attachmentID(id, p.id)
		} else {
			out.Body.Data = base64.URLEncoding.EncodeToString(data)
		}
	}
	for _, c := range p.children {
		out.Parts = append(out.Parts, c.google(id))
	}
	return out
}

// An attachment id names message and part; callers must not read it.

const attachmentMark = "ANGjdJ"

func attachmentID(id uint64, partID string) string {
	return attachmentMark + base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, id), partID...))
}

func readAttachmentID(text string) (id uint64, partID string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, attachmentMark))
	if err != nil || len(b) < 8 || !strings.HasPrefix(text, attachmentMark) {
		return 0, "", false
	}
	return binary.BigEndian.Uint64(b), string(b[8:]), true
}
