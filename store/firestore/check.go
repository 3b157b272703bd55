package firestore

import (
	"context"

	"baton/desk"
)

// Check asks every kind of question that the store has, once and for nobody in
// particular, so that a missing index shows before somebody needs it;
// desk.ErrUnavailable. Against damage Firestore guards by itself. About 20
// reads.
func (s *Store) Check(ctx context.Context) error {
	const nobody = "nobody@example.invalid"
	page, now := desk.Page{Limit: 1}, s.clock()
	query := desk.Query{Mailboxes: []desk.Mailbox{nobody}, Person: nobody, Status: desk.Open, Now: now}
	everybody := query
	everybody.Person, everybody.List = "", desk.ListLate
	asks := []func() error{
		func() error { _, err := s.Resolve(ctx, "none"); return err },
		func() error { _, err := s.Known(ctx, nobody, []desk.MessageID{"none"}); return err },
		func() error { _, _, err := s.Events(ctx, "none", page); return err },
		func() error { _, _, err := s.Notes(ctx, "none", page); return err },
		func() error { _, _, err := s.List(ctx, everybody, page); return err },
		func() error { _, _, err := s.MentionsOf(ctx, nobody, page); return err },
		func() error { _, _, err := s.SharedWith(ctx, nobody, now, page); return err },
		func() error { _, _, err := s.Parked(ctx, page); return err },
		func() error { _, err := s.ask(ctx, claimable(now, 1)); return err },
		func() error { _, err := s.ask(ctx, held(nobody)); return err },
		func() error { _, err := s.Turns(ctx, "none"); return err },
		func() error { _, err := s.Presences(ctx); return err },
		func() error { _, err := s.MailboxStates(ctx); return err },
		func() error { _, _, err := s.Customer(ctx, nobody, nobody, query.Mailboxes, 1); return err },
	}
	for _, list := range []desk.List{desk.ListMine, desk.ListQueue, desk.ListWaiting, desk.ListLate, desk.ListStatus} {
		q := query
		q.List = list
		asks = append(asks, func() error { _, _, err := s.List(ctx, q, page); return err },
			func() error { _, err := s.Count(ctx, q, 1); return err })
	}
	for _, q := range []question{
		{collection: ledger, equal: []term{{"verdict", ""}, {"mailbox", nobody}}, limit: 1},
		{collection: conversations, equal: []term{{"status", ""}, {"mailbox", nobody}}, limit: 1},
		{collection: intents, equal: []term{{"state", ""}}, limit: 1},
	} {
		asks = append(asks, func() error { _, err := s.count(ctx, q); return err })
	}
	for _, ask := range asks {
		if err := ask(); err != nil {
			return err
		}
	}
	return nil
}
