package gmailsim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"
)

type recordKind uint8

const (
	kindAdded recordKind = iota
	kindDeleted
	kindLabels
)

// record is one line of a mailbox's history. labels are the message's after the change.
type record struct {
	id          uint64
	msg, thread uint64
	kind        recordKind
	labels      []string
	plus, minus []string
	origin      string
}

// ExpireHistory makes every cursor handed out so far too old: history.list answers 404 to it, as
// Gmail does after some days.
func (s *Server) ExpireHistory(address string) error {
	b := s.box(address)
	if b == nil {
		return fmt.Errorf("gmailsim: expiring history of %q: %w", address, ErrNoMailbox)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	t := tx{s: s}
	t.other(b, op{Kind: opExpire, Hist: s.newHist(b)})
	return t.commit()
}

// Unseen tells whether a mailbox's history after an id has a record that somebody other than the
// given token identity caused: a service account's email, "client:<id>" for a consent, or
// "user:<address>". Mail that arrives is caused by nobody. A cursor that expired has unseen records.
func (s *Server) Unseen(address string, since uint64, identity string) bool {
	b := s.box(address)
	if b == nil {
		return false
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if since < b.floor {
		return true
	}
	for _, r := range b.after(since) {
		if r.origin == "" || r.origin != identity {
			return true
		}
	}
	return false
}

// HistoryID gives a mailbox's newest history id; 0 if there is no such mailbox.
func (s *Server) HistoryID(address string) uint64 {
	b := s.box(address)
	if b == nil {
		return 0
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.histID
}

// after gives the records with a higher id.
func (b *mailbox) after(id uint64) []record {
	return b.hist[sort.Search(len(b.hist), func(i int) bool { return b.hist[i].id > id }):]
}

var historyTypes = []string{"messageAdded", "messageDeleted", "labelAdded", "labelRemoved"}

func (c *call) historyList() (any, error) {
	if c.query.Get("startHistoryId") == "" {
		return nil, badRequest("Missing required parameter: startHistoryId")
	}
	start, err := strconv.ParseUint(c.query.Get("startHistoryId"), 10, 64)
	if err != nil {
		return nil, badRequest("Invalid value for startHistoryId")
	}
	types := c.query["historyTypes"]
	for _, t := range types {
		if !slices.Contains(historyTypes, t) {
			return nil, badRequest("Invalid value at 'history_types': " + t)
		}
	}
	if len(types) == 0 {
		types = historyTypes
	}
	limit, err := c.limit(100, 500)
	if err != nil {
		return nil, err
	}
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	if start < c.box.floor || start > c.box.histID {
		return nil, notFound()
	}
	label := c.query.Get("labelId")
	if label != "" && !c.box.knows(label) {
		return nil, invalidLabel(label)
	}
	from := start
	if tok := c.query.Get("pageToken"); tok != "" {
		if from, err = readPageToken(tok); err != nil || from < start {
			return nil, badRequest("Invalid pageToken")
		}
	}
	out := &gmailapi.ListHistoryResponse{HistoryId: c.box.histID}
	for _, r := range c.box.after(from) {
		h := r.google(types, label)
		if h == nil {
			continue
		}
		if len(out.History) == limit {
			out.NextPageToken = pageToken(out.History[limit-1].Id)
			break
		}
		out.History = append(out.History, h)
	}
	return out, nil
}

// google gives the record in Google's shape, or nil if the filters leave nothing of it.
func (r *record) google(types []string, label string) *gmailapi.History {
	if label != "" && !contains(r.labels, label) && !contains(r.plus, label) && !contains(r.minus, label) {
		return nil
	}
	m := &gmailapi.Message{Id: formatID(r.msg), ThreadId: formatID(r.thread), LabelIds: r.labels}
	h := &gmailapi.History{Id: r.id, Messages: []*gmailapi.Message{{Id: m.Id, ThreadId: m.ThreadId}}}
	found := false
	switch r.kind {
	case kindAdded:
		if found = contains(types, "messageAdded"); found {
			h.MessagesAdded = []*gmailapi.HistoryMessageAdded{{Message: m}}
		}
	case kindDeleted:
		if found = contains(types, "messageDeleted"); found {
			h.MessagesDeleted = []*gmailapi.HistoryMessageDeleted{{Message: m}}
		}
	case kindLabels:
		if len(r.plus) > 0 && contains(types, "labelAdded") {
			found, h.LabelsAdded = true, []*gmailapi.HistoryLabelAdded{{Message: m, LabelIds: r.plus}}
		}
		if len(r.minus) > 0 && contains(types, "labelRemoved") {
			found, h.LabelsRemoved = true, []*gmailapi.HistoryLabelRemoved{{Message: m, LabelIds: r.minus}}
		}
	}
	if !found {
		return nil
	}
	return h
}

// A page token carries the place where the next page begins.

func pageToken(parts ...uint64) string {
	text := make([]string, len(parts))
	for i, p := range parts {
		text[i] = strconv.FormatUint(p, 36)
	}
	return base64.RawURLEncoding.EncodeToString([]byte("p" + strings.Join(text, ".")))
}

func readPageToken(tok string) (uint64, error) {
	a, _, err := readPagePair(tok)
	return a, err
}

// readPagePair reads a token of one or two numbers.
func readPagePair(tok string) (a, b uint64, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(tok)
	if err != nil || len(raw) == 0 || raw[0] != 'p' {
		return 0, 0, fmt.Errorf("page token: %w", errBadToken)
	}
	first, second, two := strings.Cut(string(raw[1:]), ".")
	if a, err = strconv.ParseUint(first, 36, 64); err != nil {
		return 0, 0, err
	}
	if two {
		b, err = strconv.ParseUint(second, 36, 64)
	}
	return a, b, err
}

// limit reads maxResults: the default for none or 0, the maximum for more.
func (c *call) limit(def, most int) (int, error) {
	v := c.query.Get("maxResults")
	if v == "" {
		return def, nil
	}
	n, err := strconv.ParseUint(v, 10, 32)
	if err != nil {
		return 0, &apiError{http.StatusBadRequest, "badRequest", "Invalid value for maxResults", "INVALID_ARGUMENT"}
	}
	if n == 0 {
		return def, nil
	}
	return min(int(n), most), nil
}
