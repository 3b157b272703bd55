package gmailsim

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// mailbox is one mailbox in memory. mu guards everything below it.
type mailbox struct {
	addr    string
	name    string
	aliases []Alias

	mu      sync.RWMutex
	msgs    map[uint64]*message
	byDate  []*message // oldest first
	threads map[uint64]*thread
	rfc     map[string][]*message // by Message-ID, lower case, without brackets
	labels  map[string]*label     // user labels by id
	drafts  map[string]*message   // by draft id
	draftOf map[uint64]string     // draft id of a message
	hist    []record
	histID  uint64         // newest history id given
	floor   uint64         // cursors below it are expired
	lastID  uint64         // newest message id given
	loaded  map[string]int // mails got from each source
	labelN  int
	draftN  int
	watch   *watch
	notify  notifier
}

// message is what is kept in memory of one mail; the mail itself is in the store at Off.
type message struct {
	ID      uint64   `json:"i"`
	Thread  uint64   `json:"t"`
	Hist    uint64   `json:"-"` // last history record that touched it
	Date    int64    `json:"d"` // internal date, ms
	Off     int64    `json:"f"`
	Len     int64    `json:"n"`
	Labels  []string `json:"l,omitempty"` // ids; replaced, never changed in place
	RFC     string   `json:"r,omitempty"` // Message-ID without brackets
	Subject string   `json:"s,omitempty"`
	From    string   `json:"w,omitempty"`
	To      string   `json:"u,omitempty"`
	Cc      string   `json:"c,omitempty"`
	Snippet string   `json:"p,omitempty"`
	Attach  bool     `json:"b,omitempty"`
}

type thread struct {
	id   uint64
	msgs []*message // oldest first
}

func newMailbox(addr string) *mailbox {
	return &mailbox{
		addr: addr, msgs: map[uint64]*message{}, threads: map[uint64]*thread{}, rfc: map[string][]*message{},
		labels: map[string]*label{}, drafts: map[string]*message{}, draftOf: map[uint64]string{}, loaded: map[string]int{},
	}
}

func (m *message) has(label string) bool { return slices.Contains(m.Labels, label) }

// older orders messages by internal date, then by id.
func older(a, b *message) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
}

// put files a message under its date, thread and Message-ID.
func (b *mailbox) put(m *message) {
	b.msgs[m.ID] = m
	b.byDate = insertSorted(b.byDate, m)
	t := b.threads[m.Thread]
	if t == nil {
		t = &thread{id: m.Thread}
		b.threads[m.Thread] = t
	}
	t.msgs = insertSorted(t.msgs, m)
	if m.RFC != "" {
		k := strings.ToLower(m.RFC)
		b.rfc[k] = append(b.rfc[k], m)
	}
	b.lastID = max(b.lastID, m.ID)
}

// drop forgets a message.
func (b *mailbox) drop(m *message) {
	delete(b.msgs, m.ID)
	b.byDate = removeSorted(b.byDate, m)
	if t := b.threads[m.Thread]; t != nil {
		if t.msgs = removeSorted(t.msgs, m); len(t.msgs) == 0 {
			delete(b.threads, m.Thread)
		}
	}
	if k := strings.ToLower(m.RFC); k != "" {
		left := slices.DeleteFunc(slices.Clone(b.rfc[k]), func(x *message) bool { return x == m })
		if len(left) == 0 {
			delete(b.rfc, k)
		} else {
			b.rfc[k] = left
		}
	}
}

func insertSorted(list []*message, m *message) []*message {
	if n := len(list); n == 0 || older(list[n-1], m) < 0 {
		return append(list, m)
	}
	i, _ := slices.BinarySearchFunc(list, m, older)
	return slices.Insert(list, i, m)
}

func removeSorted(list []*message, m *message) []*message {
	if i, ok := slices.BinarySearchFunc(list, m, older); ok {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// barrier waits for whoever holds the mailbox now. Later ones see that the Server is closed.
func (b *mailbox) barrier() {
	b.mu.Lock()
	defer b.mu.Unlock()
}

// addresses are the primary address and the aliases.
func (b *mailbox) addresses() []string {
	out := []string{b.addr}
	for _, a := range b.aliases {
		out = append(out, a.Address)
	}
	return out
}

// owns tells whether an address is this mailbox's.
func (b *mailbox) owns(address string) bool {
	return slices.Contains(b.addresses(), strings.ToLower(address))
}

// sendsFrom tells whether mail may be sent from an address. s.mu is held.
func (b *mailbox) sendsFrom(address string) bool {
	return b.owns(address) && !slices.ContainsFunc(b.aliases, func(a Alias) bool { return a.Pending && strings.EqualFold(a.Address, address) })
}
