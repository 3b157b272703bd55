package desk

import (
	"context"
	"errors"
	"maps"
)

// handMerged is Hand for a thread that was merged into another conversation:
// its labels show the kept one's state, and what is put on is obeyed there. Both
// records change together.
func (d *Desk) handMerged(ctx context.Context, c Conversation, s Sight) error {
	p := d.Policy()
	if len(unlike(p, &c, s.Edits)) == 0 {
		return nil
	}
	worn, err := d.doubt(ctx, p, &c, s)
	if err != nil {
		return err
	}
	into, err := d.store.Conversation(ctx, c.Merged.Into)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	both, err := d.doubt(ctx, p, &into, s)
	if err != nil {
		return err
	}
	both.unsettled = both.unsettled || worn.unsettled
	maps.Copy(both.echoes, worn.echoes)
	_, _, err = d.updateBoth(ctx, c.ID, c.Merged.Into, credit(p, c.Mailbox), func(own, kept *edit) error {
		if own.Merged == nil || own.Merged.Into != kept.ID {
			return errMoved // the next reading sees what its labels are by then
		}
		kept.via, kept.faced = ByLabel, kept.face()
		// What the thread does not show yet, or showed since it was looked at, may be
		// our own doing as well.
		h := &hand{edit: kept, Sight: s, doubt: both}
		h.doubt.echoes = maps.Clone(both.echoes)
		behind := !own.Merged.Shows.same(kept.faced)
		for _, ed := range s.Edits {
			if own.LabelsRev != worn.rev && own.traceOf(ed.Label) != nil || behind && kept.traceOf(ed.Label) != nil {
				h.doubt.echoes[labelKey(ed.Label)] = true
			}
		}
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
