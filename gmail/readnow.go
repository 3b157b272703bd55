package gmail

import "baton/desk"

// Read has one mailbox read now, without waiting for a hint and without putting
// it off as an echo: something was just sent from it. It does not block, and
// gives false for a mailbox that is not open here.
func (r *Room) Read(m desk.Mailbox) bool {
	w := r.worker(m)
	if w == nil {
		return false
	}
	w.readNow()
	return true
}
