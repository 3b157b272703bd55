package gmailsim

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// EffectKind says what an API call did.
type EffectKind string

// The kinds of effects.
const (
	EffectSend        EffectKind = "send"         // a mail left a mailbox
	EffectLabels      EffectKind = "labels"       // labels of one message changed
	EffectImport      EffectKind = "import"       // a mail was imported; also one that was there already
	EffectInsert      EffectKind = "insert"       // a mail was inserted
	EffectDraft       EffectKind = "draft"        // a draft was made
	EffectDraftUpdate EffectKind = "draft update" // a draft got a new message
	EffectDraftDelete EffectKind = "draft delete"
	EffectDelete      EffectKind = "delete"
	EffectLabelEdit   EffectKind = "label edit" // a label was made, changed or deleted
)

// Effect is one visible thing that an API call did. Tests assert on these rather than on what the
// caller believes.
type Effect struct {
	Kind         EffectKind
	At           time.Time
	Identity     string // whose token: a service account, "client:<id>" or "user:<address>"
	Mailbox      string
	Message      string // Gmail ids
	Thread       string
	Draft        string
	RFCMessageID string
	Subject      string   // of sent mail
	To           []string // all recipients of sent mail, Bcc too
	Added        []string // label ids
	Removed      []string
	Label        string // name, for label edits
}

// Effects gives a copy of the ledger of effects since the Server was opened, oldest first.
func (s *Server) Effects() []Effect {
	s.effectMu.Lock()
	defer s.effectMu.Unlock()
	return slices.Clone(s.effects)
}

func (s *Server) record(list []Effect) {
	if len(list) == 0 {
		return
	}
	now := s.now()
	s.effectMu.Lock()
	defer s.effectMu.Unlock()
	for _, e := range list {
		e.At = now
		s.effects = append(s.effects, e)
	}
}

// changes counts changes and wakes subscribers.
type changes struct {
	n    atomic.Uint64
	mu   sync.Mutex
	subs map[chan struct{}]bool
}

func (c *changes) bump() {
	c.n.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.subs {
		select {
		case ch <- struct{}{}:
		default: // it has not read the last one: that one stands for both
		}
	}
}

// Changes counts what changed in any mailbox since the Server was opened.
func (s *Server) Changes() uint64 { return s.changes.n.Load() }

// Subscribe gives a channel that gets a value after changes; several changes may share one. Call the
// function when done with it.
func (s *Server) Subscribe() (<-chan struct{}, func()) {
	c := &s.changes
	ch := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs == nil {
		c.subs = map[chan struct{}]bool{}
	}
	c.subs[ch] = true
	return ch, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.subs, ch)
	}
}
