package storetest

import (
	"testing"

	"baton/desk"
)

var ledgerTests = []test{
	{"written once", testLineOnce},
	{"mailboxes apart", testLineMailboxes},
	{"known", testKnown},
	{"verdicts", testVerdicts},
}

func testLineOnce(t *testing.T, s desk.Store) {
	first := line(1)
	noErr(t, "record", s.Record(t.Context(), first))
	second := first
	second.Verdict = desk.Gone
	wantErr(t, "record again", s.Record(t.Context(), second), desk.ErrExists)
	_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
		return desk.Change{Ledger: []desk.LedgerLine{line(2), line(2)}}, nil
	})
	wantErr(t, "twice in one change", err, desk.ErrExists)
	got, err := s.Line(t.Context(), support, first.Message)
	noErr(t, "line", err)
	same(t, "line", got, first)
}

func testLineMailboxes(t *testing.T, s desk.Store) {
	noErr(t, "record", s.Record(t.Context(), line(1)))
	_, err := s.Line(t.Context(), sales, message(1))
	wantErr(t, "line of another mailbox", err, desk.ErrNotFound)
	other := line(1)
	other.Mailbox = sales
	noErr(t, "the same message id in another mailbox", s.Record(t.Context(), other))
}

func testKnown(t *testing.T, s desk.Store) {
	gone := line(2)
	gone.Conversation, gone.Verdict = "", desk.Gone
	noErr(t, "record", s.Record(t.Context(), line(1)))
	noErr(t, "record", s.Record(t.Context(), gone))
	other := line(3)
	other.Mailbox = sales
	noErr(t, "record", s.Record(t.Context(), other))
	ids := []desk.MessageID{message(1), message(1)}
	for i := 2; len(ids) < 500; i++ {
		ids = append(ids, message(i))
	}
	known, err := s.Known(t.Context(), support, ids)
	noErr(t, "known", err)
	same(t, "known", known, map[desk.MessageID]desk.ConversationID{message(1): line(1).Conversation, message(2): ""})
	known, err = s.Known(t.Context(), support, nil)
	noErr(t, "known of none", err)
	same(t, "known of none", known, map[desk.MessageID]desk.ConversationID{})
	_, err = s.Known(t.Context(), support, append(ids, "one more"))
	wantErr(t, "over 500", err, desk.ErrInvalid)
}

func testVerdicts(t *testing.T, s desk.Store) {
	got, err := s.Verdicts(t.Context(), "")
	noErr(t, "verdicts", err)
	same(t, "of nothing", got, map[desk.Verdict]int{})
	for i, v := range []desk.Verdict{desk.Person, desk.Person, desk.Bounce, desk.Own} {
		l := line(i)
		l.Verdict = v
		if i == 3 {
			l.Mailbox = sales
		}
		if i == 1 {
			put(t, s, record(1), desk.Change{Ledger: []desk.LedgerLine{l}})
			continue
		}
		noErr(t, "record", s.Record(t.Context(), l))
		wantErr(t, "again", s.Record(t.Context(), l), desk.ErrExists)
	}
	for m, want := range map[desk.Mailbox]map[desk.Verdict]int{
		support: {desk.Person: 2, desk.Bounce: 1},
		sales:   {desk.Own: 1},
		"":      {desk.Person: 2, desk.Bounce: 1, desk.Own: 1},
		"none":  {},
	} {
		got, err := s.Verdicts(t.Context(), m)
		noErr(t, "verdicts", err)
		same(t, "verdicts of "+string(m), got, want)
	}
}
