package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"baton/cmd/baton/company"
)

// demoCmd is Baton with everything around it on this machine: a stand-in
// Gmail, an issuer of tokens, and the side panel in a browser. What serves the
// add-on is the same service that `serve` runs, with the same settings.
type demoCmd struct {
	Listen  string        `default:"127.0.0.1:8025" help:"Address of the page; loopback only, since the page hands out tokens."`
	Data    string        `help:"Folder to keep mailboxes and records in; a temporary one when left out."`
	Mbox    string        `help:"Load this mbox file (plain or gzip) into a shared mailbox instead of the company's mail." type:"existingfile"`
	Maildir string        `help:"Load this Maildir instead." type:"existingdir"`
	Mailbox string        `default:"support@acme.test" help:"Shared mailbox that --mbox or --maildir fills."`
	Once    bool          `help:"Load everything, wait until nothing is left to do, print a summary and end."`
	JSON    bool          `name:"json" help:"With --once: print the summary as one JSON object."`
	Within  time.Duration `default:"10m" help:"With --once: give up after this long."`
	Units   int           `default:"0" help:"Gmail quota units per mailbox and minute, enforced by the stand-in and kept by Baton; 0 = no limit."`
	Verbose bool          `help:"Log what happens, as JSON lines."`
}

// Help is shown by --help.
func (c *demoCmd) Help() string {
	return `Opens the support desk of a small company in a browser, with some sixty threads of customer mail; or the same desk
over your own mail with --mbox or --maildir. Nothing leaves this machine. With --data it can be stopped, even killed,
and started again; a load goes on where it stopped. Exit status: 0 ended as asked, 1 failed, 2 command line.`
}

// check refuses what cannot work, all of it at once.
func (c *demoCmd) check() error {
	var faults []error
	if host, _, err := net.SplitHostPort(c.Listen); err != nil {
		faults = append(faults, fmt.Errorf("--listen %q is not host:port", c.Listen))
	} else if !isLoopback(host) {
		faults = append(faults, fmt.Errorf("--listen %q is not on this machine alone; the page hands out tokens, so take 127.0.0.1", c.Listen))
	}
	if c.Mbox != "" && c.Maildir != "" {
		faults = append(faults, errors.New("give --mbox or --maildir, not both"))
	}
	if c.JSON && !c.Once {
		faults = append(faults, errors.New("--json goes with --once"))
	}
	if !slices.ContainsFunc(company.SharedMailboxes(), func(m company.Mailbox) bool { return m.Address == c.Mailbox }) {
		faults = append(faults, fmt.Errorf("--mailbox %q is no shared mailbox of the demo; take support@acme.test or sales@acme.test", c.Mailbox))
	}
	return errors.Join(faults...)
}

// Names that the demo's parts know each other by.
const (
	demoPushAccount  = "push@baton-demo.iam.gserviceaccount.com"
	demoAddonAccount = "service-1@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
	demoMailAccount  = "baton@baton-demo.iam.gserviceaccount.com"
	demoClientID     = "demo.apps.googleusercontent.com"
	demoTopic        = "projects/baton-demo/topics/gmail"
	demoSubscription = "projects/baton-demo/subscriptions/gmail"
)

// errUndone: --once was stopped too early.
var errUndone = errors.New("stopped before everything was done; the same --data goes on from there")

// Run runs the demo.
func (c *demoCmd) Run(ctx context.Context, e *env) (err error) {
	level := slog.LevelWarn
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := newLog(e.stderr, level)
	dir, done, err := c.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	began := time.Now()
	d, err := newDemo(ctx, c, dir, log, tuning{})
	if asked(ctx, err) && c.Once {
		return errUndone
	}
	if asked(ctx, err) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error { return d.serve(running) })
	g.Go(func() error {
		err := d.work(running, c, e, began)
		if c.Once {
			stop()
		}
		if asked(running, err) && c.Once {
			return errUndone
		}
		if asked(running, err) {
			return nil // what else went wrong while stopping is told by serve
		}
		return err
	})
	return g.Wait()
}

// work brings the mail in; with --once it waits for all that follows.
func (d *demo) work(ctx context.Context, c *demoCmd, e *env, began time.Time) error {
	if c.Once {
		return d.once(ctx, c, e, began)
	}
	fmt.Fprintf(e.stdout, "Baton's demo is at %s\n", d.page.url())
	if err := d.load(ctx, c, e.stderr); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "All mail is delivered. Open %s and choose a person; stop with Ctrl-C.\n", d.page.url())
	return nil
}

// folder gives the folder to keep things in, and what to do with it at the end.
func (c *demoCmd) folder() (dir string, done func() error, err error) {
	if c.Data != "" {
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return "", nil, fmt.Errorf("the folder of --data cannot be made: %w", err)
		}
		return c.Data, func() error { return nil }, nil
	}
	dir, err = os.MkdirTemp("", "baton-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("no temporary folder for the demo; name one with --data: %w", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// once loads, waits and reports.
func (d *demo) once(ctx context.Context, c *demoCmd, e *env, began time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, c.Within)
	defer cancel()
	err := d.load(ctx, c, e.stderr)
	if err == nil {
		err = d.settle(ctx)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("not everything was done within %s; what was done is kept with --data, and --within gives more time: %w", c.Within, err)
	}
	if err != nil {
		return err
	}
	s, err := d.summary(ctx, time.Since(began))
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(e.stdout).Encode(s)
	} else {
		err = s.print(e.stdout)
	}
	return errors.Join(err, s.check())
}

// serve runs everything until ctx ends or a part fails; the stand-in goes last,
// so that Baton can finish what it had begun. Notifications that wait are given
// up, since nobody answers them any more: the next start reads without.
func (d *demo) serve(ctx context.Context) error {
	var g errgroup.Group
	g.Go(d.gmail.serve)
	streams := context.AfterFunc(ctx, d.preview.Close)
	defer streams()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	end, cancel := outlive(ctx, stopWithin-time.Second/2)
	defer cancel()
	err := serveUntil(ctx, d.service, d.page)
	stop()
	_ = d.pubsub.Close(ctx) // says only that it gave up
	return errors.Join(err, d.gmail.stop(end), g.Wait(), d.sim.Close(end))
}
