package preview

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	netmail "net/mail"
	"strings"

	"github.com/emersion/go-message/mail"
	"github.com/labstack/echo/v4"
)

// writeRequest is a mail somebody outside writes in the page's customer box. With Thread it answers
// the newest message of that thread.
type writeRequest struct {
	Mailbox string   `json:"mailbox"`
	From    string   `json:"from"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Thread  ThreadID `json:"thread"`
}

func (p *Page) write(c echo.Context) error {
	var req writeRequest
	if err := readJSON(c, callLimit, &req); err != nil {
		return err
	}
	if strings.TrimSpace(req.Text) == "" {
		return refuse(http.StatusBadRequest, "Write something first.")
	}
	to, err := address(req.Mailbox)
	if err != nil {
		return err
	}
	from, err := netmail.ParseAddress(req.From)
	if err != nil {
		return &refusal{http.StatusBadRequest, "The customer's address is not an e-mail address.", err}
	}
	var last *Message
	if req.Thread != "" {
		messages, err := p.opt.Mail.Thread(c.Request().Context(), to, req.Thread)
		if err != nil {
			return fmt.Errorf("preview: read thread: %w", err)
		}
		if len(messages) > 0 {
			last = &messages[len(messages)-1]
		}
	}
	raw, err := p.compose(req, (*mail.Address)(from), to, last)
	if err != nil {
		return err
	}
	return p.handOver(c, to, raw)
}

// compose builds the mail a customer's program would send.
func (p *Page) compose(req writeRequest, from *mail.Address, to string, last *Message) ([]byte, error) {
	var h mail.Header
	h.SetDate(p.opt.Now())
	h.SetAddressList("From", []*mail.Address{from})
	h.SetAddressList("To", []*mail.Address{{Address: to}})
	h.SetSubject(strings.Join(strings.Fields(req.Subject), " "))
	_, host, _ := strings.Cut(from.Address, "@")
	if err := h.GenerateMessageIDWithHostname(host); err != nil {
		return nil, fmt.Errorf("preview: make message id: %w", err)
	}
	if last != nil {
		h.SetSubject(replySubject(last.Subject))
		var refs []string
		for _, r := range append(last.References, last.Handle) {
			if id := strings.Trim(string(r), "<> "); id != "" {
				refs = append(refs, id)
			}
		}
		if len(refs) > 0 {
			h.SetMsgIDList("References", refs)
			h.SetMsgIDList("In-Reply-To", refs[len(refs)-1:])
		}
	}
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	var raw bytes.Buffer
	body, err := mail.CreateSingleInlineWriter(&raw, h)
	if err != nil {
		return nil, fmt.Errorf("preview: write mail header: %w", err)
	}
	if _, err := io.WriteString(body, req.Text); err != nil {
		return nil, fmt.Errorf("preview: write mail: %w", err)
	}
	if err := body.Close(); err != nil {
		return nil, fmt.Errorf("preview: write mail: %w", err)
	}
	return raw.Bytes(), nil
}

func replySubject(s string) string {
	if len(s) >= 3 && strings.EqualFold(s[:3], "re:") {
		return s
	}
	return "Re: " + s
}

// sample delivers the sample with the given index in the state's list.
func (p *Page) sample(c echo.Context) error {
	var req struct {
		Index *int `json:"index"`
	}
	if err := readJSON(c, callLimit, &req); err != nil {
		return err
	}
	if req.Index == nil || *req.Index < 0 || *req.Index >= len(p.opt.Samples) {
		return refuse(http.StatusNotFound, "There is no such sample mail.")
	}
	s := p.opt.Samples[*req.Index]
	raw, err := s.Raw(p.opt.Now())
	if err != nil {
		return fmt.Errorf("preview: build sample mail: %w", err)
	}
	return p.handOver(c, s.To, raw)
}
