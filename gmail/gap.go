package gmail

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Bounds of what is compared after the history was lost. Gmail empties its
// spam folder after 30 days, so there is no more to compare than that.
const (
	gapSpan    = 30 * 24 * time.Hour
	gapPages   = 20  // of 500 messages in spam, 100 units
	gapRecords = 500 // conversations read, newest first
	gapLabels  = 100 // labels of ours looked at, 5 units each
)

// catchUpChanges follows what people did to known messages while the history
// was lost: moves to and from spam, and labels of ours that are on threads
// which do not want them. Deletions and what lies in the trash change no record
// in themselves; they are left to the next message of the thread.
func (w *worker) catchUpChanges(ctx context.Context) error {
	if err := w.catchUpSpam(ctx); err != nil {
		return err
	}
	return w.catchUpLabels(ctx)
}

// catchUpSpam compares Gmail's spam folder with the conversations that are
// spam on record.
func (w *worker) catchUpSpam(ctx context.Context) error {
	since := w.room.o.Now().Add(-gapSpan)
	inSpam := make(map[desk.ThreadID]map[desk.MessageID]bool)
	pages := 0
	err := w.list(ctx, fmt.Sprintf("in:spam after:%d", since.Unix()), func(page []*touched) (bool, error) {
		for _, t := range page {
			if inSpam[t.thread] == nil {
				inSpam[t.thread] = make(map[desk.MessageID]bool)
			}
			inSpam[t.thread][t.id] = true
		}
		pages++
		return pages < gapPages, nil
	})
	if err != nil {
		return err
	}
	rows, err := w.spamRows(ctx, since)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if inSpam[row.Thread] != nil {
			delete(inSpam, row.Thread) // both agree
		} else if pages < gapPages {
			if err := w.leftSpam(ctx, row); err != nil {
				return err
			}
		}
	}
	return w.enteredSpam(ctx, inSpam)
}

// spamRows lists the conversations that are spam on record and moved lately.
func (w *worker) spamRows(ctx context.Context, since time.Time) ([]desk.Row, error) {
	var out []desk.Row
	query := desk.Query{List: desk.ListStatus, Mailboxes: []desk.Mailbox{w.mailbox}, Status: desk.Spam}
	for page := (desk.Page{Limit: 100}); ; {
		rows, next, err := w.room.o.Store.List(ctx, query, page)
		if err != nil {
			return nil, fmt.Errorf("gmail: listing what is spam on record: %w", err)
		}
		for _, row := range rows {
			if row.LastAt.Before(since) {
				return out, nil
			}
			out = append(out, row)
		}
		if page.After = next; next == "" || len(out) >= gapRecords {
			return out, nil
		}
	}
}

// leftSpam brings back a conversation whose thread people took out of the spam
// folder. One that the team or a rule called spam stays, and so does one that
// lies in the trash or is gone. 20 units.
func (w *worker) leftSpam(ctx context.Context, row desk.Row) error {
	c, err := w.room.o.Store.Conversation(ctx, row.ID)
	if err != nil {
		return fmt.Errorf("gmail: reading a conversation: %w", err)
	}
	if !spamByGmail(c) {
		return nil
	}
	m, err := w.client.Message(ctx, string(row.LastID), usual, false)
	if NotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.Contains(m.LabelIds, "SPAM") || slices.Contains(m.LabelIds, "TRASH") {
		return nil
	}
	return w.markSpam(ctx, row.Thread, false)
}

// spamByGmail tells whether it was Gmail's folder that made a conversation
// spam: nobody is named for its last move there.
func spamByGmail(c desk.Conversation) bool {
	for _, e := range slices.Backward(c.Recent) {
		switch {
		case e.To != string(desk.Spam):
		case e.Kind == desk.EventOpened:
			return len(c.Route.Rules) == 0
		case e.Kind == desk.EventStatus:
			return e.By == ""
		}
	}
	return len(c.Route.Rules) == 0
}

// enteredSpam follows threads whose newest message lies in spam and whose
// record does not say so. One read for each thread that was not known as spam.
func (w *worker) enteredSpam(ctx context.Context, inSpam map[desk.ThreadID]map[desk.MessageID]bool) error {
	looked := 0
	for thread, ids := range inSpam {
		first := slices.Collect(maps.Keys(ids))[:1]
		known, err := w.room.o.Store.Known(ctx, w.mailbox, first)
		if err != nil {
			return fmt.Errorf("gmail: looking up messages in the ledger: %w", err)
		}
		id := known[first[0]]
		if id == "" {
			continue
		}
		if looked++; looked > gapRecords {
			return nil
		}
		c, err := w.room.o.Store.Conversation(ctx, id)
		if err != nil {
			return fmt.Errorf("gmail: reading a conversation: %w", err)
		}
		if c.Status == desk.Spam || !ids[c.LastID] {
			continue
		}
		if err := w.markSpam(ctx, thread, true); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) markSpam(ctx context.Context, thread desk.ThreadID, on bool) error {
	if err := w.room.o.Receiver.MarkSpam(ctx, w.mailbox, thread, on); err != nil {
		return fmt.Errorf("gmail: following a move to or from spam: %w", err)
	}
	return nil
}

// catchUpLabels compares the labels of ours that threads carry with what their
// records want. 5 units for each label, one read for each thread.
func (w *worker) catchUpLabels(ctx context.Context) error {
	ours, err := w.client.ourLabels(ctx)
	if err != nil {
		return err
	}
	since := w.room.o.Now().Add(-gapSpan)
	listed := w.room.o.Now()
	worn := make(map[desk.ThreadID][]desk.LabelEdit)
	for _, id := range slices.Sorted(maps.Keys(ours))[:min(len(ours), gapLabels)] {
		r, err := w.client.labelled(ctx, id, since)
		if NotFound(err) || badLabel(err) {
			continue // somebody deleted it just now
		}
		if err != nil {
			return err
		}
		for _, m := range r.Messages {
			thread := desk.ThreadID(m.ThreadId)
			if !slices.ContainsFunc(worn[thread], func(ed desk.LabelEdit) bool { return ed.Label == ours[id] }) {
				worn[thread] = append(worn[thread], desk.LabelEdit{Label: ours[id], On: true, Message: desk.MessageID(m.Id)})
			}
		}
	}
	threads := slices.Sorted(maps.Keys(worn)) // ids grow with time
	slices.Reverse(threads)
	for _, thread := range threads[:min(len(threads), gapRecords)] {
		if err := w.hand(ctx, thread, desk.Sight{Edits: worn[thread], Since: w.state.SyncedAt, Listed: listed, Gap: true}); err != nil {
			return err
		}
	}
	return nil
}

// ourLabels gives the names of our labels by their ids. 1 unit.
func (c *Client) ourLabels(ctx context.Context) (map[string]string, error) {
	ctx, err := c.labels.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer c.labels.release()
	if err := c.listLabels(ctx); err != nil {
		return nil, err
	}
	out := make(map[string]string)
	for id, name := range c.labels.names {
		if desk.IsLabel(name) {
			out[id] = name
		}
	}
	return out, nil
}

// labelled gives the newest 500 messages that wear a label, from a time on.
// 5 units.
func (c *Client) labelled(ctx context.Context, id string, since time.Time) (*gmailapi.ListMessagesResponse, error) {
	return call(ctx, c, MessagesList, repeatable, func(ctx context.Context) (*gmailapi.ListMessagesResponse, error) {
		return c.api.Messages.List("me").LabelIds(id).Q(fmt.Sprintf("after:%d", since.Unix())).IncludeSpamTrash(true).
			MaxResults(500).Fields("messages(id,threadId)").Context(ctx).Do()
	})
}
