package storetest

import (
	"errors"
	"testing"

	"baton/desk"
)

var mailboxTests = []test{
	{"never seen", testMailboxUnseen},
	{"cursor never goes back", testCursor},
	{"racing changes", testMailboxRace},
	{"all", testMailboxStates},
}

func testMailboxUnseen(t *testing.T, s desk.Store) {
	st, err := s.MailboxState(t.Context(), support)
	noErr(t, "mailbox state", err)
	same(t, "state", st, desk.MailboxState{Address: support})
	all, err := s.MailboxStates(t.Context())
	noErr(t, "mailbox states", err)
	same(t, "all", len(all), 0)
}

func testCursor(t *testing.T, s desk.Store) {
	want := desk.MailboxState{
		Address: support, Cursor: 100, WatchExpires: at(1), HintAt: at(2), SyncedAt: at(3), Problem: "no access",
	}
	set := func(fn func(*desk.MailboxState)) {
		t.Helper()
		got, err := s.SetMailboxState(t.Context(), support, fn)
		noErr(t, "set", err)
		same(t, "returned", got, want)
		got, err = s.MailboxState(t.Context(), support)
		noErr(t, "read", err)
		same(t, "stored", got, want)
	}
	set(func(m *desk.MailboxState) { *m = want; m.Address = "renamed@example.com" })
	want.Problem = ""
	set(func(m *desk.MailboxState) { m.Cursor, m.Problem = 99, "" })
	want.SyncedAt = at(4)
	set(func(m *desk.MailboxState) { m.Cursor, m.SyncedAt = 0, at(4) })
	want.Cursor = 101
	set(func(m *desk.MailboxState) { m.Cursor = 101 })
	set(func(m *desk.MailboxState) {})
	want.Cursor = 7
	set(func(m *desk.MailboxState) { m.Cursor, m.Restart = 7, true })
	set(func(m *desk.MailboxState) { m.Cursor = 6 }) // Restart is not kept
	want.Labels = map[string]string{"baton/tag/refund": "Label_7"}
	set(func(m *desk.MailboxState) { m.Labels = map[string]string{"baton/tag/refund": "Label_7"} })
	other, err := s.MailboxState(t.Context(), sales)
	noErr(t, "read", err)
	same(t, "another mailbox", other, desk.MailboxState{Address: sales})
}

func testMailboxRace(t *testing.T, s desk.Store) {
	const callers = 32
	errs := together(callers, func(i int) error {
		got, err := s.SetMailboxState(t.Context(), support, func(m *desk.MailboxState) {
			m.Problem += "x"
			m.Cursor = uint64(1 + (i*7)%callers)
		})
		if err == nil && got.Cursor < uint64(1+(i*7)%callers) {
			err = errors.New("cursor came back lower than it was set")
		}
		return err
	})
	noErr(t, "changes", errors.Join(errs...))
	st, err := s.MailboxState(t.Context(), support)
	noErr(t, "mailbox state", err)
	if st.Cursor != callers || len(st.Problem) != callers {
		t.Errorf("got cursor %d and %d changes, want %d of both", st.Cursor, len(st.Problem), callers)
	}
}

func testMailboxStates(t *testing.T, s desk.Store) {
	for _, m := range []desk.Mailbox{support, sales} {
		_, err := s.SetMailboxState(t.Context(), m, func(st *desk.MailboxState) { st.Cursor = 5 })
		noErr(t, "set", err)
	}
	all, err := s.MailboxStates(t.Context())
	noErr(t, "mailbox states", err)
	got := map[desk.Mailbox]uint64{}
	for _, st := range all {
		got[st.Address] = st.Cursor
	}
	same(t, "all", got, map[desk.Mailbox]uint64{support: 5, sales: 5})
}
