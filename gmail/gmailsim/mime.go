package gmailsim

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"
)

// Bounds against hostile mail: what is nested deeper, or comes after so many parts, stays one opaque
// part. Header lines are bounded by the size of the mail alone.
const (
	maxDepth = 50
	maxParts = 1000
)

// part is one node of a mail's MIME tree. body points into the mail.
type part struct {
	id       string // as Gmail counts: "" is the mail itself, then "0", "1", "1.0"
	header   fields
	ctype    string // lower case, without parameters
	params   map[string]string
	body     []byte // as sent
	children []*part
	opaque   bool // a bound was met: not read further
}

// parseMIME reads the tree of a mail.
func parseMIME(raw []byte) *part {
	w := walker{parts: maxParts}
	return w.part(raw, "", 0)
}

type walker struct{ parts int }

// part reads one part. Recursion ends at maxDepth.
func (w *walker) part(raw []byte, id string, depth int) *part {
	h, body := splitHeader(raw)
	p := &part{id: id, header: h, body: raw[body:]}
	p.ctype, p.params = contentType(h.get("Content-Type"))
	w.parts--
	multi := strings.HasPrefix(p.ctype, "multipart/")
	if !multi && p.ctype != "message/rfc822" {
		return p
	}
	if depth >= maxDepth || w.parts <= 0 {
		p.opaque = true
		return p
	}
	if !multi {
		if e := strings.ToLower(h.get("Content-Transfer-Encoding")); e == "base64" || e == "quoted-printable" {
			p.opaque = true // not allowed by RFC 2046; Gmail shows the part as it is
			return p
		}
		p.children = []*part{w.part(p.body, childID(id, 0), depth+1)}
		return p
	}
	for i, sub := range splitParts(p.body, p.params["boundary"], w.parts) {
		if w.parts <= 0 {
			break
		}
		p.children = append(p.children, w.part(sub, childID(id, i), depth+1))
	}
	return p
}

func childID(id string, i int) string {
	n := itoa(i)
	if id == "" {
		return n
	}
	return id + "." + n
}

// contentType reads a Content-Type; what cannot be read is plain text, as RFC 2045 wants.
func contentType(v string) (string, map[string]string) {
	if v == "" {
		return "text/plain", nil
	}
	t, params, err := mime.ParseMediaType(v)
	if err == nil && strings.Contains(t, "/") {
		return t, params
	}
	t, rest, _ := strings.Cut(v, ";")
	t = strings.ToLower(strings.TrimSpace(t))
	if !strings.Contains(t, "/") || strings.ContainsAny(t, " \t") {
		return "text/plain", nil
	}
	params = map[string]string{}
	for _, kv := range strings.Split(rest, ";") {
		if k, v, ok := strings.Cut(kv, "="); ok {
			params[strings.ToLower(strings.TrimSpace(k))] = strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	return t, params
}

// splitParts cuts a multipart body at its boundary lines, at most n times.
func splitParts(body []byte, boundary string, n int) [][]byte {
	if boundary == "" {
		return nil
	}
	mark := []byte("--" + boundary)
	var out [][]byte
	start := -1
	for pos := 0; pos < len(body) && len(out) < n; {
		i := bytes.Index(body[pos:], mark)
		if i < 0 {
			break
		}
		at := pos + i
		line, next := cutLine(body, at)
		rest := bytes.TrimRight(line[len(mark):], " \t")
		last := bytes.Equal(rest, []byte("--"))
		if (at > 0 && body[at-1] != '\n') || (len(rest) > 0 && !last) {
			pos = at + len(mark)
			continue
		}
		if start >= 0 {
			out = append(out, trimEnd(body[start:max(start, at)]))
		}
		start, pos = next, next
		if last {
			return out
		}
	}
	if start >= 0 && start < len(body) && len(out) < n {
		out = append(out, body[start:]) // the closing boundary is missing
	}
	return out
}

// trimEnd takes off the line end that belongs to the boundary.
func trimEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{'\n'}), []byte{'\r'})
}

// decoded undoes the transfer encoding, as far as the body obeys it.
func (p *part) decoded() []byte {
	switch strings.ToLower(p.header.get("Content-Transfer-Encoding")) {
	case "base64":
		return lenientBase64(p.body)
	case "quoted-printable":
		out, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(p.body)))
		if err != nil && len(out) == 0 {
			return p.body
		}
		return out
	}
	return p.body
}

func lenientBase64(in []byte) []byte {
	clean := make([]byte, 0, len(in))
	for _, c := range in {
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}

// content is the part's data as Gmail hands it out: decoded, text in UTF-8.
func (p *part) content() []byte {
	d := p.decoded()
	if strings.HasPrefix(p.ctype, "text/") && p.filename() == "" {
		return toUTF8(d, p.params["charset"])
	}
	return d
}

// filename is the attachment's name, or "".
func (p *part) filename() string {
	if v := p.header.get("Content-Disposition"); v != "" {
		if _, params, err := mime.ParseMediaType(v); err == nil && params["filename"] != "" {
			return decodeHeader(params["filename"])
		}
	}
	if n := p.params["name"]; n != "" {
		return decodeHeader(n)
	}
	if p.ctype == "message/rfc822" {
		return "noname.eml"
	}
	return ""
}

// leaf tells whether the part has data of its own.
func (p *part) leaf() bool { return len(p.children) == 0 }

// attached tells whether the data are fetched separately: named parts, embedded mails, and all that
// is not text.
func (p *part) attached() bool {
	if strings.HasPrefix(p.ctype, "multipart/") {
		return false
	}
	return p.filename() != "" || !strings.HasPrefix(p.ctype, "text/")
}

// find gives the part of an id.
func (p *part) find(id string) *part {
	if p.id == id {
		return p
	}
	for _, c := range p.children {
		if c.id == id || strings.HasPrefix(id, c.id+".") {
			return c.find(id)
		}
	}
	return nil
}
