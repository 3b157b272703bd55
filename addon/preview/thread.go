package preview

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

type threadAnswer struct {
	Messages []messageState `json:"messages"`
}

type messageState struct {
	ID          MessageID    `json:"id"`
	ThreadID    ThreadID     `json:"threadId"`
	From        string       `json:"from"`
	To          string       `json:"to"`
	Cc          string       `json:"cc,omitempty"`
	Subject     string       `json:"subject"`
	Labels      []string     `json:"labels"`
	Handle      Handle       `json:"messageId"`
	Date        time.Time    `json:"date"`
	Text        string       `json:"text"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

func (p *Page) thread(c echo.Context) error {
	mailbox, id := c.QueryParam("mailbox"), ThreadID(c.QueryParam("id"))
	if mailbox == "" || id == "" {
		return refuse(http.StatusBadRequest, "Name a mailbox and a thread id.")
	}
	messages, err := p.opt.Mail.Thread(c.Request().Context(), mailbox, id)
	if err != nil {
		return fmt.Errorf("preview: read thread: %w", err)
	}
	out := threadAnswer{Messages: make([]messageState, 0, len(messages))}
	for _, m := range messages {
		text := m.Text
		if text == "" && m.HTML != "" {
			text = plain(m.HTML)
		}
		labels := m.Labels
		if labels == nil {
			labels = []string{}
		}
		out.Messages = append(out.Messages, messageState{
			ID: m.ID, ThreadID: m.ThreadID, From: m.From, To: m.To, Cc: m.Cc, Subject: m.Subject,
			Labels: labels, Handle: m.Handle, Date: m.Date, Text: text, Attachments: m.Attachments,
		})
	}
	return c.JSON(http.StatusOK, out)
}
