package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"
	"time"

	"baton/desk"
)

const insertMention = `INSERT INTO mention (person, conversation, note, at, done, data) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT (person, conversation, note) DO UPDATE SET at = excluded.at, done = excluded.done, data = excluded.data`

// MentionsOf implements desk.Lists. Mentions of one time are ordered by
// conversation and note.
func (s *Store) MentionsOf(ctx context.Context, person desk.Email, page desk.Page) ([]desk.MentionRow, desk.Next, error) {
	from, err := start(page, mark{List: "mentions", Numbers: [3]int64{highest}})
	if err != nil {
		return nil, "", err
	}
	var mentions []desk.MentionRow
	err = s.read(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT "+rowColumns+`, m.data FROM mention AS m INDEXED BY mention_open
			CROSS JOIN conversation AS c ON c.id = m.conversation
			WHERE m.done = 0 AND m.person = ?1 AND m.at <= ?2
			AND (m.at < ?2 OR (m.conversation, m.note) > (?3, ?4))
			ORDER BY m.at DESC, m.conversation, m.note LIMIT ?5`,
			[]driver.Value{string(person), from.Numbers[0], from.Texts[0], from.Texts[1], int64(page.Limit + 1)},
			func(v []driver.Value) error {
				m := desk.MentionRow{Row: rowOf(v)}
				err := decode("mention", bytes(v[rowWidth]), &m.Mention)
				mentions = append(mentions, m)
				return err
			})
	})
	if err != nil {
		return nil, "", err
	}
	mentions, next := cut(mentions, page.Limit, func(m desk.MentionRow) mark {
		return mark{List: "mentions", Numbers: [3]int64{micros(m.Mention.At)},
			Texts: [2]string{string(m.Mention.Conversation), string(m.Mention.Note)}}
	})
	return mentions, next, nil
}

// shareRow is a share that was not stopped, as table share keeps it.
type shareRow struct {
	person    string
	at, until int64
	share     string
}

func sharesOf(c *desk.Conversation) []shareRow {
	var rows []shareRow
	for _, s := range c.Shares {
		if s.StoppedAt.IsZero() {
			rows = append(rows, shareRow{string(s.To), micros(s.At), micros(s.Until), string(s.ID)})
		}
	}
	return rows
}

// writeShares brings table share from what it had of a record to what it
// should have.
func writeShares(c *conn, id desk.ConversationID, was, is []shareRow) error {
	for _, r := range was {
		if slices.Contains(is, r) {
			continue
		}
		_, err := c.exec("DELETE FROM share WHERE person = ? AND at = ? AND conversation = ? AND share = ?",
			r.person, r.at, string(id), r.share)
		if err != nil {
			return err
		}
	}
	for _, r := range is {
		if slices.Contains(was, r) {
			continue
		}
		_, err := c.exec("INSERT OR REPLACE INTO share (person, at, conversation, share, until) VALUES (?, ?, ?, ?, ?)",
			r.person, r.at, string(id), r.share, r.until)
		if err != nil {
			return err
		}
	}
	return nil
}

// SharedWith implements desk.Lists. A conversation with several living shares
// to the person stands where the newest of them stands; shares of one time are
// ordered by conversation.
func (s *Store) SharedWith(ctx context.Context, person desk.Email, now time.Time, page desk.Page) ([]desk.Row, desk.Next, error) {
	from, err := start(page, mark{List: "shared", Numbers: [3]int64{highest}})
	if err != nil {
		return nil, "", err
	}
	var rows []found
	err = s.read(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT "+rowColumns+`, s.at FROM share AS s
			CROSS JOIN conversation AS c ON c.id = s.conversation
			WHERE s.person = ?1 AND s.until > ?2 AND s.at <= ?3 AND (s.at < ?3 OR s.conversation > ?4)
			AND NOT EXISTS (SELECT 1 FROM share AS o INDEXED BY share_person
				WHERE o.person = ?1 AND o.conversation = s.conversation AND o.until > ?2 AND (o.at, o.share) > (s.at, s.share))
			ORDER BY s.at DESC, s.conversation LIMIT ?5`,
			[]driver.Value{string(person), micros(now), from.Numbers[0], from.Texts[0], int64(page.Limit + 1)},
			func(v []driver.Value) error {
				rows = append(rows, found{row: rowOf(v), keys: [2]int64{number(v[rowWidth])}})
				return nil
			})
	})
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(rows, page.Limit, func(f found) mark {
		return mark{List: "shared", Numbers: [3]int64{f.keys[0]}, Texts: [2]string{string(f.row.ID)}}
	})
	out := make([]desk.Row, len(rows))
	for i, f := range rows {
		out[i] = f.row
	}
	return out, next, nil
}
