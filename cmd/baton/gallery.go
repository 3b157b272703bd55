package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"baton/desk"
	"baton/store/sqlite"
)

// scratch opens a store for one card of the preview's gallery, in a folder that
// goes with it.
func scratch(ctx context.Context) (desk.Store, func() error, error) {
	dir, err := os.MkdirTemp("", "baton-card-")
	if err != nil {
		return nil, nil, err
	}
	st, err := sqlite.Open(ctx, filepath.Join(dir, "baton.db"), sqlite.Options{PutOff: time.Millisecond})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return st, func() error {
		return errors.Join(st.Close(context.WithoutCancel(ctx)), os.RemoveAll(dir))
	}, nil
}
