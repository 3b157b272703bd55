package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baton/desk"
)

// minVersion is the first SQLite without the WAL-reset fault, by which a
// checkpoint at the wrong moment could lose committed pages.
const minVersion = "3.51.3"

// applicationID marks a file as Baton's ("Batn").
const applicationID = 0x4261746e

var errDamaged = errors.New("the file is damaged: keep it, and restore the last backup beside it")

// locate gives the file's one name, whatever links lead to it, and refuses a
// place where SQLite's locks do not work.
func locate(path string) (string, error) {
	if path == "" || path == ":memory:" {
		return "", fmt.Errorf("sqlite path %q: %w: a file is needed, for a store that forgets is none", path, desk.ErrInvalid)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", fmt.Errorf("folder of %s: create it first: %w", path, err)
	}
	abs = filepath.Join(folder, filepath.Base(abs))
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	if name, err := networkFS(filepath.Dir(abs)); err != nil {
		return "", fmt.Errorf("file system of %s: %w", path, err)
	} else if name != "" {
		return "", fmt.Errorf("%s is on a network file system (%s), where SQLite's locks fail and data is lost: keep it on a local disk", path, name)
	}
	return abs, nil
}

func reading(busy time.Duration) url.Values {
	return url.Values{"_pragma": {busyTimeout(busy), "cache_size(-8000)", "temp_store(memory)"}, "_query_only": {"1"}}
}

func writing(busy time.Duration) url.Values {
	return url.Values{"_pragma": {
		busyTimeout(busy), "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)",
		"secure_delete(fast)", "cache_size(-32000)", "temp_store(memory)",
	}}
}

// inspect looks at an existing file before anything can change it.
func inspect(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		return f.Close()
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is no regular file", desk.ErrInvalid)
	}
	if info.Size() == 0 {
		return nil
	}
	return quickCheck(ctx, path)
}

// quickCheck reads the whole file on a connection that cannot change it.
func quickCheck(ctx context.Context, path string) error {
	c, err := dial(ctx, path, url.Values{"mode": {"ro"}, "_pragma": {busyTimeout(5 * time.Second)}})
	if err != nil {
		return err
	}
	var faults []string
	err = c.query(ctx, "PRAGMA quick_check(5)", nil, func(row []driver.Value) error {
		if s := text(row[0]); s != "ok" {
			faults = append(faults, s)
		}
		return nil
	})
	err = errors.Join(err, c.close())
	if err == nil && len(faults) > 0 {
		return fmt.Errorf("%w: %w: %s", desk.ErrUnavailable, errDamaged, strings.Join(faults, "; "))
	}
	return err
}

// prepareFile checks the library and the file's owner, and brings the tables
// up to date.
func prepareFile(c *conn) error {
	row, err := c.one("SELECT sqlite_version()")
	if err != nil {
		return err
	}
	if v := text(row[0]); older(v, minVersion) {
		return fmt.Errorf("SQLite %s is built in, %s or newer is needed", v, minVersion)
	}
	return migrate(c)
}

// older compares dotted version numbers.
func older(a, b string) bool {
	var x, y [3]int
	fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}
