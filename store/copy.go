package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"baton/desk"
	"baton/store/entry"
)

// movable is a store that gives and takes what it holds. The methods are
// described where the stores have them.
type movable interface {
	Opened
	Export(ctx context.Context, kind entry.Kind, after string, limit int, lives time.Time) ([]entry.Entry, string, error)
	Import(ctx context.Context, kind entry.Kind, entries []entry.Entry) error
	Size(ctx context.Context, kind entry.Kind) (int, error)
	CopyMark(ctx context.Context) (entry.Mark, error)
	SetCopyMark(ctx context.Context, was, is entry.Mark) error
	Served(ctx context.Context) (lease string, until time.Time, err error)
}

const (
	// copyBatch is how many entries go over at once.
	copyBatch = 200
	// copyLasts is how long a copy may take: what Firestore may remove within
	// that time, because it was settled long ago, is left behind.
	copyLasts = 7 * 24 * time.Hour
)

// CopyOptions are what a copy is told.
type CopyOptions struct {
	Logger *slog.Logger     // nil drops the stores' messages
	Clock  func() time.Time // nil = time.Now
	// Progress hears how far the copy is; calls do not overlap. nil = nobody.
	Progress func(CopyStep)
}

// CopyStep is how far a copy is.
type CopyStep struct {
	Kind      string
	Verifying bool // all is there, and is read back
	Done      int  // entries of the kind, in this run
	Total     int  // -1 = unknown
	Ended     bool // with the kind
}

// Copied is what a copy did.
type Copied struct {
	From    string       `json:"from"`
	To      string       `json:"to"`
	Resumed bool         `json:"resumed"` // an interrupted copy was finished
	Already bool         `json:"already"` // it was complete before; only read back
	Equal   bool         `json:"equal"`   // both stores hold the same
	Kinds   []CopiedKind `json:"kinds,omitempty"`
}

// CopiedKind compares what two stores hold of one kind.
type CopiedKind struct {
	Kind  string  `json:"kind"`
	From  CopySum `json:"from"`
	To    CopySum `json:"to"`
	Equal bool    `json:"equal"`
}

// CopySum is a count and a checksum that does not depend on the order.
type CopySum struct {
	Count    int    `json:"count"`
	Checksum string `json:"checksum"`
}

// ErrUnequal: both stores were read and do not hold the same.
var ErrUnequal = errors.New("the stores do not hold the same")

// Copy puts everything that the store at one address holds into the one at
// another, and compares what both hold then. Nobody may serve either meanwhile.
//
// A copy that was interrupted goes on when it is started again with the same
// addresses. The store that is filled must be empty at first, and cannot be
// served until the copy is complete. Claims of intents and holders of leases
// do not go along.
//
// Errors: desk.ErrInvalid for addresses that cannot be used; desk.ErrConflict
// when the second store holds something else; desk.ErrHeld when one is served;
// ErrUnequal, with what was found, when they differ in the end.
func Copy(ctx context.Context, from, to string, o CopyOptions) (done Copied, err error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(CopyStep) {}
	}
	if from, err = canonical(from); err != nil {
		return done, err
	}
	if to, err = canonical(to); err != nil {
		return done, err
	}
	if from == to {
		return done, fmt.Errorf("%s cannot be copied to itself: %w", from, desk.ErrInvalid)
	}
	if path, ok := strings.CutPrefix(from, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return done, fmt.Errorf("store %s: %w: %w", from, desk.ErrInvalid, err)
		}
	}
	source, err := open(ctx, from, Options{Logger: o.Logger})
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, source.Close(context.WithoutCancel(ctx))) }()
	target, err := open(ctx, to, Options{Logger: o.Logger})
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, target.Close(context.WithoutCancel(ctx))) }()
	c := copier{from: source, to: target, done: Copied{From: from, To: to}, o: o}
	err = c.run(ctx)
	return c.done, err
}

// copier is one run of a copy.
type copier struct {
	from, to movable
	o        CopyOptions
	mark     entry.Mark
	taken    map[[16]byte]bool // handles that went over with their lines
	done     Copied
}

func (c *copier) run(ctx context.Context) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	if !c.mark.Done {
		if err := c.copyAll(ctx); err != nil {
			return err
		}
	}
	if err := c.verify(ctx); err != nil {
		return err
	}
	// Whoever began to serve meanwhile has changed what was read.
	if err := c.unserved(ctx); err != nil || c.mark.Done {
		return err
	}
	is := c.mark
	is.Kind, is.After, is.Done = "", "", true
	return c.advance(ctx, is)
}

// begin finds out where the copy stands, and refuses one that would harm.
func (c *copier) begin(ctx context.Context) error {
	if err := c.unserved(ctx); err != nil {
		return err
	}
	err := c.from.Whole(ctx)
	if err != nil {
		return fmt.Errorf("store %s: %w", c.done.From, err)
	}
	if c.mark, err = c.to.CopyMark(ctx); err != nil {
		return err
	}
	switch {
	case c.mark.From == c.done.From:
		c.done.Already, c.done.Resumed = c.mark.Done, !c.mark.Done
		return nil
	case c.mark.From != "" && !c.mark.Done:
		return fmt.Errorf("store %s: %w: it holds an unfinished copy of %s: finish that one, or name an empty store", c.done.To, desk.ErrConflict, c.mark.From)
	}
	for _, kind := range entry.Kinds() {
		some, _, err := c.to.Export(ctx, kind, "", 1, time.Time{})
		if err != nil {
			return err
		}
		if len(some) > 0 {
			return fmt.Errorf("store %s: %w: it holds %s that are not from this copy: name an empty store", c.done.To, desk.ErrConflict, kind)
		}
	}
	return c.advance(ctx, entry.Mark{From: c.done.From, Began: c.o.Clock().UTC().Truncate(time.Microsecond), Kind: entry.Kinds()[0]})
}

// unserved wants that no process uses either store.
func (c *copier) unserved(ctx context.Context) error {
	for address, s := range map[string]movable{c.done.From: c.from, c.done.To: c.to} {
		lease, until, err := s.Served(ctx)
		if err != nil {
			return err
		}
		if lease != "" {
			return fmt.Errorf("store %s: %w: a process that serves it has the lease %q until %s: stop it, and start again then",
				address, desk.ErrHeld, lease, until.Format(time.RFC3339))
		}
	}
	return nil
}

func (c *copier) advance(ctx context.Context, is entry.Mark) error {
	if err := c.to.SetCopyMark(ctx, c.mark, is); err != nil {
		return fmt.Errorf("store %s: %w", c.done.To, err)
	}
	c.mark = is
	return nil
}

func (c *copier) lives() time.Time { return c.mark.Began.Add(copyLasts) }

func (c *copier) copyAll(ctx context.Context) error {
	c.taken = make(map[[16]byte]bool)
	kinds := entry.Kinds()
	at := slices.Index(kinds, c.mark.Kind)
	if at < 0 {
		return fmt.Errorf("store %s: %w: a newer Baton began the copy into it", c.done.To, desk.ErrInvalid)
	}
	for i, kind := range kinds[at:] {
		step := CopyStep{Kind: string(kind)}
		var err error
		if step.Total, err = c.from.Size(ctx, kind); err != nil {
			return err
		}
		for more := true; more; {
			entries, next, err := c.from.Export(ctx, kind, c.mark.After, copyBatch, c.lives())
			if err != nil {
				return err
			}
			if err := c.to.Import(ctx, kind, c.untaken(entries)); err != nil {
				return err
			}
			is := c.mark
			is.After = next
			if more = next != ""; !more && at+i+1 < len(kinds) {
				is.Kind = kinds[at+i+1]
			}
			if more || is.Kind != kind {
				if err := c.advance(ctx, is); err != nil {
					return err
				}
			}
			step.Done += len(entries)
			step.Ended = !more
			c.o.Progress(step)
		}
	}
	return nil
}

// untaken takes out handles that went over already: a store may give the same
// one several times, and gives most of them with their lines.
func (c *copier) untaken(entries []entry.Entry) []entry.Entry {
	var out []entry.Entry
	for _, e := range entries {
		switch v := e.(type) {
		case entry.Line:
			v.Handles = slices.DeleteFunc(slices.Clone(v.Handles), func(h desk.Handle) bool {
				return !c.fresh(entry.HandleOf(h, v.Line.Conversation))
			})
			e = v
		case entry.Handle:
			if !c.fresh(v) {
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

// fresh tells whether a handle comes for the first time. 16 bytes of its digest
// stand for it: a million handles take some 40 MB.
func (c *copier) fresh(h entry.Handle) bool {
	d, err := entry.Digest(entry.Handles, h)
	key := [16]byte(d[:16])
	if err != nil || c.taken[key] {
		return err != nil
	}
	c.taken[key] = true
	return true
}
