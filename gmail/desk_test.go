package gmail_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"baton/desk"
)

// fakeDesk is a desk and the part of a store that reading mail needs. It
// refuses what the real ones refuse, and remembers all that it was told.
type fakeDesk struct {
	mu       sync.Mutex
	ledger   map[desk.MessageID]desk.LedgerLine
	received []desk.Message
	facts    map[desk.MessageID]desk.Facts
	twice    int // messages handed over again
	vanished map[desk.MessageID]int
	spam     map[desk.ThreadID]bool
	relabels []relabel
	wants    map[desk.ThreadID][]string
	drafting []drafting
	needs    desk.Needs
	states   map[desk.Mailbox]desk.MailboxState
	cursors  []uint64 // as stored, in order
	leases   map[string]desk.Lease
	acquired int // leases taken or renewed
	tried    int // and tries, held ones included
	reads    int // of states
	records  map[desk.ConversationID]desk.Conversation
	refuse   func(desk.Message) error // asked before a message is recorded
	down     error                    // the store answers with this
}

type drafting struct {
	Thread desk.ThreadID
	desk.Drafting
}

type relabel struct {
	Thread desk.ThreadID
	Found  []string
}

func newFakeDesk() *fakeDesk {
	return &fakeDesk{
		ledger: map[desk.MessageID]desk.LedgerLine{}, facts: map[desk.MessageID]desk.Facts{},
		vanished: map[desk.MessageID]int{}, spam: map[desk.ThreadID]bool{}, wants: map[desk.ThreadID][]string{},
		states: map[desk.Mailbox]desk.MailboxState{}, leases: map[string]desk.Lease{},
		records: map[desk.ConversationID]desk.Conversation{},
	}
}

func (d *fakeDesk) Receive(ctx context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.fault(ctx); err != nil {
		return desk.Conversation{}, err
	}
	if _, ok := d.ledger[m.ID]; ok {
		d.twice++
		return desk.Conversation{}, nil
	}
	if d.refuse != nil {
		if err := d.refuse(m); err != nil {
			return desk.Conversation{}, err
		}
	}
	id := desk.ConversationOf(m.Mailbox, m.Thread)
	d.ledger[m.ID] = desk.LedgerLine{Mailbox: m.Mailbox, Message: m.ID, Thread: m.Thread, Conversation: id, Verdict: m.Verdict, Reason: m.Reason, At: m.At}
	d.received = append(d.received, m)
	d.facts[m.ID] = f
	return desk.Conversation{ID: id}, nil
}

func (d *fakeDesk) fault(ctx context.Context) error {
	if d.down != nil {
		return d.down
	}
	return ctx.Err()
}

func (d *fakeDesk) Needs(desk.Mailbox) desk.Needs {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.needs
}

func (d *fakeDesk) Vanished(ctx context.Context, _ desk.Mailbox, id desk.MessageID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.vanished[id]++
	return d.fault(ctx)
}

func (d *fakeDesk) MarkSpam(ctx context.Context, _ desk.Mailbox, t desk.ThreadID, spam bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.spam[t] = spam
	return d.fault(ctx)
}

// Hand notes what differs from what the thread should wear.
func (d *fakeDesk) Hand(ctx context.Context, _ desk.Mailbox, t desk.ThreadID, s desk.Sight) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	want, ok := d.wants[t]
	var on []string
	differs := false
	for _, ed := range s.Edits {
		if slices.Contains(want, ed.Label) == ed.On {
			continue
		}
		differs = true
		if ed.On && !slices.Contains(on, ed.Label) {
			on = append(on, ed.Label)
		}
	}
	if ok && differs {
		d.relabels = append(d.relabels, relabel{t, on})
	}
	return d.fault(ctx)
}

func (d *fakeDesk) Drafted(ctx context.Context, _ desk.Mailbox, t desk.ThreadID, s desk.Drafting) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.fault(ctx); err != nil {
		return err
	}
	d.drafting = append(d.drafting, drafting{t, s})
	return nil
}

func (d *fakeDesk) Record(ctx context.Context, line desk.LedgerLine) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.fault(ctx); err != nil {
		return err
	}
	if _, ok := d.ledger[line.Message]; ok {
		return desk.ErrExists
	}
	d.ledger[line.Message] = line
	return nil
}

func (d *fakeDesk) Known(ctx context.Context, _ desk.Mailbox, ids []desk.MessageID) (map[desk.MessageID]desk.ConversationID, error) {
	if len(ids) > 500 {
		return nil, fmt.Errorf("%d ids: %w", len(ids), desk.ErrInvalid)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[desk.MessageID]desk.ConversationID{}
	for _, id := range ids {
		if line, ok := d.ledger[id]; ok {
			out[id] = line.Conversation
		}
	}
	return out, d.fault(ctx)
}

func (d *fakeDesk) MailboxState(ctx context.Context, m desk.Mailbox) (desk.MailboxState, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reads++
	st := d.states[m]
	st.Address = m
	return st, d.fault(ctx)
}

func (d *fakeDesk) SetMailboxState(ctx context.Context, m desk.Mailbox, fn func(*desk.MailboxState)) (desk.MailboxState, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.states[m]
	if err := d.fault(ctx); err != nil {
		return st, err
	}
	st.Address = m
	before := st.Cursor
	fn(&desk.MailboxState{Address: m, Cursor: before}) // it may run more than once
	fn(&st)
	d.cursors = append(d.cursors, st.Cursor)
	if !st.Restart {
		st.Cursor = max(st.Cursor, before)
	}
	st.Restart = false
	d.states[m] = st
	return st, nil
}

func (d *fakeDesk) Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.records[id]
	if !ok {
		return c, desk.ErrNotFound
	}
	return c, d.fault(ctx)
}

func (d *fakeDesk) List(ctx context.Context, q desk.Query, _ desk.Page) ([]desk.Row, desk.Next, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []desk.Row
	for _, c := range d.records {
		if q.List == desk.ListStatus && c.Status == q.Status && slices.Contains(q.Mailboxes, c.Mailbox) {
			out = append(out, desk.Row{ID: c.ID, Mailbox: c.Mailbox, Thread: c.Thread, LastID: c.LastID, LastAt: c.LastAt, Status: c.Status})
		}
	}
	return out, "", d.fault(ctx)
}

func (d *fakeDesk) MailboxStates(context.Context) ([]desk.MailboxState, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Values(d.states)), nil
}

func (d *fakeDesk) Acquire(ctx context.Context, name, holder string, now, until time.Time) (desk.Lease, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.fault(ctx); err != nil {
		return desk.Lease{}, err
	}
	d.tried++
	l := d.leases[name]
	if l.Holder != holder && now.Before(l.Until) {
		return desk.Lease{}, desk.ErrHeld
	}
	if l.Holder != holder {
		l.Fence++
	}
	l.Name, l.Holder, l.Until = name, holder, until
	d.leases[name] = l
	d.acquired++
	return l, nil
}

func (d *fakeDesk) Release(_ context.Context, name, holder string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if l := d.leases[name]; l.Holder == holder {
		l.Holder, l.Until = "", time.Time{}
		d.leases[name] = l
	}
	return nil
}

// set changes the fake while others use it.
func (d *fakeDesk) set(f func(d *fakeDesk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(d)
}

// subjects gives what was received, in order.
func (d *fakeDesk) subjects() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, m := range d.received {
		out = append(out, m.Subject)
	}
	return out
}

func (d *fakeDesk) verdicts() map[desk.Verdict]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[desk.Verdict]int{}
	for _, l := range d.ledger {
		out[l.Verdict]++
	}
	return out
}

func (d *fakeDesk) state(m desk.Mailbox) desk.MailboxState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.states[m]
}
