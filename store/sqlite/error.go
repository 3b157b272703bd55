package sqlite

import (
	"errors"
	"fmt"

	"baton/desk"

	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// errMoved says that a record changed between being read and being written.
var errMoved = errors.New("record moved on")

// advice says what an operator can do about a failure of the file or disk.
var advice = map[int]string{
	sqlite3.SQLITE_FULL:     "the disk is full: free some space, writing resumes by itself",
	sqlite3.SQLITE_BUSY:     "another program holds the database's write lock: end it",
	sqlite3.SQLITE_LOCKED:   "another program holds a table's lock: end it",
	sqlite3.SQLITE_IOERR:    "the disk reports errors: check it",
	sqlite3.SQLITE_READONLY: "the file or its folder cannot be written: check their permissions",
	sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: check that its folder exists and can be written",
	sqlite3.SQLITE_CORRUPT:  "the file is damaged: keep it, and restore the last backup beside it",
	sqlite3.SQLITE_NOTADB:   "the file is no SQLite database: give another path",
	sqlite3.SQLITE_NOMEM:    "memory ran out",
	sqlite3.SQLITE_PROTOCOL: "the file's locks do not work: keep it on a local disk",
}

// code gives SQLite's primary result code, or 0 for an error of another kind.
func code(err error) int {
	var se *sqlitedriver.Error
	if errors.As(err, &se) {
		return se.Code() & 0xff
	}
	return 0
}

// broken tells whether an error comes from the file or disk and not from the
// statement. SQLite may have rolled the whole transaction back by then.
func broken(err error) bool { _, ok := advice[code(err)]; return ok }

// damaged tells whether an error says that the file's content is spoilt.
func damaged(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB || errors.Is(err, errDamaged)
}

// translate wraps what callers can tell apart; other errors stay as they are.
func translate(err error) error {
	if err == nil || errors.Is(err, desk.ErrUnavailable) {
		return err
	}
	if code(err) == sqlite3.SQLITE_TOOBIG {
		return fmt.Errorf("%w: %w", desk.ErrTooLarge, err)
	}
	if say, ok := advice[code(err)]; ok {
		return fmt.Errorf("%w: %s: %w", desk.ErrUnavailable, say, err)
	}
	return err
}

// taken tells whether a statement failed because its key exists.
func taken(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT }

func missing(what, id string) error { return fmt.Errorf("%s %q: %w", what, id, desk.ErrNotFound) }
