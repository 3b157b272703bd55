package sqlite

import (
	"cmp"
	"context"
	"slices"

	"baton/desk"
)

// Look implements desk.Conversations. Looks lie in a column of their own beside
// the record, so that the read of the record gives them.
func (s *Store) Look(ctx context.Context, id desk.ConversationID, l desk.Look, over ...desk.Email) error {
	if _, err := encode("look", &l); err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		row, err := c.one("SELECT n, looks FROM conversation WHERE id = ?", string(id))
		if err == nil && row == nil {
			err = missing("conversation", string(id))
		}
		if err != nil {
			return err
		}
		var all []desk.Look
		if data := bytes(row[1]); len(data) > 0 {
			if err := decode("looks", data, &all); err != nil {
				return err
			}
		}
		all = slices.DeleteFunc(all, func(o desk.Look) bool { return o.By == l.By || slices.Contains(over, o.By) })
		all = append(all, l)
		slices.SortFunc(all, func(a, b desk.Look) int { return cmp.Compare(a.By, b.By) })
		data, err := encode("looks", &all)
		if err != nil {
			return err
		}
		_, err = c.exec("UPDATE conversation SET looks = ? WHERE n = ?", data, number(row[0]))
		return err
	})
}
