package gmailsim

import (
	"slices"

	gmailapi "google.golang.org/api/gmail/v1"
)

// search reads q, labelIds and includeSpamTrash into one filter.
func (c *call) search() (*filter, error) {
	q := c.query.Get("q")
	if q != "" && c.metadataOnly() {
		return nil, forbidden("insufficientPermissions", "Metadata scope does not support 'q' parameter")
	}
	f := newFilter(c.s, c.box, q)
	f.labels = c.query["labelIds"]
	f.everywhere = f.everywhere || c.query.Get("includeSpamTrash") == "true" || contains(f.labels, "SPAM") || contains(f.labels, "TRASH")
	return f, nil
}

// page gives the place where the page begins: messages older than this; nil is the newest.
func (c *call) page() (*message, error) {
	tok := c.query.Get("pageToken")
	if tok == "" {
		return nil, nil
	}
	date, id, err := readPagePair(tok)
	if err != nil {
		return nil, badRequest("Invalid pageToken")
	}
	return &message{Date: int64(date), ID: id}, nil
}

// listing reads what every list takes: the filter, the size of a page, and where
// it begins.
func (c *call) listing() (f *filter, limit int, before *message, err error) {
	if f, err = c.search(); err != nil {
		return nil, 0, nil, err
	}
	if limit, err = c.limit(100, 500); err != nil {
		return nil, 0, nil, err
	}
	before, err = c.page()
	return f, limit, before, err
}

// newestFirst calls visit for the messages that pass the filter, newest first, before a place, until
// visit says stop. The mailbox is locked for reading.
func (b *mailbox) newestFirst(f *filter, before *message, visit func(*message) bool) error {
	for _, l := range f.labels {
		if !b.knows(l) {
			return invalidLabel(l)
		}
	}
	list := b.byDate
	if f.rfc != "" {
		list = slices.SortedFunc(slices.Values(b.rfc[f.rfc]), older)
	}
	if before != nil {
		i, _ := slices.BinarySearchFunc(list, before, older)
		list = list[:i]
	}
	for _, m := range slices.Backward(list) {
		ok, err := f.match(m)
		if err != nil {
			return err
		}
		if ok && !visit(m) {
			return nil
		}
	}
	return nil
}

func (c *call) messageList() (any, error) {
	f, limit, before, err := c.listing()
	if err != nil {
		return nil, err
	}
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	out := &gmailapi.ListMessagesResponse{ForceSendFields: []string{"ResultSizeEstimate"}}
	var last *message
	err = c.box.newestFirst(f, before, func(m *message) bool {
		if len(out.Messages) == limit {
			out.NextPageToken = pageToken(uint64(last.Date), last.ID)
			return false
		}
		last = m
		out.Messages = append(out.Messages, &gmailapi.Message{Id: formatID(m.ID), ThreadId: formatID(m.Thread)})
		return true
	})
	out.ResultSizeEstimate = estimate(len(out.Messages), out.NextPageToken != "")
	return out, err
}

// estimate is as rough as Gmail's: it only says that there is more.
func estimate(n int, more bool) int64 {
	if more {
		return int64(n) * 2
	}
	return int64(n)
}

// threadList lists threads by their newest matching message.
func (c *call) threadList() (any, error) {
	f, limit, before, err := c.listing()
	if err != nil {
		return nil, err
	}
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	out := &gmailapi.ListThreadsResponse{ForceSendFields: []string{"ResultSizeEstimate"}}
	done := map[uint64]bool{}
	if before != nil { // a thread shown on an earlier page is not shown again
		if err := c.box.newestFirst(f, nil, func(m *message) bool {
			if older(m, before) < 0 {
				return false
			}
			done[m.Thread] = true
			return true
		}); err != nil {
			return nil, err
		}
	}
	var last *message
	err = c.box.newestFirst(f, before, func(m *message) bool {
		if done[m.Thread] {
			return true
		}
		if len(out.Threads) == limit {
			out.NextPageToken = pageToken(uint64(last.Date), last.ID)
			return false
		}
		last, done[m.Thread] = m, true
		t := c.box.threads[m.Thread]
		newest := t.msgs[len(t.msgs)-1]
		g := &gmailapi.Thread{Id: formatID(t.id), Snippet: newest.Snippet}
		for _, x := range t.msgs {
			g.HistoryId = max(g.HistoryId, x.Hist)
		}
		out.Threads = append(out.Threads, g)
		return true
	})
	out.ResultSizeEstimate = estimate(len(out.Threads), out.NextPageToken != "")
	return out, err
}
