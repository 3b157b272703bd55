package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"baton/desk"
	"baton/store"
)

// storeCmd groups what can be done with whole stores.
type storeCmd struct {
	Copy storeCopyCmd `cmd:"" help:"Copy everything from one store into another, empty one."`
}

type storeCopyCmd struct {
	From string `arg:"" help:"Store to copy: sqlite:FILE or firestore:PROJECT/DATABASE."`
	To   string `arg:"" help:"Empty store to fill, or one that this copy has begun to fill."`
	JSON bool   `name:"json" help:"Print one JSON object on standard output at the end."`
}

// Help is shown by --help.
func (c *storeCopyCmd) Help() string {
	return `Stop every Baton that serves one of the stores first. All is read back from both
at the end and compared by count and checksum. A copy that was interrupted goes
on when it is started again with the same stores; until it is complete, nobody
can serve TO. FROM is not changed. See docs/store.md.

Exit status: 0 both hold the same, 1 they do not or something failed, 2 the
stores cannot be used as they were named.`
}

// copyReport is what --json prints.
type copyReport struct {
	store.Copied
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error,omitempty"`
}

// Run copies.
func (c *storeCopyCmd) Run(ctx context.Context, e *env) error {
	began := time.Now()
	show := &copyProgress{w: e.stderr, bars: isTerminal(e.stderr)}
	done, err := store.Copy(ctx, c.From, c.To, store.CopyOptions{Progress: show.step})
	show.end()
	took := time.Since(began)
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("the copy was interrupted: run the same command again to finish it: %w", ctx.Err())
	case errors.Is(err, desk.ErrInvalid):
		err = usage(err)
	}
	if c.JSON {
		report := copyReport{Copied: done, Seconds: took.Seconds()}
		if err != nil {
			report.Error = err.Error()
		}
		return errors.Join(err, json.NewEncoder(e.stdout).Encode(report))
	}
	for _, k := range done.Kinds {
		verdict := "the same"
		if !k.Equal {
			verdict = fmt.Sprintf("NOT the same: %d in the copy", k.To.Count)
		}
		fmt.Fprintf(e.stdout, "%-14s %9d  %s  %s\n", k.Kind, k.From.Count, k.From.Checksum[:16], verdict)
	}
	if err != nil {
		return err
	}
	did := "was copied to"
	if done.Already {
		did = "was copied before to"
	}
	fmt.Fprintf(e.stdout, "%s %s %s and read back from both: they hold the same (%s).\n", done.From, did, done.To, took.Round(time.Second))
	return nil
}

// copyProgress shows how far a copy is: a bar for each kind on a terminal, a
// line for each kind elsewhere.
type copyProgress struct {
	w    io.Writer
	bars bool
	bar  *progressbar.ProgressBar
}

func (p *copyProgress) step(s store.CopyStep) {
	what := "copying " + s.Kind
	if s.Verifying {
		what = "comparing " + s.Kind
	}
	if !p.bars {
		if s.Ended {
			fmt.Fprintf(p.w, "%s: %d\n", what, s.Done)
		}
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(s.Total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("entries"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() { fmt.Fprintln(p.w) }))
	}
	// A bar that cannot be drawn is no reason to stop.
	_ = p.bar.Set(s.Done)
	if s.Ended {
		p.end()
	}
}

func (p *copyProgress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
