package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"baton/desk"
	"baton/store"
)

// mailboxCmd groups what can be done with mailboxes.
type mailboxCmd struct {
	Connect    mailboxConnectCmd    `cmd:"" help:"Give Baton access to a mailbox, by delegation or by its owner's consent."`
	List       mailboxListCmd       `cmd:"" help:"List the mailboxes and how they stand."`
	Status     mailboxStatusCmd     `cmd:"" help:"Tell in full how a mailbox stands, or all."`
	Pause      mailboxPauseCmd      `cmd:"" help:"Leave a mailbox alone for a while."`
	Resume     mailboxResumeCmd     `cmd:"" help:"End a pause; what arrived meanwhile is read."`
	Resync     mailboxResyncCmd     `cmd:"" help:"Search all mail since a time and take in what is missing."`
	Disconnect mailboxDisconnectCmd `cmd:"" help:"Take a mailbox out, and its records too if asked."`
	Key        mailboxKeyCmd        `cmd:"" help:"Make the key file that consents are encrypted with."`
}

// mailboxSettings are what all commands on mailboxes are told.
type mailboxSettings struct {
	Store  string `default:"sqlite:baton.db" help:"Where records are kept, as for serve: sqlite:FILE or firestore:PROJECT/DATABASE."`
	Policy string `help:"Policy file; the one last served when left out."`
	JSON   bool   `name:"json" help:"Print one JSON object."`

	google *reachSettings // nil = the command needs none
}

func (s *mailboxSettings) validate() error {
	if err := store.Check(s.Store); err != nil {
		return usage(fmt.Errorf("--store %q: %w", s.Store, err))
	}
	if s.google != nil {
		return s.google.check()
	}
	return nil
}

// mailboxName is a mailbox's address on the command line.
type mailboxName struct {
	Address string `arg:"" help:"Address of the mailbox."`
}

func (a mailboxName) mailbox() (desk.Mailbox, error) {
	m := desk.Mailbox(desk.ParseEmail(a.Address))
	local, domain, ok := strings.Cut(string(m), "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(string(m), " \t\r\n<>,;") {
		return "", usage(fmt.Errorf("%q is no address of a mailbox, such as support@example.com", a.Address))
	}
	return m, nil
}

type mailboxListCmd struct{ mailboxSettings }

// Help is shown by --help.
func (c *mailboxListCmd) Help() string { return reachHelp + " Exit status: 0, or 1 when it failed." }

// reachHelp tells how the commands reach the store.
const reachHelp = `Works beside a running 'baton serve' and without one: a SQLite store that is being served is reached through its
socket, FILE.sock, as the user that serves.`

// Run lists.
func (c *mailboxListCmd) Run(ctx context.Context, e *env) error {
	return c.with(ctx, e, false, func(ops operations) error {
		r, err := ops.List(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(e.stdout).Encode(r)
		}
		return r.table(e.stdout, time.Now())
	})
}

type mailboxStatusCmd struct {
	mailboxSettings
	Address string `arg:"" optional:"" help:"Address of the mailbox; all when left out."`
}

// Help is shown by --help.
func (c *mailboxStatusCmd) Help() string {
	return reachHelp + " Exit status: 0 all is well, 1 a mailbox has a problem or the command failed, 2 command line."
}

// Run tells.
func (c *mailboxStatusCmd) Run(ctx context.Context, e *env) error {
	return c.with(ctx, e, false, func(ops operations) error {
		r, err := c.look(ctx, ops)
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(e.stdout).Encode(r)
		} else {
			for i := range r.Mailboxes {
				err = errors.Join(err, r.Mailboxes[i].text(e.stdout, time.Now()))
			}
			if r.Server == "stopped" {
				fmt.Fprintln(e.stdout, "baton serve does not run, so nothing is read now.")
			}
		}
		bad := 0
		for i := range r.Mailboxes {
			if r.Mailboxes[i].troubled() {
				bad++
			}
		}
		if err == nil && bad > 0 {
			err = printed("%d %s a problem", bad, plural(bad, "mailbox has", "mailboxes have"))
		}
		return err
	})
}

func (c *mailboxStatusCmd) look(ctx context.Context, ops operations) (roll, error) {
	r, err := ops.List(ctx)
	if err != nil || c.Address == "" {
		return r, err
	}
	m, err := mailboxName{c.Address}.mailbox()
	if err != nil {
		return r, err
	}
	s, err := ops.Status(ctx, m)
	return roll{Server: r.Server, Mailboxes: []standing{s}}, err
}

type mailboxPauseCmd struct {
	reachSettings
	mailboxName
}

// Help is shown by --help.
func (c *mailboxPauseCmd) Help() string {
	return "Gmail is asked to send no more notices, for which the settings of access are needed where no server runs. " + reachHelp
}

// Run pauses.
func (c *mailboxPauseCmd) Run(ctx context.Context, e *env) error {
	return c.settings().operate(ctx, e, c.mailboxName, operations.Pause)
}

type mailboxResumeCmd struct {
	mailboxSettings
	mailboxName
}

// Run resumes.
func (c *mailboxResumeCmd) Run(ctx context.Context, e *env) error {
	return c.operate(ctx, e, c.mailboxName, operations.Resume)
}

type mailboxResyncCmd struct {
	mailboxSettings
	mailboxName
	Since string `default:"720h" help:"How far back: a length of time such as 72h, or a date such as 2026-01-31."`
}

// Help is shown by --help.
func (c *mailboxResyncCmd) Help() string {
	return "Messages that are in the ledger stay as they are. A running server begins at once, otherwise the next start does."
}

// Run asks for a search.
func (c *mailboxResyncCmd) Run(ctx context.Context, e *env) error {
	since, err := sinceOf(c.Since, time.Now())
	if err != nil {
		return usage(err)
	}
	return c.operate(ctx, e, c.mailboxName, func(ops operations, ctx context.Context, m desk.Mailbox) (outcome, error) {
		return ops.Resync(ctx, m, since)
	})
}

// sinceOf reads a time that lies back: a length of time, or a date or time.
func sinceOf(text string, now time.Time) (time.Time, error) {
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return now.Add(-d), nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(form, text, time.Local); err == nil && t.Before(now) {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--since %q is neither a length of time such as 72h nor a past date such as 2026-01-31", text)
}
