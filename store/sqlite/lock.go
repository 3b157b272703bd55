package sqlite

import (
	"errors"
	"fmt"

	"baton/desk"

	"github.com/gofrs/flock"
)

// fileLock is the right to use a database file alone. The operating system
// takes it back when the process ends in whatever way; the empty file stays.
type fileLock struct{ flock *flock.Flock }

// lockFile takes the lock beside a database file, or says at once who is in
// the way.
func lockFile(path string) (*fileLock, error) {
	l := flock.New(path+".lock", flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: check that its folder can be written: %w", l.Path(), err)
	}
	if !ok {
		err := fmt.Errorf("%w: %s is open in another process (its lock is %s): stop that one, or give this one another file",
			desk.ErrUnavailable, path, l.Path())
		return nil, errors.Join(err, l.Close())
	}
	return &fileLock{flock: l}, nil
}

func (l *fileLock) release() error { return l.flock.Close() }
