package preview

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/mail"
	"strings"

	"github.com/labstack/echo/v4"
)

// mailLimit bounds a delivered mail in bytes: Gmail takes 25 MB of attachments, a third more encoded.
const mailLimit = 40 << 20

type deliverRequest struct {
	To  string `json:"to"`
	Raw string `json:"raw"`
}

type deliverAnswer struct {
	ID     MessageID `json:"id"`
	Thread ThreadID  `json:"threadId"`
}

// deliver takes a mail as plain RFC 822 text, or base64url-encoded as the Gmail API writes raw mail.
func (p *Page) deliver(c echo.Context) error {
	var req deliverRequest
	if err := readJSON(c, mailLimit, &req); err != nil {
		return err
	}
	to, err := address(req.To)
	if err != nil {
		return err
	}
	raw, err := rawMail(req.Raw)
	if err != nil {
		return err
	}
	return p.handOver(c, to, raw)
}

func (p *Page) handOver(c echo.Context, to string, raw []byte) error {
	id, thread, err := p.opt.Mail.Deliver(c.Request().Context(), to, raw)
	if err != nil {
		return fmt.Errorf("preview: deliver: %w", err)
	}
	return c.JSON(http.StatusOK, deliverAnswer{id, thread})
}

// rawMail tells the two spellings apart by the colon: a header has one, base64 never does.
func rawMail(s string) ([]byte, error) {
	if strings.TrimSpace(s) == "" {
		return nil, refuse(http.StatusBadRequest, "The mail is empty.")
	}
	if strings.Contains(s, ":") {
		return []byte(s), nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(s), "="))
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "The mail is neither RFC 822 text nor base64url.", err}
	}
	return raw, nil
}

func address(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return "", &refusal{http.StatusBadRequest, "That is not an e-mail address.", err}
	}
	return a.Address, nil
}
