package sqlite

import (
	"fmt"

	"baton/desk"
)

// takeBack cancels intents inside the transaction of a change, which fails as a
// whole when one of them is too far.
func takeBack(c *conn, ids []desk.IntentID) error {
	moved := shift{}
	for _, id := range ids {
		in, err := readIntent(c, id)
		if err != nil {
			return err
		}
		if in == nil {
			return fmt.Errorf("intent %s is to be cancelled and is not there: %w", id, desk.ErrConflict)
		}
		was := in.State
		if !in.Cancel() {
			return fmt.Errorf("intent %s is %s, draft %q, and cannot be cancelled: %w", id, was, in.Draft, desk.ErrConflict)
		}
		moved.move(was, in.State)
		if err := writeIntent(c, in); err != nil {
			return err
		}
	}
	return moved.write(c)
}
