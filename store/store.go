// Package store opens a store by its address.
package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"baton/desk"
	"baton/store/sqlite"
)

// Costs counts what a store did since it was opened.
type Costs = sqlite.Costs

// Opened is an open store.
type Opened interface {
	desk.Store
	// Ping tells whether the store can read and write now.
	Ping(ctx context.Context) error
	// Costs gives the counters.
	Costs() Costs
	// Alone tells whether no other process can have the store open.
	Alone() bool
	// Close writes what was put off and gives the store back.
	Close(ctx context.Context) error
}

// Options are what an opener may choose.
type Options struct {
	Logger *slog.Logger // nil drops the store's messages
}

// Open opens the store at an address: "sqlite:FILE".
func Open(ctx context.Context, address string, o Options) (Opened, error) {
	scheme, rest, ok := strings.Cut(address, ":")
	switch {
	case !ok || rest == "":
		return nil, fmt.Errorf("store: %q is no store's address; write sqlite:FILE, for example sqlite:baton.db", address)
	case scheme == "sqlite" && rest == ":memory:":
		return nil, fmt.Errorf("store: a store in memory would forget every promise when the process ends; name a file")
	case scheme == "sqlite":
		s, err := sqlite.Open(ctx, rest, sqlite.Options{Logger: o.Logger})
		if err != nil {
			return nil, err
		}
		return single{s}, nil
	case scheme == "firestore":
		return nil, fmt.Errorf("store: this version keeps records in SQLite only; write sqlite:FILE")
	}
	return nil, fmt.Errorf("store: %q is no kind of store that Baton knows; write sqlite:FILE", scheme)
}

// single is a store that one process has for itself.
type single struct{ *sqlite.Store }

// Alone implements Opened.
func (single) Alone() bool { return true }
