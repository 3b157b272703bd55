package sqlite

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"baton/desk"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables to the newest version. Each step is a transaction
// of its own together with the version number, so a step that was interrupted
// runs again from its beginning.
func migrate(c *conn) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	version, err := pragma(c, "user_version")
	if err != nil {
		return err
	}
	owner, err := pragma(c, "application_id")
	if err != nil {
		return err
	}
	tables, err := c.one("SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return err
	}
	if owner != applicationID && number(tables[0]) > 0 {
		return fmt.Errorf("%w: the file is another program's database: give another path", desk.ErrInvalid)
	}
	if version > int64(len(steps)) {
		return fmt.Errorf("%w: a newer Baton wrote the file (its tables are version %d, this program knows %d): run the newer one",
			desk.ErrInvalid, version, len(steps))
	}
	for i := version; i < int64(len(steps)); i++ {
		sql, err := migrations.ReadFile(steps[i])
		if err != nil {
			return err
		}
		if err := step(c, string(sql), i+1); err != nil {
			return fmt.Errorf("%s: %w", steps[i], err)
		}
	}
	return nil
}

func step(c *conn, sql string, version int64) error {
	if err := c.control("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := c.script(sql)
	if err == nil {
		err = c.script(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, version))
	}
	if err == nil {
		err = c.control("COMMIT")
	}
	if err != nil {
		return errors.Join(err, c.control("ROLLBACK"))
	}
	return nil
}

func pragma(c *conn, name string) (int64, error) {
	row, err := c.one("PRAGMA " + name)
	if err != nil {
		return 0, err
	}
	return number(row[0]), nil
}
