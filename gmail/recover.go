package gmail

import (
	"context"
	"fmt"
	"slices"
	"time"

	"baton/desk"
)

// Bounds of a search that replaces the history. overlap covers clocks that
// differ and mail that was on its way.
const (
	overlap     = time.Hour
	unknownSpan = 30 * 24 * time.Hour
)

// searched is how many messages a search takes in before it lets other work
// go on. At 20 units each, this is 20 s of a mailbox's quota.
const searched = 100

// firstRead gives a mailbox its first cursor. The cursor is taken before the
// search, so that mail which comes meanwhile is seen twice rather than never;
// it is stored after, so that a search that was interrupted is done again.
func (w *worker) firstRead(ctx context.Context) error {
	began := w.room.o.Now()
	var since time.Time
	if d := w.room.o.FirstImport; d > 0 {
		since = began.Add(-d)
		began = since
	}
	return w.restart(ctx, since, func(st *desk.MailboxState) { st.Audit.Since = wholeSecond(began) })
}

// recover gives a mailbox a fresh cursor when the history no longer reaches
// back to the old one. It takes in what came since the mailbox was last read,
// and follows what people did to messages meanwhile. What came with an older
// date than that (people import mail) is found by the audit, which follows.
func (w *worker) recover(ctx context.Context) error {
	since := w.room.o.Now().Add(-unknownSpan)
	if !w.state.SyncedAt.IsZero() {
		since = w.state.SyncedAt.Add(-overlap)
	}
	return w.restart(ctx, since, func(st *desk.MailboxState) {
		if !st.Audit.Since.IsZero() {
			st.Audit.Failed = auditOwed
		}
	})
}

func (w *worker) restart(ctx context.Context, since time.Time, also func(*desk.MailboxState)) error {
	fresh, err := w.client.Cursor(ctx)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		if err := w.search(ctx, since, func() error { return nil }); err != nil {
			return err
		}
	}
	if w.state.Cursor != 0 {
		if err := w.catchUpChanges(ctx); err != nil {
			return err
		}
	}
	// Gmail does not know the old cursor, so the fresh one holds even if it is
	// lower: the mailbox may have been made anew.
	return w.save(ctx, func(st *desk.MailboxState) {
		st.Cursor, st.Restart = fresh, true
		also(st)
	})
}

// resync does the search that people asked for, and then says so in the state:
// one that was interrupted is done again.
func (w *worker) resync(ctx context.Context) error {
	since := w.state.Resync
	if since.IsZero() {
		return nil
	}
	if err := w.search(ctx, since, func() error { return w.readHinted(ctx) }); err != nil {
		return err
	}
	now := w.room.o.Now()
	return w.save(ctx, func(st *desk.MailboxState) {
		st.ResyncAt = now
		if st.Resync.Equal(since) { // else people have asked again
			st.Resync = time.Time{}
		}
	})
}

// readHinted reads the history in the middle of longer work when the mailbox
// has moved.
func (w *worker) readHinted(ctx context.Context) error {
	w.mu.Lock()
	hinted := w.newest > w.stat.Cursor
	if hinted {
		w.reading = max(w.newest, w.reading)
		w.newest, w.older = 0, 0
	}
	w.mu.Unlock()
	if !hinted {
		return nil
	}
	return w.read(ctx, false)
}

// search takes in all mail since a time, oldest first, by the same way as the
// history's. between is called now and then.
func (w *worker) search(ctx context.Context, since time.Time, between func() error) error {
	var found []*touched
	err := w.list(ctx, fmt.Sprintf("after:%d", since.Unix()), func(page []*touched) (more bool, err error) {
		found = append(found, page...)
		return true, nil
	})
	if err != nil {
		return err
	}
	slices.Reverse(found) // Gmail lists the newest first
	for batch := range slices.Chunk(found, searched) {
		s := newSpan()
		s.order = batch
		if err := w.takeIn(ctx, s); err != nil {
			return err
		}
		if err := between(); err != nil {
			return err
		}
	}
	return nil
}

// list gives the pages of a search, newest first, without drafts and chats.
// 5 units for each 500 messages.
func (w *worker) list(ctx context.Context, query string, take func([]*touched) (more bool, err error)) error {
	for page := ""; ; {
		r, err := w.client.List(ctx, query+" -in:drafts -in:chats", page)
		if err != nil {
			return err
		}
		found := make([]*touched, len(r.Messages))
		for i, m := range r.Messages {
			found[i] = &touched{id: desk.MessageID(m.Id), thread: desk.ThreadID(m.ThreadId), added: true}
		}
		more, err := take(found)
		if page = r.NextPageToken; page == "" || !more || err != nil {
			return err
		}
	}
}
