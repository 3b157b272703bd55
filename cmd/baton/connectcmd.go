package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"time"

	"baton/desk"
)

// reachSettings are what commands need besides, to talk to Google themselves. A
// running server has its own.
type reachSettings struct {
	mailboxSettings
	accessSettings
	GmailURL  string `name:"gmail-url" default:"https://gmail.googleapis.com/" help:"Gmail API."`
	Topic     string `help:"Pub/Sub topic that Gmail publishes to, as for serve."`
	PublicURL string `name:"public-url" help:"Address under which baton serve is reached, for --link."`
}

// settings are they all, for those who reach for the store.
func (s *reachSettings) settings() *mailboxSettings {
	s.mailboxSettings.google = s
	return &s.mailboxSettings
}

// check reports what is wrong with them.
func (s *reachSettings) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	s.accessSettings.check(fault)
	if !isSafe(s.GmailURL) {
		fault("--gmail-url %q is not an https address; http is for this machine only", s.GmailURL)
	}
	if s.Topic != "" && !topicForm.MatchString(s.Topic) {
		fault("--topic %q is not projects/PROJECT/topics/TOPIC", s.Topic)
	}
	if s.PublicURL != "" && !isSafe(s.PublicURL) {
		fault("--public-url %q is not an https address", s.PublicURL)
	}
	if len(faults) > 0 {
		return usage(errors.Join(faults...))
	}
	return nil
}

type mailboxConnectCmd struct {
	reachSettings
	mailboxName
	Mode     string        `help:"delegation or consent; when left out what it has, or else delegation where that is set up."`
	Link     bool          `help:"Print a link for the mailbox's owner, good once and for an hour; baton serve does the rest."`
	Browser  bool          `help:"Open the address in this machine's browser."`
	Loopback string        `default:"127.0.0.1:0" help:"Where on this machine the owner's browser comes back to; a web client at Google needs a fixed port."`
	Within   time.Duration `default:"5m" help:"How long to wait for the owner."`
}

// Help is shown by --help.
func (c *mailboxConnectCmd) Help() string {
	return `The mailbox must be in the policy file. Access is tried before anything is changed. By delegation nobody has to agree;
by consent the mailbox's own account agrees in a browser, here (the address is printed) or by a link that you send.
A mailbox that was paused, disconnected or had a problem goes on. ` + reachHelp + `
Exit status: 0 connected, 1 not, or not entirely, 2 command line.`
}

// Run connects.
func (c *mailboxConnectCmd) Run(ctx context.Context, e *env) error {
	m, err := c.mailbox()
	if err != nil {
		return err
	}
	if !isMode(c.Mode) {
		return usage(fmt.Errorf("--mode %q is neither delegation nor consent", c.Mode))
	}
	if c.Link && c.Mode == string(desk.ByDelegation) {
		return usage(errors.New("--link is for --mode consent: by delegation nobody has to agree"))
	}
	s := c.settings()
	if c.Link {
		return s.with(ctx, e, true, func(ops operations) error { return c.invite(ctx, e, ops, m) })
	}
	back, err := listenLoopback(ctx, c.Loopback)
	if err != nil {
		return err
	}
	defer back.drop()
	return s.with(ctx, e, true, func(ops operations) error {
		a, err := ops.Connect(ctx, m, desk.GrantMode(c.Mode), back.redirect())
		if err != nil {
			return err
		}
		if a.Outcome != nil {
			return s.tell(e, *a.Outcome)
		}
		c.show(e, m, a.Visit)
		o, err := back.wait(ctx, a.Visit, c.Within, func(q url.Values) (outcome, error) { return ops.Agree(ctx, a.Flow, q) })
		if err != nil {
			return err
		}
		return s.tell(e, o)
	})
}

// show tells where the owner has to go.
func (c *mailboxConnectCmd) show(e *env, m desk.Mailbox, visit string) {
	w := e.stdout
	if c.JSON {
		w = e.stderr
	}
	fmt.Fprintf(w, "Open this address in a browser on this machine, signed in as %s, and agree:\n\n%s\n\nWaiting for up to %s. On another machine, use --link instead.\n", m, visit, length(c.Within))
	if c.Browser {
		if err := openBrowser(visit); err != nil {
			fmt.Fprintf(w, "The browser could not be opened (%v); open the address yourself.\n", err)
		}
	}
}

func openBrowser(address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	// Where it becomes the browser itself, it ends with that: nobody waits for it.
	return cmd.Process.Release()
}

// invite prints a link for the owner.
func (c *mailboxConnectCmd) invite(ctx context.Context, e *env, ops operations, m desk.Mailbox) error {
	i, err := ops.Link(ctx, m)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(i)
	}
	_, err = fmt.Fprintf(e.stdout, "Send this link to the owner of %s. It is good once, until %s; whoever opens it must sign in as %[1]s.\n\n%[3]s\n", m, stamp(i.Until), i.Link)
	return err
}
