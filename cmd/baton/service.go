package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"baton/addon"
	"baton/desk"
	"baton/desk/glance"
	"baton/desk/identity"
	"baton/desk/outbox"
	"baton/gmail"
	"baton/store"
)

// service is a serving Baton, put together: mail comes in through push and
// room, people through the addon, and the outbox keeps what both promised.
type service struct {
	log      *slog.Logger
	store    store.Opened
	place    string // the store's address
	holder   string // this process, in claims and leases; "" = not yet named
	desk     *desk.Desk
	verifier *identity.Verifier
	accounts *gmail.Accounts
	openings *gmail.Openings
	threads  *gmail.Threads
	importer *gmail.Importer
	push     *gmail.Push // nil = notifications are pulled
	pull     *gmail.Pull // nil = they are pushed
	room     *gmail.Room
	outbox   *outbox.Outbox
	drafter  *gmail.Drafter
	senders  *gmail.Senders
	sweeper  *gmail.Sweeper
	glances  *glance.Book
	addon    *addon.Addon
	metrics  *metrics
	tuning   tuning
	boxes    *mailboxes
	lacking  atomic.Bool // the store lacks something, as lookOver found
}

// tuning is what only tests, benchmarks and the demo set.
type tuning struct {
	clock     func() time.Time // nil = time.Now
	echoDelay time.Duration    // 0 = usual
	poll      time.Duration    // of the outbox; 0 = usual
	sweep     time.Duration    // between sweeps; 0 = as set
}

// newService puts a service together from checked settings. It opens the store
// and makes no call to Google.
func newService(ctx context.Context, s *settings, key, policyText []byte, log *slog.Logger, t tuning) (_ *service, err error) {
	p, router, err := loadPolicy(s.Policy, policyText)
	if err != nil {
		return nil, err
	}
	sv := &service{log: log, place: s.Store, tuning: t}
	defer func() {
		if err != nil {
			err = errors.Join(err, sv.close(context.WithoutCancel(ctx)))
		}
	}()
	if sv.store, err = store.Open(ctx, s.Store, store.Options{Logger: log}); err != nil {
		return nil, err
	}
	if err = sv.store.SavePolicy(ctx, desk.PolicyText{Version: p.Version, Text: policyText, At: time.Now().UTC()}); err != nil {
		return nil, fmt.Errorf("the policy cannot be stored: %w", err)
	}
	if sv.holder, err = sv.hold(ctx, s.Instance); err != nil {
		return nil, err
	}
	if sv.glances, err = glance.New(glance.Options{Store: sv.store, Logger: log}); err != nil {
		return nil, err
	}
	promised := func(p desk.Promise) { sv.outbox.Promised(p) }
	sv.desk, err = desk.New(desk.Options{
		Store: sv.store, Clock: t.clock, Holder: sv.holder, ClaimFor: s.lease, Promised: promised, Looked: sv.glances.Looked,
		Threads: threads{sv}, Drafts: drafting{sv}, SendAs: sendAs{sv}, Importer: importer{sv},
	}, p, router)
	if err != nil {
		return nil, err
	}
	if sv.verifier, err = identity.New(identity.Options{Issuers: s.Issuers, KeysURL: s.KeysURL, Clock: t.clock}); err != nil {
		return nil, err
	}
	if err = sv.openMail(ctx, s, key, sv.holder); err != nil {
		return nil, err
	}
	if sv.addon, err = addon.New(addon.Options{
		Desk: sv.desk, Verifier: sv.verifier, Mail: opened{sv.openings}, PublicURL: s.PublicURL,
		Account: s.AddonAccount, ClientID: s.ClientID, Logger: log, Observe: sv.observe,
	}); err != nil {
		return nil, err
	}
	sv.metrics = newMetrics(sv)
	return sv, nil
}

// sharedLinger is how long a process keeps a mailbox without work where others
// share the store: another one may have been told of mail.
const sharedLinger = 2 * time.Second

// openMail makes the parts that talk to Gmail.
func (sv *service) openMail(ctx context.Context, s *settings, key []byte, holder string) error {
	enrolled := func(m desk.Mailbox) bool { _, ok := sv.desk.Policy().Mailbox(m); return ok }
	ways, err := s.open(ctx, key, s.GmailURL, sv.store, enrolled, sv.desk.Now, sv.log)
	if err != nil {
		return err
	}
	units := s.units
	if units == 0 {
		units = -1 // no limit
	}
	options := gmail.Options{Endpoint: s.GmailURL, UnitsPerMinute: units, Now: sv.tuning.clock, States: sv.store}
	if sv.accounts, err = gmail.NewAccounts(ways.access, options); err != nil {
		return err
	}
	if sv.threads, err = gmail.NewThreads(gmail.ThreadsOptions{Accounts: sv.accounts, Now: sv.tuning.clock}); err != nil {
		return err
	}
	if sv.senders, err = gmail.NewSenders(sv.accounts, sv.tuning.clock); err != nil {
		return err
	}
	if sv.importer, err = sv.newImporter(); err != nil {
		return err
	}
	sv.openings = gmail.NewOpenings(gmail.Options{Endpoint: s.GmailURL, Now: sv.tuning.clock})
	sv.boxes = &mailboxes{
		store: sv.store, policy: sv.desk.Policy, now: sv.desk.Now,
		ways: ways, accounts: sv.accounts, gmail: options, topic: s.Topic, publicURL: s.PublicURL,
	}
	if err = sv.openOutbox(holder, s.lease); err != nil {
		return err
	}
	var linger time.Duration
	if !sv.store.Alone() {
		linger = sharedLinger
	}
	if sv.room, err = gmail.NewRoom(gmail.RoomOptions{
		Receiver: sv.desk, Store: sv.store, Accounts: sv.accounts, Holder: holder, Logger: sv.log,
		Own: func(e desk.Email) bool { return sv.desk.Policy().OwnAddress(e) }, Topic: s.Topic, Now: sv.tuning.clock,
		Sweep: cmp.Or(sv.tuning.sweep, s.sweep), FirstImport: s.firstImport, EchoDelay: sv.tuning.echoDelay,
		Zone: sv.desk.Policy().Zone, LeaseTTL: s.lease, Linger: linger,
	}); err != nil {
		return err
	}
	sv.boxes.reader = sv.room
	return sv.openHints(s, key)
}

// openHints makes the one way in which notifications come.
func (sv *service) openHints(s *settings, key []byte) (err error) {
	if s.Pull != "" {
		sv.pull, err = gmail.NewPull(gmail.PullOptions{
			Subscription: s.Pull, Hint: sv.room.Hint, Logger: sv.log, Client: pullAs(key),
		})
		return err
	}
	sv.push, err = gmail.NewPush(gmail.PushOptions{
		Verify: func(ctx context.Context, token string) error {
			_, err := sv.verifier.Verify(ctx, token, identity.Want{Audience: s.PushAudience, Email: s.PushAccount})
			return err
		},
		Hint: sv.room.Hint, Subscription: s.PushSubscription, Logger: sv.log,
	})
	return err
}

// mount adds the service's addresses.
func (sv *service) mount(e *echo.Echo) {
	if sv.push != nil {
		e.POST("/push", echo.WrapHandler(sv.push))
	}
	sv.addon.Register(e)
	sv.mountConnect(e)
	mountHealth(e, sv.store.Ping, sv.hampered)
}

// run reads the mailboxes and keeps promises until ctx ends, then finishes what
// is under way.
func (sv *service) run(ctx context.Context) error {
	var g errgroup.Group
	for _, m := range sv.desk.Policy().Mailboxes {
		if err := sv.room.Open(m.Address); err != nil {
			return fmt.Errorf("%s cannot be read: %w", m.Address, err)
		}
	}
	// Which mailboxes are to be left alone is known before the first promise is
	// kept: another process may have their leases, and this one not look at them.
	if err := sv.room.Refresh(ctx); err != nil && ctx.Err() == nil {
		return errors.Join(fmt.Errorf("serving cannot begin: %w", err), sv.room.Close())
	}
	g.Go(func() error { sv.lookOver(ctx); return nil })
	g.Go(func() error { sv.reseal(ctx); return nil })
	g.Go(func() error { return sv.outbox.Run(ctx) })
	g.Go(func() error { return sv.sweeper.Run(ctx) })
	g.Go(func() error { return sv.glances.Run(ctx) })
	g.Go(func() error { return sv.rounds(ctx) })
	if sv.pull != nil {
		sv.pull.Start()
		g.Go(func() error { <-ctx.Done(); return sv.pull.Close() })
	}
	<-ctx.Done()
	return errors.Join(sv.room.Close(), g.Wait())
}

// close gives back what newService opened; run must have returned.
func (sv *service) close(ctx context.Context) error {
	var errs []error
	if sv.pull != nil {
		errs = append(errs, sv.pull.Close())
	}
	if sv.room != nil {
		errs = append(errs, sv.room.Close())
	}
	if sv.threads != nil {
		sv.threads.Close()
	}
	if sv.accounts != nil {
		sv.accounts.Close()
	}
	if sv.openings != nil {
		sv.openings.Close()
	}
	if sv.verifier != nil {
		errs = append(errs, sv.verifier.Close())
	}
	if sv.store != nil {
		if sv.holder != "" {
			// Mail and people may have had more promised after the outbox stopped.
			errs = append(errs, sv.store.Unclaim(ctx, sv.holder))
		}
		errs = append(errs, sv.store.Close(ctx))
	}
	return errors.Join(errs...)
}

func (sv *service) observe(route, outcome string, took time.Duration) {
	sv.metrics.addon.WithLabelValues(route, outcome).Observe(took.Seconds())
}
