package gmail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// ahead is how many messages of one thread are fetched at a time.
const ahead = 4

// oldMail is how long before the last complete reading a message that Gmail
// reports only by a label change must have come to count as mail from before
// Baton's time, which people merely sorted.
const oldMail = 24 * time.Hour

// arrive fetches messages and hands them to the desk: threads at the same
// time, messages of one thread in order. An error of one message stops its
// thread, an error of the store or of access stops everything; what was done
// stays done.
func (w *worker) arrive(ctx context.Context, list []*touched) error {
	if len(list) == 0 {
		return nil
	}
	needs := w.room.o.Receiver.Needs(w.mailbox)
	r := reader{mailbox: w.mailbox, own: w.room.o.Own, shared: w.room.serves}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group errgroup.Group
	group.SetLimit(w.room.o.Fetch)
	var mu sync.Mutex
	var first error
	for _, thread := range byThread(list) {
		group.Go(func() error {
			err := w.arriveThread(ctx, r, needs, thread)
			if err == nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			if first == nil || !stopsAll(first) && stopsAll(err) {
				first = err
			}
			if stopsAll(err) {
				stop()
			}
			return nil
		})
	}
	_ = group.Wait() // errors are in first
	if first == nil {
		first = w.reports(ctx, r)
	}
	w.late = nil
	return first
}

// late is a delivery report that waits until what it is about is taken in,
// which may have come with the same reading in another thread.
type late struct {
	t     *touched
	msg   desk.Message
	facts desk.Facts
}

// reports hands the delivery reports of a batch to the desk.
func (w *worker) reports(ctx context.Context, r reader) error {
	for _, l := range w.late {
		err := w.receive(ctx, l.t, l.msg, l.facts)
		if err != nil {
			if err = w.ail(ctx, r, l.t, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// stopsAll holds for errors that the next message would meet as well.
func stopsAll(err error) bool {
	access := (*AccessError)(nil)
	return errors.Is(err, desk.ErrUnavailable) || errors.As(err, &access)
}

func byThread(list []*touched) [][]*touched {
	at := make(map[desk.ThreadID]int)
	var out [][]*touched
	for _, t := range list {
		i, ok := at[t.thread]
		if !ok {
			i = len(out)
			at[t.thread] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], t)
	}
	return out
}

func (w *worker) arriveThread(ctx context.Context, r reader, needs desk.Needs, list []*touched) error {
	for part := range slices.Chunk(list, ahead) {
		got := make([]error, len(part))
		var wg sync.WaitGroup
		for i, t := range part[1:] {
			wg.Go(func() { t.fresh, got[i+1] = w.fetch(ctx, t, needs) })
		}
		part[0].fresh, got[0] = w.fetch(ctx, part[0], needs)
		wg.Wait()
		for i, t := range part {
			err := got[i]
			if err == nil {
				err = w.arriveOne(ctx, r, needs, t)
			}
			if err != nil {
				if err = w.ail(ctx, r, t, err); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *worker) fetch(ctx context.Context, t *touched, needs desk.Needs) (m *gmailapi.Message, err error) {
	defer w.guard(&err)
	names := usual
	if needs.Headers {
		names = nil
	}
	return w.client.Message(ctx, string(t.id), names, needs.Body || needs.Attachments)
}

// guard turns a panic over one mail into its error, so that one mail cannot
// stop the others. What panicked is not said: it may hold the mail's text.
func (w *worker) guard(err *error) {
	if p := recover(); p != nil {
		w.panicked()
		*err = fmt.Errorf("gmail: a message made the program panic: %T", p)
	}
}

// arriveOne hands one fetched message to the desk.
func (w *worker) arriveOne(ctx context.Context, r reader, needs desk.Needs, t *touched) (err error) {
	defer w.guard(&err)
	m := t.fresh
	if slices.Contains(m.LabelIds, "DRAFT") || slices.Contains(m.LabelIds, "CHAT") {
		t.draft, t.void, t.fresh = true, true, nil
		return nil
	}
	t.thread = desk.ThreadID(m.ThreadId)
	msg, facts := r.read(m, needs)
	t.automatic = msg.Verdict == desk.AutoReply
	if msg.Verdict == desk.Bounce {
		if msg.Report, err = w.report(ctx, m, needs); err != nil {
			return err
		}
	}
	t.at = msg.At
	if !t.added && !t.arrivalLike() && msg.At.Before(w.state.SyncedAt.Add(-oldMail)) {
		return w.pastMail(ctx, t, msg)
	}
	if msg.Report != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.late = append(w.late, late{t, msg, facts})
		return nil
	}
	return w.receive(ctx, t, msg, facts)
}

// receive hands a message to the desk.
func (w *worker) receive(ctx context.Context, t *touched, msg desk.Message, facts desk.Facts) (err error) {
	defer w.guard(&err)
	if _, err := w.room.o.Receiver.Receive(ctx, msg, facts); err != nil {
		return err
	}
	t.taken, t.ours = true, msg.Intent != ""
	w.mu.Lock()
	defer w.mu.Unlock()
	if msg.At.After(w.mailAt) {
		w.mailAt = msg.At
	}
	w.stat.Received++
	delete(w.poison, t.id)
	t.fresh.Payload = nil // only the labels are looked at again
	return nil
}

// pastMail records a message from before Baton's time, which opens nothing.
func (w *worker) pastMail(ctx context.Context, t *touched, m desk.Message) error {
	t.fresh, t.taken = nil, true
	return w.record(ctx, m, "It was in the mailbox before Baton began to read it.")
}

func (w *worker) record(ctx context.Context, m desk.Message, reason string) error {
	err := w.room.o.Store.Record(ctx, desk.LedgerLine{
		Mailbox: m.Mailbox, Message: m.ID, Thread: m.Thread, RFC: m.RFC, From: m.From.Email,
		Verdict: m.Verdict, Reason: reason, At: m.At, Size: m.Size, RecordedAt: w.room.o.Now(),
	})
	if err != nil && !errors.Is(err, desk.ErrExists) {
		return fmt.Errorf("gmail: recording a message: %w", err)
	}
	return nil
}
