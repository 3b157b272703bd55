package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	sqlitedriver "modernc.org/sqlite"
)

// conn is one connection with its prepared statements. It serves one goroutine
// at a time.
type conn struct {
	raw     driver.Conn
	stmts   map[string]statement
	args    []driver.NamedValue
	changed uint64 // rows written so far, also by what was rolled back
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// dial opens a connection to a file. Query holds the driver's parameters.
func dial(ctx context.Context, path string, query url.Values) (*conn, error) {
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: query.Encode()}).String()
	connector, err := sqlitedriver.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, stmts: make(map[string]statement)}, nil
}

func busyTimeout(d time.Duration) string { return fmt.Sprintf("busy_timeout(%d)", d.Milliseconds()) }

func (c *conn) close() error {
	var errs []error
	for _, st := range c.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, c.raw.Close())...)
}

func (c *conn) statement(sql string) (statement, error) {
	if st, ok := c.stmts[sql]; ok {
		return st, nil
	}
	prepared, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, err
	}
	st, ok := prepared.(statement)
	if !ok {
		return nil, errors.Join(errors.New("sqlite driver without contexts"), prepared.Close())
	}
	c.stmts[sql] = st
	return st, nil
}

// bind puts values into the connection's argument list; the driver copies them
// before it returns.
func (c *conn) bind(values []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, v := range values {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.args
}

// exec runs a statement and tells how many rows it wrote. Values are int64,
// string, []byte or nil.
func (c *conn) exec(sql string, values ...driver.Value) (int64, error) {
	res, err := c.result(sql, values)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	c.changed += uint64(n)
	return n, err
}

// insert runs a statement that adds one row and gives the row's number, or 0
// when the row was there already and the statement lets it be.
func (c *conn) insert(sql string, values ...driver.Value) (int64, error) {
	res, err := c.result(sql, values)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return 0, err
	}
	c.changed++
	return res.LastInsertId()
}

func (c *conn) result(sql string, values []driver.Value) (driver.Result, error) {
	st, err := c.statement(sql)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(context.Background(), c.bind(values))
}

// control runs BEGIN, COMMIT, SAVEPOINT and the like, which write no rows.
func (c *conn) control(sql string) error {
	st, err := c.statement(sql)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(context.Background(), nil)
	return err
}

// script runs several statements that are not kept prepared.
func (c *conn) script(sql string) error {
	st, err := c.raw.Prepare(sql)
	if err != nil {
		return err
	}
	_, err = st.(statement).ExecContext(context.Background(), nil)
	return errors.Join(err, st.Close())
}

// query calls each for every row. The row is overwritten by the next one; its
// strings and byte slices may be kept. No other use of the connection is
// allowed meanwhile.
func (c *conn) query(ctx context.Context, sql string, values []driver.Value, each func(row []driver.Value) error) error {
	st, err := c.statement(sql)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, c.bind(values))
	if err != nil {
		return err
	}
	row := make([]driver.Value, len(rows.Columns()))
	for {
		err = rows.Next(row)
		if err == nil {
			err = each(row)
		}
		if err != nil {
			break
		}
	}
	if errors.Is(err, io.EOF) {
		return rows.Close()
	}
	return errors.Join(err, rows.Close())
}

// one reads at most one row; nil when there is none.
func (c *conn) one(sql string, values ...driver.Value) ([]driver.Value, error) {
	st, err := c.statement(sql)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(context.Background(), c.bind(values))
	if err != nil {
		return nil, err
	}
	row := make([]driver.Value, len(rows.Columns()))
	err = rows.Next(row)
	if errors.Is(err, io.EOF) {
		return nil, rows.Close()
	}
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return row, rows.Close()
}

func text(v driver.Value) string  { s, _ := v.(string); return s }
func number(v driver.Value) int64 { n, _ := v.(int64); return n }
func bytes(v driver.Value) []byte { b, _ := v.([]byte); return b }
