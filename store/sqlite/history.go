package sqlite

import (
	"context"
	"database/sql/driver"

	"baton/desk"
)

// Events implements desk.Conversations.
func (s *Store) Events(ctx context.Context, id desk.ConversationID, page desk.Page) ([]desk.Event, desk.Next, error) {
	from, err := start(page, mark{List: "events", Numbers: [3]int64{highest}})
	if err != nil {
		return nil, "", err
	}
	var events []desk.Event
	err = s.read(ctx, func(c *conn) error {
		return c.query(ctx, `SELECT e.data FROM conversation AS c JOIN event AS e ON e.conversation = c.n
			WHERE c.id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
			[]driver.Value{string(id), from.Numbers[0], int64(page.Limit + 1)}, func(row []driver.Value) error {
				var e desk.Event
				err := decode("event", bytes(row[0]), &e)
				events = append(events, e)
				return err
			})
	})
	if err != nil {
		return nil, "", err
	}
	events, next := cut(events, page.Limit, func(e desk.Event) mark {
		return mark{List: "events", Numbers: [3]int64{e.Seq}}
	})
	return events, next, nil
}

// Note implements desk.Conversations.
func (s *Store) Note(ctx context.Context, id desk.ConversationID, note desk.NoteID) (n desk.Note, err error) {
	err = s.read(ctx, func(c *conn) error {
		row, err := c.one(`SELECT n.data FROM conversation AS c JOIN note AS n ON n.conversation = c.n
			WHERE c.id = ? AND n.id = ?`, string(id), string(note))
		if err != nil {
			return err
		}
		if row == nil {
			return missing("note", string(note))
		}
		return decode("note", bytes(row[0]), &n)
	})
	return n, err
}

// Notes implements desk.Conversations. Notes of one time are ordered by id.
func (s *Store) Notes(ctx context.Context, id desk.ConversationID, page desk.Page) ([]desk.Note, desk.Next, error) {
	from, err := start(page, mark{List: "notes", Numbers: [3]int64{highest}})
	if err != nil {
		return nil, "", err
	}
	var notes []desk.Note
	err = s.read(ctx, func(c *conn) error {
		return c.query(ctx, `SELECT n.data FROM conversation AS c JOIN note AS n ON n.conversation = c.n
			WHERE c.id = ?1 AND n.at <= ?2 AND (n.at < ?2 OR n.id > ?3) ORDER BY n.at DESC, n.id LIMIT ?4`,
			[]driver.Value{string(id), from.Numbers[0], from.Texts[0], int64(page.Limit + 1)}, func(row []driver.Value) error {
				var n desk.Note
				err := decode("note", bytes(row[0]), &n)
				notes = append(notes, n)
				return err
			})
	})
	if err != nil {
		return nil, "", err
	}
	notes, next := cut(notes, page.Limit, func(n desk.Note) mark {
		return mark{List: "notes", Numbers: [3]int64{micros(n.At)}, Texts: [2]string{string(n.ID)}}
	})
	return notes, next, nil
}
