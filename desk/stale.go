package desk

// untaken refuses to end a matter, or to put it aside, that somebody else has
// taken or been given since the version that the actor had in front of them.
func (e *edit) untaken(seen Seen) error {
	if e.Assignee == "" || e.Assignee == e.by {
		return nil
	}
	return e.fresh(Assignment, seen, e.by)
}

// unended refuses to hand out a matter that somebody else has ended since.
func (e *edit) unended(seen Seen) error {
	if e.Status.Active() {
		return nil
	}
	return e.fresh(Progress, seen, e.by)
}
