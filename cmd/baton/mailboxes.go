package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/store"
)

// operations are what can be done with mailboxes. mailboxes does it over a
// store; remote has the server that holds the store do it.
type operations interface {
	List(ctx context.Context) (roll, error)
	Status(ctx context.Context, m desk.Mailbox) (standing, error)
	Pause(ctx context.Context, m desk.Mailbox) (outcome, error)
	Resume(ctx context.Context, m desk.Mailbox) (outcome, error)
	Resync(ctx context.Context, m desk.Mailbox, since time.Time) (outcome, error)
	Connect(ctx context.Context, m desk.Mailbox, mode desk.GrantMode, redirect string) (asking, error)
	Agree(ctx context.Context, flow string, query url.Values) (outcome, error)
	Link(ctx context.Context, m desk.Mailbox) (invitation, error)
	Disconnect(ctx context.Context, m desk.Mailbox, erase bool) (outcome, error)
}

// mailboxes looks after the mailboxes of one store.
type mailboxes struct {
	store  store.Opened
	policy func() *desk.Policy
	now    func() time.Time
	// reader reads the mailboxes in this process; nil = nobody here does.
	reader reader

	// What follows is for talking to Google; nil and "" = it is not set here.
	ways      *ways
	accounts  *gmail.Accounts // by ways
	gmail     gmail.Options
	topic     string // that Gmail publishes to
	publicURL string
}

// reader is a room, as far as operations steer it.
type reader interface {
	Refresh(ctx context.Context) error
	Leave(m desk.Mailbox)
	Open(m desk.Mailbox) error
}

var _ operations = (*mailboxes)(nil)

// fault is a failure as people and scripts are told it. It says the same
// whichever way the operation was called.
type fault struct {
	Code   string `json:"code"`             // one of the codes below, or Google's own word
	Say    string `json:"say"`              // what happened
	Remedy string `json:"remedy,omitempty"` // what to do
}

func (f *fault) Error() string { return strings.TrimSpace(f.Say + " " + f.Remedy) }

// Codes of faults.
const (
	faultUnknown      = "unknown_mailbox"
	faultDisconnected = "disconnected"
	faultInput        = "invalid"
	faultStore        = "store_unavailable"
	faultHalf         = "half_connected" // access is kept; what follows it is not done
	faultInternal     = "failed"
)

// asFault turns any error into a fault.
func asFault(err error) *fault {
	var f *fault
	var p *desk.Problem
	var access *gmail.AccessError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &access):
		return &fault{Code: access.Reason, Say: access.Say, Remedy: access.Remedy}
	case errors.Is(err, context.Canceled):
		return &fault{Code: "stopped", Say: "It was stopped before it was done.", Remedy: "Run it again."}
	case errors.As(err, &p):
		return &fault{Code: faultInput, Say: p.Say}
	case exitCode(err) == exitUsage, exitCode(err) == exitPolicy:
		return &fault{Code: faultInput, Say: err.Error()}
	case errors.Is(err, desk.ErrUnavailable):
		return &fault{Code: faultStore, Say: "The store does not answer: " + err.Error() + ".", Remedy: "Nothing was half done; try again."}
	}
	return &fault{Code: faultInternal, Say: err.Error()}
}

// outcome is what an operation did.
type outcome struct {
	Mailbox desk.Mailbox `json:"mailbox"`
	OK      bool         `json:"ok"` // no step failed
	Changed bool         `json:"changed"`
	Steps   []step       `json:"steps"`
	Status  standing     `json:"status"` // afterwards
}

// step is one thing that an operation did, or not.
type step struct {
	Name  string    `json:"name"`
	State stepState `json:"state"`
	Say   string    `json:"say"`
}

// stepState says what became of a step.
type stepState string

const (
	stepDone    stepState = "done"
	stepSkipped stepState = "skipped" // there was nothing to do, or it does no harm that it was not done
	stepFailed  stepState = "failed"  // somebody has to see to it
	stepNote    stepState = "note"    // what follows
)

// does is an operation under way: it collects the steps.
type does struct{ outcome }

func (d *does) add(state stepState, name, format string, args ...any) {
	d.Steps = append(d.Steps, step{name, state, fmt.Sprintf(format, args...)})
	d.Changed = d.Changed || state == stepDone
}

func (d *does) done(name, format string, args ...any)    { d.add(stepDone, name, format, args...) }
func (d *does) skipped(name, format string, args ...any) { d.add(stepSkipped, name, format, args...) }
func (d *does) failed(name, format string, args ...any)  { d.add(stepFailed, name, format, args...) }
func (d *does) note(format string, args ...any)          { d.add(stepNote, "note", format, args...) }

// begin checks that a mailbox is one of ours: in the policy, or with a state
// from a time when it was.
func (b *mailboxes) begin(ctx context.Context, m desk.Mailbox) (*does, desk.MailboxState, error) {
	st, err := b.store.MailboxState(ctx, m)
	if err != nil {
		return nil, st, err
	}
	if _, ok := b.policy().Mailbox(m); !ok && st.SyncedAt.IsZero() && st.DisconnectedAt.IsZero() {
		_, err := b.store.Grant(ctx, m)
		if errors.Is(err, desk.ErrNotFound) {
			return nil, st, b.unknown(m)
		}
		if err != nil {
			return nil, st, err
		}
	}
	return &does{outcome{Mailbox: m}}, st, nil
}

func (b *mailboxes) unknown(m desk.Mailbox) error {
	var known []string
	for _, p := range b.policy().Mailboxes {
		known = append(known, string(p.Address))
	}
	remedy := "Add it to the policy file with its members (docs/policy.md), and restart baton serve."
	if len(known) > 0 {
		remedy += " The policy names " + strings.Join(known, ", ") + "."
	}
	return &fault{Code: faultUnknown, Say: fmt.Sprintf("%s is no mailbox of the policy.", m), Remedy: remedy}
}

// end looks how the mailbox stands afterwards.
func (b *mailboxes) end(ctx context.Context, d *does) (outcome, error) {
	if b.reader != nil {
		if err := b.reader.Refresh(ctx); err != nil {
			return outcome{}, err
		}
	}
	d.OK = !slices.ContainsFunc(d.Steps, func(s step) bool { return s.State == stepFailed })
	var err error
	d.Status, err = b.Status(ctx, d.Mailbox)
	return d.outcome, err
}

// List tells how all mailboxes stand, those of the policy first, in its order.
func (b *mailboxes) List(ctx context.Context) (roll, error) {
	states, err := b.store.MailboxStates(ctx)
	if err != nil {
		return roll{}, err
	}
	grants, err := b.store.Grants(ctx)
	if err != nil {
		return roll{}, err
	}
	r := roll{Server: b.server(), Mailboxes: []standing{}}
	seen := make(map[desk.Mailbox]bool)
	add := func(m desk.Mailbox) {
		if seen[m] {
			return
		}
		seen[m] = true
		st, g := desk.MailboxState{Address: m}, (*desk.Grant)(nil)
		if i := slices.IndexFunc(states, func(s desk.MailboxState) bool { return s.Address == m }); i >= 0 {
			st = states[i]
		}
		if i := slices.IndexFunc(grants, func(g desk.Grant) bool { return g.Mailbox == m }); i >= 0 {
			g = &grants[i]
		}
		r.Mailboxes = append(r.Mailboxes, b.standing(st, g))
	}
	for _, p := range b.policy().Mailboxes {
		add(p.Address)
	}
	slices.SortFunc(states, func(x, y desk.MailboxState) int { return cmp.Compare(x.Address, y.Address) })
	for _, st := range states {
		add(st.Address)
	}
	for _, g := range grants {
		add(g.Mailbox)
	}
	return r, nil
}

// Status tells how one mailbox stands.
func (b *mailboxes) Status(ctx context.Context, m desk.Mailbox) (standing, error) {
	d, st, err := b.begin(ctx, m)
	if err != nil {
		return standing{}, err
	}
	g, err := b.store.Grant(ctx, d.Mailbox)
	if errors.Is(err, desk.ErrNotFound) {
		return b.standing(st, nil), nil
	}
	if err != nil {
		return standing{}, err
	}
	return b.standing(st, &g), nil
}
