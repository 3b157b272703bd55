package main

import (
	"google.golang.org/api/option"

	"baton/gmail"
)

// pullAs pulls as the service account that reads the mailboxes, so that a host
// outside Google Cloud needs one key. Pub/Sub's emulator ignores it.
func pullAs(key []byte) []option.ClientOption {
	return []option.ClientOption{option.WithAuthCredentialsJSON(option.ServiceAccount, key)}
}

// hints gives the way in which notifications come, and what became of them.
func (sv *service) hints() (way string, s gmail.HintStats) {
	if sv.pull != nil {
		return "pull", sv.pull.Stats()
	}
	return "push", sv.push.Stats()
}

// hampered says what Baton has to do without. It does its work all the same, so
// nobody should restart it or send people elsewhere for this. The reason is in
// the log: whoever asks for readiness may be a stranger.
func (sv *service) hampered() string {
	if sv.pull != nil && sv.pull.Problem() != nil {
		return "notifications cannot be pulled; mail is found by the sweep"
	}
	return ""
}
