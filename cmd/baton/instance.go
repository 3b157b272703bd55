package main

import (
	"context"
	"crypto/rand"
	"fmt"
)

// hold gives the name under which this process claims what is to be done and
// leases mailboxes, and gives back what its last run under that name still has:
// nobody has to wait until that runs out. Two processes that run under one name
// at a time take each other's work up: it is done twice, which the store and
// Gmail's drafts keep from having an effect twice.
func (sv *service) hold(ctx context.Context, instance string) (holder string, err error) {
	names := []string{instance}
	switch {
	case sv.store.Alone():
		// No other process can have the store open, so also what a run without
		// the name had is free.
		names = append(names, "baton")
		if instance == "" {
			names = names[1:]
		}
	case instance == "":
		return "baton-" + rand.Text()[:8], nil
	}
	for _, name := range names {
		if err := sv.store.Unclaim(ctx, name); err != nil {
			return "", fmt.Errorf("claims of the last run cannot be given back: %w", err)
		}
	}
	return names[0], nil
}
