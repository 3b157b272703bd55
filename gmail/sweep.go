package gmail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// SweeperOptions are what a Sweeper is made of.
type SweeperOptions struct {
	Accounts *Accounts
	Store    interface {
		Intent(ctx context.Context, id desk.IntentID) (desk.Intent, error)
		desk.Leases
	}
	Mailboxes func() []desk.Mailbox // to be swept; asked anew each time
	Holder    string                // names this process in leases
	Logger    *slog.Logger
	Now       func() time.Time // nil = time.Now
	// Every is how often a mailbox is swept, by one process; 0 = an hour.
	Every time.Duration
	// Delay is how long after the start, or after Soon, a mailbox is swept; 0 = two
	// minutes.
	Delay time.Duration
}

// Sweeper deletes drafts that sending left behind: made, but never written into
// their intents because a process died or another was faster. It deletes what
// carries our header and is as we wrote it, and whose intent is settled or has
// another draft; people's drafts, those made for people to finish, and those of
// open intents stay.
type Sweeper struct {
	o    SweeperOptions
	wake chan struct{}

	mu   sync.Mutex
	due  map[desk.Mailbox]time.Time
	held map[desk.Mailbox]map[string]bool // messages of drafts that are not ours
	// leased are the mailboxes whose lease this process may have.
	leased map[desk.Mailbox]bool
}

// maxInspected bounds the drafts that one sweep looks into, 20 units each; those
// that are known to be people's do not count. The newest go first.
const maxInspected = 25

// NewSweeper makes a Sweeper; see Run.
func NewSweeper(o SweeperOptions) (*Sweeper, error) {
	if o.Accounts == nil || o.Store == nil || o.Mailboxes == nil || o.Holder == "" || o.Logger == nil {
		return nil, errors.New("gmail: a sweeper needs accounts, a store, mailboxes, a holder's name and a logger")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Every == 0 {
		o.Every = time.Hour
	}
	if o.Delay == 0 {
		o.Delay = 2 * time.Minute
	}
	return &Sweeper{
		o: o, wake: make(chan struct{}, 1),
		due: make(map[desk.Mailbox]time.Time), held: make(map[desk.Mailbox]map[string]bool),
		leased: make(map[desk.Mailbox]bool),
	}, nil
}

// Soon has a mailbox swept after the delay. It does not block.
func (s *Sweeper) Soon(m desk.Mailbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.o.Now().Add(s.o.Delay)
	if t, ok := s.due[m]; !ok || t.After(at) {
		s.due[m] = at
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sweeps all mailboxes again and again until the context ends, then gives its
// leases back: a store in which somebody holds one counts as served. What fails
// is logged and waits for the next time.
func (s *Sweeper) Run(ctx context.Context) error {
	defer s.release()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-s.wake:
		}
		next := s.o.Every
		for _, m := range s.o.Mailboxes() {
			wait := s.wait(m)
			if wait <= 0 && ctx.Err() == nil {
				if _, err := s.Sweep(ctx, m); err != nil && ctx.Err() == nil && !errors.Is(err, desk.ErrHeld) {
					s.o.Logger.Warn("gmail: left-over drafts could not be looked for; they are looked for later", "mailbox", m, "error", logged(err))
				}
				wait = s.wait(m)
			}
			next = min(next, max(wait, time.Second))
		}
		timer.Reset(next)
	}
}

// release gives the leases back that this process may have, also when it was told
// to stop.
func (s *Sweeper) release() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	s.mu.Lock()
	leased := slices.Collect(maps.Keys(s.leased))
	s.mu.Unlock()
	var all errgroup.Group
	all.SetLimit(8)
	for _, m := range leased {
		all.Go(func() error {
			if err := s.o.Store.Release(ctx, draftsLease(m), s.o.Holder); err != nil {
				s.o.Logger.Warn("gmail: the lease of a mailbox's drafts could not be given back; it runs out within the hour", "mailbox", m, "error", logged(err))
			}
			return nil
		})
	}
	_ = all.Wait() // failures are logged
}

func draftsLease(m desk.Mailbox) string { return "drafts:" + string(m) }

// wait gives how long until a mailbox is due; one that is new comes after the
// delay.
func (s *Sweeper) wait(m desk.Mailbox) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Now()
	if _, ok := s.due[m]; !ok {
		s.due[m] = now.Add(s.o.Delay)
	}
	return s.due[m].Sub(now)
}

// Sweep looks through a mailbox's newest drafts and gives how many it deleted.
// ErrHeld: another process sweeps this mailbox. 5 units when there is nothing
// new, at most 30 more for each of 25 drafts.
func (s *Sweeper) Sweep(ctx context.Context, m desk.Mailbox) (deleted int, err error) {
	now := s.o.Now()
	s.mu.Lock()
	s.due[m] = now.Add(s.o.Every - s.o.Every/10 + rand.N(s.o.Every/10+1))
	s.mu.Unlock()
	_, err = s.o.Store.Acquire(ctx, draftsLease(m), s.o.Holder, now, now.Add(s.o.Every))
	if !errors.Is(err, desk.ErrHeld) {
		s.mu.Lock()
		s.leased[m] = true // or nobody knows
		s.mu.Unlock()
	}
	if err != nil {
		return 0, fmt.Errorf("gmail: taking the lease of a mailbox's drafts: %w", err)
	}
	c, err := s.o.Accounts.Client(m)
	if err != nil {
		return 0, err
	}
	list, err := c.Drafts(ctx, "")
	if err != nil {
		return 0, err
	}
	theirs := s.known(m, list.Drafts)
	inspected := 0
	for _, d := range list.Drafts {
		if d.Message == nil || theirs[d.Message.Id] {
			continue
		}
		if inspected++; inspected > maxInspected {
			break
		}
		ours, stray, err := s.judge(ctx, c, m, d.Id)
		if err != nil {
			return deleted, err
		}
		switch {
		case !ours:
			s.mu.Lock()
			theirs[d.Message.Id] = true
			s.mu.Unlock()
		case stray:
			if err := c.DeleteDraft(ctx, d.Id); err != nil && !NotFound(err) {
				return deleted, err
			}
			deleted++
		}
	}
	return deleted, nil
}

// known gives the messages of a mailbox's drafts that were found to be people's,
// as far as they are still there. An edited draft has a new message.
func (s *Sweeper) known(m desk.Mailbox, list []*gmailapi.Draft) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := make(map[string]bool)
	for _, d := range list {
		if d.Message != nil && s.held[m][d.Message.Id] {
			kept[d.Message.Id] = true
		}
	}
	s.held[m] = kept
	return kept
}

// judge tells whether a draft is ours as we wrote it, and left over.
func (s *Sweeper) judge(ctx context.Context, c *Client, m desk.Mailbox, draft string) (ours, stray bool, err error) {
	d, err := c.Draft(ctx, draft)
	if NotFound(err) {
		return true, false, nil
	}
	if err != nil {
		return false, false, err
	}
	id := sealedFor(d.Message)
	if id == "" {
		return false, false, nil
	}
	in, err := s.o.Store.Intent(ctx, id)
	if errors.Is(err, desk.ErrNotFound) {
		return false, false, nil // another Baton's, perhaps
	}
	if err != nil {
		return false, false, fmt.Errorf("gmail: reading a draft's intent: %w", err)
	}
	if in.Mailbox != m {
		return false, false, nil
	}
	if in.Kind == desk.IntentDraft {
		// One that a person asked for is theirs; another of the same press is not.
		stray := in.Draft != draft && (in.Draft != "" || !in.State.Open())
		return stray || in.Draft == "", stray, nil
	}
	return true, !in.State.Open() || in.Draft != "" && in.Draft != draft, nil
}
