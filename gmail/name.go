package gmail

import "baton/desk"

// LeaseName names the lease of whoever reads a mailbox, so that others can keep
// it from being read.
func LeaseName(m desk.Mailbox) string { return "sync:" + string(m) }

// OtherTopic tells whether Gmail refused a watch because the mailbox is watched
// with another topic: Stop, and then Watch again.
func OtherTopic(err error) bool { return err != nil && otherClient(err) }
