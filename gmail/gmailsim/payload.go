package gmailsim

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"
)

// maxSend is what messages.send and drafts take, in bytes.
const maxSend = 36_700_160

// payload reads a request that carries mail into meta (a Message or Draft): JSON with raw inside, or
// under /upload the bare mail or Google's multipart/related of JSON and mail. It gives the bare mail
// if there is one; raw inside the JSON is the caller's.
func (c *call) payload(meta any) ([]byte, error) {
	if !strings.HasPrefix(c.r.URL.Path, "/upload/") {
		return nil, c.body(meta)
	}
	switch c.query.Get("uploadType") {
	case "media":
		return c.all(c.r.Body)
	case "multipart":
	default:
		return nil, badRequest("uploadType must be media or multipart")
	}
	ctype, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || ctype != "multipart/related" {
		return nil, badRequest("Content-Type must be multipart/related")
	}
	mr := multipart.NewReader(c.r.Body, params["boundary"])
	first, err := mr.NextRawPart()
	if err != nil {
		return nil, badRequest("The metadata part is missing")
	}
	d := json.NewDecoder(first)
	d.DisallowUnknownFields()
	if err := d.Decode(meta); err != nil && err != io.EOF {
		return nil, badRequest("Invalid JSON payload received. " + err.Error())
	}
	second, err := mr.NextRawPart()
	if err != nil {
		return nil, badRequest("The media part is missing")
	}
	data, err := c.all(second)
	if err == nil && strings.EqualFold(second.Header.Get("Content-Transfer-Encoding"), "base64") {
		data = lenientBase64(data)
	}
	return data, err
}

func (c *call) all(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, &apiError{http.StatusRequestEntityTooLarge, "uploadTooLarge", "Request payload is too large", "INVALID_ARGUMENT"}
	}
	return data, nil
}

// mail reads a request about one message: what it says of the message, and the mail.
func (c *call) mail() (*gmailapi.Message, []byte, error) {
	meta := &gmailapi.Message{}
	raw, err := c.payload(meta)
	if err != nil {
		return nil, nil, err
	}
	if raw == nil {
		if raw, err = decodeRaw(meta.Raw); err != nil {
			return nil, nil, err
		}
	}
	return meta, raw, nil
}

// draftMail reads a request about a draft. raw is nil if it carries no mail.
func (c *call) draftMail() (*gmailapi.Draft, []byte, error) {
	meta := &gmailapi.Draft{}
	raw, err := c.payload(meta)
	if err != nil {
		return nil, nil, err
	}
	if meta.Message == nil {
		meta.Message = &gmailapi.Message{}
	}
	if raw == nil && meta.Message.Raw != "" {
		raw, err = decodeRaw(meta.Message.Raw)
	}
	return meta, raw, err
}

// decodeRaw reads base64url, with or without padding; the standard alphabet too, as Google does.
func decodeRaw(text string) ([]byte, error) {
	if text == "" {
		return nil, badRequest("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
	}
	text = strings.NewReplacer("+", "-", "/", "_", "\n", "", "\r", "").Replace(strings.TrimRight(text, "="))
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, badRequest("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed")
	}
	return raw, nil
}

// wantedThread reads the threadId of a request; 0 is none. The mailbox is locked.
func (b *mailbox) wantedThread(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	id, ok := parseID(text)
	if !ok {
		return 0, badRequest("Invalid thread_id value")
	}
	if b.threads[id] == nil {
		return 0, notFound()
	}
	return id, nil
}
