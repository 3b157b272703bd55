package main

import (
	"context"
	"strings"
	"time"

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
	var without []string
	if sv.pull != nil && sv.pull.Problem() != nil {
		without = append(without, "notifications cannot be pulled; mail is found by the sweep")
	}
	if sv.lacking.Load() {
		without = append(without, "the store lacks something; see the log")
	}
	return strings.Join(without, "; ")
}

// lookOver asks a store that others set up whether all is there that Baton needs,
// such as indexes, before somebody needs it. A SQLite file was looked at when it
// was opened.
func (sv *service) lookOver(ctx context.Context) {
	if sv.store.Alone() {
		return
	}
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		err := sv.store.Check(ctx)
		if sv.lacking.Store(err != nil); err == nil || ctx.Err() != nil {
			return
		}
		sv.log.Error("the store lacks something; what needs it fails until it is there", "error", err)
		again.Reset(lookOverAgain)
	}
}

// lookOverAgain is how long to wait before a store that lacks something is looked
// over again: some twenty reads.
const lookOverAgain = 5 * time.Minute
