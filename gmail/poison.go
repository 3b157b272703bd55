package gmail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/desk"
)

// A message that cannot be taken in is tried poisonTries times and then set
// aside, so that the mailbox's other mail goes on. When Gmail itself fails to
// hand it out, which may be an outage, it is also given poisonAge.
const (
	poisonTries = 5
	poisonAge   = 6 * time.Hour
)

// ailing is a message that could not be taken in so far.
type ailing struct {
	tries int
	since time.Time
}

// ail judges the failure of one message: nil = it is dealt with, the cursor
// may go on; else the error that the reading ends with.
func (w *worker) ail(ctx context.Context, r reader, t *touched, err error) error {
	if t.fresh == nil && NotFound(err) {
		return w.gone(ctx, t)
	}
	if stopsAll(err) || ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	now := w.room.o.Now()
	w.mu.Lock()
	a := w.poison[t.id]
	if a == nil {
		a = &ailing{since: now}
		w.poison[t.id] = a
	}
	a.tries++
	tries, since := a.tries, a.since
	w.mu.Unlock()
	if tries < poisonTries || outage(err) && now.Sub(since) < poisonAge {
		return err
	}
	m := w.whatever(r, t, now)
	t.fresh = nil
	if err := w.aside(ctx); err != nil {
		return err
	}
	reason := fmt.Sprintf("Baton could not take it in and set it aside after %d tries.", tries)
	if err := w.record(ctx, m, reason); err != nil {
		return err
	}
	w.room.o.Logger.Error("gmail: a message could not be taken in and was set aside", "mailbox", w.mailbox, "message", string(t.id), "error", logged(err))
	t.taken = true
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.poison, t.id)
	return nil
}

// whatever gives what can be told of a message that could not be taken in. One
// that cannot even be read counts as a person's, so that somebody looks at it.
func (w *worker) whatever(r reader, t *touched, now time.Time) desk.Message {
	m := desk.Message{Mailbox: r.mailbox, ID: t.id, Thread: t.thread, At: now, Verdict: desk.Person}
	if t.fresh == nil {
		return m
	}
	var broken error
	func() {
		defer w.guard(&broken)
		m, _ = r.read(t.fresh, desk.Needs{})
	}()
	return m
}

// outage holds for failures that say more of Gmail than of the message.
func outage(err error) bool {
	c := (*CallError)(nil)
	return errors.As(err, &c) && (c.Code == 0 || c.Code >= 500 || c.Code == 429 || c.Code == 403)
}

// aside tells people that one more message is set aside.
func (w *worker) aside(ctx context.Context) error {
	w.mu.Lock()
	w.stat.SetAside++
	n := w.stat.SetAside
	w.mu.Unlock()
	text := fmt.Sprintf("%s: %d since Baton was started. They are in the ledger with their reason; open them in Gmail.", asideText, n)
	_, err := w.write(ctx, func(st *desk.MailboxState) { st.Problem = text })
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.stat.SetAside--
	}
	return err
}
