package desk

import (
	"context"
	"errors"
)

// handMerged is Hand for a thread that was merged into another conversation:
// its labels show the kept one's state, and what is put on is obeyed there. Both
// records change together.
func (d *Desk) handMerged(ctx context.Context, c Conversation, s Sight) error {
	p := d.Policy()
	if len(unlike(p, &c, s.Edits)) == 0 {
		return nil
	}
	doubt, err := d.doubt(ctx, p, &c, s)
	if err != nil {
		return err
	}
	_, _, err = d.updateBoth(ctx, c.ID, c.Merged.Into, credit(p, c.Mailbox), func(own, kept *edit) error {
		if own.Merged == nil || own.Merged.Into != kept.ID {
			return errMoved // the next reading sees what its labels are by then
		}
		kept.via, kept.faced = ByLabel, kept.face()
		h := &hand{edit: kept, Sight: s, doubt: doubt}
		changed, promise := h.obey()
		if !changed {
			return nil
		}
		for _, ed := range s.Edits {
			if ed.On {
				own.wear([]string{ed.Label})
			}
		}
		own.right, kept.right = promise, promise
		return nil
	})
	if errors.Is(err, errMoved) || isNotFound(err) {
		return nil
	}
	return err
}
