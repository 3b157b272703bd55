package preview

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

type stateAnswer struct {
	People    []Person       `json:"people"`
	Mailboxes []mailboxState `json:"mailboxes"`
	Gmail     gmailState     `json:"gmail"`
	Addon     addonState     `json:"addon"`
	Samples   []sampleState  `json:"samples"`
}

type mailboxState struct {
	Mailbox
	Threads []Thread `json:"threads"`
}

type gmailState struct {
	URL    string            `json:"url"`
	Tokens map[string]string `json:"tokens"`
}

type addonState struct {
	Home    string `json:"home"`
	Message string `json:"message"`
	Origin  string `json:"origin"` // scheme and host, as action URLs carry it
}

type sampleState struct {
	Label string `json:"label"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// state lists people and mailboxes. With ?mailbox= only that mailbox brings its threads: the page
// asks so after each change.
func (p *Page) state(c echo.Context) error {
	ctx := c.Request().Context()
	boxes, err := p.opt.Mail.Mailboxes(ctx)
	if err != nil {
		return fmt.Errorf("preview: list mailboxes: %w", err)
	}
	only := c.QueryParam("mailbox")
	out := stateAnswer{
		People:    p.opt.People,
		Mailboxes: make([]mailboxState, 0, len(boxes)),
		Gmail:     gmailState{URL: p.opt.GmailURL, Tokens: make(map[string]string, len(boxes))},
		Addon:     addonState{p.opt.HomeURL, p.opt.MessageURL, p.origin()},
		Samples:   make([]sampleState, 0, len(p.opt.Samples)),
	}
	for _, b := range boxes {
		out.Gmail.Tokens[b.Address] = p.opt.Tokens.Bearer(b.Address)
		box := mailboxState{Mailbox: b, Threads: []Thread{}}
		if only == "" || only == b.Address {
			threads, err := p.opt.Mail.Threads(ctx, b.Address)
			if err != nil {
				return fmt.Errorf("preview: list threads: %w", err)
			}
			box.Threads = append(box.Threads, threads...)
		}
		for i, t := range box.Threads {
			if t.Labels == nil {
				box.Threads[i].Labels = []string{}
			}
		}
		out.Mailboxes = append(out.Mailboxes, box)
	}
	for _, s := range p.opt.Samples {
		out.Samples = append(out.Samples, sampleState{s.Label, s.From, s.To})
	}
	return c.JSON(http.StatusOK, out)
}
