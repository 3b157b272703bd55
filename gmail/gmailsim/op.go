package gmailsim

import "fmt"

type opKind string

// What can happen. An op is applied when it happens and again at each start.
const (
	opMailbox opKind = "box"   // a mailbox is made or renamed
	opAdd     opKind = "add"   // a message comes
	opLabel   opKind = "label" // a message's labels change
	opDelete  opKind = "del"   // a message goes for good
	opDefine  opKind = "def"   // a label is made or changed
	opUndef   opKind = "undef" // a label is deleted, and taken off its messages
	opDraft   opKind = "draft" // a draft holds this message from now on
	opNoDraft opKind = "nodraft"
	opExpire  opKind = "expire" // history below Hist is gone
	opWatch   opKind = "watch"  // a watch, or none
	opSecret  opKind = "secret" // signs access tokens
	opKey     opKind = "key"    // a service account's key
	opGrant   opKind = "grant"  // what a service account may ask for
	opClient  opKind = "client" // an OAuth client
	opConsent opKind = "consent"
	opRevoke  opKind = "revoke"

	opSigners   opKind = "signers" // who may sign for a service account
	opCondition opKind = "state"   // what is wrong with an account
	opEnd       opKind = "end"     // an account's access tokens are over
)

// op is one step of a change. Which fields count depends on Kind.
type op struct {
	Kind    opKind   `json:"k"`
	Mailbox string   `json:"a,omitempty"`
	Hist    uint64   `json:"h,omitempty"`
	Origin  string   `json:"o,omitempty"` // who caused it: a token's identity; "" is the outside
	ID      uint64   `json:"i,omitempty"` // message
	Msg     *message `json:"m,omitempty"`
	Add     []string `json:"add,omitempty"`
	Remove  []string `json:"rem,omitempty"`
	Label   *label   `json:"lab,omitempty"`
	Draft   string   `json:"dr,omitempty"`
	Watch   *watch   `json:"w,omitempty"`
	Name    string   `json:"nm,omitempty"` // of a mailbox; of the source that a loaded message is from
	Aliases []Alias  `json:"al,omitempty"`
	Data    string   `json:"data,omitempty"` // secret, key or client
	Scopes  []string `json:"sc,omitempty"`
	Time    int64    `json:"tm,omitempty"` // s

	box *mailbox // Mailbox, locked by the change's maker
}

// tx gathers the ops of one change. The caller holds the locks of the mailboxes it touches.
type tx struct {
	s       *Server
	ops     []op
	effects []Effect
}

func (t *tx) add(b *mailbox, m *message, origin string) {
	t.ops = append(t.ops, op{box: b, Kind: opAdd, Mailbox: b.addr, Hist: t.s.newHist(b), Origin: origin, Msg: m})
}

// relabel changes the labels of a message, if that changes anything.
func (t *tx) relabel(b *mailbox, m *message, add, remove []string, origin string) bool {
	var plus, minus []string
	for _, l := range add {
		if !m.has(l) && !contains(plus, l) && !contains(remove, l) {
			plus = append(plus, l)
		}
	}
	for _, l := range remove {
		if m.has(l) && !contains(minus, l) {
			minus = append(minus, l)
		}
	}
	if len(plus)+len(minus) == 0 {
		return false
	}
	t.ops = append(t.ops, op{box: b, Kind: opLabel, Mailbox: b.addr, Hist: t.s.newHist(b), Origin: origin, ID: m.ID, Add: plus, Remove: minus})
	t.effects = append(t.effects, Effect{Kind: EffectLabels, Mailbox: b.addr, Message: formatID(m.ID), Thread: formatID(m.Thread), RFCMessageID: m.RFC, Added: plus, Removed: minus, Identity: origin})
	return true
}

func (t *tx) remove(b *mailbox, m *message, origin string) {
	if d := b.draftOf[m.ID]; d != "" {
		t.ops = append(t.ops, op{box: b, Kind: opNoDraft, Mailbox: b.addr, Draft: d})
	}
	t.ops = append(t.ops, op{box: b, Kind: opDelete, Mailbox: b.addr, Hist: t.s.newHist(b), Origin: origin, ID: m.ID})
}

// other adds an op that makes no history.
func (t *tx) other(b *mailbox, o op) {
	o.box, o.Mailbox = b, b.addr
	t.ops = append(t.ops, o)
}

func (t *tx) effect(e Effect) { t.effects = append(t.effects, e) }

// commit writes the ops down and makes them so.
func (t *tx) commit() error {
	if len(t.ops) == 0 {
		return nil
	}
	if err := t.s.store.append(t.ops); err != nil {
		return err
	}
	for i := range t.ops {
		o := &t.ops[i]
		if err := applyTo(o.box, o); err != nil {
			return err
		}
		t.s.touched(o.box, o)
	}
	t.s.record(t.effects)
	t.s.changes.bump()
	return nil
}

// commitLocked is commit for ops about the server itself; s.mu is held.
func (s *Server) commitLocked(ops []op) error {
	if err := s.store.append(ops); err != nil {
		return err
	}
	for i := range ops {
		if err := s.apply(&ops[i]); err != nil {
			return err
		}
	}
	s.changes.bump()
	return nil
}

// apply makes one op so, without writing it down or telling anybody: at start, or with s.mu held.
func (s *Server) apply(o *op) error {
	switch o.Kind {
	case opMailbox:
		b := s.boxes[o.Mailbox]
		if b == nil {
			b = newMailbox(o.Mailbox)
			b.histID, b.floor = o.Hist, o.Hist
			s.boxes[o.Mailbox] = b
		}
		for _, a := range b.aliases {
			delete(s.boxes, a.Address)
		}
		b.name, b.aliases = o.Name, o.Aliases
		for _, a := range b.aliases {
			s.boxes[a.Address] = b
		}
		return nil
	case opSecret, opKey, opGrant, opClient, opConsent, opRevoke, opSigners, opCondition, opEnd:
		return s.auth.apply(o)
	}
	return applyTo(s.boxes[o.Mailbox], o)
}

// applyTo makes an op so in its locked mailbox.
func applyTo(b *mailbox, o *op) error {
	if b == nil {
		return fmt.Errorf("gmailsim: journal names an unknown mailbox in a %q line", o.Kind)
	}
	m := b.msgs[o.ID]
	if m == nil && (o.Kind == opLabel || o.Kind == opDelete || o.Kind == opDraft) {
		return fmt.Errorf("gmailsim: journal names an unknown message in a %q line", o.Kind)
	}
	b.histID = max(b.histID, o.Hist)
	switch o.Kind {
	case opAdd:
		o.Msg.Hist = o.Hist
		b.put(o.Msg)
		if o.Name != "" {
			b.loaded[o.Name]++
		}
		b.hist = append(b.hist, record{id: o.Hist, msg: o.Msg.ID, thread: o.Msg.Thread, kind: kindAdded, labels: o.Msg.Labels, origin: o.Origin})
	case opLabel:
		m.Labels, m.Hist = changeLabels(m.Labels, o.Add, o.Remove), o.Hist
		b.hist = append(b.hist, record{id: o.Hist, msg: m.ID, thread: m.Thread, kind: kindLabels, labels: m.Labels, plus: o.Add, minus: o.Remove, origin: o.Origin})
	case opDelete:
		b.drop(m)
		b.hist = append(b.hist, record{id: o.Hist, msg: m.ID, thread: m.Thread, kind: kindDeleted, labels: m.Labels, origin: o.Origin})
	case opDefine:
		b.labels[o.Label.ID] = o.Label
		b.labelN = max(b.labelN, o.Label.Seq)
	case opUndef:
		delete(b.labels, o.Label.ID)
	case opDraft:
		if old := b.drafts[o.Draft]; old != nil {
			delete(b.draftOf, old.ID)
		}
		b.drafts[o.Draft], b.draftOf[o.ID] = m, o.Draft
		b.draftN++
	case opNoDraft:
		if old := b.drafts[o.Draft]; old != nil {
			delete(b.draftOf, old.ID)
		}
		delete(b.drafts, o.Draft)
	case opExpire:
		b.floor, b.hist = o.Hist, nil
	case opWatch:
		b.watch = o.Watch
	default:
		return fmt.Errorf("gmailsim: journal has a line of unknown kind %q; it was written by a newer version", o.Kind)
	}
	return nil
}

func changeLabels(have, add, remove []string) []string {
	out := make([]string, 0, len(have)+len(add))
	for _, l := range have {
		if !contains(remove, l) {
			out = append(out, l)
		}
	}
	return append(out, add...)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
