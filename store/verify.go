package store

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"baton/store/entry"
)

// verify reads both stores whole and compares what they hold, kind by kind.
func (c *copier) verify(ctx context.Context) error {
	c.done.Equal = true
	var unequal []string
	for _, kind := range entry.Kinds() {
		step := CopyStep{Kind: string(kind), Verifying: true}
		var err error
		if step.Total, err = c.from.Size(ctx, kind); err != nil {
			return err
		}
		var from, to entry.Sum
		both, within := errgroup.WithContext(ctx)
		both.Go(func() (err error) {
			from, err = c.sum(within, c.from, kind, func(n int) { step.Done = n; c.o.Progress(step) })
			return err
		})
		both.Go(func() (err error) {
			to, err = c.sum(within, c.to, kind, func(int) {})
			return err
		})
		if err := both.Wait(); err != nil {
			return err
		}
		step.Ended = true
		c.o.Progress(step)
		equal := from == to
		c.done.Kinds = append(c.done.Kinds, CopiedKind{Kind: string(kind), Equal: equal,
			From: CopySum{from.Count, from.Checksum()}, To: CopySum{to.Count, to.Checksum()}})
		if !equal {
			c.done.Equal = false
			unequal = append(unequal, fmt.Sprintf("%s (%d there, %d here)", kind, from.Count, to.Count))
		}
	}
	if len(unequal) == 0 {
		return nil
	}
	err := fmt.Errorf("%w: %s and %s differ in %s", ErrUnequal, c.done.From, c.done.To, strings.Join(unequal, ", "))
	if c.done.Already {
		return fmt.Errorf("%w: the copy was complete, and one of them was used since: to copy again, name an empty store", err)
	}
	return fmt.Errorf("%w: the first was changed while it was copied, or the second by somebody else: start again with an empty store", err)
}

// sum reads all that a store holds of a kind.
func (c *copier) sum(ctx context.Context, s movable, kind entry.Kind, progress func(n int)) (sum entry.Sum, err error) {
	seen := map[[16]byte]bool{} // of handles, which a store may give several times
	after := ""
	for {
		entries, next, err := s.Export(ctx, kind, after, copyBatch, c.lives())
		if err != nil {
			return sum, err
		}
		for _, e := range entries {
			d, err := entry.Digest(kind, e)
			if err != nil {
				return sum, err
			}
			if kind == entry.Handles {
				key := [16]byte(d[:16])
				if seen[key] {
					continue
				}
				seen[key] = true
			}
			sum.Add(d)
		}
		progress(sum.Count)
		if after = next; next == "" {
			return sum, ctx.Err()
		}
	}
}
