package desk

import "slices"

// blind hides the numbers of cards and accounts from a guest whose share does not
// open them: in what others wrote in the record, as in the mail itself.
func (v View) blind(by Email) View {
	if !v.hides() {
		return v
	}
	share := *v.Share
	share.Why = Mask(share.Why)
	v.Share = &share
	v.Subject, v.Customer.Name = Mask(v.Subject), Mask(v.Customer.Name)
	v.Heard.From.Name = Mask(v.Heard.From.Name)
	v.Heard.ReplyTo = blindNames(v.Heard.ReplyTo)
	v.Notes = v.blindNotes(by, v.Notes)
	v.Recent = v.blindEvents(v.Recent)
	v.Shares = slices.Clone(v.Shares)
	for i := range v.Shares {
		v.Shares[i].Why = Mask(v.Shares[i].Why)
	}
	if v.Delegation != nil {
		g := *v.Delegation
		g.Why = Mask(g.Why)
		v.Delegation = &g
	}
	if v.Nap != nil {
		n := *v.Nap
		n.Why = Mask(n.Why)
		v.Nap = &n
	}
	if v.Woke != nil {
		w := *v.Woke
		w.Because, w.Nap.Why = Mask(w.Because), Mask(w.Nap.Why)
		v.Woke = &w
	}
	return v
}

// hides tells whether this is a guest from whom numbers are hidden.
func (v *View) hides() bool { return v.Role == Guest && v.Share != nil && !v.Share.Unmasked }

// blindNotes hides numbers in notes, but for those that the guest wrote.
func (v *View) blindNotes(by Email, notes []Note) []Note {
	if !v.hides() {
		return notes
	}
	notes = slices.Clone(notes)
	for i := range notes {
		notes[i] = v.blindNote(by, notes[i])
	}
	return notes
}

func (v *View) blindNote(by Email, n Note) Note {
	if !v.hides() || n.By == by {
		return n
	}
	n.Text = Mask(n.Text)
	n.Earlier, n.Withdrawn = blindTexts(n.Earlier), blindTexts(n.Withdrawn)
	return n
}

func blindTexts(all []NoteVersion) []NoteVersion {
	all = slices.Clone(all)
	for i := range all {
		all[i].Text = Mask(all[i].Text)
	}
	return all
}

func (v *View) blindEvents(events []Event) []Event {
	if !v.hides() {
		return events
	}
	events = slices.Clone(events)
	for i := range events {
		ev := &events[i]
		ev.Why = Mask(ev.Why)
		if ev.Before != nil { // but for Answered, it serves undoing, which looks at the record itself
			ev.Before = &Before{Answered: ev.Before.Answered}
		}
	}
	return events
}

func blindNames(all []Address) []Address {
	all = slices.Clone(all)
	for i := range all {
		all[i].Name = Mask(all[i].Name)
	}
	return all
}

// blindRow hides numbers in a row of a list of what is shared.
func blindRow(r Row) Row {
	r.Subject, r.Customer.Name = Mask(r.Subject), Mask(r.Customer.Name)
	return r
}
