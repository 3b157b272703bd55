package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"baton/cmd/baton/company"
	"baton/gmail/gmailsim"
)

// loaded is what a load brought in.
type loaded struct {
	messages int
	began    time.Time
}

// load delivers the demo's mail to the stand-in, from where it goes the way of
// all mail: push, history, classification, records, labels. What an earlier
// run has delivered is passed over.
func (d *demo) load(ctx context.Context, c *demoCmd, progress io.Writer) error {
	if err := d.reading(ctx); err != nil {
		return err
	}
	d.loaded.began = time.Now()
	opt := gmailsim.LoadOptions{KeepDates: true}
	switch {
	case c.Mbox != "":
		info, err := os.Stat(c.Mbox)
		if err != nil {
			return err
		}
		opt.Source = fmt.Sprintf("mbox:%s:%d", filepath.Base(c.Mbox), info.Size())
		return d.withProgress(ctx, progress, &opt, func() error {
			_, err := d.sim.LoadMbox(ctx, c.Mailbox, c.Mbox, opt)
			return err
		})
	case c.Maildir != "":
		opt.Source = "maildir:" + filepath.Base(c.Maildir)
		return d.withProgress(ctx, progress, &opt, func() error {
			_, err := d.sim.LoadMaildir(ctx, c.Mailbox, c.Maildir, opt)
			return err
		})
	}
	return d.loadCompany(ctx)
}

// withProgress delivers mails and follows until they are recorded, and shows how
// it goes.
func (d *demo) withProgress(ctx context.Context, w io.Writer, opt *gmailsim.LoadOptions, load func() error) error {
	before := d.received()
	bar := newBar(w, -1, "Delivering mail")
	opt.Progress = func(l gmailsim.Loaded) {
		d.loaded.messages = l.Mails
		_ = bar.Set(l.Mails)
	}
	err := load()
	_ = bar.Finish()
	if err != nil {
		return err
	}
	bar = newBar(w, d.loaded.messages, "Recording mail")
	defer bar.Finish()
	return until(ctx, func() (bool, error) {
		n := d.received() - before
		_ = bar.Set(min(n, d.loaded.messages))
		return n >= d.loaded.messages, nil
	})
}

// received counts the messages that this process has taken in.
func (d *demo) received() int {
	n := 0
	for _, s := range d.service.room.Statuses() {
		n += s.Received + s.SetAside
	}
	return n
}

// newBar makes a progress bar on a terminal, and one that shows nothing
// elsewhere.
func newBar(w io.Writer, most int, what string) *progressbar.ProgressBar {
	f, ok := w.(*os.File)
	return progressbar.NewOptions(most,
		progressbar.OptionSetWriter(w), progressbar.OptionSetVisibility(ok && term.IsTerminal(int(f.Fd()))),
		progressbar.OptionSetDescription(what), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("mails"), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(w) }),
	)
}

// loadCompany delivers the company's mail in the order in which it arrived.
func (d *demo) loadCompany(ctx context.Context) error {
	items, err := company.Mail(time.Now())
	if err != nil {
		return err
	}
	for i, it := range items {
		labels := []string{"INBOX", "UNREAD"}
		if it.Sent {
			labels = []string{"SENT"}
		}
		opt := gmailsim.LoadOptions{KeepDates: true, Labels: labels, Source: fmt.Sprintf("company:%d", i)}
		l, err := d.sim.LoadMboxFrom(ctx, it.Mailbox, bytes.NewReader(asMbox(it.Raw)), opt)
		if err != nil {
			return fmt.Errorf("the demo's mail cannot be delivered: %w", err)
		}
		d.loaded.messages += l.Mails
	}
	return nil
}

// asMbox makes an mbox of one mail.
func asMbox(raw []byte) []byte {
	var b bytes.Buffer
	b.WriteString("From demo\n")
	for line := range bytes.Lines(raw) {
		if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			b.WriteByte('>')
		}
		b.Write(line)
	}
	return b.Bytes()
}

// reading waits until every shared mailbox has been read once: from then on
// each mail that is delivered is new.
func (d *demo) reading(ctx context.Context) error {
	return until(ctx, func() (bool, error) {
		states, err := d.service.store.MailboxStates(ctx)
		if err != nil {
			return false, err
		}
		read := 0
		for _, s := range states {
			if s.Cursor > 0 {
				read++
			}
		}
		return read == len(d.shared), nil
	})
}

// settle waits until nothing is left to do: every change at the stand-in that
// is not Baton's own has been read, nothing is being read, every intent is
// settled, and who looks at what is written down.
func (d *demo) settle(ctx context.Context) error {
	return until(ctx, func() (bool, error) {
		if unread, err := d.unread(ctx); err != nil {
			return false, err
		} else if unread {
			if d.sim.Push().Idle() && d.pubsub.Idle() {
				d.service.room.Sweep() // the hint was lost or put off
				return false, d.service.room.Idle(ctx)
			}
			return false, nil
		}
		if err := d.service.room.Idle(ctx); err != nil || !d.service.outbox.Idle() || !d.service.glances.Idle() {
			return false, err
		}
		open, err := d.openIntents(ctx)
		if err != nil || open > 0 {
			return false, err
		}
		unread, err := d.unread(ctx)
		return !unread, err
	})
}

func (d *demo) unread(ctx context.Context) (bool, error) {
	states, err := d.service.store.MailboxStates(ctx)
	if err != nil {
		return false, err
	}
	for _, s := range states {
		if d.sim.Unseen(string(s.Address), s.Cursor, demoMailAccount) {
			return true, nil
		}
	}
	return false, nil
}

// until asks again and again, at most every 5 ms, until the answer is yes.
func until(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
