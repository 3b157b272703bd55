package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon/gallery"
	"baton/addon/preview"
	"baton/cmd/baton/company"
	"baton/desk/identity"
	"baton/gmail/gmailsim"
)

func wrap(h http.Handler) echo.HandlerFunc { return echo.WrapHandler(h) }

// newPreview makes the page over the stand-in Gmail.
func (d *demo) newPreview(log *slog.Logger) (*preview.Page, error) {
	var people []preview.Person
	for _, p := range company.People() {
		people = append(people, preview.Person{Email: p.Email, Name: p.Name, Role: cmp.Or(p.Role, "outside the team"), Locale: "en-GB", TimeZone: "Europe/Vienna"})
	}
	cards, err := gallery.New(scratch)
	if err != nil {
		return nil, err
	}
	return preview.New(preview.Options{
		Gallery: cards, PublicURL: d.page.url(), ServiceAccount: demoAddonAccount, ClientID: demoClientID, GmailURL: d.gmail.url(),
		Scopes: []string{
			"https://www.googleapis.com/auth/gmail.addons.execute", "https://www.googleapis.com/auth/userinfo.email",
			string(gmailsim.AddonMetadata), string(gmailsim.AddonRead), "https://www.googleapis.com/auth/script.locale",
		},
		People: people, Samples: d.samples(), Mail: pageMail{d}, Tokens: pageTokens{d.sim}, Signer: pageSigner{d},
		Settle: d.settle, Changes: d.changes, Now: time.Now, Log: log,
	})
}

// changes tells the page that something moved at the stand-in.
func (d *demo) changes(ctx context.Context) <-chan struct{} {
	ch, stop := d.sim.Subscribe()
	context.AfterFunc(ctx, stop)
	return ch
}

// samples are the buttons that let a customer write.
func (d *demo) samples() []preview.Sample {
	var out []preview.Sample
	for _, p := range company.CustomerLines() {
		if !p.New && p.Thread == "" {
			continue // fits any thread; the page's own box does that
		}
		out = append(out, preview.Sample{Label: p.Label, From: p.From, To: p.To, Raw: func(now time.Time) ([]byte, error) {
			parent, err := d.parent(p)
			if err != nil {
				return nil, err
			}
			return p.Raw(parent, now)
		}})
	}
	return out
}

// parent finds the newest mail of the thread that a prompt goes on.
func (d *demo) parent(p company.Prompt) (company.Parent, error) {
	if p.New {
		return company.Parent{}, nil
	}
	items, err := company.Mail(time.Now())
	if err != nil {
		return company.Parent{}, err
	}
	for _, it := range items {
		if it.Thread != p.Thread || it.Mailbox != p.To {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(it.Raw))
		if err != nil {
			return company.Parent{}, err
		}
		thread, ok := d.sim.ThreadOfRFC(it.Mailbox, strings.Trim(m.Header.Get("Message-ID"), "<> "))
		if !ok {
			continue
		}
		mails, err := d.sim.Thread(it.Mailbox, thread)
		if err != nil || len(mails) == 0 {
			continue
		}
		parent := company.Parent{Subject: mails[0].Subject, From: p.From, To: p.To}
		for _, m := range mails {
			if m.MessageID != "" {
				parent.References += " <" + m.MessageID + ">"
				parent.MessageID = "<" + m.MessageID + ">"
			}
		}
		return parent, nil
	}
	return company.Parent{}, fmt.Errorf("the thread that this goes on is not loaded: %w", preview.ErrNotFound)
}

// pageMail lets the page look at the stand-in's mailboxes.
type pageMail struct{ d *demo }

// Mailboxes implements preview.Mail: shared ones first.
func (p pageMail) Mailboxes(context.Context) ([]preview.Mailbox, error) {
	var out []preview.Mailbox
	for _, m := range p.d.sim.Mailboxes() {
		box := preview.Mailbox{Address: m.Address, Name: m.Name, Shared: slices.Contains(p.d.shared, m.Address)}
		if box.Shared {
			box.Members = p.d.members(m.Address)
		}
		out = append(out, box)
	}
	slices.SortStableFunc(out, func(a, b preview.Mailbox) int { return cmp.Compare(rank(a), rank(b)) })
	return out, nil
}

func rank(m preview.Mailbox) int {
	if m.Shared {
		return 0
	}
	return 1
}

// Threads implements preview.Mail.
func (p pageMail) Threads(_ context.Context, mailbox string) ([]preview.Thread, error) {
	rows, err := p.d.sim.Threads(mailbox, 0)
	if err != nil {
		return nil, unknown(err)
	}
	out := make([]preview.Thread, 0, len(rows))
	for _, r := range rows {
		out = append(out, preview.Thread{ID: preview.ThreadID(r.ID), Subject: r.Subject, From: r.From, Labels: r.Labels,
			Messages: r.Messages, Snippet: html.UnescapeString(r.Snippet), Date: r.Date})
	}
	return out, nil
}

// Thread implements preview.Mail.
func (p pageMail) Thread(_ context.Context, mailbox string, id preview.ThreadID) ([]preview.Message, error) {
	mails, err := p.d.sim.Thread(mailbox, string(id))
	if err != nil {
		return nil, unknown(err)
	}
	var out []preview.Message
	var before []preview.Handle
	for _, m := range mails {
		msg := preview.Message{
			ID: preview.MessageID(m.ID), ThreadID: preview.ThreadID(m.ThreadID), From: m.From, To: m.To, Cc: m.Cc,
			Subject: m.Subject, Labels: m.Labels, Date: m.Date, Text: m.Text, HTML: m.HTML, References: slices.Clone(before),
		}
		if m.MessageID != "" {
			msg.Handle = preview.Handle("<" + m.MessageID + ">")
			before = append(before, msg.Handle)
		}
		for _, a := range m.Attachments {
			msg.Attachments = append(msg.Attachments, preview.Attachment{Name: a})
		}
		out = append(out, msg)
	}
	return out, nil
}

// ThreadOf implements preview.Mail.
func (p pageMail) ThreadOf(_ context.Context, mailbox string, id preview.MessageID) (preview.ThreadID, error) {
	t, err := p.d.sim.ThreadOf(mailbox, string(id))
	return preview.ThreadID(t), unknown(err)
}

// Deliver implements preview.Mail.
func (p pageMail) Deliver(ctx context.Context, to string, raw []byte) (preview.MessageID, preview.ThreadID, error) {
	d, err := p.d.sim.Deliver(ctx, to, raw)
	return preview.MessageID(d.ID), preview.ThreadID(d.ThreadID), unknown(err)
}

// unknown turns the stand-in's errors into the page's.
func unknown(err error) error {
	if errors.Is(err, gmailsim.ErrNoMailbox) || errors.Is(err, gmailsim.ErrNoMessage) {
		return fmt.Errorf("%w: %w", preview.ErrNotFound, err)
	}
	return err
}

// pageTokens are the stand-in's tokens.
type pageTokens struct{ sim *gmailsim.Server }

// User implements preview.Tokens.
func (p pageTokens) User(mailbox string) string { return p.sim.UserToken(mailbox) }

// Message implements preview.Tokens.
func (p pageTokens) Message(mailbox string, id preview.MessageID) string {
	return p.sim.MessageToken(mailbox, string(id))
}

// Bearer implements preview.Tokens.
func (p pageTokens) Bearer(mailbox string) string { return p.sim.MailboxToken(mailbox) }

// pageSigner signs as Google would.
type pageSigner struct{ d *demo }

// IDToken implements preview.Signer.
func (p pageSigner) IDToken(audience, email string) (string, error) {
	return p.d.issuer.Sign(identity.Claims{Audience: audience, Email: email, EmailVerified: true, Subject: identity.Subject("sub-" + email)})
}
