package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/store"
)

// reachWithin bounds how long a command waits for a store that another process
// has and that no server answers for: one that starts, stops, or is another
// command.
const reachWithin = 5 * time.Second

// reach finds the way to the mailboxes of a store: the store itself, or the
// server that has it. makes says that a SQLite file may be made when there is
// none. The caller calls close when it is done.
func (s *mailboxSettings) reach(ctx context.Context, makes bool) (ops operations, close func() error, err error) {
	if err := s.validate(); err != nil {
		return nil, nil, err
	}
	socket, isFile := socketOf(s.Store)
	if isFile && !makes {
		_, place, _ := strings.Cut(s.Store, ":")
		if _, err := os.Stat(place); errors.Is(err, os.ErrNotExist) {
			return nil, nil, &fault{Code: "no_store", Say: fmt.Sprintf("There is no store at %s.", place),
				Remedy: "Name it with --store (BATON_STORE) as for baton serve, which makes it when it first runs."}
		}
	}
	if isFile && makes && s.Policy == "" {
		_, place, _ := strings.Cut(s.Store, ":")
		_, none := os.Stat(place)
		if _, err := os.Stat(filepath.Dir(place)); err == nil && errors.Is(none, os.ErrNotExist) {
			return nil, nil, noPolicy() // rather than a store that nobody can use
		}
	}
	for end := time.Now().Add(reachWithin); ; {
		st, err := store.Open(ctx, s.Store, store.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
		if err == nil {
			return s.over(ctx, st)
		}
		if !isFile || !errors.Is(err, desk.ErrUnavailable) && !errors.Is(err, os.ErrPermission) {
			return nil, nil, err
		}
		c, refused := call(ctx, socket)
		if refused == nil {
			return c, func() error { return nil }, nil
		}
		if !errors.Is(refused, errNoServer) {
			return nil, nil, refused
		}
		if time.Now().After(end) || errors.Is(err, os.ErrPermission) {
			return nil, nil, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// over puts the operations on a store that this process has open.
func (s *mailboxSettings) over(ctx context.Context, st store.Opened) (operations, func() error, error) {
	b := &mailboxes{store: st, now: time.Now}
	done := func() error { return st.Close(context.WithoutCancel(ctx)) }
	if err := st.Whole(ctx); err != nil {
		return nil, nil, errors.Join(&fault{Code: "half_copied", Say: fmt.Sprintf("%s cannot be used: %v.", s.Store, err)}, done())
	}
	p, err := s.policyOf(ctx, st)
	if err != nil {
		return nil, nil, errors.Join(err, done())
	}
	b.policy = func() *desk.Policy { return p }
	if s.google == nil || !s.google.delegates() && !s.google.consents() {
		return b, done, nil
	}
	if err := s.google.over(ctx, b); err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return b, func() error { b.accounts.Close(); return done() }, nil
}

func noPolicy() error {
	return usage(errors.New("--policy (BATON_POLICY) is missing: the store has no policy yet, so name the file; docs/policy.md has an example"))
}

// policyOf gives the policy: of the file that was named, or else the one that
// was last in force.
func (s *mailboxSettings) policyOf(ctx context.Context, st store.Opened) (*desk.Policy, error) {
	name, text := s.Policy, []byte(nil)
	if name != "" {
		var err error
		if text, err = readFile(name); err != nil {
			return nil, usage(fmt.Errorf("the policy file cannot be read: %w", err))
		}
	} else {
		stored, err := st.CurrentPolicy(ctx)
		if errors.Is(err, desk.ErrNotFound) {
			return nil, noPolicy()
		}
		if err != nil {
			return nil, err
		}
		name, text = "the stored policy", stored.Text
	}
	p, _, err := loadPolicy(name, text)
	return p, err
}

// over opens the ways to mailboxes for operations over a store.
func (s *reachSettings) over(ctx context.Context, b *mailboxes) error {
	key, err := s.serviceKey()
	if err != nil {
		return err
	}
	b.gmail = gmail.Options{Endpoint: s.GmailURL, States: b.store}
	b.topic, b.publicURL = s.Topic, strings.TrimRight(s.PublicURL, "/")
	enrolled := func(m desk.Mailbox) bool { _, ok := b.policy().Mailbox(m); return ok }
	if b.ways, err = s.open(ctx, key, s.GmailURL, b.store, enrolled, b.now, nil); err != nil {
		return err
	}
	b.accounts, err = gmail.NewAccounts(b.ways.access, b.gmail)
	return err
}
