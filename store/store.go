// Package store opens a store by its address, so that what Baton keeps its
// state in is a matter of configuration alone. The stores themselves are in
// the packages below; storetest holds the contract that all of them run.
package store

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"baton/desk"
	"baton/store/firestore"
	"baton/store/sqlite"
)

// Opened is a store with what its owner needs to look after it.
type Opened interface {
	desk.Store
	// EraseMailbox forgets all that is recorded of a mailbox's mail, but not its
	// state and its grant. Nobody may read the mailbox meanwhile. Interrupted, it
	// goes on when it is called again.
	EraseMailbox(ctx context.Context, m desk.Mailbox) error
	// Close commits what was accepted and lets go of the store. When ctx ends
	// first, it gives ctx's error and goes on behind.
	Close(ctx context.Context) error
	// Ping tells whether the store can be read and written now.
	Ping(ctx context.Context) error
	// Costs counts what was asked of the store since it was opened.
	Costs() sqlite.Costs
	// Check looks for damage, which may take seconds; desk.ErrUnavailable.
	Check(ctx context.Context) error
	// Alone tells whether no other process can have the store open, so that
	// claims and leases of an earlier one are free.
	Alone() bool
	// Whole gives an error for a store into which a copy began and did not end:
	// half of it is missing; desk.ErrUnavailable.
	Whole(ctx context.Context) error
}

// Options are what every store takes.
type Options struct {
	// Logger takes the store's own messages; nil drops them.
	Logger *slog.Logger
}

// Open opens the store at an address:
//
//	sqlite:/var/lib/baton/baton.db   one file on a local disk, made when missing
//	firestore:PROJECT/DATABASE       a Firestore database in Native mode, which
//	                                 exists and has the indexes that
//	                                 firestore/indexes.json lists; its default
//	                                 database when only PROJECT is given
//
// A wrong address gives desk.ErrInvalid with what a right one looks like.
func Open(ctx context.Context, address string, o Options) (Opened, error) {
	s, err := open(ctx, address, o)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func open(ctx context.Context, address string, o Options) (movable, error) {
	if err := Check(address); err != nil {
		return nil, err
	}
	scheme, place, _ := strings.Cut(address, ":")
	if scheme == "firestore" {
		s, err := firestore.Open(ctx, place, firestore.Options{Logger: o.Logger})
		if err != nil {
			return nil, fmt.Errorf("store %s: %w", address, err)
		}
		return shared{s}, nil
	}
	s, err := sqlite.Open(ctx, place, sqlite.Options{Logger: o.Logger})
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", address, err)
	}
	return s, nil
}

// Check tells whether an address names a store that this version has, without
// opening it; desk.ErrInvalid with what a right one looks like.
func Check(address string) error {
	scheme, place, ok := strings.Cut(address, ":")
	switch {
	case ok && scheme == "sqlite" && place == ":memory:":
		return fmt.Errorf("store %s: %w: a store in memory forgets every promise when the process ends; name a file", address, desk.ErrInvalid)
	case ok && scheme == "sqlite" && place == "":
		return fmt.Errorf("store %s: %w: a file is needed, as in sqlite:baton.db", address, desk.ErrInvalid)
	case ok && scheme == "sqlite":
		return nil
	case ok && scheme == "firestore":
		if err := firestore.CheckAddress(place); err != nil {
			return fmt.Errorf("store %s: %w", address, err)
		}
		return nil
	}
	return fmt.Errorf("store address %q: %w: known are sqlite:path (a file on a local disk) and firestore:project/database", address, desk.ErrInvalid)
}

// canonical gives the one address of a store.
func canonical(address string) (string, error) {
	if err := Check(address); err != nil {
		return "", err
	}
	scheme, place, _ := strings.Cut(address, ":")
	if scheme == "firestore" {
		if !strings.Contains(place, "/") {
			place += "/(default)"
		}
		return scheme + ":" + place, nil
	}
	place, err := filepath.Abs(place)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(place); err == nil {
		place = real
	} else if folder, err := filepath.EvalSymlinks(filepath.Dir(place)); err == nil {
		place = filepath.Join(folder, filepath.Base(place))
	}
	return scheme + ":" + place, nil
}

// shared is a Firestore store; its costs are counted in the same terms.
type shared struct{ *firestore.Store }

// Costs implements Opened.
func (s shared) Costs() sqlite.Costs { return sqlite.Costs(s.Store.Costs()) }
