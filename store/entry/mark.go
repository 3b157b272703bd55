package entry

import (
	"fmt"
	"time"

	"baton/desk"
)

// Mark is how far a copy into a store has come; that store remembers it. The
// zero Mark: nothing was ever copied into it.
type Mark struct {
	From  string    `json:"from"`            // address of the store that is copied
	Began time.Time `json:"began"`           // microseconds of UTC
	Kind  Kind      `json:"kind,omitempty"`  // under way; all before are there
	After string    `json:"after,omitempty"` // in Kind, as Export gave it; all before are there
	Done  bool      `json:"done,omitempty"`  // complete and verified
}

// Unfinished gives an error for a store into which a copy began and did not
// end: half of its entries are missing. desk.ErrUnavailable.
func (m Mark) Unfinished() error {
	if m.From == "" || m.Done {
		return nil
	}
	return fmt.Errorf("%w: a copy of %s into it was not finished: run the same `baton store copy` again", desk.ErrUnavailable, m.From)
}
