package gmail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"baton/desk"
)

// asideText begins a mailbox's problem when messages were set aside.
const asideText = "Some messages could not be taken in"

// read reads the mailbox's history from the stored cursor to its end, and
// stores the new cursor after everything was taken in. Whatever it repeats
// after a failure changes nothing.
func (w *worker) read(ctx context.Context, sweep bool) error {
	began := w.room.o.Now()
	follows := w.ended == w.place() // nothing was read, here or elsewhere, that may be read again now
	w.ended = place{}
	since := w.state.SyncedAt
	w.mu.Lock()
	if w.whole.After(since) {
		since = w.whole
	}
	w.began = began
	w.stat.Reads++
	w.mu.Unlock()
	if w.state.Cursor == 0 {
		if err := w.firstRead(ctx); err != nil {
			return err
		}
	}
	s := newSpan()
	s.since, s.listed = since, began
	end, err := w.pages(ctx, s)
	if NotFound(err) {
		w.room.o.Logger.Warn("gmail: the history does not reach back to the cursor; the mailbox is searched instead", "mailbox", w.mailbox)
		if err := w.recover(ctx); err != nil {
			return err
		}
		s = newSpan()
		s.since, s.listed = since, w.room.o.Now()
		end, err = w.pages(ctx, s)
	}
	if err != nil {
		return err
	}
	if err := w.follow(ctx, s); err != nil {
		return err
	}
	if err := w.drafting(ctx, s, follows); err != nil {
		return err
	}
	if end <= w.state.Cursor && !sweep && !w.state.SyncedAt.IsZero() && w.state.Problem == w.warn {
		w.caughtUp(end, began)
		w.ended = w.place()
		return nil
	}
	err = w.save(ctx, func(st *desk.MailboxState) {
		st.Cursor = max(st.Cursor, end)
		st.SyncedAt = began
		if st.Audit.Since.IsZero() {
			st.Audit.Since = wholeSecond(began)
		}
		if !strings.HasPrefix(st.Problem, asideText) {
			st.Problem = w.warn
		}
	})
	if err != nil {
		return err
	}
	w.caughtUp(end, began)
	w.ended = w.place()
	return nil
}

// place is where a reading begins or ended, and under which lease.
type place struct {
	cursor uint64
	fence  int64
}

func (w *worker) place() place { return place{w.state.Cursor, w.lease.fence} }

// caughtUp notes in memory how far a reading came that began at a time.
func (w *worker) caughtUp(end uint64, began time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = began
	w.stat.Cursor = max(w.stat.Cursor, end)
	w.stat.SyncedAt = w.room.o.Now()
}

// pages reads all pages from the cursor, and takes in each page's new messages
// before the next is asked for. It gives the mailbox's newest history id.
func (w *worker) pages(ctx context.Context, s *span) (end uint64, err error) {
	start := w.state.Cursor
	for page := ""; ; {
		r, err := w.client.History(ctx, start, page)
		if err != nil {
			return 0, err
		}
		s.add(r.History)
		if err := w.takeIn(ctx, s); err != nil {
			return 0, err
		}
		end = max(end, r.HistoryId)
		if page = r.NextPageToken; page == "" {
			return end, nil
		}
	}
}

// known is how many ids one look into the ledger takes.
const knownMax = 500

// takeIn looks up what the span newly holds and receives what is not recorded.
func (w *worker) takeIn(ctx context.Context, s *span) error {
	waiting := s.waiting()
	for len(waiting) > 0 {
		batch := waiting[:min(len(waiting), knownMax)]
		waiting = waiting[len(batch):]
		w.client.sending.settled(ctx, batch)
		known, err := w.known(ctx, batch)
		if err != nil {
			return err
		}
		var fresh []*touched
		for _, t := range batch {
			t.seen = true
			_, t.known = known[t.id]
			switch {
			case t.known:
			case t.deleted && t.added:
				if err := w.gone(ctx, t); err != nil {
					return err
				}
			case !t.deleted:
				fresh = append(fresh, t)
			}
		}
		if err := w.arrive(ctx, fresh); err != nil {
			return err
		}
	}
	return nil
}

// known tells which of at most knownMax messages are in the ledger.
func (w *worker) known(ctx context.Context, batch []*touched) (map[desk.MessageID]desk.ConversationID, error) {
	ids := make([]desk.MessageID, len(batch))
	for i, t := range batch {
		ids[i] = t.id
	}
	known, err := w.room.o.Store.Known(ctx, w.mailbox, ids)
	if err != nil {
		return nil, fmt.Errorf("gmail: looking up messages in the ledger: %w", err)
	}
	return known, nil
}

// gone records a message that was deleted before it could be read.
func (w *worker) gone(ctx context.Context, t *touched) error {
	now := w.room.o.Now()
	t.void = true
	err := w.room.o.Store.Record(ctx, desk.LedgerLine{
		Mailbox: w.mailbox, Message: t.id, Thread: t.thread, Verdict: desk.Gone,
		Reason: "It was deleted before Baton could read it.", At: now, RecordedAt: now,
	})
	if err != nil && !errors.Is(err, desk.ErrExists) {
		return fmt.Errorf("gmail: recording a vanished message: %w", err)
	}
	return nil
}
