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

// firstRead gives a mailbox its first cursor. The cursor is taken before the
// search, so that mail which comes meanwhile is seen twice rather than never;
// it is stored after, so that a search that was interrupted is done again.
func (w *worker) firstRead(ctx context.Context) error {
	var since time.Time
	if d := w.room.o.FirstImport; d > 0 {
		since = w.room.o.Now().Add(-d)
	}
	return w.restart(ctx, since)
}

// recover gives a mailbox a fresh cursor when the history no longer reaches
// back to the old one, and takes in what came since it was last read.
func (w *worker) recover(ctx context.Context) error {
	since := w.room.o.Now().Add(-unknownSpan)
	if !w.state.SyncedAt.IsZero() {
		since = w.state.SyncedAt.Add(-overlap)
	}
	return w.restart(ctx, since)
}

func (w *worker) restart(ctx context.Context, since time.Time) error {
	fresh, err := w.client.Cursor(ctx)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		if err := w.search(ctx, since); err != nil {
			return err
		}
	}
	// Gmail does not know the old cursor, so the fresh one holds even if it is
	// lower: the mailbox may have been made anew.
	return w.save(ctx, func(st *desk.MailboxState) { st.Cursor, st.Restart = fresh, true })
}

// search takes in all mail since a time, oldest first, by the same way as the
// history's.
func (w *worker) search(ctx context.Context, since time.Time) error {
	var found []*touched
	query := fmt.Sprintf("after:%d -in:drafts", since.Unix())
	for page := ""; ; {
		r, err := w.client.List(ctx, query, page)
		if err != nil {
			return err
		}
		for _, m := range r.Messages {
			found = append(found, &touched{id: desk.MessageID(m.Id), thread: desk.ThreadID(m.ThreadId), added: true})
		}
		if page = r.NextPageToken; page == "" {
			break
		}
	}
	slices.Reverse(found) // Gmail lists the newest first
	for batch := range slices.Chunk(found, knownMax) {
		if err := w.keep(ctx); err != nil {
			return err
		}
		s := newSpan()
		s.order = batch
		if err := w.takeIn(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
