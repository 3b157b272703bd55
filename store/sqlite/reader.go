package sqlite

import (
	"context"
	"fmt"

	"baton/desk"
)

// readers is how many connections read at the same time. Reads take tens of
// microseconds, so a few serve many callers.
const readers = 4

// read lends f a reading connection and counts one read.
func (s *Store) read(ctx context.Context, f func(c *conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var c *conn
	select {
	case <-s.closing:
		return errClosed
	default:
	}
	select {
	case c = <-s.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return errClosed
	}
	defer func() { s.readers <- c }()
	s.reads.Add(1)
	return translate(f(c))
}

var errClosed = fmt.Errorf("%w: the store is closed", desk.ErrUnavailable)
