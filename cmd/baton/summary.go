package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"baton/desk"
)

// summary is what `demo --once` ends with.
type summary struct {
	Messages      int                      `json:"messages"` // in the shared mailboxes
	Conversations int                      `json:"conversations"`
	Ledger        map[desk.Verdict]int     `json:"ledger"` // lines by verdict
	Intents       map[desk.IntentState]int `json:"intents"`
	GmailUnits    int                      `json:"gmail_units"`
	Store         struct {
		Reads   uint64 `json:"reads"`
		Commits uint64 `json:"commits"`
	} `json:"store"`
	Seconds           float64 `json:"seconds"` // from start to nothing left to do
	MessagesPerSecond float64 `json:"messages_per_second"`
	PeakBytes         int64   `json:"peak_resident_bytes"`
}

// summary counts what there is once all is settled.
func (d *demo) summary(ctx context.Context, took time.Duration) (summary, error) {
	s := summary{Ledger: map[desk.Verdict]int{}}
	sv := d.service
	for _, m := range d.shared {
		s.Messages += d.sim.Count(m)
		s.GmailUnits += d.sim.Units(m)
	}
	statuses, err := sv.store.Statuses(ctx, "")
	if err != nil {
		return s, err
	}
	for _, n := range statuses {
		s.Conversations += n
	}
	if s.Ledger, err = sv.store.Verdicts(ctx, ""); err != nil {
		return s, err
	}
	if s.Intents, err = sv.store.Intents(ctx); err != nil {
		return s, err
	}
	c := sv.store.Costs()
	s.Store.Reads, s.Store.Commits = c.Reads, c.Commits
	s.Seconds = round(took.Seconds())
	if load := time.Since(d.loaded.began).Seconds(); load > 0 {
		s.MessagesPerSecond = round(float64(d.loaded.messages) / load)
	}
	s.PeakBytes = peakBytes()
	return s, nil
}

func (s summary) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, `%d messages in %d conversations
ledger: %s
intents: %s
Gmail units: %d
store: %d reads, %d commits
%.1f s, %.0f messages a second, at most %.0f MB of memory
`, s.Messages, s.Conversations, counts(s.Ledger), counts(s.Intents), s.GmailUnits, s.Store.Reads, s.Store.Commits,
		s.Seconds, s.MessagesPerSecond, float64(s.PeakBytes)/1e6)
	return err
}

// counts writes what there is of each kind, in the order of the names.
func counts[K ~string](m map[K]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%d %s", m[k], k))
	}
	return strings.Join(out, ", ")
}

// check holds the summary to what is always true: every message has its line in
// the ledger. Messages that were deleted since keep theirs.
func (s summary) check() error {
	lines := 0
	for _, n := range s.Ledger {
		lines += n
	}
	if lines < s.Messages {
		return fmt.Errorf("%d messages in the mailboxes and %d lines in the ledger; were files of --data removed? Begin again with an empty folder", s.Messages, lines)
	}
	return nil
}

func round(f float64) float64 { return math.Round(f*1000) / 1000 }

// patience is how far ahead a promise may be put off for a settling to wait for
// it: longer than a reply can be taken back and than most waits for another
// try, shorter than a nap.
const patience = time.Minute

// openIntents counts what is promised, not yet settled, and due soon. A
// conversation that is snoozed until tomorrow leaves nothing to do now.
func (d *demo) openIntents(ctx context.Context) (int, error) {
	if s, ok := d.service.store.(interface {
		Due(context.Context, time.Time) (int, error)
	}); ok {
		return s.Due(ctx, time.Now().Add(patience))
	}
	in, err := d.service.store.Intents(ctx)
	return in[desk.IntentPending] + in[desk.IntentClaimed], err
}

// peakBytes is the most memory that this process had resident. Linux counts it
// in kilobytes, macOS in bytes (getrusage(2)).
func peakBytes() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return u.Maxrss
	}
	return u.Maxrss * 1024
}
