package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a Desk is made of.
type Options struct {
	Store Store
	// Clock gives the time; nil = time.Now.
	Clock func() time.Time
	// Holder names this process in the claims of the intents that it makes;
	// such intents are born claimed for ClaimFor, so that the process can
	// perform them at once without another commit. "" = intents are born pending.
	Holder   string
	ClaimFor time.Duration // 0 = one minute
	// Threads reads mail for those who may; nil = nobody reads any here.
	Threads Threads
	// Drafts makes drafts for people to finish in Gmail; nil = none are made here.
	Drafts Drafts
	// SendAs tells which aliases a mailbox may send from; nil = all that the
	// policy names.
	SendAs SendAs
	// Importer puts mail that people hand in into shared mailboxes; nil = nobody
	// hands any in here.
	Importer Importer
	// IntakeWithin is how long one intake works at most; 0 = 20 s.
	IntakeWithin time.Duration
	// Promised is told of the intents of each committed change, with the record
	// as it was committed. It must not block.
	Promised func(Promise)
	// Looked is told who has a conversation before them, to be written with
	// Store.Look soon, or not at all. It must not block. nil = nobody is noted.
	Looked func(Looked)
}

// Promise is what a committed change promised.
type Promise struct {
	Conversation Conversation
	Intents      []Intent
}

// Desk is what may be done with conversations. Its methods are safe for
// concurrent use, in one process and in many.
type Desk struct {
	store     Store
	clock     func() time.Time
	holder    string
	claimFor  time.Duration
	promised  func(Promise)
	looked    func(Looked)
	threads   Threads
	drafts    Drafts
	sendAs    SendAs
	importer  Importer
	intakeFor time.Duration
	book      atomic.Pointer[book]
	persons   sync.Mutex // held while somebody says who is whom
	rounds    sync.Mutex
	rounded   int                // how many rounds were made
	served    map[WaitKey]string // in which mailboxes somebody was there at the last one
	calm      map[Mailbox]bool   // in which no alarm is set, and none rings
	turn      sync.Mutex         // held from picking a team's next member until the pick is committed
}

type book struct {
	policy *Policy
	router Router
}

// New makes a Desk that serves a policy.
func New(o Options, p *Policy, r Router) (*Desk, error) {
	if o.Store == nil || p == nil || r == nil {
		return nil, errors.New("desk: store, policy and router are required")
	}
	d := &Desk{
		store: o.Store, clock: o.Clock, holder: o.Holder, claimFor: o.ClaimFor, promised: o.Promised, looked: o.Looked, threads: o.Threads,
		drafts: o.Drafts, sendAs: o.SendAs, importer: o.Importer, intakeFor: cmp.Or(o.IntakeWithin, intakeWithin),
	}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.claimFor == 0 {
		d.claimFor = time.Minute
	}
	d.SetPolicy(p, r)
	return d, nil
}

// SetPolicy puts another policy in force; changes under way finish with the
// one they began with.
func (d *Desk) SetPolicy(p *Policy, r Router) { d.book.Store(&book{p, r}) }

// Policy gives the policy in force. It must not be changed.
func (d *Desk) Policy() *Policy { return d.book.Load().policy }

// Now gives the desk's time, in the store's precision.
func (d *Desk) Now() time.Time { return d.clock().UTC().Truncate(time.Microsecond) }

// edit is one change of a record on its way: the record, what the change
// brings with it, and who makes it when.
type edit struct {
	*Conversation
	policy *Policy
	by     Email
	via    string // ByLabel, or ""
	now    time.Time
	change Change
	was    state // the record as it was, as far as an undo may need it

	wore     []string       // the labels that its thread wore
	faced    face           // what they showed
	waited   WaitKey        // for whom it waited
	beside   *edit          // of another record that changes with it; nil = none
	right    bool           // its thread is to be put right, whatever it wears
	mirrored ConversationID // a merged thread that shows the new state already
	tells    []told         // whom it is to tell of what
	quiet    bool           // the record changed in what has no line of history
}

// edit begins a change of a record.
func (d *Desk) edit(p *Policy, c *Conversation, by Email) *edit {
	return &edit{Conversation: c, policy: p, by: by, now: d.Now(), was: stateOf(c), wore: WantedLabels(p, c), faced: c.face(), waited: c.WaitsFor()}
}

// empty tells whether the edit changed nothing.
func (e *edit) empty() bool {
	return len(e.change.Events) == 0 && len(e.change.Ledger) == 0 && !e.right && !e.quiet
}

// finish adds to an edit what follows from it.
func (d *Desk) finish(ctx context.Context, e *edit) {
	if e.by != "" && e.via == "" && !slices.Equal(WantedLabels(e.policy, e.Conversation), e.wore) {
		e.Refusal = nil // what was done now went through
	}
	e.stopLater()
	if !e.undoes() {
		e.partake()
	}
	e.noteBrought()
	e.remember(groupOf(ctx))
	if e.right {
		d.promiseRight(e, e.wore)
	} else {
		d.promiseLabels(e, e.wore)
	}
	d.promiseMirror(e, e.faced)
	d.promiseHandOut(e)
	d.promiseNotices(e, gathering(ctx) != nil)
}

// event adds a line to the history. Time, actor, number and version are filled
// in.
func (e *edit) event(ev Event) {
	ev.Via = e.via
	e.eventBy(e.by, ev)
}

// touch is Conversation.touch with how it was done.
func (e *edit) touch(a Aspect, by Email, at time.Time) {
	e.Conversation.touch(a, by, at)
	if e.via != "" {
		m := e.Marks[a]
		m.Via = e.via
		e.Marks[a] = m
	}
}

// eventBy is event for what somebody else did than who makes the change.
func (e *edit) eventBy(by Email, ev Event) {
	e.EventSeq++
	ev.Seq, ev.At, ev.By, ev.Version = e.EventSeq, e.now, by, e.Version+1
	e.change.Events = append(e.change.Events, ev)
	e.Recent = append(slices.Clip(e.Recent), ev)
	if n := len(e.Recent) - KeptEvents; n > 0 {
		e.Recent = slices.Clone(e.Recent[n:])
	}
}

// changeBy lets a person change a record: the person must see it and have the
// right. fn changes it through the edit; a change without events is none.
func (d *Desk) changeBy(ctx context.Context, by Email, id ConversationID, need Right, fn func(*edit) error) (Conversation, error) {
	p := d.Policy()
	return d.update(ctx, id, by, func(e *edit) error {
		if e.Version == 0 {
			return ErrNotFound
		}
		r := p.roleIn(by, e.Conversation, e.now)
		if r == "" {
			return ErrNotFound
		}
		if !r.may(need, e.ShareTo(by, e.now)) {
			return forbidden("%s", ours(need.Refusal()))
		}
		if e.Merged != nil && need != RightSee {
			return e.elsewhere()
		}
		return fn(e)
	})
}

// update commits one edit: events, what the labels should become, and what fn
// put into the change.
func (d *Desk) update(ctx context.Context, id ConversationID, by Email, fn func(*edit) error) (Conversation, error) {
	p := d.Policy()
	var made []Intent
	var tells []told
	var last Change
	many := gathering(ctx)
	c, err := d.store.Update(ctx, id, func(c *Conversation) (Change, error) {
		made, tells, last = nil, nil, Change{Nothing: true}
		e := d.edit(p, c, by)
		if err := fn(e); err != nil {
			return Change{}, err
		}
		if e.empty() {
			return Change{Nothing: true}, nil
		}
		d.finish(ctx, e)
		made, tells, last = e.change.Intents, e.tells, e.change
		return e.change, nil
	})
	if err != nil {
		return Conversation{}, err
	}
	tally(ctx, last)
	// A draft is made while its writer waits, and handed over then; nobody performs
	// what is held.
	made = slices.DeleteFunc(slices.Clone(made), func(in Intent) bool { return in.Kind == IntentDraft || in.State == IntentHeld })
	if len(made) > 0 && d.promised != nil {
		d.promised(Promise{Conversation: c, Intents: made})
	}
	many.add(&c, tells)
	return c, nil
}

// intent adds a promise to the change. key tells promises of one change apart.
func (d *Desk) intent(e *edit, in Intent, key string) {
	in.ID = IntentID(digest("intent", string(in.Kind), string(e.ID), key))
	d.promiseAs(e, in)
}

// promiseAs adds an intent that has its name to the change.
func (d *Desk) promiseAs(e *edit, in Intent) {
	in.Mailbox, in.Conversation, in.CreatedAt = e.Mailbox, e.ID, e.now
	in.State = IntentPending
	if d.holder != "" && !in.NotBefore.After(e.now) {
		in.State, in.Holder, in.ClaimedUntil = IntentClaimed, d.holder, e.now.Add(d.claimFor)
	}
	e.change.Intents = append(e.change.Intents, in)
}
