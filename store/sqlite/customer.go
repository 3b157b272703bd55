package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"baton/desk"
)

const insertIdentity = "INSERT OR REPLACE INTO identity (mailbox, email, data) VALUES (?, ?, ?)"

// Customer implements desk.Customers.
func (s *Store) Customer(ctx context.Context, m desk.Mailbox, of desk.Email, in []desk.Mailbox, limit int) (desk.Identity, []desk.Conversation, error) {
	id := desk.Identity{Mailbox: m, Email: of}
	var found []desk.Conversation
	err := s.read(ctx, func(c *conn) error {
		var err error
		if id, err = readIdentity(c, m, of); err != nil {
			return err
		}
		values := []driver.Value{int64(limit)}
		var arms []string
		for _, box := range boxesOf(in) {
			for _, e := range id.Addresses() {
				values = append(values, string(box), string(e))
				arms = append(arms, fmt.Sprintf(`SELECT c.n AS n, c.last_at AS k, c.id AS id FROM conversation AS c INDEXED BY conversation_customer
					WHERE c.customer <> '' AND c.mailbox = ?%d AND c.customer = ?%d`, len(values)-1, len(values)))
			}
		}
		if len(arms) == 0 {
			return nil
		}
		sql := "SELECT o.data FROM (" + strings.Join(arms, " UNION ALL ") + " ORDER BY k DESC, id LIMIT ?1) AS p JOIN conversation AS o ON o.n = p.n ORDER BY p.k DESC, p.id"
		return c.query(ctx, sql, values, func(v []driver.Value) error {
			var one desk.Conversation
			err := decode("conversation", bytes(v[0]), &one)
			found = append(found, one)
			return err
		})
	})
	return id, found, err
}

func readIdentity(c *conn, m desk.Mailbox, of desk.Email) (desk.Identity, error) {
	id := desk.Identity{Mailbox: m, Email: of}
	row, err := c.one("SELECT data FROM identity WHERE mailbox = ? AND email = ?", string(m), string(of))
	if err == nil && row != nil {
		err = decode("identity", bytes(row[0]), &id)
	}
	return id, err
}

// stillKnown fails the transaction of a change when an identity is not as it was
// read.
func stillKnown(c *conn, known []desk.Identity) error {
	for _, id := range known {
		now, err := readIdentity(c, id.Mailbox, id.Email)
		if err != nil {
			return err
		}
		if !now.Equal(id) {
			return fmt.Errorf("an identity is not as it was read: %w", desk.ErrConflict)
		}
	}
	return nil
}

// boxesOf gives as many of the mailboxes as are looked into, each once: with
// desk.MaxIdentity addresses the query stays below SQLite's 500 parts.
func boxesOf(in []desk.Mailbox) []desk.Mailbox {
	all := distinct(in)
	return all[:min(len(all), desk.MaxCustomerBoxes)]
}

// identities adds what a change says about who is whom.
func (p *plan) identities(all []desk.Identity) error {
	for _, id := range all {
		if len(id.Same) == 0 {
			p.rows = append(p.rows, write{sql: "DELETE FROM identity WHERE mailbox = ? AND email = ?", values: []driver.Value{string(id.Mailbox), string(id.Email)}})
			continue
		}
		data, err := encode("identity", &id)
		if err != nil {
			return err
		}
		p.rows = append(p.rows, write{sql: insertIdentity, values: []driver.Value{string(id.Mailbox), string(id.Email), data}})
	}
	return nil
}
