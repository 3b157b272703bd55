package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"baton/desk"
	"baton/store/entry"
)

// source is how the entries of one kind are read: from some tables, in the
// order of their key, whose columns come first in a row.
type source struct {
	tables string
	keys   []string
	others string // columns, after a comma
	where  string
	entry  func(c *conn, row []driver.Value) (entry.Entry, error)
}

var sources = map[entry.Kind]source{
	entry.Policies: {"policy", []string{"version"}, ", at, text", "1", func(_ *conn, row []driver.Value) (entry.Entry, error) {
		return desk.PolicyText{Version: text(row[0]), At: when(number(row[1])), Text: bytes(row[2])}, nil
	}},
	entry.Grants:        {"access", []string{"mailbox"}, ", rev, data", "1", grantEntry},
	entry.Mailboxes:     {"mailbox", []string{"address"}, ", data", "1", valueEntry[desk.MailboxState]("mailbox state", 1)},
	entry.Presences:     {"presence", []string{"member"}, ", data", "1", valueEntry[desk.Presence]("presence", 1)},
	entry.Conversations: {"conversation", []string{"n"}, ", data", "1", valueEntry[desk.Conversation]("conversation", 1)},
	entry.Mentions:      {"mention", []string{"person", "conversation", "note"}, ", data", "1", valueEntry[desk.Mention]("mention", 3)},
	entry.Lines:         {"line", []string{"mailbox", "message"}, ", data", "1", lineEntry},
	entry.Leases: {"lease", []string{"name"}, ", fence", "1", func(_ *conn, row []driver.Value) (entry.Entry, error) {
		return entry.Lease{Name: text(row[0]), Fence: number(row[1])}, nil
	}},
	entry.Turns: {"turn", []string{"team", "member"}, ", at", "1", func(_ *conn, row []driver.Value) (entry.Entry, error) {
		return desk.Turn{Team: text(row[0]), Member: desk.Email(text(row[1])), At: when(number(row[2]))}, nil
	}},
	entry.Handles: {"handle", []string{"handle", "conversation"}, "", "1", func(_ *conn, row []driver.Value) (entry.Entry, error) {
		return entry.HandleOf(desk.Handle(text(row[0])), desk.ConversationID(text(row[1]))), nil
	}},
	entry.Events: {"event AS e JOIN conversation AS c ON c.n = e.conversation", []string{"e.conversation", "e.seq"}, ", c.id, e.data", "1",
		func(_ *conn, row []driver.Value) (entry.Entry, error) {
			e := entry.Event{Conversation: desk.ConversationID(text(row[2]))}
			return e, decode("event", bytes(row[3]), &e.Event)
		}},
	entry.Notes: {"note AS o JOIN conversation AS c ON c.n = o.conversation", []string{"o.conversation", "o.id"}, ", c.id, o.data", "1",
		func(_ *conn, row []driver.Value) (entry.Entry, error) {
			n := entry.Note{Conversation: desk.ConversationID(text(row[2]))}
			return n, decode("note", bytes(row[3]), &n.Note)
		}},
	entry.Intents: {"intent", []string{"id"}, ", data", "1", func(_ *conn, row []driver.Value) (entry.Entry, error) {
		var in desk.Intent
		err := decode("intent", bytes(row[1]), &in)
		return entry.Unclaimed(in), err
	}},
	entry.Groups:     {"bulk", []string{"id"}, ", data", "1", valueEntry[desk.Group]("group", 1)},
	entry.Identities: {"identity", []string{"mailbox", "email"}, ", data", "1", valueEntry[desk.Identity]("identity", 2)},
	entry.Current: {"setting", []string{"name"}, ", value", "name = 'policy'", func(_ *conn, row []driver.Value) (entry.Entry, error) {
		return entry.Setting{Policy: text(row[1])}, nil
	}},
}

// valueEntry reads entries that are kept whole in one column.
func valueEntry[T any](what string, column int) func(*conn, []driver.Value) (entry.Entry, error) {
	return func(_ *conn, row []driver.Value) (entry.Entry, error) {
		var v T
		err := decode(what, bytes(row[column]), &v)
		return v, err
	}
}

func grantEntry(_ *conn, row []driver.Value) (entry.Entry, error) {
	g := entry.Grant{Mailbox: desk.Mailbox(text(row[0])), Rev: number(row[1])}
	data := bytes(row[2])
	if data == nil {
		return g, nil
	}
	g.Grant = new(desk.Grant)
	return g, decode("grant", data, g.Grant)
}

// lineEntry gives a line with those handles that such lines bring and that are
// known.
func lineEntry(c *conn, row []driver.Value) (entry.Entry, error) {
	var e entry.Line
	if err := decode("ledger line", bytes(row[2]), &e.Line); err != nil {
		return nil, err
	}
	for _, h := range entry.Implied(e.Line) {
		known, err := c.one("SELECT 1 FROM handle WHERE handle = ? AND conversation = ?", string(h), string(e.Line.Conversation))
		if err != nil {
			return nil, err
		}
		if known != nil {
			e.Handles = append(e.Handles, h)
		}
	}
	return e, nil
}

// Export gives up to limit entries of a kind that come after a place, "" = from
// the beginning, and the place where they end, "" = there are no more. Nothing
// here expires, so the time makes no difference.
func (s *Store) Export(ctx context.Context, kind entry.Kind, after string, limit int, _ time.Time) (found []entry.Entry, next string, err error) {
	src, ok := sources[kind]
	if !ok {
		return nil, "", fmt.Errorf("entries of kind %q: %w", kind, desk.ErrInvalid)
	}
	sql, values, err := src.query(after, limit)
	if err != nil {
		return nil, "", err
	}
	err = s.read(ctx, func(c *conn) error {
		var rows [][]driver.Value
		err := c.query(ctx, sql, values, func(row []driver.Value) error {
			rows = append(rows, append([]driver.Value{}, row...))
			return nil
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			e, err := src.entry(c, row)
			if err != nil {
				return err
			}
			found = append(found, e)
		}
		if len(rows) == limit {
			next = place(rows[limit-1][:len(src.keys)])
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return found, next, nil
}

func (src source) query(after string, limit int) (sql string, values []driver.Value, err error) {
	keys := strings.Join(src.keys, ", ")
	sql = "SELECT " + keys + src.others + " FROM " + src.tables + " WHERE " + src.where
	if after != "" {
		if values, err = keysAt(after, len(src.keys)); err != nil {
			return "", nil, err
		}
		sql += " AND (" + keys + ") > (?" + strings.Repeat(", ?", len(src.keys)-1) + ")"
	}
	return sql + " ORDER BY " + keys + " LIMIT ?", append(values, int64(limit)), nil
}

// place writes a key so that keysAt reads it, byte for byte.
func place(keys []driver.Value) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		if n, ok := k.(int64); ok {
			parts[i] = "n" + strconv.FormatInt(n, 10)
			continue
		}
		parts[i] = "t" + url.QueryEscape(text(k))
	}
	return strings.Join(parts, ",")
}

func keysAt(after string, width int) ([]driver.Value, error) {
	parts := strings.Split(after, ",")
	values := make([]driver.Value, len(parts))
	ok := len(parts) == width
	for i, part := range parts {
		var err error
		switch {
		case strings.HasPrefix(part, "n"):
			values[i], err = strconv.ParseInt(part[1:], 10, 64)
		case strings.HasPrefix(part, "t"):
			values[i], err = url.QueryUnescape(part[1:])
		default:
			ok = false
		}
		ok = ok && err == nil
	}
	if !ok {
		return nil, fmt.Errorf("place %q is none of this store: %w", after, desk.ErrInvalid)
	}
	return values, nil
}

// Size counts the entries of a kind.
func (s *Store) Size(ctx context.Context, kind entry.Kind) (n int, err error) {
	src, ok := sources[kind]
	if !ok {
		return 0, fmt.Errorf("entries of kind %q: %w", kind, desk.ErrInvalid)
	}
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one("SELECT count(*) FROM " + src.tables + " WHERE " + src.where)
		if err == nil {
			n = int(number(row[0]))
		}
		return err
	})
	return n, err
}
